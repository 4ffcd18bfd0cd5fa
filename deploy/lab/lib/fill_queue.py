"""Fills the real Postfix queue with the triage scenario, checks it to the last message, or empties it.

Runs inside the node's network namespace: fill_queue.py KUBECTL KUBECONFIG fill SIZE | clear
"""

import json
import subprocess
import sys
import threading
import time

import scenario
import submit

ADDRESS = ("127.0.0.1", 10588)
DEADLINE = 170      # seconds from the first message to a verified queue


class Pod:
    """The mail pod as an operator reaches it."""

    def __init__(self, kubectl, kubeconfig):
        self.kubectl = [kubectl, "--kubeconfig", kubeconfig, "--context", "mailconsole-lab", "-n", "mail"]
        names = self.run(["get", "pods", "-l", "app.kubernetes.io/name=mail",
                          "-o", "jsonpath={range .items[?(@.status.phase=='Running')]}{.metadata.name}{'\\n'}{end}"]).split()
        if len(names) != 1:
            fail(f"expected one running mail pod, found {len(names)}: deploy/lab/lab deploy")
        self.name = names[0]

    def run(self, arguments):
        done = subprocess.run(self.kubectl + arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            fail(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def exec(self, *command):
        return self.run(["exec", self.name, "-c", "postfix", "--", *command])

    def queue(self):
        return [json.loads(line) for line in self.exec("postqueue", "-j").splitlines() if line.startswith("{")]


def fail(text):
    sys.exit(f"lab: error: {text}")


def say(text):
    print(f"lab: {text}", file=sys.stderr, flush=True)


class Progress:
    def __init__(self, size):
        self.size, self.taken, self.lock, self.began = size, 0, threading.Lock(), time.monotonic()

    def __call__(self):
        with self.lock:
            self.taken += 1
            if self.taken % 1000 == 0:
                say(f"{self.taken} of {self.size} submitted after {time.monotonic() - self.began:.0f} s")


def fill(pod, size):
    there = pod.queue()
    if there:
        fail(f"the queue already holds {len(there)} messages: deploy/lab/lab queue --clear")
    began = time.monotonic()
    try:
        submit.submit(scenario.messages(size), *ADDRESS, Progress(size))
    except (submit.Refused, OSError) as error:
        fail(f"Postfix did not take a message on {ADDRESS[0]}:{ADDRESS[1]}: {error}\n"
             "lab:        its log: kubectl -n mail logs daemonset/mail -c postfix-log")
    say(f"{size} submitted in {time.monotonic() - began:.0f} s; waiting for the first delivery attempts")
    print(json.dumps(scenario.summary(settle(pod, size, began))))


def settle(pod, size, began):
    """Waits until each message has been tried and deferred for its own reason, and says so only if all are."""
    wanted = scenario.counts(size)
    while True:
        entries = pod.queue()
        found = {name: 0 for name in wanted}
        strange = []
        for entry in entries:
            name = scenario.cause(entry)
            if name:
                found[name] += 1
            else:
                strange.append(entry)
        if found == wanted and not strange:
            say(f"{size} messages in the queue, each deferred for its cause, after {time.monotonic() - began:.0f} s")
            return found
        if time.monotonic() - began > DEADLINE:
            example = json.dumps(strange[0]) if strange else "none"
            fail(f"after {DEADLINE} s the queue is not as wanted.\n  wanted {wanted}\n  found  {found}\n"
                 f"  others {len(strange)}, for example {example}")
        time.sleep(1)


def clear(pod):
    deadline = time.monotonic() + 60
    while pod.queue():
        if time.monotonic() > deadline:
            fail("the queue is not empty after a minute of deleting: does something still submit?")
        pod.exec("postsuper", "-d", "ALL")
    say("the queue is empty")


def main(kubectl, kubeconfig, command, size="0"):
    pod = Pod(kubectl, kubeconfig)
    if command == "clear":
        clear(pod)
    else:
        fill(pod, int(size))


if __name__ == "__main__":
    main(*sys.argv[1:])
