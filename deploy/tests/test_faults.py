"""Parts of the platform fail. Nothing that was accepted is lost, nothing comes in unscanned, and twice comes only what was in delivery."""

import time

import pytest

from outside import clients, cluster, lab, mailboxes, people, providers, smtp
from outside.message import Mail
from outside.stream import Stream
from outside.wait import never, until

pytestmark = pytest.mark.faults

CONTAINERS = ["postfix", "dovecot", "rspamd", "redis", "clamd", "unbound", "mta-sts", "freshclam", "postfix-log", "postfix-exporter"]
STREAM = 200            # messages around each kill: with ten containers 2,000 in all
# A delivery that the mailbox server has finished and the queue has not noted is done again: SMTP has no third way (RFC 1047).
# So many are going on at most (lmtp_destination_concurrency_limit), between these two.
DELIVERERS, IN_DELIVERY = {"postfix", "dovecot"}, 20


def flush():
    cluster.execute("postfix", "postqueue", "-f", check=False)


def settle(stream, end=None):
    """All of it is there, and once; but for what was in delivery at that end, which Postfix then has noted once."""
    twice = stream.settle(overtaken={token for token, moment in stream.accepted.items() if end and moment <= end + 1})
    assert len(twice) <= IN_DELIVERY, f"{len(twice)} messages came twice"
    for token in twice:
        assert sum("status=sent" in line for line in cluster.trace(token)) <= 1, cluster.trace(token)


@pytest.fixture(scope="module", autouse=True)
def pod_without_a_past():
    """The kubelet waits longer before each restart of a container, for ten minutes after the last one."""
    if any(cluster.restarts().values()):
        cluster.replace_pod()


@pytest.fixture
def box():
    """A mailbox of its own for the stream, empty."""
    mailboxes.empty("user38")
    yield "user38"
    cluster.wait_ready(300)
    mailboxes.empty("user38")


@pytest.mark.parametrize("container", CONTAINERS)
def test_container_killed_in_the_middle_of_mail(container, box, record_property):
    before = cluster.restarts()[container]
    with Stream(box, STREAM) as stream:
        until(lambda: stream.progress() >= STREAM // 4, 120, "the stream flows")
        cluster.kill(container)
        killed = time.monotonic()
        until(lambda: cluster.restarts()[container] > before, 120, f"{container} is started again")
        cluster.wait_ready(180)
        recovery = time.monotonic() - killed
    record_property("recovery", f"{container}: ready again {recovery:.1f} s after the kill, {stream.broken} sessions broken, {len(stream.ambiguous)} answers lost")
    settle(stream, killed if container in DELIVERERS else None)


def test_pod_deleted_in_the_middle_of_mail_keeps_its_queue(box, record_property):
    waiting = Mail("alice@gaudy.test", "someone@dead.test")
    assert smtp.submit(waiting, people.address("alice"), people.password("alice"), source=clients.fresh())[0] == 250
    cluster.deferred(waiting.token)
    ids = {entry["queue_id"] for entry in cluster.queued("someone@dead.test")}
    uid = cluster.pod()["metadata"]["uid"]
    with Stream(box, 300, seconds=420) as stream:
        until(lambda: stream.progress() >= 60, 120, "the stream flows")
        deleted = time.monotonic()
        assert cluster.replace_pod()["metadata"]["uid"] != uid
        recovery = time.monotonic() - deleted
    record_property("recovery", f"pod: ready again {recovery:.1f} s after the deletion, {len(stream.ambiguous)} answers lost")
    settle(stream, deleted)
    assert {entry["queue_id"] for entry in cluster.queued("someone@dead.test")} == ids


def put_off(mail, seconds=120):
    """The answer while a part is away: try again later, and nothing is delivered."""
    code, text = smtp.send(mail, timeout=seconds)
    assert 400 <= code < 500, (code, text)
    never(lambda: mailboxes.find("alice", mail.token), 3, "delivered while it could not be scanned")


def taken_after_all(mail, seconds=120):
    def again():
        try:
            return smtp.send(mail)[0] == 250
        except OSError:
            return False
    until(again, seconds, "mail is taken again", every=3)
    message = mailboxes.arrives("alice", mail.token)
    assert lab.HOST in str(message["Authentication-Results"]), "it came past the filter"


AWAY = [("rspamd", "/run/mail/milter.sock"), ("clamd", "/run/mail/clamd.sock")]


@pytest.mark.parametrize("container, socket", AWAY)
def test_scanner_that_is_away_defers_mail_and_never_lets_it_through(container, socket):
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    with cluster.without_socket(container, socket):
        put_off(mail)
    taken_after_all(mail)


@pytest.mark.parametrize("container", ["rspamd", "clamd"])
def test_scanner_that_hangs_defers_mail_and_never_lets_it_through(container):
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    with cluster.frozen(container):
        put_off(mail, 180)
    taken_after_all(mail, 240)


def test_submission_too_waits_for_the_scanner():
    mail = Mail("alice@gaudy.test", "anna@northmail.test")
    with cluster.without_socket("rspamd", "/run/mail/milter.sock"):
        code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), source=clients.fresh())
        assert 400 <= code < 500, (code, text)
        never(lambda: providers.find("anna@northmail.test", mail.token), 3, "sent unscanned and unsigned")


def test_redis_away_loses_nothing():
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    with cluster.without_socket("redis", "/run/mail/redis.sock"):
        code, text = smtp.send(mail, timeout=120)
        assert code == 250 or 400 <= code < 500, (code, text)
    if code == 250:
        mailboxes.arrives("alice", mail.token)
    else:
        taken_after_all(mail)


def test_resolver_that_hangs_keeps_mail_waiting_and_lets_it_go_afterwards():
    outgoing = Mail("alice@gaudy.test", "anna@northmail.test")
    incoming = Mail("anna@partner.test", "alice@gaudy.test").sign()
    with cluster.frozen("unbound"):
        code, text = smtp.send(incoming, timeout=180)
        assert 400 <= code < 500, f"without a resolver nobody can be verified, and yet: {code} {text}"
    cluster.wait_ready(120)
    taken_after_all(incoming)
    assert smtp.submit(outgoing, people.address("alice"), people.password("alice"), source=clients.fresh())[0] == 250
    providers.arrives("anna@northmail.test", outgoing.token)


def test_mailbox_server_that_is_away_keeps_accepted_mail_in_the_queue():
    mail = Mail("alice@gaudy.test", "bob@gaudy.test")
    source = clients.fresh()
    with cluster.without_socket("dovecot", "/run/mail/lmtp"):
        assert smtp.submit(mail, people.address("alice"), people.password("alice"), source=source)[0] == 250
        cluster.deferred(mail.token)
    flush()
    mailboxes.arrives("bob", mail.token)
