"""The restore drill: the newest snapshot into an empty place, and every message of its manifest looked at."""

import json
import os
import shutil
import time
from datetime import datetime

from .backup import MAIL, MANIFEST
from .maildir import delivered, listing, sha256
from .report import leave, now
from .restic import ResticError, belongs, newest, restic, snapshots

OLDEST_CANARY = 26 * 3600
SHOWN = 20              # examples of each fault in the report


def drill(settings):
    started, clock = now(), time.monotonic()
    facts = {}
    try:
        found = snapshots(settings)
        mail = newest(found, MAIL)
        if not mail:
            return leave(settings, "drill", 1, started, error="the repository holds no snapshot of mail")
        facts["snapshot"] = mail["id"]
        # Before anything large is moved: without a manifest there is nothing to measure by.
        empty(settings.scratch)
        manifest = restored_manifest(settings, mail, found)
        restic(settings, "restore", mail["id"], "--target", settings.scratch)
    except (ResticError, OSError, ValueError) as error:
        return leave(settings, "drill", getattr(error, "status", 1), started, error=str(error), **facts)
    facts.update(compare(settings, manifest, seconds(mail["time"])))
    facts["elapsed_seconds"] = round(time.monotonic() - clock, 1)
    empty(settings.scratch)
    wrong = [name for name in ("missing", "different", "wrong_owner") if facts[name]["count"]]
    if not manifest:
        wrong.append("no message in the manifest")
    if facts["canary_age_seconds"] is None or facts["canary_age_seconds"] > OLDEST_CANARY:
        wrong.append("canary")
    return leave(settings, "drill", 1 if wrong else 0, started, failed=wrong, **facts)


def compare(settings, manifest, taken):
    """Facts about the restored tree against the manifest; `taken` is when the snapshot was made, in seconds."""
    root = os.path.join(settings.scratch, settings.mail.lstrip("/"))
    restored = listing(root)
    missing = [key for key in manifest if key not in restored]
    different = [key for key, digest in manifest.items() if key in restored and sha256(restored[key]) != digest]
    strangers = [path for path in everything(root) if owner(path) != settings.owner]
    canary = max((delivered(base) for mailbox, base in restored if mailbox == (settings.canary or mailbox)), default=0)
    return {
        "expected": len(manifest), "restored": len(restored), "equal": len(manifest) - len(missing) - len(different),
        "missing": told(map(" ".join, missing)), "different": told(map(" ".join, different)),
        "wrong_owner": told(os.path.relpath(path, root) for path in strangers),
        "mailboxes": per_mailbox(manifest, restored),
        "canary_age_seconds": int(taken - canary) if canary else None,
    }


def per_mailbox(manifest, restored):
    found = {}
    for name, keys in (("expected", manifest), ("restored", restored)):
        for mailbox, _ in keys:
            found.setdefault(mailbox, {"expected": 0, "restored": 0})[name] += 1
    return found


def told(things):
    things = sorted(things)
    return {"count": len(things), "first": things[:SHOWN]}


def everything(root):
    for folder, _, files in os.walk(root):
        yield folder
        yield from (os.path.join(folder, name) for name in files)


def owner(path):
    facts = os.lstat(path)
    return facts.st_uid, facts.st_gid


def restored_manifest(settings, mail, found):
    """{(mailbox, base name): digest} as of the run that made the snapshot of mail."""
    place = os.path.join(settings.scratch, ".manifest")
    manifest = next((snapshot for snapshot in reversed(found) if MANIFEST in (snapshot.get("tags") or [])
                     and any(belongs(tag, mail) for tag in snapshot["tags"])), None)
    if not manifest:
        raise ValueError(f"snapshot {mail['id'][:8]} has no manifest: its run did not end")
    restic(settings, "restore", manifest["id"], "--target", place)
    for folder, _, files in os.walk(place):
        for name in files:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                document = json.load(file)
            shutil.rmtree(place)
            if not belongs(document["snapshot"], mail):
                raise ValueError(f"the manifest belongs to snapshot {document['snapshot'][:8]}")
            return {(mailbox, base): digest for mailbox, base, digest in document["messages"]}
    raise ValueError("the manifest's snapshot is empty")


def seconds(text):
    """restic writes nanoseconds, which datetime does not read."""
    date, _, rest = text.partition(".")
    zone = rest.lstrip("0123456789") or ("Z" if text.endswith("Z") else "")
    return datetime.fromisoformat((date.rstrip("Z") if rest else text.rstrip("Z")) + (zone if zone != "Z" else "+00:00")).timestamp()


def empty(folder):
    """Takes away what is in the scratch volume, which stays itself."""
    os.makedirs(folder, exist_ok=True)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != "lost+found":
            os.unlink(entry.path)
