"""The mail pod as its operators see it. What the tests look at from outside they do not ask here."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess

from . import lab
from .wait import until


def run(command, text=None, timeout=60, check=True):
    done = subprocess.run(command, input=text, stdin=None if text is not None else subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=timeout)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command[-6:]))}: {done.stderr.strip() or done.stdout.strip()}")
    return done


def kubectl(*arguments, text=None, timeout=60, check=True):
    """Through the node's network: the API is not to be reached from the internet."""
    return run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", *lab.KUBECTL, *arguments], text, timeout, check).stdout


def on_machine(*command, timeout=60):
    """Where the lab's own shell is: on the machine, not on the internet, and with what has been mounted since."""
    place = f"/proc/{lab.value('LAB_SHELL')}/ns"
    return run(["nsenter", f"--net={place}/net", f"--mount={place}/mnt", "--", *command], timeout=timeout).stdout


def lab_command(*arguments, timeout=300):
    return on_machine(str(lab.HOME / "lab"), *arguments, timeout=timeout)


def get(*arguments):
    return json.loads(kubectl("get", *arguments, "--output", "json"))


def pod():
    """The one pod that is not going away."""
    alive = [item for item in get("pods", "--selector", "app.kubernetes.io/name=mail")["items"]
             if "deletionTimestamp" not in item["metadata"]]
    assert len(alive) == 1, f"expected one mail pod, found {[item['metadata']['name'] for item in alive]}"
    return alive[0]


def ready(state):
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in state["status"].get("conditions", []))


def wait_ready(seconds=180):
    def probe():
        try:
            state = pod()
        except AssertionError:
            return None
        return state if ready(state) else None
    return until(probe, seconds, "the mail pod is ready", every=0.5)


def replace_pod(seconds=300):
    """Deletes the pod; the next one, ready."""
    kubectl("delete", "pod", pod()["metadata"]["name"], "--wait=true", timeout=240)
    return wait_ready(seconds)


def containers():
    return [container["name"] for container in pod()["spec"]["containers"]]


def restarts():
    return {status["name"]: status["restartCount"] for status in pod()["status"]["containerStatuses"]}


def execute(container, *command, text=None, timeout=60, check=True):
    extra = ["-i"] if text is not None else []
    return kubectl("exec", *extra, "daemonset/mail", "--container", container, "--", *command, text=text, timeout=timeout, check=check)


def secret(name):
    return {key: base64.b64decode(content) for key, content in get("secret", name).get("data", {}).items()}


def queue():
    return [json.loads(line) for line in execute("postfix", "postqueue", "-j").splitlines() if line.startswith("{")]


def queued(token_or_address):
    """Entries of the queue whose sender or one recipient is this address."""
    return [entry for entry in queue()
            if entry["sender"] == token_or_address or any(token_or_address == one["address"] for one in entry["recipients"])]


def forget_limits():
    """What Rspamd's rate limits have counted so far."""
    execute("redis", "sh", "-c", "redis-cli -s /run/mail/redis.sock --scan --pattern 'RL*' | xargs -r redis-cli -s /run/mail/redis.sock unlink")


POSTFIX_LOG = "/var/log/mail/postfix.log"


def postfix_log():
    return execute("postfix", "cat", POSTFIX_LOG)


def logged(pattern):
    """The lines of Postfix's log that an extended regular expression finds, in their order; looked for where the log is, as it is
    long. What was rotated away meanwhile is part of it."""
    # Rotated files have their time in the name, so they come in order. grep says 1 when it finds nothing.
    script = """for file in "$2".*; do [ ! -e "$file" ] || gzip --decompress --stdout --force "$file"; done | cat - "$2" | grep -E -e "$1" || [ $? -eq 1 ]"""
    return execute("postfix", "sh", "-c", script, "logged", pattern, POSTFIX_LOG).splitlines()


def trace(token):
    """Every log line of the messages with this Message-ID, across the queue ids they had."""
    ids = {found[1] for line in logged(f"message-id=.*{token}") if (found := re.search(r"\]: (\w{8,}): message-id=", line))}
    return logged(f" ({'|'.join(sorted(ids))}):") if ids else []


def deferred(token, seconds=90):
    """The reason with which a message waits."""
    return until(lambda: next((line for line in trace(token) if "status=deferred" in line), None), seconds, f"message {token} is deferred")


def delivery(token, seconds=90):
    return until(lambda: next((line for line in trace(token) if "status=sent" in line), None), seconds, f"message {token} is delivered")


# Faults

def container_id(name):
    for status in pod()["status"]["containerStatuses"]:
        if status["name"] == name:
            return status["containerID"].removeprefix("containerd://")
    raise AssertionError(f"no container {name}")


def ctr(*arguments):
    return run(["ctr", "--address", str(lab.RUN / "containerd/containerd.sock"), "--namespace", "k8s.io", *arguments]).stdout


def kill(name):
    """The container's first process, from outside: nothing in it can prepare for that."""
    ctr("tasks", "kill", "--signal", "SIGKILL", container_id(name))


def processes(name):
    return [int(line.split()[0]) for line in ctr("tasks", "ps", container_id(name)).splitlines()[1:]]


@contextlib.contextmanager
def frozen(name):
    """There, listening, and never answering."""
    stopped = processes(name)
    try:
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@contextlib.contextmanager
def without_socket(container, path):
    """As if nobody listened: the socket is put aside, and comes back unless its owner has made a new one."""
    aside = f"{path}.aside"
    execute(container, "mv", path, aside)
    try:
        yield
    finally:
        execute(container, "sh", "-c", f"[ -S {path} ] && rm -f {aside} || mv {aside} {path}")
