"""Half an hour of steady mail: the queue does not grow, nothing restarts, memory stays where it is.

MAILCONSOLE_SOAK_MINUTES and MAILCONSOLE_SOAK_RATE say how long and how many a second (30 and 20).
"""

import collections
import os
import re
import statistics
import threading
import time

import pytest

from outside import cluster, mailboxes
from outside.stream import Stream
from outside.wait import until

pytestmark = pytest.mark.soak

MINUTES = float(os.environ.get("MAILCONSOLE_SOAK_MINUTES", "30"))
RATE = float(os.environ.get("MAILCONSOLE_SOAK_RATE", "20"))
USERS = ["user34", "user35", "user36", "user37"]
LARGE = 1024 * 1024


def memory():
    """Bytes in use by each container of the pod, without what the kernel would give back."""
    used = {}
    for name in cluster.containers():
        # The path is the container's own view; cgroup v1 as on the lab's node.
        text = cluster.execute(name, "cat", "/sys/fs/cgroup/memory/memory.stat", check=False)
        numbers = dict(line.split() for line in text.splitlines() if len(line.split()) == 2)
        used[name] = int(numbers.get("total_rss", 0))
    return used


class Samples(threading.Thread):
    """Queue length every two seconds, memory every half minute."""

    def __init__(self):
        super().__init__(daemon=True)
        self.queue, self.memory, self.over = [], [], threading.Event()

    def run(self):
        due = 0
        while not self.over.wait(2):
            now = time.monotonic()
            self.queue.append((now, len(cluster.queue())))
            if now >= due:
                self.memory.append(memory())
                due = now + 30


class Readers(threading.Thread):
    """Everybody reads and deletes: the mailboxes stay as large as they are, so that what grows is the platform's own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.read, self.over = collections.Counter(), threading.Event()

    def run(self):
        while not self.over.wait(10):
            self.look()

    def look(self):
        for user in USERS:
            self.read.update(re.findall(r"stream ([0-9a-f]{16})", "\n".join(mailboxes.take(user))))


def slope(points):
    """Messages a minute by which the queue grows."""
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope * 60


def latencies():
    """Of every delivery to these users, in their order: from the first byte received to the mailbox, as Postfix counts it."""
    lines = cluster.logged(rf"/lmtp\[.* to=<({'|'.join(USERS)})@.* status=sent ")
    return [float(re.search(r" delay=([\d.]+),", line)[1]) for line in lines]


def settled(samples):
    """Without the first fifth, in which caches fill."""
    return samples[len(samples) // 5:]


def growth(samples):
    """Container -> memory in the middle of the last third of the time against the first; small ones are left out, as a page counts there."""
    third = max(1, len(samples) // 3)
    middles = {name: [statistics.median(one[name] for one in part) for part in (samples[:third], samples[-third:])] for name in samples[0]}
    return {name: last / first for name, (first, last) in middles.items() if first > 8 * 1024 * 1024}


def test_steady_mail(record_property):
    """Four senders, one message in fifty with a megabyte: everything is taken at the asked rate and is read once in its mailbox, the
    queue does not grow, no container restarts or keeps growing. Printed: how long messages took."""
    for user in USERS:
        mailboxes.empty(user)
    restarts, attachment, earlier = cluster.restarts(), os.urandom(LARGE), len(latencies())
    total = int(MINUTES * 60 * RATE / len(USERS))
    samples, readers = Samples(), Readers()
    samples.start()
    readers.start()
    streams = [Stream(user, total, rate=RATE / len(USERS), workers=3, attachment=attachment, every=50, seconds=MINUTES * 60 + 120) for user in USERS]
    began = time.monotonic()
    for stream in streams:
        stream.__enter__()
    for stream in streams:
        stream.__exit__()
    took = time.monotonic() - began
    for watcher in (samples, readers):
        watcher.over.set()
        watcher.join(60)
        assert not watcher.is_alive(), "a watcher is stuck"
    until(lambda: not cluster.queue(), 120, "the queue is empty after the last message", every=2)
    readers.look()

    accepted = sum(len(stream.accepted) for stream in streams)
    waits = sorted(latencies()[earlier:])
    p95 = waits[int(len(waits) * 0.95)]
    grown = growth(settled(samples.memory))
    record_property("measured", f"soak: {accepted} messages in {took / 60:.1f} min ({accepted / took:.1f}/s), delivery p50 {statistics.median(waits):.1f} s, p95 {p95:.1f} s, "
                    f"queue {slope(samples.queue):+.2f}/min (largest {max(length for _, length in samples.queue)}), "
                    f"memory {', '.join(f'{name} x{factor:.2f}' for name, factor in grown.items())}")
    assert accepted == total * len(USERS), [len(stream.accepted) for stream in streams]
    assert took <= MINUTES * 60 * 1.1 + 20, "the platform does not keep up with the rate"
    assert cluster.restarts() == restarts
    assert len(samples.queue) > MINUTES * 60 / 10, "too few samples: the cluster did not answer who took them"
    # A queue of a few messages that come and go; one that grows would gain more than one message a minute.
    assert slope(settled(samples.queue)) < 1
    assert grown and all(factor < 1.3 for factor in grown.values()), grown
    assert readers.read == collections.Counter(token for stream in streams for token in stream.accepted)
