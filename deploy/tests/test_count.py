"""Two thousand messages in, two thousand out: every container of the pod is killed once while they come."""

import time

import pytest

from outside import cluster, mailboxes
from outside.stream import Stream
from outside.wait import until

pytestmark = [pytest.mark.soak, pytest.mark.faults]
USER = "user33"
TOTAL = 2000
RATE = 8                # a second: slow enough that every container dies and comes back while it lasts
SECONDS = 1500
# Between these two a delivery may be finished and not yet noted; then it is done again (RFC 1047). So many go on at most.
DELIVERERS, IN_DELIVERY = {"postfix", "dovecot"}, 20


@pytest.fixture
def box():
    # The kubelet waits longer before each further restart of a container.
    if any(cluster.restarts().values()):
        cluster.replace_pod()
    mailboxes.empty(USER)
    yield USER
    cluster.wait_ready(300)
    mailboxes.empty(USER)


def test_two_thousand_messages_across_the_death_of_every_container(box, record_property):
    """Proves that no accepted message is lost and none comes twice, whichever daemon dies under it: one after another, at even
    distances in one stream, and each has come back before the next one dies. What was in delivery at that moment may."""
    names = cluster.containers()
    before, recoveries, ends = cluster.restarts(), {}, []
    with Stream(box, TOTAL, rate=RATE, seconds=SECONDS) as stream:
        for number, name in enumerate(names, 1):
            due = TOTAL * number // (len(names) + 1)
            until(lambda: stream.progress() >= due, SECONDS, f"{due} messages are answered")
            cluster.kill(name)
            killed = time.monotonic()
            until(lambda: cluster.restarts()[name] == before[name] + 1, 120, f"{name} is started again")
            cluster.wait_ready(180)
            ends += [killed] if name in DELIVERERS else []
            recoveries[name] = time.monotonic() - killed
        assert stream.progress() < TOTAL, "the stream was over before the last kill"
    twice = stream.settle(300, overtaken={token for token, moment in stream.accepted.items() if any(moment <= end + 1 for end in ends)})
    record_property("recovery", f"{TOTAL} messages: {stream.broken} sessions broken, {len(stream.ambiguous)} answers lost, {len(twice)} delivered twice; "
                    "ready again after " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in recoveries.items()))
    assert len(twice) <= len(ends) * IN_DELIVERY, f"{len(twice)} messages came twice"
    for token in twice:
        assert sum("status=sent" in line for line in cluster.trace(token)) <= 1, cluster.trace(token)
    assert cluster.restarts() == {name: count + 1 for name, count in before.items()}, "something died that nobody killed"
