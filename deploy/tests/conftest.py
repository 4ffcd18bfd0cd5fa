"""What every test may count on: a ready pod, a queue without leftovers, and both again when all is over."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from outside import clients, cluster      # noqa: E402  (the path comes first)

# Failures are told whole: elsewhere pytest cuts long messages short.
os.environ.setdefault("CI", "true")


def pytest_collection_modifyitems(items):
    """A live platform has moments, so a failed test is tried once more and named; but where mail is counted, once is enough."""
    for item in items:
        if item.get_closest_marker("faults") or item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.flaky(reruns=0))


@pytest.fixture(scope="session", autouse=True)
def platform():
    """Nothing of an earlier run counts in this one, however long ago it was."""
    cluster.wait_ready(120)
    cluster.forget_limits()
    yield
    cluster.wait_ready(300)
    cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)
    assert cluster.queue() == []


@pytest.fixture(scope="module", autouse=True)
def empty_queue(platform):
    """What one file left waiting is not taken by the next for its own: the lab tries it again after 12 hours."""
    cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)


@pytest.fixture
def client():
    """The address of a machine that no limit knows yet."""
    return clients.fresh()


@pytest.fixture
def client6():
    """The same in IPv6."""
    return clients.fresh6()


def pytest_terminal_summary(terminalreporter):
    """Numbers a person wants to see, also when all is well."""
    lines = [value for reports in terminalreporter.stats.values() for report in reports
             for name, value in getattr(report, "user_properties", []) if name in ("recovery", "measured") and report.when == "call"]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
