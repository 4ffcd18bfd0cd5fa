"""Every pattern of the logs, which the probe counts with and Vector's program is made of, on the lab's own lines.

Two things could go wrong unseen: a line of a kind that is covered is not read, because a daemon words it another way
than was thought; or the kinds that matter are not covered. So lines are first sorted by marks that share nothing with
the patterns, and what no pattern knows is told by its shape.
"""

import collections
import json
import re

import pytest

from outside import cluster, lab, smtp, traffic
from outside.message import Mail

PATTERNS = [(item["program"], item["name"], re.compile(item["regex"]))
            for item in json.loads((lab.HOME.parent / "images/probe/patterns.json").read_text())["patterns"]]
CONTAINERS = {"postfix-log": "postfix", "dovecot": "dovecot", "rspamd": "rspamd"}

# Program, a mark of the kind -> the patterns that may read it.
KINDS = [
    ("postfix", lambda line: " to=<" in line and " status=" in line, {"delivery"}),
    ("postfix", lambda line: " milter-reject: " in line, {"milter_reject", "milter_session_reject"}),
    ("postfix", lambda line: " reject: " in line, {"reject"}),
    ("postfix", lambda line: " client=" in line and " sasl_username=" in line, {"submission"}),
    ("postfix", lambda line: " client=" in line and "sasl" not in line, {"accepted"}),
    ("postfix", lambda line: " SASL " in line and " authentication failed" in line, {"smtp_auth_failed"}),
    ("postfix", lambda line: "/postscreen[" in line and re.search(r": (PASS|PREGREET|DNSBL|HANGUP)\b", line), {"postscreen"}),
    ("postfix", lambda line: " TLS connection " in line and " with cipher " in line, {"tls"}),
    ("postfix", lambda line: "/anvil[" in line and " rate " in line, {"anvil"}),
    ("dovecot", lambda line: "-login: " in line and " Login: " in line, {"login"}),
    ("dovecot", lambda line: "-login: " in line and re.search("auth failed|user disabled|temporary failure", line), {"login_failed"}),
    ("dovecot", lambda line: " lmtp(" in line and " msgid=" in line, {"stored"}),
    ("rspamd", lambda line: " rspamd_task_write_log: " in line, {"verdict"}),
]
# What an hour of ordinary traffic need not hold.
RARE = {"resolver_refused": "no blocklist of the lab refuses to answer",
        "anvil": "Postfix tells its rates every ten minutes"}
# Program, what stays unread on purpose, and why.
LEFT = [
    ("postfix", r"\]: (connect|disconnect|CONNECT|lost connection|(SSL|TLS)\S* .*|timeout) (from|after)\b", "a session begins and ends: what it did is in its other lines"),
    ("postfix", r"/(cleanup|qmgr|bounce|postsuper|smtp)\[\d+\]: (\w+: (message-id|from|removed|replace: header|sender non-delivery|host )|Deleted|Requeued)",
     "the way of a message through the queue: its beginning and its ends are read"),
    ("postfix", r"/smtp\[\d+\]: (\w+: )?((server )?certificate verification failed for|connect to .*: (Connection refused|Connection timed out))", "the delivery's own line says it again"),
    ("postfix", r"/anvil\[\d+\]: statistics: max (connection count|cache size)", "rates are read, numbers are not"),
    ("postfix", r"/(postfix-script|master)\[\d+\]: ", "Postfix starts, stops and reloads"),
    ("dovecot", r"master: (Info|Warning): ", "Dovecot starts, stops and reloads"),
    ("dovecot", r"quota-status\(\d+\): Warning: Received policy query", "Postfix asks twice on purpose: again when the size is known"),
    ("dovecot", r"Info: (Disconnected|Connection closed|Connect from|Disconnect from|(copy|delete|undelete|expunge|save|flag_change|mailbox_\w+)[: ])", "sessions and their mailboxes"),
    ("rspamd", r"rspamd_(protocol_http_reply|redis_connected|map_dns_callback|stat_check_autolearn)|; (lua|csession|main|map|controller)|loading|history",
     "its own state; what it thinks of a message is one line"),
]


def read(program, line):
    return next((name for owner, name, regex in PATTERNS if owner == program and regex.search(line)), None)


def shape(line):
    """The line without what is different each time."""
    line = re.sub(r"^\S+ [\d:. ]*\S*|<[^>]*>|\[[^]]*\]|\b[0-9A-Fa-f]{6,}\b|\S*\d\S*", "#", line)
    return re.sub(r"(# ?)+", "# ", line)[:90].strip()


@pytest.fixture(scope="module")
def lines():
    """(program, line) of all the pod has said, after one of each kind was provoked."""
    traffic.one_of_each()
    with cluster.without_socket("rspamd", "/run/mail/milter.sock"):
        assert smtp.send(Mail("anna@partner.test", "alice@gaudy.test").sign(), starttls=False)[0] // 100 == 4
    cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)
    found = []
    for container, program in CONTAINERS.items():
        said = cluster.kubectl("logs", "daemonset/mail", "--container", container, "--tail=60000", timeout=120)
        found += [(program, line) for line in said.splitlines() if line.strip()]
    return found


def test_every_line_of_a_covered_kind_is_read_by_its_pattern(lines):
    """By a pattern of that kind and no other: a line read as something else is counted as something else."""
    wrong, seen = [], collections.Counter()
    for program, line in lines:
        for owner, mark, names in KINDS:
            if owner == program and mark(line):
                seen[tuple(sorted(names))] += 1
                if read(program, line) not in names:
                    wrong.append(f"{read(program, line)}, not {names}: {line[:300]}")
    assert not wrong, f"{len(wrong)} lines: " + "\n".join(wrong[:10])
    assert set().union(*seen) >= {name for _, _, names in KINDS for name in names} - set(RARE), seen


def test_every_pattern_reads_something(lines):
    found = collections.Counter(read(program, line) for program, line in lines)
    assert {name for _, name, _ in PATTERNS} - set(found) <= set(RARE), found


def test_what_no_pattern_reads_is_known(lines, record_property):
    """Each shape of line that stays unread has a reason; the rest is printed, and must be rare."""
    for program in CONTAINERS.values():
        mine = [line for owner, line in lines if owner == program]
        unread = [line for line in mine if read(program, line) is None]
        strange = collections.Counter(shape(line) for line in unread if not any(owner == program and re.search(regex, line) for owner, regex, _ in LEFT))
        record_property("measured", f"log of {program}: {len(mine)} lines, {len(unread) / len(mine):.0%} read by no pattern, "
                        f"{sum(strange.values())} of them of no kind named here: {dict(strange.most_common(5))}")
        assert sum(strange.values()) <= len(mine) * 0.01 + 5, dict(strange.most_common(30))
