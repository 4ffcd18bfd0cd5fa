"""A second node joins the cluster, works, is drained, and goes without a trace. Added and removed here."""

import os
import socket
import subprocess

import pytest

from outside import cluster, lab, nodes
from outside.wait import until

pytestmark = [pytest.mark.faults, pytest.mark.soak]
LABEL = "mailconsole/mail"


@pytest.fixture(scope="module")
def before():
    cluster.lab_command("node", "remove")
    return nodes.traces()


@pytest.fixture(scope="module", autouse=True)
def second(before):
    cluster.lab_command("node", "add", timeout=600)
    try:
        yield
    finally:
        cluster.lab_command("node", "remove", timeout=120)


@pytest.fixture(scope="module")
def space(second):
    with nodes.namespace("second-node") as name:
        nodes.apply(name, *(nodes.pod(node, node) for node in (nodes.FIRST, nodes.SECOND)),
                    *(nodes.service(node) for node in (nodes.FIRST, nodes.SECOND)))
        for node in (nodes.FIRST, nodes.SECOND):
            nodes.there(name, node, [node])
        yield name


def address(space, node):
    return nodes.pods(space, node)[node]["status"]["podIP"]


def test_node_is_ready_and_the_lab_says_so():
    """Ready by what the API says, its address and name its own; the command that shows the lab finds all of it up."""
    found = nodes.node(nodes.SECOND)
    assert {condition["type"]: condition["status"] for condition in found["status"]["conditions"]}["Ready"] == "True"
    assert {one["type"]: one["address"] for one in found["status"]["addresses"]}["InternalIP"] == nodes.SECOND_ADDRESS
    rows = [line.split() for line in cluster.lab_command("status").splitlines() if nodes.SECOND in line or "-2 " in line]
    assert len(rows) == 7 and all("up" in row for row in rows), rows


def test_adding_it_again_changes_nothing():
    """Idempotent: the same daemons go on."""
    records = {path.name: path.read_text() for path in (lab.RUN / "pids").iterdir()}
    cluster.lab_command("node", "add", timeout=300)
    assert {path.name: path.read_text() for path in (lab.RUN / "pids").iterdir()} == records
    assert {f"{name}-2" for name in ("kubelet", "proxy", "containerd", "mounts")} <= set(records)


@pytest.mark.parametrize("asking,answering", [(nodes.FIRST, nodes.SECOND), (nodes.SECOND, nodes.FIRST)])
def test_pods_reach_each_other_across_nodes_under_their_own_addresses(space, asking, answering):
    """By address and by ClusterIP, both ways. The pod at the other end sees the pod, not a node in its place."""
    mine, its = address(space, asking), address(space, answering)
    assert mine.rpartition(".")[0] != its.rpartition(".")[0]
    assert nodes.asked(space, asking, its, 8080) == (mine, answering)
    cluster_address = cluster.get("service", answering, "--namespace", space)["spec"]["clusterIP"]
    # kube-proxy's rules for it come a moment after the service.
    until(lambda: cluster.kubectl("get", "endpoints", answering, "--namespace", space, "--output", "jsonpath={.subsets[*].addresses[*].ip}") == its,
          30, "the service has its endpoint")
    def through_service():
        try:
            return nodes.asked(space, asking, cluster_address, 80)
        except AssertionError:
            return None
    assert until(through_service, 30, f"{asking} reaches {answering} by the service's address") == (mine, answering)


def test_pod_on_the_second_node_reaches_the_api_by_its_service(space):
    """The API answers a stranger with 401: it was reached, and by TLS."""
    ask = "import ssl, http.client as h; c = h.HTTPSConnection('10.43.0.1', 443, timeout=10, context=ssl._create_unverified_context()); c.request('GET', '/version'); print(c.getresponse().status)"
    assert cluster.kubectl("exec", "--namespace", space, nodes.SECOND, "--", "python3", "-c", ask).strip() == "401"


def test_mail_stays_where_its_label_is_and_other_daemons_run_on_both(space):
    """A DaemonSet for every node is on both; the mail pod is on the labelled one alone."""
    nodes.apply(space, nodes.many("DaemonSet", "everywhere"))
    nodes.there(space, "everywhere", [nodes.FIRST, nodes.SECOND])
    assert LABEL not in nodes.node(nodes.SECOND)["metadata"]["labels"]
    status = cluster.get("daemonset", "mail")["status"]
    assert (status["desiredNumberScheduled"], status["numberReady"], status["numberMisscheduled"]) == (1, 1, 0)
    assert cluster.pod()["spec"]["nodeName"] == nodes.FIRST


def test_preparing_it_for_mail_is_refused_while_the_first_has_the_label(tmp_path):
    """deploy/node/prepare asks the real cluster: exactly one node may have the label."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text("#!/bin/sh\nexec " + " ".join(["nsenter", f"--net={lab.NODE_NETWORK}", "--", *lab.KUBECTL]) + ' "$@"\n')
    kubectl.chmod(0o755)
    # All else that it would do is to a machine: here to an empty folder, and only said.
    done = subprocess.run([lab.HOME.parent / "node/prepare", "--node", nodes.SECOND, "--admin", "192.0.2.0/24", "--dry-run"],
                          env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PREPARE_ROOT": str(tmp_path)},
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and f"the label {LABEL} is on node/{nodes.FIRST}: exactly one node may have it" in done.stderr, done.stderr


def reached(port):
    """What a machine on the internet sees of a port of the second node."""
    try:
        socket.create_connection((nodes.SECOND_ADDRESS, port), 3, source_address=(lab.VANTAGE, 0)).close()
        return "open"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silent"


def test_its_firewall_is_like_the_first_one_s():
    """The mail ports reach the node, where nobody listens; the kubelet, which the first node's API talks to, is silent from outside."""
    assert {port: reached(port) for port in (25, 443, 465, 587, 993, 10250, 22, 6443)} == \
        {25: "refused", 443: "refused", 465: "refused", 587: "refused", 993: "refused", 10250: "silent", 22: "silent", 6443: "silent"}
    assert cluster.on_machine("nsenter", f"--net={nodes.SECOND_NETWORK}", "--", "ss", "-Hltn", "sport = :10250").strip()


def test_drain_moves_what_can_run_elsewhere(space):
    """A Deployment's pod goes from the second node to the first when the second is drained, and nothing new comes to it."""
    choice = {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 100, "preference": {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [nodes.SECOND]}]}}]}}}
    nodes.apply(space, nodes.many("Deployment", "movable", **choice))
    nodes.there(space, "movable", [nodes.SECOND])
    cluster.kubectl("delete", "pod", nodes.SECOND, "--namespace", space, "--wait=true")
    cluster.kubectl("drain", nodes.SECOND, "--ignore-daemonsets", "--timeout=90s", timeout=120)
    nodes.there(space, "movable", [nodes.FIRST])
    left = [item["metadata"]["ownerReferences"][0]["kind"] for item in cluster.get("pods", "--all-namespaces")["items"]
            if item["spec"].get("nodeName") == nodes.SECOND]
    assert set(left) <= {"DaemonSet"}
    cluster.kubectl("uncordon", nodes.SECOND)


def test_removed_with_pods_on_it_nothing_of_it_is_left(space, before):
    """Not drained, with a pod and a DaemonSet's pod on it: afterwards every namespace, link, route, rule, mount, group,
    process, file and object is as before, and mail was not touched."""
    nodes.apply(space, nodes.pod("last", nodes.SECOND))
    nodes.there(space, "last", [nodes.SECOND])
    mail = cluster.pod()["metadata"]["uid"]
    assert {"namespaces", "files", "groups", "processes", "nodes", "pods"} <= set(nodes.changes(before, nodes.traces()))
    cluster.lab_command("node", "remove", timeout=120)
    assert nodes.changes(before, nodes.traces()) == {}
    assert cluster.pod()["metadata"]["uid"] == mail and cluster.ready(cluster.pod())
