"""A site's lists in a folder, and the program as an operator calls it."""

import pathlib
import subprocess
import sys

import pytest

USERS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(USERS))
MAPS = USERS.parent / "base/mail/postfix/maps"


class Site:
    def __init__(self, folder):
        self.folder = folder
        for name in ("mailboxes", "aliases", "sender_login"):
            (folder / name).write_text((MAPS / name).read_text())       # the shipped ones
        self.where = ["--users", str(folder / "users")]

    def run(self, *words, text=None):
        return subprocess.run([sys.executable, str(USERS / "mail-user"), "--domain", "gaudy.test", "--maps", str(self.folder), *self.where, *words],
                              input=text, capture_output=True, text=True, timeout=60, check=False)

    def good(self, *words, text=None):
        answer = self.run(*words, text=text)
        assert answer.returncode == 0, answer.stderr
        return answer

    def refused(self, word, *words, text=None):
        files = self.files()
        answer = self.run(*words, text=text)
        assert answer.returncode == 1 and word in answer.stderr and answer.stderr.count("\n") == 1, answer.stderr
        assert self.files() == files, "refused, and something was written"

    def files(self):
        return {path.name: path.read_text() for path in self.folder.iterdir()}

    def passwd(self):
        from mailuser.passwd import Passwd
        return Passwd((self.folder / "users").read_text())


PASSWORD = "correct horse battery\n"


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    made.good("add", "kim@gaudy.test", text=PASSWORD)
    return made
