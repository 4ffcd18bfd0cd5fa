"""The messages of a tree of Maildirs. A message is written once and then only renamed, so its name up to the colon is
its identity, whichever flags it carries and whichever folder it lies in."""

import hashlib
import json
import os
import re

DEPTH = 2               # DOMAIN/USER
BASE = re.compile(r"(\d{9,11})\.")


def messages(root):
    """Yields ((mailbox, base name), path) for every message below root; what vanishes meanwhile is passed over."""
    for folder, names, files in os.walk(root):
        depth = 0 if folder == root else len(os.path.relpath(folder, root).split(os.sep))
        if depth <= DEPTH:
            continue                            # a domain or a user may be called anything
        if os.path.basename(folder) == "tmp":
            names.clear()                       # deliveries under way
        if os.path.basename(folder) not in ("cur", "new"):
            continue
        for name in files:
            yield (mailbox_of(root, folder), name.split(":", 1)[0]), os.path.join(folder, name)


def mailbox_of(root, folder):
    """DOMAIN/USER: the first two names below the root."""
    return "/".join(os.path.relpath(folder, root).split(os.sep)[:DEPTH])


def listing(root):
    return dict(messages(root))


class Hashes:
    """SHA-256 of message files, remembered between runs: a file that did not change is not read again."""

    def __init__(self, path):
        self.path = path
        self.known, self.seen = {}, {}
        try:
            with open(path, encoding="utf-8") as file:
                self.known = {tuple(key): value for key, value in json.load(file)}
        except (OSError, ValueError):
            pass                                # lost or broken: it only saves time

    def of(self, path):
        facts = os.stat(path)
        key = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
        self.seen[key] = self.known.get(key) or sha256(path)
        return self.seen[key]

    def save(self):
        write_whole(self.path, json.dumps([[list(key), value] for key, value in self.seen.items()]))


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def delivered(base):
    """When a message came, in seconds, as its name says; 0 for a name without a time."""
    found = BASE.match(base)
    return int(found.group(1)) if found else 0


def write_whole(path, text):
    """A file that is never seen half written."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
