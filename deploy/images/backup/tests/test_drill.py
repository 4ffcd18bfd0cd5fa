"""The restore drill finds what is wrong with a restore, and passes when nothing is."""

import json
import os

import pytest
from conftest import Site
from mailbackup.drill import seconds


def test_a_whole_restore_passes(site):
    site.good("run")
    answer = site.good("drill")
    report = site.report("drill")
    assert json.loads(answer.stdout.strip().splitlines()[-1]) == report
    assert (report["expected"], report["restored"], report["equal"], report["failed"]) == (25, 25, 25, [])
    assert report["mailboxes"] == {"gaudy.test/alice": {"expected": 20, "restored": 20}, "gaudy.test/bob": {"expected": 5, "restored": 5}}
    assert report["wrong_owner"] == {"count": 0, "first": []}
    assert 0 <= report["canary_age_seconds"] < 300 and report["elapsed_seconds"] > 0
    assert os.listdir(site.folder / "scratch") == []            # nobody's mail is left lying about


def test_flags_set_since_do_not_matter_and_new_mail_neither(site):
    site.good("run")
    for path in (site.mail / "gaudy.test/alice/Maildir/new").iterdir():
        path.rename(path.with_name(path.name + ":2,S"))
    site.deliver("alice", 900)
    site.good("drill")


def test_only_the_newest_snapshot_counts(site):
    site.good("run")
    site.deliver("alice", 901)
    site.good("run")
    site.good("drill")
    assert site.report("drill")["expected"] == 26


def tamper(site, change):
    """Makes the newest mail snapshot differ from its manifest: a changed tree is stored under the manifest's snapshot id."""
    site.good("run")
    snapshot = site.report("backup")["snapshot"]
    change()
    manifest = json.loads((site.folder / "cache/manifest.json").read_text())
    site.restic("backup", "--quiet", "--host", "mail", "--tag", "mail", str(site.mail), str(site.folder / "spool"))
    newest = sorted(json.loads(site.restic("snapshots", "--json", "--tag", "mail")), key=lambda entry: entry["time"])[-1]["id"]
    assert newest != snapshot
    (site.folder / "cache/manifest.json").write_text(json.dumps({**manifest, "snapshot": newest}))
    site.restic("backup", "--quiet", "--host", "mail", "--tag", f"manifest,{newest}", str(site.folder / "cache/manifest.json"))


def test_one_changed_byte_fails(site):
    path = next((site.mail / "gaudy.test/alice/Maildir/new").iterdir())
    tamper(site, lambda: path.write_text(path.read_text().replace("hello", "hellp")))
    assert site.run("drill").returncode == 1
    report = site.report("drill")
    assert report["failed"] == ["different"] and report["different"]["first"] == [f"gaudy.test/alice {path.name}"]
    assert report["last_success"] is None


def test_one_lost_message_fails(site):
    path = next((site.mail / "gaudy.test/bob/Maildir/.Sent/cur").iterdir())
    tamper(site, path.unlink)
    assert site.run("drill").returncode == 1
    report = site.report("drill")
    assert report["failed"] == ["missing"] and report["missing"]["first"] == [f"gaudy.test/bob {path.name.split(':')[0]}"]


def test_a_wrong_owner_fails(site):
    site.environment["BACKUP_OWNER"] = "5000:5000" if os.getuid() != 5000 else "5001:5001"
    site.good("run")
    assert site.run("drill").returncode == 1
    assert site.report("drill")["failed"] == ["wrong_owner"]


def test_an_old_canary_fails_even_when_other_mail_is_new(tmp_path):
    site = Site(tmp_path, BACKUP_CANARY="gaudy.test/canary")
    site.deliver("alice", 1)
    site.deliver("canary", 2, age=27 * 3600)
    site.good("init")
    site.good("run")
    assert site.run("drill").returncode == 1
    assert site.report("drill")["failed"] == ["canary"] and site.report("drill")["canary_age_seconds"] >= 27 * 3600
    site.deliver("canary", 3)
    site.good("run")
    site.good("drill")


@pytest.mark.parametrize("prepare,word", [(lambda site: None, "no snapshot"), (lambda site: site.restic("backup", "--quiet", "--tag", "mail", str(site.mail)), "no manifest")])
def test_what_cannot_be_drilled(site, prepare, word):
    prepare(site)
    assert site.run("drill").returncode != 0
    assert word in site.report("drill")["error"]


def test_an_empty_mail_tree_is_no_success(tmp_path):
    site = Site(tmp_path)
    site.mail.mkdir()
    site.good("init")
    site.good("run")
    assert site.run("drill").returncode == 1
    assert "no message in the manifest" in site.report("drill")["failed"]


@pytest.mark.parametrize("text,value", [("2026-01-02T03:04:05.123456789Z", 1767323045), ("2026-01-02T13:04:05.1+10:00", 1767323045), ("2026-01-02T03:04:05Z", 1767323045)])
def test_times_of_restic(text, value):
    assert seconds(text) == value
