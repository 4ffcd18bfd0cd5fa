"""The nightly run, with a real restic."""

import json
import os
import shutil
import time

import pytest
from conftest import Site

NOBODY = 65534


def test_a_run_leaves_a_snapshot_a_manifest_and_a_report(site):
    (site.mail / "gaudy.test/alice/Maildir/dovecot.index.cache").write_text("made anew")
    (site.mail / "gaudy.test/alice/Maildir/dovecot-uidlist").write_text("3 V1")
    (site.mail / "gaudy.test/alice/Maildir/tmp").mkdir()
    (site.mail / "gaudy.test/alice/Maildir/tmp/half").write_text("under way")
    site.good("run")
    report = site.report("backup")
    assert (report["status"], report["messages"], report["attempts"], report["missing"]) == (0, 25, 1, [])
    assert report["last_success"] and report["last_success"] <= report["ended"]
    listed = site.restic("ls", report["snapshot"])
    assert "dovecot-uidlist" in listed and "spool/deferred/4Vg1" in listed
    assert "dovecot.index" not in listed and "tmp/half" not in listed
    tags = [snapshot["tags"] for snapshot in json.loads(site.restic("snapshots", "--json"))]
    assert sorted(tags) == sorted([["mail"], ["manifest", report["snapshot"]]])


def test_a_user_called_tmp_is_a_user(site):
    site.deliver("tmp", 1)
    site.deliver("cur", 2)
    site.good("run")
    assert site.report("backup")["messages"] == 27
    assert site.report("backup")["attempts"] == 1


def test_without_a_repository_nothing_is_made(tmp_path):
    site = Site(tmp_path)
    site.deliver("alice", 1)
    answer = site.run("run")
    assert answer.returncode not in (0, 3)
    assert site.report("backup")["last_success"] is None and "repository" in site.report("backup")["error"]
    assert not (tmp_path / "repo").exists()


def test_a_failure_keeps_the_time_of_the_last_success(site):
    site.good("run")
    first = site.report("backup")["last_success"]
    shutil.move(site.folder / "repo", site.folder / "away")
    time.sleep(1.1)
    assert site.run("run").returncode != 0
    assert site.report("backup")["last_success"] == first and site.report("backup")["status"] != 0
    shutil.move(site.folder / "away", site.folder / "repo")
    site.good("run")
    assert site.report("backup")["last_success"] > first


def shim(site, text):
    """Puts a program named restic before the real one; "$REAL" is that."""
    folder = site.folder / "bin"
    folder.mkdir()
    (folder / "restic").write_text("#!/bin/sh\n" + text)
    (folder / "restic").chmod(0o755)
    site.environment["REAL"] = shutil.which("restic")
    site.environment["PATH"] = f"{folder}:{site.environment['PATH']}"


ONCE = 'case "$*" in *"--tag mail "*) if [ -e {flag} ]; then rm {flag}; {deed}; fi;; esac\nexec "$REAL" "$@"\n'


def test_a_message_moved_past_restic_is_found_on_the_second_try(site):
    """Its folder is not there during the pass and is there before and after it: as if it moved into a folder already read."""
    flag, box, away = site.folder / "flag", site.mail / "gaudy.test/bob", site.folder / "bob"
    flag.touch()
    shim(site, ONCE.format(flag=flag, deed=f'mv {box} {away}; "$REAL" "$@"; mv {away} {box}; exit 0'))
    site.good("run")
    report = site.report("backup")
    assert (report["attempts"], report["messages"], report["missing"]) == (2, 25, [])


def test_a_message_that_stays_missing_is_a_partial_backup(site):
    box, away = site.mail / "gaudy.test/bob", site.folder / "bob"
    shim(site, f'case "$*" in *"backup"*"--tag mail "*) mv {box} {away}; "$REAL" "$@"; mv {away} {box}; exit 0;; esac\nexec "$REAL" "$@"\n')
    answer = site.run("run")
    report = site.report("backup")
    assert (answer.returncode, report["status"], report["attempts"]) == (3, 3, 2)
    assert len(report["missing"]) == 5 and "gaudy.test/bob" in report["missing"][0]
    assert report["last_success"] is None


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, to become a root that may not read everything")
def test_a_file_that_cannot_be_read_is_tried_twice_and_told(site):
    secret = site.deliver("alice", 99)
    secret.chmod(0o600)
    os.chown(secret, NOBODY, NOBODY)
    site.prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    answer = site.run("run")
    assert answer.returncode == 3, answer.stderr
    report = site.report("backup")
    assert (report["status"], report["attempts"], len(report["missing"]), report["messages"]) == (3, 2, 1, 25)


def test_a_message_deleted_during_the_run_is_not_missed(site):
    flag, gone = site.folder / "flag", site.deliver("carol", 77)
    flag.touch()
    shim(site, ONCE.format(flag=flag, deed=f"rm {gone}"))
    site.good("run")
    assert site.report("backup")["messages"] == 25


def test_hashes_are_remembered_but_a_changed_file_is_read_again(site):
    from mailbackup.maildir import Hashes
    path = site.deliver("alice", 99)
    cache = str(site.folder / "h.json")
    first = Hashes(cache)
    before = first.of(path)
    first.save()
    again = Hashes(cache)
    assert len(again.known) == 1 and again.of(path) == before
    path.write_text("other")
    assert again.of(path) != before
    (site.folder / "h.json").write_text("{broken")
    assert Hashes(cache).known == {}


def test_two_at_once_are_refused(site):
    import fcntl
    (site.folder / "cache").mkdir(exist_ok=True)
    with open(site.folder / "cache/lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = site.run("run")
    assert answer.returncode == 1 and "another job" in answer.stderr


def test_words_that_are_no_command(site):
    answer = site.run("destroy")
    assert answer.returncode == 1 and "usage" in answer.stderr
