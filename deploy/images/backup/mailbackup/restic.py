"""restic as a program: argument lists, bounded time, its words passed on as they come."""

import json
import subprocess
import sys

PARTIAL = 3             # restic: a snapshot was made, and some files could not be read


class ResticError(Exception):
    """restic ended with a status that was not expected; `status` is it."""

    def __init__(self, words, status, output):
        super().__init__(f"restic {words[0]} ended with status {status}: {output.strip()[-500:]}")
        self.status = status


def restic(settings, *words, good=(0,)):
    """Runs restic; returns (status, standard output). Its standard error goes to ours as well."""
    command = ["restic", "--cache-dir", settings.cache + "/restic", "--quiet", *words]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=settings.timeout, check=False)
    except FileNotFoundError as error:
        raise ResticError(words, 127, "restic is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise ResticError(words, 124, f"not done after {settings.timeout} s") from error
    sys.stderr.write(answer.stderr)
    if answer.returncode not in good:
        raise ResticError(words, answer.returncode, answer.stderr or answer.stdout)
    return answer.returncode, answer.stdout


def snapshots(settings):
    """All snapshots, oldest first: id, time (as restic writes it) and tags."""
    _, text = restic(settings, "snapshots", "--json")
    return sorted(json.loads(text) or [], key=lambda snapshot: snapshot["time"])


def newest(found, tag):
    """The newest of them with this tag, or None."""
    return next((snapshot for snapshot in reversed(found) if tag in (snapshot.get("tags") or [])), None)


def belongs(mark, snapshot):
    """Whether a mark is the id of a snapshot, whole or as short as older versions of restic tell it."""
    return len(mark) >= 8 and snapshot["id"].startswith(mark)


def made(text):
    """The id of the snapshot that `backup --json` says it made; restic 0.14 tells it short."""
    for line in reversed(text.splitlines()):
        entry = json.loads(line)
        if entry.get("message_type") == "summary":
            return entry["snapshot_id"]
    raise ResticError(["backup"], 1, "no summary, so no snapshot: " + text)


def files_of(settings, snapshot):
    """Every file path of a snapshot."""
    _, text = restic(settings, "ls", "--json", snapshot)
    found = set()
    for line in text.splitlines():
        entry = json.loads(line)
        if entry.get("struct_type") == "node" and entry.get("type") == "file":
            found.add(entry["path"])
    return found
