"""What of the node answers to the net: the mail ports, the web port when there is a web server, and nothing else."""

import concurrent.futures
import contextlib
import re
import socket
import subprocess

import pytest

from outside import cluster, lab

PUBLIC = {25, 465, 587, 993}
MAYBE = {443}
ADMINISTRATION = {"kubelet": 10250, "etcd": 2379, "apiserver": 6443, "redis": 6379, "rspamd controller": 11334, "clamd": 3310, "dovecot metrics": 9900,
                  "postfix exporter": 9154, "managesieve": 4190, "imap": 143, "pop3": 110, "pop3s": 995, "local submission": 10026,
                  "lab queue": 10588, "watchdog": 10589, "mta-sts daemon": 8461, "dns": 53, "http": 80}


FAMILIES = pytest.mark.parametrize("source", [lab.VANTAGE, lab.VANTAGE6], ids=["IPv4", "IPv6"])


def scan(source, *what):
    """nmap's words about the node's address of this family."""
    family = ["-6"] if ":" in source else []
    report = cluster.run(["nmap", *family, "-n", "-Pn", *what, "--max-retries", "1", "-S", source, "-e", "node0", "-oG", "-", lab.node_for(source)],
                         timeout=240).stdout
    assert "Nmap done" in report and "(1 host up)" in report, report
    return report


LISTEN = """
import socket, sys, time
server = socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
print("listening", flush=True)
time.sleep(300)
"""


@contextlib.contextmanager
def stray(address, port=8080):
    """Something on the node listens that nobody thought of: for that there is a firewall."""
    command = ["nsenter", f"--net={lab.NODE_NETWORK}", "--", "python3", "-c", LISTEN, address, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "listening\n"
            yield
        finally:
            process.kill()


@FAMILIES
def test_scan_of_all_65535_ports_finds_the_allowed_ones_alone(source):
    with stray(lab.node_for(source)):
        report = scan(source, "-sS", "-p", "1-65535", "--min-rate", "8000")
    found = {int(port) for port in re.findall(r"(\d+)/open/tcp", report)}
    assert PUBLIC <= found <= PUBLIC | MAYBE, found


def answers(source, port):
    with contextlib.suppress(OSError), socket.create_connection((lab.node_for(source), port), 3, source_address=(source, 0)):
        return True
    return False


@FAMILIES
def test_administration_is_not_to_be_reached(source):
    """Asked as a program would, all at once: the firewall says nothing, and nothing takes its time."""
    with concurrent.futures.ThreadPoolExecutor(len(ADMINISTRATION)) as pool:
        reached = dict(zip(ADMINISTRATION, pool.map(lambda port: answers(source, port), ADMINISTRATION.values())))
    assert answers(source, 25) and not any(reached.values()), reached


@FAMILIES
def test_no_udp_service_answers(source):
    report = scan(source, "-sU", "-p", "53,69,111,123,137,161,500,514,1194,1900,4500,5353,11335")
    assert not re.findall(r"(\d+)/open/udp", report)


def test_without_the_firewall_too_only_those_would_answer():
    """The listeners themselves, as the firewall is not part of the pod: every container's own is on loopback or public on purpose."""
    output = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "ss", "-Hltnp"]).stdout
    kubernetes = {"kubelet", "kube-proxy", "etcd", "kube-apiserver", "kube-controller", "kube-scheduler", "kube-controlle", "containerd"}
    strays = []
    for line in output.splitlines():
        local, program = line.split()[3], re.search(r'users:\(\("([^"]+)"', line)
        address, _, port = local.rpartition(":")
        if address.startswith("127.") or address == "[::1]" or (program and program[1] in kubernetes):
            continue
        if int(port) not in PUBLIC | MAYBE:
            strays.append(line)
    assert not strays, strays


def test_node_has_no_address_on_the_internet_but_the_two_that_were_scanned():
    output = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "ip", "-o", "address", "show", "scope", "global"]).stdout
    addresses = {(line.split()[1], line.split()[3].partition("/")[0]) for line in output.splitlines()}
    inward = {"admin0", "cni0"}
    assert {(link, address) for link, address in addresses if link not in inward} == {("wan0", lab.NODE), ("wan0", lab.NODE6)}
    assert not [address for link, address in addresses if link in inward and ":" in address]
