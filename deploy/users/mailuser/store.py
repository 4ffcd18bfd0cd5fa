"""Where the lists are: the maps are files of the site's overlay, in Git; the logins are a file, or the Secret of a cluster."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import time

from .errors import UserError

SEEN = 150              # seconds the kubelet may take to bring a changed Secret into the pod
DOVECOT = ("exec", "--namespace", "mail", "daemonset/mail", "--container", "dovecot", "--")
SECRET = ("secret", "mail-users", "--namespace", "mail")


class FileStore:
    def __init__(self, path):
        self.path = path

    def read(self):
        try:
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def write(self, text, mode=0o600):
        """Whole or not at all; a list of passwords is for its owner alone."""
        descriptor = os.open(self.path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".new", self.path)

    def told(self, _address):
        """Nobody is logged in to a file."""


class ClusterStore:
    """The Secret, replaced only as it was read: two people at once do not undo each other. Its text goes to kubectl
    by standard input, never on a command line."""

    def __init__(self, context):
        self.kubectl = ["kubectl", *(["--context", context] if context else [])]
        self.seen = None

    def run(self, *words, text=None):
        try:
            answer = subprocess.run([*self.kubectl, *words], input=text, capture_output=True, text=True, timeout=60, check=False)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise UserError(f"kubectl {words[0]}: {error}") from error
        if answer.returncode != 0:
            raise UserError(f"kubectl {words[0]}: {answer.stderr.strip()[:300]}")
        return answer.stdout

    def read(self):
        self.seen = json.loads(self.run("get", *SECRET, "--output", "json"))
        return base64.b64decode(self.seen["data"]["users"]).decode()

    def write(self, text):
        self.seen["data"]["users"] = base64.b64encode(text.encode()).decode()
        self.run("replace", "--filename", "-", text=json.dumps(self.seen))

    def told(self, address):
        """Ends the sessions of a person whose password no longer holds: once the pod has the new list, as whoever is put
        out before that comes back with the old password."""
        self.wait_until_seen()
        self.run(*DOVECOT, "doveadm", "auth", "cache", "flush", address)
        try:
            self.run(*DOVECOT, "doveadm", "kick", address)
        except UserError as error:
            # doveadm's way to say that nobody was logged in.
            if "exit code 68" not in str(error):
                raise UserError(f"{error}; the lists are changed, and sessions that were open may still be: doveadm kick {address}") from error

    def wait_until_seen(self):
        wanted = hashlib.sha256(base64.b64decode(self.seen["data"]["users"])).hexdigest()
        end = time.monotonic() + SEEN
        print("mail-user: waiting until the pod has the new list", file=sys.stderr)
        while not self.run(*DOVECOT, "sha256sum", "/run/dovecot/users").startswith(wanted):
            if time.monotonic() > end:
                raise UserError(f"the Secret is changed, and the pod has not seen it after {SEEN} s: look at the pod, then run: doveadm kick")
            time.sleep(2)
