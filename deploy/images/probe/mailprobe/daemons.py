"""Checks that ask the daemons beside us, over their sockets."""

import calendar
import json
import socket
import time
import urllib.request

ANSWER = 1_000_000


def ask(path, question, enough):
    """What a unix socket answers, until `enough(bytes)`, the end, or 10 seconds."""
    end = time.monotonic() + 10
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(path)
        connection.sendall(question)
        answer = b""
        while not enough(answer) and len(answer) < ANSWER and time.monotonic() < end:
            block = connection.recv(65_536)
            if not block:
                break
            answer += block
    return answer.decode("utf-8", "replace")


def ended(answer):
    return answer.endswith(b"\0")


def clamd(settings, _metrics):
    answer = ask(settings.clamd, b"zPING\0", ended).strip("\0\n")
    if answer != "PONG":
        raise ValueError(f"clamd answered {answer[:80]!r} to PING")


def signatures(settings, metrics):
    """How old they are: "ClamAV 1.4.3/27500/Sat Jan  4 09:44:12 2025". Without the publisher's there is no date."""
    version = ask(settings.clamd, b"zVERSION\0", ended).strip("\0\n")
    parts = version.split("/")
    if len(parts) != 3:
        raise ValueError(f"clamd has loaded none of the publisher's signatures: {version[:80]!r}")
    made = calendar.timegm(time.strptime(" ".join(parts[2].split()), "%a %b %d %H:%M:%S %Y"))
    metrics.set("mail_clamav_signatures_timestamp_seconds", made)


def redis(settings, metrics):
    answer = ask(settings.redis, b"INFO\r\nQUIT\r\n", lambda answer: answer.endswith(b"+OK\r\n"))
    fields = dict(line.split(":", 1) for line in answer.splitlines() if ":" in line and line[0] not in "#$")
    if "used_memory" not in fields:
        raise ValueError(f"redis answered {answer[:80]!r} to INFO")
    metrics.set("mail_redis_evicted_keys_total", int(fields["evicted_keys"]))
    metrics.set("mail_redis_memory_bytes", int(fields["used_memory"]))
    metrics.set("mail_redis_memory_max_bytes", int(fields.get("maxmemory", 0)))


def unbound(settings, metrics):
    """The counters of unbound-control stats_noreset; its protocol on a socket is plain text."""
    answer = ask(settings.unbound, b"UBCT1 stats_noreset\n", lambda answer: False)
    fields = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
    if "total.num.queries" not in fields:
        raise ValueError(f"unbound answered {answer[:80]!r} to stats_noreset")
    metrics.set("mail_resolver_queries_total", int(fields["total.num.queries"]))
    if "num.answer.rcode.SERVFAIL" not in fields:
        raise ValueError("unbound counts no SERVFAIL: set extended-statistics: yes")
    metrics.set("mail_resolver_servfail_total", int(fields["num.answer.rcode.SERVFAIL"]))


def rspamd(settings, metrics):
    """How often each symbol was given; Rspamd's own /metrics has the actions alone."""
    with urllib.request.urlopen(settings.rspamd + "/counters", timeout=10) as answer:
        counters = json.loads(answer.read(20 * ANSWER))
    metrics.clear("mail_rspamd_symbols_total")
    for counter in counters:
        if counter.get("hits"):
            metrics.set("mail_rspamd_symbols_total", int(counter["hits"]), symbol=counter["symbol"])
