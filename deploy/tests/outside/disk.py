"""A small disk under the queue: in the node's own view the volume's directory is a file system of a quarter gigabyte."""

import contextlib

from . import cluster, lab
from .wait import until

NODE = "mail-node"
SIZE = 256 * 1024 * 1024
SPOOL = lab.VAR / "volumes/spool"
FILLER = SPOOL / "filler"


def on_node(*command, check=True):
    pid = (lab.RUN / "pids/mounts").read_text().split()[0]
    return cluster.run(["nsenter", f"--mount=/proc/{pid}/ns/mnt", "--", *map(str, command)], check=check).stdout


@contextlib.contextmanager
def without_pod():
    """A volume is looked up when a pod begins; and the kubelet, putting one away, takes along what was mounted meanwhile."""
    cluster.kubectl("label", "node", NODE, "--overwrite", "mailconsole/mail=false")
    try:
        until(lambda: not cluster.get("pods", "--selector", "app.kubernetes.io/name=mail")["items"], 240, "the mail pod is gone")
        yield
    finally:
        cluster.kubectl("label", "node", NODE, "--overwrite", "mailconsole/mail=true")
        cluster.wait_ready(300)


@contextlib.contextmanager
def small():
    """The queue of before is aside meanwhile, and back afterwards."""
    with without_pod():
        # One that a killed run has left would hide the queue for good.
        on_node("umount", "--quiet", SPOOL, check=False)
        on_node("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", SPOOL)
    try:
        yield
    finally:
        with without_pod():
            on_node("umount", SPOOL)


def space():
    """(bytes, free bytes) of the file system that the queue is on."""
    block, size, free = map(int, on_node("stat", "--file-system", "--format=%S %b %a", SPOOL).split())
    return block * size, block * free


def used():
    size, free = space()
    return 100 * (size - free) / size


@contextlib.contextmanager
def filled():
    """Gives what fills it up to a share in percent, all that is there already included; afterwards there is room again."""
    taken = 0

    def fill(percent):
        nonlocal taken
        size, free = space()
        taken += size * percent // 100 - (size - free)
        # From outside the pod: what a container writes into such a file system counts as its memory.
        on_node("fallocate", "--length", taken, FILLER)
    try:
        yield fill
    finally:
        on_node("rm", "--force", FILLER)
