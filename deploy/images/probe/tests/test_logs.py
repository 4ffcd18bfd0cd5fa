"""Log lines: what is read from them, what is counted, and that growing and turning files are followed."""

import json
import time

import pytest
from conftest import PROBE
from mailprobe.logs import Counting, Patterns, Tail, provider
from mailprobe.metrics import Metrics

VECTORS = json.loads((PROBE / "tests/lines.json").read_text())["lines"]
PATTERNS = Patterns(PROBE / "patterns.json")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['pattern']}-{VECTORS.index(vector)}")
def test_a_line_is_read(vector):
    found = PATTERNS.match(vector["program"], vector["line"])
    assert (found[0] if found else None) == vector["pattern"]
    if found:
        assert {name: found[1][name] for name in vector["fields"]} == vector["fields"]


def test_every_pattern_has_a_line():
    assert {vector["pattern"] for vector in VECTORS} - {None} == {name for _, name, _ in PATTERNS.known}


def test_no_pattern_is_slow_on_hostile_lines():
    hostile = ["postfix/smtp[1]: A: to=<" + "a" * 16_000, "lmtp(" + "(" * 16_000, "rspamd_task_write_log: id: <" + "<" * 8_000 + ", qid: <x>, ip: 1,(" * 200,
               "imap-login: Disconnected" + "(auth failed, " * 1_000, "warning: " + "x" * 16_000]
    begun = time.monotonic()
    for line in hostile:
        for program in ("postfix", "dovecot", "rspamd"):
            PATTERNS.match(program, line)
    assert time.monotonic() - begun < 2


@pytest.fixture
def counted():
    metrics = Metrics()
    counting = Counting(PATTERNS, metrics)
    for vector in VECTORS:
        counting.line(vector["program"], vector["line"])
    return metrics


@pytest.mark.parametrize("name,labels,value", [
    ("mail_deliveries_total", {"transport": "smtp", "status": "sent", "dsn": "2.0", "provider": "other"}, 1),
    ("mail_deliveries_total", {"transport": "smtp", "status": "deferred", "dsn": "4.4", "provider": "none"}, 1),
    ("mail_deliveries_total", {"transport": "lmtp", "status": "sent", "dsn": "2.0", "provider": "local"}, 1),
    ("mail_submissions_total", {"user": "alice@gaudy.test"}, 1),
    ("mail_accepted_total", {"authenticated": "yes"}, 1),
    ("mail_accepted_total", {"authenticated": "no"}, 1),
    ("mail_rejects_total", {"by": "filter", "code": "5xx"}, 1),
    ("mail_rejects_total", {"by": "filter", "code": "4xx"}, 2),
    ("mail_rejects_total", {"by": "postscreen", "code": "5xx"}, 1),
    ("mail_postscreen_total", {"verdict": "DNSBL"}, 1),
    ("mail_resolver_refused_total", {}, 1),
    ("mail_log_lines_total", {"program": "postfix", "pattern": "none"}, 2),
    ("mail_log_problems_total", {"program": "postfix", "level": "warning"}, 3),
])
def test_what_is_counted(counted, name, labels, value):
    assert counted.series[name].get(tuple(sorted(labels.items()))) == value


def test_what_alerts_look_at_is_there_from_the_start():
    metrics = Metrics()
    Counting(PATTERNS, metrics)
    for name in ("mail_rejects_total", "mail_outbound_tls_total", "mail_deliveries_total", "mail_resolver_refused_total"):
        assert set(metrics.series[name].values()) == {0}


def test_encryption_is_told_by_the_process_that_sent():
    metrics = Metrics()
    counting = Counting(PATTERNS, metrics)
    tls = next(vector["line"] for vector in VECTORS if vector["pattern"] == "tls")
    sent = "Nov 24 1:1:1 mail postfix/smtp[{}]: A1: to=<a@dane.test>, relay={}, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250)"
    counting.line("postfix", tls)
    counting.line("postfix", sent.format(412, "mx.dane.test[198.51.100.82]:25"))    # the same process, the same peer
    counting.line("postfix", sent.format(412, "mx.other.test[198.51.100.83]:25"))   # then another, in the clear
    counting.line("postfix", sent.format(999, "mx.dane.test[198.51.100.82]:25"))
    assert metrics.series["mail_outbound_tls_total"] == {(("tls", "yes"),): 1, (("tls", "no"),): 2}


@pytest.mark.parametrize("relay,name", [
    ("aspmx.l.google.com[192.0.2.1]:25", "google"), ("x.mail.protection.outlook.com[192.0.2.1]:25", "microsoft"),
    ("mta5.am0.yahoodns.net[192.0.2.1]:25", "yahoo"), ("evilgoogle.com[192.0.2.1]:25", "other"), ("none", "none")])
def test_providers(relay, name):
    assert provider(relay) == name


def test_a_growing_file_is_followed_over_rotation_and_truncation(tmp_path):
    log = tmp_path / "postfix.log"
    log.write_bytes(b"before\n")
    tail = Tail(log)
    assert tail.lines() == []                       # what was there before is not ours
    with log.open("ab") as file:
        file.write(b"one\ntw")
    assert tail.lines() == ["one"]
    with log.open("ab") as file:
        file.write(b"o\n\xff\xfe\n")
    assert tail.lines() == ["two", "\ufffd\ufffd"]
    log.rename(tmp_path / "postfix.log.1")
    log.write_bytes(b"three\n")
    assert tail.lines() == ["three"]
    log.write_bytes(b"4\n")                         # shorter: begun anew in place
    assert tail.lines() == ["4"]


def test_a_file_that_comes_later_is_read_from_its_beginning(tmp_path):
    tail = Tail(tmp_path / "postfix.log")
    assert tail.lines() == []
    (tmp_path / "postfix.log").write_bytes(b"first\n")
    assert tail.lines() == ["first"]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    log = tmp_path / "postfix.log"
    tail = Tail(log)
    tail.lines()
    log.write_bytes(b"x" * 1_000_000)
    assert tail.lines() == [] and len(tail.rest) <= 16_384
