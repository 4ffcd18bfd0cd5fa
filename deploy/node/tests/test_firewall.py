"""The rules in a network of their own, with a neighbour that knocks."""

import os
import pathlib
import shutil
import subprocess
import uuid

import pytest
from conftest import NODE

pytestmark = pytest.mark.skipif(os.getuid() != 0 or not all(map(shutil.which, ("nft", "ip", "python3"))), reason="needs root, nft and ip")

LISTEN = """
import socket, sys, time
opened = []
for port in map(int, sys.argv[1:]):
    for family, any_address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        server = socket.socket(family)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.bind((any_address, port))
        server.listen(200)
        opened.append(server)
print("ready", flush=True)
time.sleep(600)
"""
KNOCK = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=0.7, source_address=(sys.argv[3], 0)).close()
    print("open")
except OSError:
    print("closed")
"""
PORTS = [22, 25, 53, 80, 143, 443, 465, 587, 993, 4190, 6379, 6443, 9154, 9199, 11334]
PUBLIC = {25, 443, 465, 587, 993}
CROWD = "2001:db8:1"


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def inside(space, *words, **options):
    return subprocess.run(["ip", "netns", "exec", space, *words], capture_output=True, text=True, timeout=60, check=False, **options)


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Names of two network namespaces joined by a cable: the node (with the rules) and somebody outside."""
    mark = uuid.uuid4().hex[:6]
    node, outside = f"mcfw-n{mark}", f"mcfw-o{mark}"
    try:
        ip("netns", "add", node)
        ip("netns", "add", outside)
        ip("link", "add", f"n{mark}", "netns", node, "type", "veth", "peer", "name", f"o{mark}", "netns", outside)
        for space, link, addresses in ((node, f"n{mark}", ["203.0.113.10/24", "2001:db8::10/64"]),
                                       (outside, f"o{mark}", ["203.0.113.99/24", "203.0.113.5/24", "2001:db8::99/64", "2001:db8::5/64"])):
            for address in addresses:
                ip("-n", space, "addr", "add", address, "dev", link, *(["nodad"] if ":" in address else []))
            ip("-n", space, "link", "set", link, "up")
            ip("-n", space, "link", "set", "lo", "up")
        # Whole networks of somebody outside.
        ip("-n", outside, "route", "add", "local", f"{CROWD}::/48", "dev", "lo")
        assert inside(outside, "sysctl", "-q", "-w", "net.ipv6.ip_nonlocal_bind=1").returncode == 0
        ip("-n", node, "route", "add", f"{CROWD}::/48", "via", "2001:db8::99")
        rules = tmp_path_factory.mktemp("nft") / "rules.nft"
        text = pathlib.Path(NODE / "nftables.conf").read_text()
        rules.write_text(text.replace("@ADMIN4@", "elements = { 203.0.113.5 };").replace("@ADMIN6@", "elements = { 2001:db8::5 };"))
        for _ in range(2):          # as often as one likes
            loaded = inside(node, "nft", "-f", str(rules))
            assert loaded.returncode == 0, loaded.stderr
        listener = subprocess.Popen(["ip", "netns", "exec", node, "python3", "-c", LISTEN, *map(str, PORTS)], stdout=subprocess.PIPE, text=True)
        assert listener.stdout.readline() == "ready\n"
        yield node, outside
        listener.terminate()
        listener.wait(timeout=10)
    finally:
        for space in (node, outside):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False, timeout=20)


@pytest.mark.parametrize("target,source", [("203.0.113.10", "203.0.113.99"), ("2001:db8::10", "2001:db8::99")])
def test_a_stranger_reaches_the_public_ports_and_no_other(networks, target, source):
    found = {port for port in PORTS if inside(networks[1], "python3", "-c", KNOCK, target, str(port), source).stdout == "open\n"}
    assert found == PUBLIC


@pytest.mark.parametrize("target,source", [("203.0.113.10", "203.0.113.5"), ("2001:db8::10", "2001:db8::5")])
def test_an_administrator_reaches_two_more(networks, target, source):
    found = {port for port in (22, 6443, 6379, 11334) if inside(networks[1], "python3", "-c", KNOCK, target, str(port), source).stdout == "open\n"}
    assert found == {22, 6443}


def test_the_node_reaches_itself(networks):
    assert inside(networks[0], "python3", "-c", KNOCK, "127.0.0.1", "11334", "127.0.0.1").stdout == "open\n"


FLOOD = """
import socket, sys
opened = 0
for source in sys.argv[2:]:
    try:
        socket.create_connection((sys.argv[1], 25), timeout=0.05, source_address=(source, 0)).close()
        opened += 1
    except OSError:
        pass
print(opened)
"""


@pytest.mark.parametrize("target,flooders,other", [
    ("203.0.113.10", ["203.0.113.99"] * 90, "203.0.113.5"),
    # In IPv6 each time from another address of one network.
    ("2001:db8::10", [f"{CROWD}:7::{number:x}" for number in range(1, 91)], f"{CROWD}:8::1")])
def test_a_flood_is_cut_and_others_are_not(networks, target, flooders, other):
    through = int(inside(networks[1], "python3", "-c", FLOOD, target, *flooders).stdout)
    assert 40 <= through <= 80
    assert inside(networks[1], "python3", "-c", KNOCK, target, "25", other).stdout == "open\n"
