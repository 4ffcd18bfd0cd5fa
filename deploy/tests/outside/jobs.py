"""Jobs of the site's CronJobs, started by hand as an operator does it."""

import contextlib
import json
import secrets

from . import cluster
from .wait import until


def run(cronjob, change=None, seconds=300, namespace="mail"):
    """(whether it succeeded, what it said). `change` alters the container of this one job before it starts."""
    here = ("--namespace", namespace)
    name = f"{cronjob}-{secrets.token_hex(4)}"
    # kubectl create job --from asks for an API version this server does not have.
    spec = cluster.get("cronjob", cronjob, *here)["spec"]["jobTemplate"]["spec"]
    if change:
        change(spec["template"]["spec"]["containers"][0])
    cluster.kubectl("apply", "-f", "-", *here, text=json.dumps({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}))
    try:
        status = until(lambda: ended(name, here), seconds, f"the job {name} ends", every=1)
        return status.get("succeeded") == 1, cluster.kubectl("logs", f"job/{name}", "--tail=-1", *here)
    finally:
        with contextlib.suppress(AssertionError):
            cluster.kubectl("delete", "job", name, "--wait=true", *here, timeout=120)


def ended(name, here):
    status = cluster.get("job", name, *here)["status"]
    return status if status.get("succeeded") or status.get("failed") else None


def report(words):
    """The report of a backup job: the line of JSON on its output."""
    lines = [line for line in words.splitlines() if line.startswith('{"kind"')]
    assert len(lines) == 1, f"expected one report, found {len(lines)} in: {words[-2000:]}"
    return json.loads(lines[0])


# What is done with the repository.

def repository():
    """Made once in the life of a lab; the store forgets it when the lab goes down."""
    succeeded, words = run("backup", arguments("init"))
    assert succeeded or "already" in words, words


def back_up():
    """The nightly job; its report."""
    succeeded, words = run("backup")
    assert succeeded, words
    return report(words)


def back_up_webmail(change=None):
    """The same of the webmail's database: (whether it succeeded, its report)."""
    succeeded, words = run("webmail-backup", change, namespace="mail-web")
    return succeeded, report(words)


def arguments(*words):
    return lambda container: container.update(args=list(words))


def shell(script):
    """The job's container, with its rights and volumes, running something else."""
    return lambda container: container.update(command=["sh", "-euc", script], args=[])


def without(capability):
    def change(container):
        container["securityContext"]["capabilities"]["add"].remove(capability)
    return change
