"""The queue's disk runs full. Senders are asked to wait, nothing that was accepted is lost, and mail goes on by itself."""

import pytest

from outside import clients, cluster, disk, mailboxes, people, smtp
from outside.message import Mail
from outside.stream import Stream
from outside.wait import until

# Long, as the pod is replaced before and after it.
pytestmark = [pytest.mark.faults, pytest.mark.soak]
USER = "user33"


@pytest.fixture(scope="module", autouse=True)
def small_disk():
    with disk.small():
        assert disk.used() < 5
        yield


@pytest.fixture
def box():
    mailboxes.empty(USER)
    yield USER
    mailboxes.empty(USER)


def sent():
    """As a sender out there that the stream does not stand in the way of."""
    return smtp.send(Mail("anna@southmail.test", people.address(USER)).sign())


def submitted():
    return smtp.submit(Mail("alice@gaudy.test", people.address(USER)), people.address("alice"), people.password("alice"), port=587, source=clients.fresh())


def test_full_disk_puts_mail_off_and_loses_nothing(box):
    """Proves that at 95 % and at 99 % new mail gets 452 on 25 and 587 before its content is taken, that what was accepted is
    delivered meanwhile, and that all of it is once in the mailbox after there is room again."""
    with Stream(box, 200, seconds=240) as stream:
        until(lambda: stream.progress() >= 50, 120, "the stream flows")
        # Nothing waits for the stream's end on a disk that is still full.
        with disk.filled() as fill:
            for percent in (95, 99):
                fill(percent)
                assert disk.used() > percent - 1
                for code, text in (sent(), submitted()):
                    assert code == 452 and "4.3.1" in text, (percent, code, text)
            assert stream.progress() < stream.total, "the stream was over before the disk was full"
            until(lambda: not cluster.queue(), 60, "the queue empties on a full disk")
        assert disk.used() < 50
    stream.settle()
    assert sent()[0] == 250 and submitted()[0] == 250
