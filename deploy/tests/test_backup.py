"""Backups as the night makes them: the site's own jobs, into the lab's S3 store, and out of it again."""

import hashlib
import json
import re

import pytest

from outside import clients, cluster, jobs, lab, monitoring, people, smtp
from outside.mailboxes import arrives
from outside.message import Mail
from outside.wait import until

VMAIL = lab.VAR / "volumes/vmail"
STATUS = lab.VAR / "volumes/state/backup"
# Not by the code that makes the backups: restic alone, and every file's hash.
RESTORE = ("restic --no-cache --quiet restore latest --tag mail --target /scratch >&2; cd /scratch/data; "
           "find . -type f -exec sha256sum {} +")


@pytest.fixture(scope="module", autouse=True)
def repository():
    jobs.repository()
    yield
    # Whoever comes later finds a whole backup.
    jobs.back_up()


def hashes(root):
    """(folder of the mailbox, base name of the message) -> SHA-256, of everything that is delivered."""
    found = {}
    for path in root.rglob("*"):
        if path.is_file() and path.parent.name in ("cur", "new") and len(path.relative_to(root).parts) > 3:
            found[identity(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def identity(path):
    """A message that is read moves from new to cur and gets flags behind a colon; its name up to there stays."""
    return str(path.parent.parent), path.name.partition(":")[0]


def restored(words):
    """Path below /data -> SHA-256, as the job in the scratch volume counted it."""
    return {path: digest for digest, path in re.findall(r"^([0-9a-f]{64})  \./(.+)$", words, re.MULTILINE)}


def last_report(kind):
    return json.loads((STATUS / f"{kind}.json").read_text())


def probe_sees(kind, status):
    until(lambda: monitoring.probe_says("mail_backup_last_status", kind=kind) == status, 120, f"the probe says status {status} of {kind}", every=3)


def test_every_message_of_the_night_s_snapshot_comes_back_the_same():
    """Messages small and of a megabyte, the queue and the DKIM keys: restored to an empty volume by restic alone, each
    has the hash it has in the live volume."""
    for size in (0, 1_000_000):
        mail = Mail("anna@partner.test", "alice@gaudy.test", attachments=[("data.bin", bytes(range(256)) * (size // 256))] if size else ()).sign()
        assert smtp.send(mail)[0] == 250
        arrives("alice", mail.token)
    waiting = Mail("alice@gaudy.test", "someone@dead.test")
    assert smtp.submit(waiting, people.address("alice"), people.password("alice"), source=clients.fresh())[0] == 250
    cluster.deferred(waiting.token)
    queue_ids = {entry["queue_id"] for entry in cluster.queued("someone@dead.test")}

    before = hashes(VMAIL)
    report = jobs.back_up()
    after = hashes(VMAIL)
    stayed = {key: digest for key, digest in before.items() if after.get(key) == digest}
    assert len(stayed) >= 2 and report["status"] == 0 and report["missing"] == []
    # What comes while the job looks may be in it as well.
    assert len(stayed) <= report["messages"] <= len(after)

    succeeded, words = jobs.run("restore-drill", jobs.shell(RESTORE))
    assert succeeded, words
    files = restored(words)
    mails = {identity(lab.Path(path).relative_to("vmail")): digest for path, digest in files.items()
             if path.startswith("vmail/") and path.split("/")[-2] in ("cur", "new")}
    assert {key: mails.get(key) for key in stayed} == stayed
    assert queue_ids and queue_ids <= {path.split("/")[-1] for path in files if path.startswith("spool/")}
    for name, key in cluster.secret("mail-dkim").items():
        assert [digest for path, digest in files.items() if path.startswith("secrets/dkim/") and path.endswith(f"/{name}")] == [hashlib.sha256(key).hexdigest()]
    cluster.execute("postfix", "postsuper", "-d", "ALL", check=False)


def test_restore_drill_reports_for_machines_what_it_found(record_property):
    """The job as it is shipped: its report says how many messages came back and how, on its output and in the volume, and
    the probe takes it from there."""
    made = jobs.back_up()
    succeeded, words = jobs.run("restore-drill")
    report = jobs.report(words)
    assert succeeded and report == last_report("drill")
    assert (report["kind"], report["status"], report["failed"]) == ("drill", 0, [])
    assert report["snapshot"].startswith(made["snapshot"]) and report["expected"] == report["equal"] == made["messages"] > 0
    assert [report[name]["count"] for name in ("missing", "different", "wrong_owner")] == [0, 0, 0]
    assert sum(box["expected"] for box in report["mailboxes"].values()) == report["expected"]
    record_property("measured", f"restore drill: {report['equal']} of {report['expected']} messages equal in {report['elapsed_seconds']} s")
    probe_sees("drill", 0)


@pytest.mark.soak
def test_restore_drill_fails_for_a_backup_that_was_cut_off():
    """A run killed before its manifest leaves a snapshot nobody can measure; the drill must not pass on an older one."""
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    assert smtp.send(mail)[0] == 250
    arrives("alice", mail.token)
    succeeded, words = jobs.run("backup", jobs.shell("restic --no-cache --quiet backup --host mail --tag mail /data/vmail"))
    assert succeeded, words
    succeeded, words = jobs.run("restore-drill")
    report = jobs.report(words)
    assert not succeeded and report["status"] != 0 and "manifest" in report["error"]
    probe_sees("drill", report["status"])
    jobs.back_up()
    succeeded, words = jobs.run("restore-drill")
    assert succeeded, words


def test_backup_that_could_not_read_everything_says_3_and_keeps_its_last_success():
    """restic's own status 3, from a job without the right to read other people's files. The alert is test_alerts.py's."""
    good = jobs.back_up()
    succeeded, words = jobs.run("backup", jobs.without("DAC_READ_SEARCH"))
    report = jobs.report(words)
    assert not succeeded and report["status"] == 3 and report["attempts"] == 2
    assert report == last_report("backup") and report["last_success"] == good["last_success"]
    probe_sees("backup", 3)
    jobs.back_up()
    probe_sees("backup", 0)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["check", "prune"])
def test_upkeep_of_the_repository(kind):
    """The weekly jobs, each with the Secret it has."""
    succeeded, words = jobs.run(f"backup-{kind}")
    assert succeeded and jobs.report(words) == last_report(kind)
    probe_sees(kind, 0)
