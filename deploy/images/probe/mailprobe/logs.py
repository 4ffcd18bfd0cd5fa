"""Reads log files as they grow and counts what happens. In the pod that is Postfix's alone: Dovecot and Rspamd
count for themselves."""

import json
import os
import re

LINE = 16_384           # longer lines are cut: no pattern needs more
PROGRAMS = ("postfix", "dovecot", "rspamd")
PROBLEM = re.compile(r"\b(warning|error|fatal|panic): ", re.IGNORECASE)

# The receivers whose patience is counted apart during the warm-up.
PROVIDERS = (
    ("google", ("google.com", "googlemail.com")),
    ("microsoft", ("outlook.com", "hotmail.com", "office365.us")),
    ("yahoo", ("yahoodns.net", "yahoo.com")),
)


class Patterns:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.known = [(item["program"], item["name"], re.compile(item["regex"])) for item in json.load(file)["patterns"]]

    def match(self, program, line):
        """The name and the fields of the first pattern of the program that finds something, or None."""
        for owner, name, regex in self.known:
            if owner == program:
                found = regex.search(line)
                if found:
                    return name, found.groupdict()
        return None


class Counting:
    """What each kind of line adds to the metrics."""

    def __init__(self, patterns, metrics):
        self.patterns = patterns
        self.metrics = metrics
        self.encrypted = {}     # pid of an smtp process -> the peer of its last TLS session
        self.begin()

    def begin(self):
        """Counters that are looked at begin with 0: what first appears as 1 has no rate, and no data is no zero."""
        for known in ("yes", "no"):
            self.metrics.add("mail_outbound_tls_total", 0, tls=known)
            self.metrics.add("mail_accepted_total", 0, authenticated=known)
        for by in ("postscreen", "smtpd", "filter"):
            for code in ("4xx", "5xx"):
                self.metrics.add("mail_rejects_total", 0, by=by, code=code)
        for status, dsn in (("sent", "2.0"), ("deferred", "4.7")):
            self.metrics.add("mail_deliveries_total", 0, transport="smtp", status=status, dsn=dsn, provider="other")
        self.metrics.add("mail_resolver_refused_total", 0)

    def line(self, program, line):
        found = self.patterns.match(program, line)
        name, fields = found if found else ("none", {})
        self.metrics.add("mail_log_lines_total", program=program, pattern=name)
        problem = PROBLEM.search(line)
        if problem:
            self.metrics.add("mail_log_problems_total", program=program, level=problem.group(1).lower())
        handler = getattr(self, "on_" + name, None)
        if handler:
            handler(**fields)

    def on_delivery(self, transport, pid, relay, dsn, status, **_):
        self.metrics.add("mail_deliveries_total", transport=transport, status=status,
                         dsn=".".join(dsn.split(".")[:2]), provider=provider(relay) if transport == "smtp" else "local")
        if transport == "smtp" and status == "sent":
            self.metrics.add("mail_outbound_tls_total", tls="yes" if self.encrypted.get(pid) == relay else "no")

    def on_tls(self, daemon, pid, trust, direction, peer, version, **_):
        self.metrics.add("mail_tls_connections_total", direction="out" if direction == "to" else "in",
                         trust=trust, version=version)
        if daemon == "smtp":
            if len(self.encrypted) > 4096:      # processes that are long gone
                self.encrypted.clear()
            self.encrypted[pid] = peer

    def on_milter_reject(self, dsn, **_):
        self.metrics.add("mail_rejects_total", by="filter", code="4xx" if dsn.startswith("4") else "5xx")

    def on_milter_session_reject(self, code, **_):
        self.metrics.add("mail_rejects_total", by="filter", code=code[0] + "xx")

    def on_reject(self, daemon, code, **_):
        self.metrics.add("mail_rejects_total", by=daemon, code=code[0] + "xx")

    def on_submission(self, user, **_):
        self.metrics.add("mail_accepted_total", authenticated="yes")
        self.metrics.add("mail_submissions_total", user=user.lower())

    def on_accepted(self, **_):
        self.metrics.add("mail_accepted_total", authenticated="no")

    def on_postscreen(self, verdict, **_):
        self.metrics.add("mail_postscreen_total", verdict="DNSBL" if verdict.startswith("DNSBL") else verdict)

    def on_resolver_refused(self, **_):
        self.metrics.add("mail_resolver_refused_total")



def provider(relay):
    host = relay.split("[")[0].rstrip(".").lower()
    for name, suffixes in PROVIDERS:
        if any(host == suffix or host.endswith("." + suffix) for suffix in suffixes):
            return name
    return "none" if host == "none" else "other"


class Tail:
    """New lines of one file, over rotations. It begins at the end: what was there was counted before, or never."""

    def __init__(self, path, from_start=False):
        self.path = path
        self.file = None
        self.rest = b""
        self.from_start = from_start

    def lines(self, most=20_000):
        """At most this many whole lines that have come since the last call."""
        if self.file is None and not self.open():
            return []
        found = []
        while len(found) < most:
            block = self.file.read(65_536)
            if not block:
                if self.replaced() and self.open():
                    continue
                break
            *whole, self.rest = (self.rest + block).split(b"\n")
            self.rest = self.rest[:LINE]
            found += [line[:LINE].decode("utf-8", "replace") for line in whole]
        return found

    def open(self):
        try:
            file = open(self.path, "rb")        # pylint: disable=consider-using-with
        except OSError:
            self.from_start = True              # whatever will be in it is new
            return False
        if self.file is not None:
            self.file.close()
        elif not self.from_start:
            file.seek(0, os.SEEK_END)
        self.file, self.rest = file, b""
        self.from_start = True
        return True

    def replaced(self):
        try:
            now, ours = os.stat(self.path), os.fstat(self.file.fileno())
        except OSError:
            return False
        return now.st_ino != ours.st_ino or now.st_size < self.file.tell()


def program_of(path):
    """Whose log a file is, by its name."""
    for program in PROGRAMS:
        if os.path.basename(path).startswith(program):
            return program
    return "other"
