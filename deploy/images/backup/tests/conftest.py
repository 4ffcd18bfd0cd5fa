"""A mail tree, an empty repository and the program, in a temporary folder."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import pytest

BACKUP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BACKUP))


class Site:
    def __init__(self, folder, repository=None, **environment):
        self.folder = folder
        self.mail = folder / "mail"
        self.prefix = []
        self.environment = {
            **os.environ, "RESTIC_REPOSITORY": repository or str(folder / "repo"), "RESTIC_PASSWORD": "made for this test",
            "BACKUP_PATHS": f"{self.mail} {folder / 'spool'}", "BACKUP_MAIL": str(self.mail), "BACKUP_STATUS": str(folder / "status"),
            "BACKUP_CACHE": str(folder / "cache"), "BACKUP_SCRATCH": str(folder / "scratch"), "BACKUP_OWNER": f"{os.getuid()}:{os.getgid()}",
            **environment}
        (folder / "spool/deferred").mkdir(parents=True)
        (folder / "spool/deferred/4Vg1").write_text("a queued message")

    def deliver(self, user, number, text="hello", age=0, folder="new", flags=""):
        place = self.mail / "gaudy.test" / user / "Maildir" / folder
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{int(time.time()) - age}.M{number}P7.mail{flags}"
        path.write_text(f"Message-ID: <{number}@gaudy.test>\n\n{text} {number}\n")
        return path

    def run(self, *words):
        return subprocess.run([*self.prefix, sys.executable, str(BACKUP / "backup"), *words], env=self.environment,
                              capture_output=True, text=True, timeout=300, check=False)

    def good(self, *words):
        answer = self.run(*words)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer

    def report(self, kind):
        return json.loads((self.folder / "status" / f"{kind}.json").read_text())

    def restic(self, *words):
        return subprocess.run(["restic", *words], env=self.environment, capture_output=True, text=True, timeout=300, check=True).stdout


@pytest.fixture(scope="session")
def empty_repository(tmp_path_factory):
    """Made once and copied: to make a key takes restic a second each time."""
    made = Site(tmp_path_factory.mktemp("first"))
    made.good("init")
    return made.folder / "repo"


@pytest.fixture
def site(tmp_path, empty_repository):
    made = Site(tmp_path)
    for number in range(20):
        made.deliver("alice", number)
    for number in range(20, 25):
        made.deliver("bob", number, folder=".Sent/cur", flags=":2,S")
    shutil.copytree(empty_repository, tmp_path / "repo")
    return made
