"""The second node of the lab, pods on a node of one's choice, and what is left of them."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

from . import cluster, lab
from .wait import until

FIRST = lab.value("NODE")
SECOND = lab.value("SECOND_NODE")
SECOND_ADDRESS = lab.value("SECOND_ADDRESS")
SECOND_NETWORK = f"/run/netns/{lab.value('SECOND_NS')}"
IMAGE = "localhost/mailconsole/probe:lab"
# Answers each connection with the address it comes from, and with its own name.
ANSWER = """
import os, socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(f"{self.client_address[0]} {os.environ['HOSTNAME']}".encode())
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("", 8080), Handler).serve_forever()
"""
ASK = "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5); print(s.makefile().read())"


@contextlib.contextmanager
def namespace(name):
    cluster.kubectl("create", "namespace", name)
    try:
        yield name
    finally:
        cluster.kubectl("delete", "namespace", name, "--wait=true", timeout=180)


def apply(space, *objects):
    cluster.kubectl("apply", "--namespace", space, "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def template(name, **placed):
    """A pod that answers; it ends at once when it is told to."""
    container = {"name": "answer", "image": IMAGE, "imagePullPolicy": "Never", "command": ["python3", "-c", ANSWER],
                 "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1},
                 "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
    return {"metadata": {"labels": {"app": name}},
            "spec": {"terminationGracePeriodSeconds": 1, "automountServiceAccountToken": False, "containers": [container], **placed}}


def on(node):
    return {"nodeSelector": {"kubernetes.io/hostname": node}}


def pod(name, node):
    made = template(name, **on(node))
    made["metadata"]["name"] = name
    return {"apiVersion": "v1", "kind": "Pod", **made}


def many(kind, name, **placed):
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template(name, **placed)}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def service(name):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]}}


def pods(space, name):
    """Ready ones that stay, by node."""
    return {item["spec"]["nodeName"]: item for item in cluster.get("pods", "--namespace", space, "--selector", f"app={name}")["items"]
            if "deletionTimestamp" not in item["metadata"] and cluster.ready(item)}


def there(space, name, nodes, seconds=90):
    def probe():
        found = pods(space, name)
        return found if set(found) == set(nodes) else None
    return until(probe, seconds, f"{name} is ready on {', '.join(sorted(nodes))} and nowhere else", every=0.5)


def asked(space, name, address, port):
    """What the pod is told at this address: (the address it was seen with, who answered)."""
    return tuple(cluster.kubectl("exec", "--namespace", space, name, "--", "python3", "-c", ASK, address, str(port)).split())


def node(name):
    return next((item for item in cluster.get("nodes")["items"] if item["metadata"]["name"] == name), None)


def traces():
    """All that a node could leave: namespaces, links, routes, rules, mounts, groups, processes, files, and what the cluster remembers."""
    def within(network, *command):
        return subprocess.run(["nsenter", f"--net={network}", "--", *command], capture_output=True, text=True, check=True).stdout
    found = {"namespaces": sorted(os.listdir("/run/netns"))}
    for place in (lab.value("NODE_NS"), lab.value("NET_NS")):
        network = f"/run/netns/{place}"
        # Cables to pods come and go with the pods.
        links = {link["ifname"]: link for link in json.loads(within(network, "ip", "-json", "address")) if not link["ifname"].startswith(("veth", "cni"))}
        found[f"links {place}"] = {name: sorted(one["local"] for one in link["addr_info"]) for name, link in links.items()}
        found[f"routes {place}"] = sorted(line.strip() for line in within(network, "ip", "route").splitlines() if " cni0 " not in line)
    found["rules"] = [line for line in within(lab.NODE_NETWORK, "iptables", "-w", "-t", "nat", "-S", "POSTROUTING").splitlines() if "CNI-" not in line]
    found["mounts"] = sorted(line.split()[4] for line in Path("/proc", lab.value("LAB_SHELL"), "mountinfo").read_text().splitlines() if SECOND in line.split()[4])
    group = Path("/sys/fs/cgroup")
    found["groups"] = sorted(str(path) for top in group.glob("*/mailconsole-lab") for path in (*top.iterdir(), *(top / "daemons").glob("*")) if path.is_dir())
    found["processes"] = sorted(processes())
    found["files"] = sorted(str(path) for top in (lab.RUN, lab.RUN / "pids", lab.RUN / "pki", lab.VAR, lab.VAR / "log")
                            # The first node's own: begins with the first pod that asks for an address.
                            for path in top.iterdir() if path.name != "cni-addresses")
    for kind in ("nodes", "csinodes", "leases --namespace kube-node-lease"):
        found[kind] = sorted(item["metadata"]["name"] for item in cluster.get(*kind.split())["items"])
    found["pods"] = [item["metadata"]["name"] for item in cluster.get("pods", "--all-namespaces")["items"] if item["spec"].get("nodeName") == SECOND]
    return found


def changes(before, after):
    """What is different, told shortly."""
    return {kind: (before[kind], after[kind]) for kind in before if before[kind] != after[kind]}


def processes():
    """Those that have the second node's name in their arguments or their control group."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if SECOND in (entry / "cgroup").read_text() or str(lab.RUN / SECOND) in (entry / "cmdline").read_text(errors="replace"):
                yield entry.name
