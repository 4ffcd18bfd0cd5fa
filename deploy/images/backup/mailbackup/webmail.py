"""The webmail's database, calendars and contacts: each night a dump into the repository, and the drill for it. What is no
whole dump never becomes a snapshot: it is read to its end first, and one without a single row is no backup of anything."""

import json
import os
import time

from .drill import OLDEST_CANARY, empty, seconds
from .maildir import write_whole
from .postgres import PostgresError, count, dump, load, rows, server
from .report import leave, now
from .restic import ResticError, made, newest, restic, snapshots

WEBMAIL = "webmail"
DUMP, ROWS = "webmail.dump", "rows.json"


def run(settings):
    """Dump, look, keep: a failure on the way leaves a report and no snapshot."""
    started, facts = now(), {}
    try:
        empty(settings.dump)
        path = os.path.join(settings.dump, DUMP)
        with open(settings.database_password, encoding="utf-8") as file:
            password = file.read().strip()
        dump(path, password, settings.without_rows, settings.timeout)
        tables = rows(path, settings.timeout)
        facts.update(bytes=os.path.getsize(path), rows=sum(tables.values()), tables=tables)
        if not facts["rows"]:
            raise PostgresError("not one row in the whole database: it is not the one people use")
        write_whole(os.path.join(settings.dump, ROWS), json.dumps(tables))
        _, text = restic(settings, "backup", "--json", "--host", WEBMAIL, "--tag", WEBMAIL, "--", settings.dump)
        facts["snapshot"] = made(text)
    except (PostgresError, ResticError, OSError) as error:
        return leave(settings, WEBMAIL, failed(error), started, error=str(error), **facts)
    finally:
        empty(settings.dump)
    return leave(settings, WEBMAIL, 0, started, **facts)


def drill(settings):
    """The newest dump out of the repository into a new server; every table has the rows it had that night."""
    started, clock, facts = now(), time.monotonic(), {}
    try:
        empty(settings.scratch)
        snapshot = newest(snapshots(settings), WEBMAIL)
        if not snapshot:
            raise PostgresError("the repository holds no dump of the webmail")
        facts.update(snapshot=snapshot["id"], age_seconds=int(time.time() - seconds(snapshot["time"])))
        restic(settings, "restore", snapshot["id"], "--target", os.path.join(settings.scratch, "files"))
        files = found(os.path.join(settings.scratch, "files"))
        if not {DUMP, ROWS} <= files.keys():
            raise PostgresError(f"snapshot {snapshot['id'][:8]} lacks {DUMP} or {ROWS}: it holds {sorted(files)}")
        with open(files[ROWS], encoding="utf-8") as file:
            expected = json.load(file)
        with server(os.path.join(settings.scratch, "server"), settings.timeout) as place:
            load(files[DUMP], place, settings.timeout)
            facts.update(compare(expected, count(place, settings.timeout)))
            facts["elapsed_seconds"] = round(time.monotonic() - clock, 1)
    except (PostgresError, ResticError, OSError, ValueError) as error:
        return leave(settings, f"{WEBMAIL}-drill", failed(error), started, error=str(error), **facts)
    finally:
        empty(settings.scratch)
    wrong = [name for name, is_wrong in (("rows", facts["different"]), ("empty", not facts["expected"]), ("old", facts["age_seconds"] > OLDEST_CANARY))
             if is_wrong]
    return leave(settings, f"{WEBMAIL}-drill", 1 if wrong else 0, started, failed=wrong, **facts)


def compare(expected, restored):
    """What was noted that night against what came back. Tables that were dumped without their rows are not noted."""
    return {
        "expected": sum(expected.values()), "restored": sum(restored.get(table, 0) for table in expected),
        "tables": {table: {"expected": number, "restored": restored.get(table, 0)} for table, number in expected.items()},
        "different": sorted(table for table, number in expected.items() if restored.get(table) != number),
    }


def found(root):
    """{name: path} of the files below, whatever folder they were backed up from."""
    return {name: os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names}


def failed(error):
    """The status to end with: restic's own, but never 3, which speaks of a backup that lacks some of the mail."""
    status = getattr(error, "status", 1)
    return 1 if status == 3 else status
