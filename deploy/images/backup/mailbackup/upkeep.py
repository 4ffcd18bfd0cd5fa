"""Making and keeping the repository: init, prune by the retention, check a seventh of the data each week."""

import time

from .report import leave, now
from .restic import ResticError, restic

RETENTION = ("--keep-daily", "14", "--keep-weekly", "8", "--keep-monthly", "12")


def init(settings):
    """Once, by hand: a job that makes a new repository where it does not find one hides that the old one is gone."""
    restic(settings, "init")
    print("the repository is made; put its password where two people can find it without this cluster")
    return 0


def prune(settings):
    """With the key that may delete. Mail, manifests and the webmail's dumps are kept alike."""
    started = now()
    try:
        for tag in ("mail", "manifest", "webmail"):
            # By host: each manifest has its own tag.
            restic(settings, "forget", "--tag", tag, "--group-by", "host", *RETENTION)
        restic(settings, "prune")
    except ResticError as error:
        return leave(settings, "prune", error.status, started, error=str(error))
    return leave(settings, "prune", 0, started, retention=" ".join(RETENTION))


def check(settings):
    """Structure always, and another seventh of the data each week: in seven weeks every byte was read."""
    started = now()
    subset = f"{int(time.strftime('%V', time.gmtime())) % 7 + 1}/7"
    try:
        restic(settings, "check", f"--read-data-subset={subset}")
    except ResticError as error:
        return leave(settings, "check", error.status, started, subset=subset, error=str(error))
    return leave(settings, "check", 0, started, subset=subset)
