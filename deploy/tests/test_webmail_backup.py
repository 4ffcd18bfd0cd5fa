"""The webmail's database in the night's backups: lost and restored as the component's README says, and never half."""

import json
import os
import re
import shutil
import subprocess

import pytest

from outside import cluster, dav, jobs, lab, monitoring
from outside.wait import until

README = lab.HOME.parent / "components/webmail-sogo/README.md"
VOLUME = lab.VAR / "volumes/webmail"
STATUS = lab.VAR / "volumes/state/webmail-backup"
USER = "carol"
WEB = ("--namespace", "mail-web")


@pytest.fixture(scope="module", autouse=True)
def repository():
    jobs.repository()
    yield
    # Whoever comes later finds a webmail that somebody uses, and a whole backup of it.
    scale(1)
    dav.principal(USER).calendars()
    assert jobs.back_up_webmail()[0]


def scale(number):
    cluster.kubectl("scale", "deployment/webmail", f"--replicas={number}", *WEB)
    if number:
        cluster.kubectl("rollout", "status", "deployment/webmail", "--timeout=180s", *WEB, timeout=200)
        serves()
    else:
        until(lambda: not cluster.get("pods", "--selector", "app.kubernetes.io/name=webmail", *WEB)["items"], 120, "the webmail's pod is gone", every=1)


def serves():
    """A pod that is ready is not yet known to the node's proxy, nor its predecessor forgotten."""
    until(lambda: dav.ask("PROPFIND", "/SOGo/dav/", USER, headers={"Depth": "0"}).status_code == 207, 60, "the webmail answers", every=1)


def snapshots():
    succeeded, words = jobs.run("webmail-backup", jobs.shell("restic --no-cache --quiet snapshots --json --tag webmail"), namespace="mail-web")
    assert succeeded, words
    return [one["id"] for one in json.loads(next(line for line in words.splitlines() if line.startswith("[")))]


def last_report(kind):
    return json.loads((STATUS / f"{kind}.json").read_text())


def probe_sees(kind, status):
    until(lambda: monitoring.probe_says("mail_backup_last_status", kind=kind) == status, 120, f"the probe says status {status} of {kind}", every=3)


def environment(**values):
    def change(container):
        container["env"] = [entry for entry in container["env"] if entry["name"] not in values]
        container["env"] += [{"name": name, "value": value} for name, value in values.items()]
    return change


def restore(place):
    """The commands of the README's section "Restore", by a shell, word for word."""
    section = README.read_text().split("## Restore", 1)[1]
    script = re.search(r"^```\n(.+?)^```$", section, re.MULTILINE | re.DOTALL)[1]
    # What an operator has on the PATH: kubectl, with the cluster's configuration.
    program = place / "bin/kubectl"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in ("nsenter", f"--net={lab.NODE_NETWORK}", "--", *lab.KUBECTL)) + ' "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400,
                          env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_calendar_and_contact_come_back_after_the_database_is_lost(tmp_path, record_property):
    """Made by CalDAV and CardDAV, backed up, the volume emptied, restored by the README's commands alone. While the
    database is away the job fails, says so where people look, and leaves no snapshot."""
    uid = os.urandom(8).hex()
    calendar = dav.principal(USER).calendars()[0]
    calendar.save_event(dav.event(uid, "To be kept"))
    assert dav.put_card(USER, uid, family="Kept", given="Karla").status_code == 201
    succeeded, report = jobs.back_up_webmail()
    assert succeeded and report == last_report("webmail") and (report["kind"], report["status"]) == ("webmail", 0)
    assert report["rows"] == sum(report["tables"].values()) > 0 and report["tables"]["sogo_folder_info"] > 0
    assert "sogo_sessions_folder" not in report["tables"]
    before = snapshots()
    assert before[-1].startswith(report["snapshot"])

    scale(0)
    failed, words = jobs.back_up_webmail()
    assert not failed and words["status"] == 1 and "connection to server" in words["error"]
    assert words["last_success"] == report["last_success"]
    for entry in VOLUME.iterdir():
        shutil.rmtree(entry)
    scale(1)
    assert dav.card(USER, uid) is None and (uid, "To be kept") not in dav.events(dav.principal(USER).calendars()[0])
    assert snapshots() == before
    probe_sees("webmail", 1)

    restore(tmp_path)
    serves()
    assert dav.card(USER, uid) == ("Karla Kept", "tessa@partner.test")
    assert (uid, "To be kept") in dav.events(dav.principal(USER).calendars()[0])
    assert list(tmp_path.glob("*.dump")) == []


def test_restore_drill_counts_every_row_again():
    """The job as it is shipped: the dump into a new PostgreSQL, which counts for itself."""
    made = jobs.back_up_webmail()[1]
    succeeded, words = jobs.run("webmail-restore-drill", namespace="mail-web")
    report = jobs.report(words)
    assert succeeded and report == last_report("webmail-drill")
    assert (report["kind"], report["status"], report["failed"], report["different"]) == ("webmail-drill", 0, [], [])
    assert report["snapshot"].startswith(made["snapshot"]) and report["expected"] == report["restored"] == made["rows"] > 0
    assert {table: numbers["restored"] for table, numbers in report["tables"].items()} == made["tables"]


@pytest.mark.soak
def test_no_snapshot_of_what_is_no_whole_dump():
    """A wrong password; no file larger than four kilobytes, to the dump a disk that is full; a store that is not there."""
    before = snapshots()
    for change, words in ((environment(BACKUP_DATABASE_PASSWORD="/etc/hostname"), "password authentication failed"),
                          (jobs.shell("ulimit -f 8; exec mail-backup webmail"), "pg_dump"),
                          (environment(RESTIC_REPOSITORY="s3:https://s3.test/elsewhere"), "restic backup ended with status")):
        succeeded, report = jobs.back_up_webmail(change)
        assert not succeeded and report == last_report("webmail") and report["status"] not in (0, 3)
        assert words in report["error"] and "snapshot" not in report
    assert snapshots() == before


def test_role_of_the_backup_reads_and_changes_nothing():
    """With what the job has: its password, and the socket. No other role comes that way, and the database's files stay closed."""
    cases = {"psql -qAtc 'SELECT count(*) FROM sogo_folder_info'": "",
             "psql -qAtc 'SET transaction_read_only = off; DELETE FROM sogo_folder_info'": "permission denied",
             "psql -U sogo -qAtc 'SELECT 1'": "no pg_hba.conf entry",
             "cat /database/data/PG_VERSION": "Permission denied",
             "touch /database/x": "Read-only file system"}
    script = 'export PGPASSWORD=$(cat "$BACKUP_DATABASE_PASSWORD")\n' + "".join(
        f"said=$({words} 2>&1) && status=0 || status=$?\necho \"case $status\" $said\n" for words in cases)
    succeeded, said = jobs.run("webmail-backup", jobs.shell(script), namespace="mail-web")
    found = re.findall(r"^case (\d+) (.+)$", said, re.MULTILINE)
    assert succeeded and len(found) == len(cases), said
    for (words, wanted), (status, answer) in zip(cases.items(), found):
        assert (status == "0") == (not wanted) and wanted in answer, (words, status, answer)
