"""What a job leaves behind: one JSON file a kind, which the probe turns into metrics and the console into evidence."""

import json
import os
import sys
import time

from .maildir import write_whole


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def leave(settings, kind, status, started, **facts):
    """Writes the report and prints it. A failure keeps the time of the last success; returns the status."""
    path = os.path.join(settings.status, kind + ".json")
    report = {"kind": kind, "status": status, "started": started, "ended": now(),
              "last_success": now() if status == 0 else last_success(path), **facts}
    write_whole(path, json.dumps(report, indent=1) + "\n")
    json.dump(report, sys.stdout)
    print()
    return status


def last_success(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file).get("last_success")
    except (OSError, ValueError):
        return None
