"""The node loses its power in the middle of mail, and gets it back."""

import socket
import time

import pytest

from outside import cluster, lab, mailboxes
from outside.stream import Stream
from outside.wait import until

pytestmark = pytest.mark.faults
USER = "user33"
TOTAL = 200
# A delivery that the mailbox server has finished and the queue has not noted is done again: SMTP has no third way (RFC 1047).
# Longer than any message of the stream stays in the queue.
IN_DELIVERY = 20


def running():
    return {status["name"]: status.get("containerID") for status in cluster.pod()["status"]["containerStatuses"]}


def answers(port):
    try:
        socket.create_connection((lab.NODE, port), 3, source_address=(lab.VANTAGE, 0)).close()
        return True
    except OSError:
        return False


@pytest.fixture
def box():
    mailboxes.empty(USER)
    yield USER
    cluster.wait_ready(300)
    mailboxes.empty(USER)


def test_power_cut_in_the_middle_of_mail_loses_nothing_that_was_accepted(box, record_property):
    """Proves that every 250 was true: kubelet, containers and control plane are killed at one moment while 200 messages
    come in, the node starts again by itself, and each accepted message is in the mailbox; twice at most what was in delivery."""
    with Stream(box, TOTAL, seconds=600) as stream:
        until(lambda: stream.progress() >= TOTAL // 4, 120, "the stream flows")
        before = running()
        cluster.lab_command("power", "cut")
        cut, accepted = time.monotonic(), len(stream.accepted)
        assert accepted < TOTAL, "the stream was over before the power was cut"
        assert not any(answers(port) for port in (25, 465, 587, 993)), "something of the node is still alive"
        cluster.lab_command("power", "on")

        def recovered():
            try:
                state = cluster.pod()
            except AssertionError:
                return False
            # The API remembers the pod as it was: only containers that are not the old ones count.
            return cluster.ready(state) and not set(running().values()) & set(before.values()) and answers(25)
        until(recovered, 300, "every container of the mail pod is new and ready", every=1)
        recovery = time.monotonic() - cut
    twice = stream.settle(overtaken={token for token, moment in stream.accepted.items() if cut - IN_DELIVERY <= moment <= cut})
    record_property("recovery", f"node: ready again {recovery:.0f} s after the power was cut, {accepted} of {TOTAL} accepted before, "
                    f"{stream.broken} sessions broken, {len(stream.ambiguous)} answers lost, {len(twice)} delivered twice")
