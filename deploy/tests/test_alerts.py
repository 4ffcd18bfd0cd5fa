"""Alerts against the live lab: the shipped rules, judged by a real Prometheus and told by a real Alertmanager.

Six things go wrong at once, because some of them take minutes to show; the tests then look at what was seen. How the
monitoring differs from production, in its clock and its addresses alone, is told in outside/monitoring.py.
"""

import base64
import concurrent.futures
import contextlib
import datetime
import imaplib
import json
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from outside import clients, cluster, dav, jobs, lab, mailboxes, monitoring, oncall, people, smtp
from outside.message import Mail
from outside.wait import until

pytestmark = pytest.mark.soak

# What went wrong -> who must hear of it. Critical alerts page somebody and are mailed; warnings are mailed.
SEVERITY = {"QueueDeferredHigh": "warning", "RspamdDown": "critical", "CertificateEnding": "warning", "BackupOld": "warning",
            "AuthFailures": "warning", "BackupPartial": "warning"}
# What fires in a lab that is well.
ALWAYS = {
    "Watchdog": "always fires; the dead man's switch listens to it",
}
# Depends on the machine the lab runs on: its volumes are directories of that machine's disk.
OF_THE_MACHINE = {"VolumeFilling", "VolumeFull"}
BACKUP_REPORT = lab.VAR / "volumes/state/backup/backup.json"
WEBMAIL_REPORTS = lab.VAR / "volumes/state/webmail-backup"


def fill_queue():
    """40 messages nobody takes."""
    for number in range(40):
        user = f"user{number % 8 + 1:02}"
        mail = Mail(f"{user}@{lab.DOMAIN}", f"someone{number}@dead.test")
        assert smtp.submit(mail, people.address(user), people.password(user), source=clients.fresh())[0] == 250
    until(lambda: sum(entry["queue_name"] == "deferred" for entry in cluster.queue()) >= 40, 90, "40 messages are deferred", every=1)


def guess_passwords():
    """130 wrong logins within a minute or so, each from another machine: one alone would be slowed down."""
    def guess(_):
        connection = mailboxes.connect(source=clients.fresh())
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            connection.login(people.address("user40"), "guessed")
        connection.shutdown()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(130)))


def patch_certificate(content):
    cluster.kubectl("patch", "secret", "mail-tls-ecdsa", "--type=merge", "--patch",
                    json.dumps({"data": {"tls.crt": base64.b64encode(content).decode()}}))


def ending_certificate(of):
    """The same name and key, by the lab's authority, with ten days to live."""
    now = datetime.datetime.utcnow()
    issuer = x509.load_pem_x509_certificate(oncall.AUTHORITY.with_suffix(".crt").read_bytes())
    signing = serialization.load_pem_private_key(oncall.AUTHORITY.with_suffix(".key").read_bytes(), None)
    old = x509.load_pem_x509_certificate(of)
    builder = (x509.CertificateBuilder().subject_name(old.subject).issuer_name(issuer.subject).public_key(old.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=80)).not_valid_after(now + datetime.timedelta(days=10))
               .add_extension(old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value, critical=False))
    return builder.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def age_backup(hours):
    """The report of a real run, as if that had been so long ago."""
    report = json.loads(BACKUP_REPORT.read_text())
    for name in ("started", "ended", "last_success"):
        then = datetime.datetime.strptime(report[name], "%Y-%m-%dT%H:%M:%SZ") - datetime.timedelta(hours=hours)
        report[name] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
    BACKUP_REPORT.write_text(json.dumps(report))


class Story:
    """When each alert was first seen firing, with its annotations, and when no longer; in seconds since the beginning."""

    def __init__(self):
        self.began = time.monotonic()
        self.fired, self.cleared, self.words, self.before, self.after = {}, {}, {}, set(), set()

    def look(self):
        now, seen = round(time.monotonic() - self.began), monitoring.firing()
        for name, alerts in seen.items():
            self.fired.setdefault(name, now)
            self.words.setdefault(name, alerts[0]["annotations"]["summary"])
            self.cleared.pop(name, None)
        for name in set(self.fired) - set(seen):
            self.cleared.setdefault(name, now)
        return set(seen)

    def watch(self, done, seconds):
        """Looks until `done(names that fire now)`, or for so long: what did not come is for the tests to say."""
        with contextlib.suppress(AssertionError):
            until(lambda: done(self.look()), seconds, "what is waited for", every=2)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Everything breaks, is seen to, and is mended: about ten minutes, most of them the window of five in AuthFailures
    and the minute or two a changed Secret takes to be served."""
    place = tmp_path_factory.mktemp("monitoring")
    jobs.repository()
    jobs.back_up()
    # Where "lab web" was, a webmail promises backups too.
    if WEBMAIL_REPORTS.exists():
        dav.principal("erin").calendars()
        assert jobs.back_up_webmail()[0]
    good = cluster.secret("mail-tls-ecdsa")["tls.crt"]
    with oncall.listening(place) as told, monitoring.running(place, told):
        found = Story()
        found.told = told
        found.before = found.look()
        try:
            patch_certificate(ending_certificate(good))
            fill_queue()
            partial, words = jobs.run("backup", jobs.without("DAC_READ_SEARCH"))
            assert not partial and jobs.report(words)["status"] == 3, words
            age_backup(27)
            guess_passwords()
            found.watch(lambda names: set(SEVERITY) - {"RspamdDown"} <= names, 240)
            # Not for long: a container that answers nothing for a minute is started anew.
            with cluster.frozen("rspamd"):
                found.watch(lambda names: "RspamdDown" in names, 50)
        finally:
            patch_certificate(good)
            cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)
            jobs.back_up()
        found.watch(lambda names: not set(SEVERITY) & names, 480)
        # A minute's patience counts a second, so whatever an hour's patience would tell is told by now.
        found.watch(lambda names: names <= set(ALWAYS) | OF_THE_MACHINE, 90)
        found.after = found.look()
        # The word of the last one has to come as well.
        with contextlib.suppress(AssertionError):
            until(lambda: all(told.mailed("RESOLVED", name) for name in SEVERITY), 60, "all is told", every=1)
        yield found
    cluster.wait_ready(180)


@pytest.mark.parametrize("name", SEVERITY)
def test_alert_fires_when_it_happens_and_clears_when_it_is_mended(name, story, record_property):
    """A queue of 40, Rspamd frozen, a certificate of ten days, a backup of yesterday, 130 wrong passwords, and a backup
    that lacked the right to read: each must be quiet before, fire while it lasts, and clear after it was mended."""
    assert name not in story.before, f"{name} fired before anything was wrong"
    assert name in story.fired, f"{name} never fired; seen: {story.fired}"
    assert name in story.cleared, f"{name} fired after {story.fired[name]} s and never cleared"
    record_property("measured", f"{name}: fires after {story.fired[name]} s ({story.words[name]}), clear after {story.cleared[name]} s")


@pytest.mark.parametrize("name", SEVERITY)
def test_people_are_told_when_it_begins_and_when_it_ends(name, story):
    """Through Alertmanager's own routes: by mail over TLS with a login, and a critical one by the hook with its token."""
    assert story.told.mailed("FIRING", name) and story.told.mailed("RESOLVED", name), story.told.mails
    critical = SEVERITY[name] == "critical"
    assert (story.told.paged("firing", name), story.told.paged("resolved", name)) == (critical, critical), story.told.pages
    assert story.told.turned_away == []


def test_dead_man_s_switch_hears_that_monitoring_is_alive(story):
    """Again and again, and nothing else."""
    assert len(story.told.heartbeats) > 5
    assert {alert["labels"]["alertname"] for alert in story.told.heartbeats} == {"Watchdog"}


def test_nothing_else_fires_once_all_is_mended(story):
    """A rule that fires on a platform that is well teaches everybody to look away. The list of what does has its reasons,
    and must hold both ways."""
    assert story.after - OF_THE_MACHINE == set(ALWAYS)
