"""Where things are. Repository and passwords are restic's own environment variables."""

import os
from dataclasses import dataclass, field


@dataclass
class Settings:
    paths: list                         # what is backed up
    mail: str                           # the Maildirs among it: MAIL/DOMAIN/USER/…
    status: str                         # folder of the reports
    cache: str                          # restic's cache, and ours of hashes
    scratch: str = ""                   # the drill's room
    canary: str = ""                    # DOMAIN/USER of the mailbox that gets a message every hour
    owner: tuple = (5000, 5000)         # who must own restored mail
    timeout: int = 6 * 3600             # of one restic command
    exclude: list = field(default_factory=list)
    dump: str = ""                      # room for the dump of the webmail's database; which one is libpq's environment
    database_password: str = ""         # file with its password
    without_rows: list = field(default_factory=list)    # tables whose rows nobody misses


def from_environment():
    return Settings(
        # The jobs of the webmail have none.
        paths=os.environ.get("BACKUP_PATHS", "").split(),
        mail=os.environ.get("BACKUP_MAIL", ""),
        status=os.environ["BACKUP_STATUS"],
        cache=os.environ["BACKUP_CACHE"],
        scratch=os.environ.get("BACKUP_SCRATCH", ""),
        canary=os.environ.get("BACKUP_CANARY", ""),
        owner=tuple(int(word) for word in os.environ.get("BACKUP_OWNER", "5000:5000").split(":")),
        timeout=int(os.environ.get("BACKUP_TIMEOUT", str(6 * 3600))),
        # What Dovecot makes anew: indexes and search; and deliveries under way.
        exclude=os.environ.get("BACKUP_EXCLUDE", "dovecot.index* dovecot.list.index* fts-* xapian-indexes").split(),
        dump=os.environ.get("BACKUP_DUMP", ""),
        database_password=os.environ.get("BACKUP_DATABASE_PASSWORD", ""),
        without_rows=os.environ.get("BACKUP_WITHOUT_ROWS", "").split(),
    )
