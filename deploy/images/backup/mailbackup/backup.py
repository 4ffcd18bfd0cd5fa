"""The nightly run. Mail comes and goes while it lasts, so it is told afterwards which messages were there all the time,
and the snapshot must hold every one of them; with their hashes they are the manifest a restore is measured by."""

import json
import os

from .maildir import Hashes, listing, write_whole
from .report import leave, now
from .restic import PARTIAL, ResticError, files_of, made, restic

MAIL, MANIFEST = "mail", "manifest"
ATTEMPTS = 2            # restic's 3 often means that a file was renamed under its hands: once more, then tell


def run(settings):
    started = now()
    facts = {"attempts": 0}
    try:
        for attempt in range(1, ATTEMPTS + 1):
            facts["attempts"] = attempt
            status, facts["snapshot"], missing, kept = attempt_once(settings)
            facts.update(messages=len(kept), missing=[" ".join(key) for key in missing[:20]])
            if status == 0 and not missing:
                break
        status = PARTIAL if status or missing else 0
        store_manifest(settings, facts["snapshot"], kept)
    except ResticError as error:
        return leave(settings, "backup", error.status, started, error=str(error), **facts)
    return leave(settings, "backup", status, started, **facts)


def attempt_once(settings):
    """One pass: (restic's status, snapshot, messages it lacks, messages that were there all the time with their hashes)."""
    before = listing(settings.mail)
    # Below DOMAIN/USER alone: a pattern that may match anywhere would one day match a folder above.
    patterns = [f"{settings.mail}/*/*/**/{pattern}" for pattern in ("tmp/*", *settings.exclude)]
    words = [word for pattern in patterns for word in ("--exclude", pattern)]
    status, text = restic(settings, "backup", "--json", "--host", "mail", "--tag", MAIL, *words, "--", *settings.paths, good=(0, PARTIAL))
    snapshot = made(text)
    after = listing(settings.mail)
    stayed = before.keys() & after.keys()
    held = {(mailbox(settings, path), os.path.basename(path).split(":", 1)[0])
            for path in files_of(settings, snapshot) if inside(settings, path)}
    return status, snapshot, sorted(stayed - held), hashed(settings, {key: after[key] for key in stayed & held})


def hashed(settings, paths):
    hashes, kept = Hashes(settings.cache + "/hashes.json"), {}
    for key, path in paths.items():
        try:
            kept[key] = hashes.of(path)
        except FileNotFoundError:
            pass                # gone since: no longer a message that must come back
    hashes.save()
    return kept


def inside(settings, path):
    return path.startswith(settings.mail.rstrip("/") + "/") and os.path.basename(os.path.dirname(path)) in ("cur", "new")


def mailbox(settings, path):
    return "/".join(path[len(settings.mail.rstrip("/")) + 1:].split("/")[:2])


def store_manifest(settings, snapshot, kept):
    """The manifest is a snapshot of its own, tagged with the one it belongs to: it can only be written afterwards."""
    path = settings.cache + "/manifest.json"
    write_whole(path, json.dumps({"snapshot": snapshot, "messages": [[*key, digest] for key, digest in sorted(kept.items())]}))
    restic(settings, "backup", "--host", "mail", "--tag", f"{MANIFEST},{snapshot}", "--", path)
