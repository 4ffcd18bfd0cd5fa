"""Every query of the shipped dashboards has something to show, in the lab's own Prometheus, after ordinary traffic."""

import json
import math

import pytest

from outside import cluster, jobs, lab, monitoring, traffic
from outside.wait import until

# (dashboard, panel) -> why it must be empty in the lab. Held both ways: what gets data leaves the list.
EMPTY = {}


def queries():
    for path in sorted((monitoring.MONITORING / "grafana/dashboards").glob("*.json")):
        board = json.loads(path.read_text())
        assert not board["templating"]["list"], f"{path.name} has variables: put values in for them here"
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield path.stem, panel["title"], target["expr"]


def shows(expression):
    """Whether it has a sample that is a number: a rate of nothing divided by nothing is none."""
    return any(not math.isnan(float(sample["value"][1])) for sample in monitoring.query(expression))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The panels without data, while mail flows; looked at until only those are left that must be."""
    jobs.repository()
    jobs.back_up()
    with monitoring.running(tmp_path_factory.mktemp("monitoring")):
        def missing():
            return {(board, title) for board, title, expression in queries() if not shows(expression)}
        # More than once: a counter that appears has not grown.
        for _ in range(3):
            traffic.one_of_each()
            try:
                until(lambda: missing() <= set(EMPTY), 40, "every panel has data", every=3)
                break
            except AssertionError:
                pass
        yield missing()
    cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)


def test_every_panel_has_data(empty):
    assert empty == set(EMPTY), f"without data: {sorted(empty - set(EMPTY))}; has data after all: {sorted(set(EMPTY) - empty)}"


def test_what_is_said_to_be_empty_is_a_panel(empty):
    """A panel that was renamed or taken away leaves the list as well."""
    assert set(EMPTY) <= {(board, title) for board, title, _ in queries()}


def values(expression):
    return {float(sample["value"][1]) for sample in monitoring.query(expression)}


def test_numbers_are_those_of_the_mail_that_flowed(empty):
    """Not only something: what Prometheus counts is what Postfix says, who sent is who sent, every port serves the
    certificate of its Secret, and every record of DNS is as in Git."""
    until(lambda: values('sum(postfix_showq_message_age_seconds_count{queue="deferred"})') == {sum(entry["queue_name"] == "deferred" for entry in cluster.queue())},
          60, "the deferred queue of Prometheus is that of Postfix", every=2)
    assert max(values(f'sum(mail_submissions_total{{user="alice@{lab.DOMAIN}"}})')) >= 3
    # A test before this one may have renewed the certificates: the probe sees a changed Secret within two minutes.
    until(lambda: values("mail_certificate_is_secret") == {1} and values("mail_dns_records_wrong") == {0}, 150, "certificates and DNS are as they should be", every=3)
