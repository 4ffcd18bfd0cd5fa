"""Debian's fail2ban with the node's jail: what counts as a try, and a ban that a neighbour notices in both address families."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest
from conftest import NODE
from test_firewall import KNOCK, inside, networks  # noqa: F401  (a fixture)

CLIENT = shutil.which("fail2ban-client")
# What Dovecot said in the lab, as containerd wrote it down; only the addresses of the second family are put in.
FAILED = [
    "2026-11-25T02:51:46.251462171Z stderr F 2026-11-25 02:51:46 auth: Info: passwd-file(alice@gaudy.test,198.51.100.7): Password mismatch",
    "2026-11-25T02:51:50.290348994Z stderr F 2026-11-25 02:51:50 auth: Info: passwd-file(alice@gaudy.test,198.51.100.7,<cW6d6BBhrZTGE1Qq>): Password mismatch",
    "2026-11-25T02:51:58.351615419Z stderr F 2026-11-25 02:51:58 auth: Info: passwd-file(nobody.here@gaudy.test,198.51.100.7): unknown user",
    "2026-11-25T03:51:58.351615419+01:00 stderr F 2026-11-25 02:51:58 auth: Info: passwd-file(nobody.here@gaudy.test,2001:db8::7,<4ZxV6RBhzb7GE1BO>): unknown user",
]
OTHER = [
    # An IMAP session's last words: its tries were counted one by one.
    "2026-11-25T02:51:58.305823531Z stderr F 2026-11-25 02:51:58 imap-login: Info: Disconnected: Connection closed (auth failed, 2 attempts in 8 secs): "
    "user=<alice@gaudy.test>, method=PLAIN, rip=198.51.100.7, lip=203.0.113.10, TLS: Connection closed, session=<cW6d6BBhrZTGE1Qq>",
    "2026-11-25T02:52:22.490485513Z stderr F 2026-11-25 02:52:22 auth: Info: oauth2(alice@gaudy.test,198.51.100.7,<huWI6hBhI7fGE2QQ>): oauth2 failed: "
    "Introspection failed: Provided token is not valid",
    "2026-11-25T02:50:34.119197362Z stderr F 2026-11-25 02:50:34 imap-login: Info: Disconnected: Connection closed (no auth attempts in 0 secs): user=<>, "
    "rip=127.0.0.1, lip=127.0.0.1, TLS: Connection closed, session=<ZYMT5BBhgNV/AAAB>",
]
# Names that try to be another's address, or a whole line. Dovecot takes no such name; the filter does not rely on it.
HOSTILE = [
    "2026-11-25T02:51:46.251462171Z stderr F 2026-11-25 02:51:46 auth: Info: passwd-file(x,192.0.2.9): Password mismatch,198.51.100.7): Password mismatch",
    "2026-11-25T02:51:46.251462171Z stderr F 2026-11-25 02:51:46 imap-login: Info: Login: user=<auth: Info: passwd-file(x,192.0.2.9): Password mismatch>",
    "2026-11-25T02:51:46.251462171Z stderr F 2026-11-25 02:51:46 lmtp(alice): Info: 2026-11-25 02:51:46 auth: Info: passwd-file(x,192.0.2.9): Password mismatch",
]

pytestmark = pytest.mark.skipif(CLIENT is None, reason="fail2ban is not here; deploy/checks/run brings it")


def package():
    """Where Debian's package is: installed, or unpacked by deploy/checks."""
    return pathlib.Path(CLIENT).resolve().parents[2]


def program(name, *words):
    environment = {**os.environ, "PYTHONPATH": str(package() / "usr/lib/python3/dist-packages")}
    return {"args": ["/usr/bin/python3", "-B", str(package() / "usr/bin" / name), *map(str, words)], "env": environment}


def ran(name, *words):
    return subprocess.run(**program(name, *words), capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def configuration(tmp_path):
    shutil.copytree(package() / "etc/fail2ban", tmp_path / "fail2ban", symlinks=True)
    subprocess.run([NODE / "bans/render", tmp_path / "fail2ban", "192.0.2.0/24", "2001:db8:1::/64", "0.0.0.0/0", "::/0"], check=True, timeout=20)
    return tmp_path / "fail2ban"


def test_the_jail_is_taken_and_holds_what_it_says(configuration):
    tested = ran("fail2ban-client", "--conf", configuration, "--test")
    assert tested.returncode == 0, tested.stderr
    said = ran("fail2ban-client", "--conf", configuration, "--dump").stdout
    # The one jail: Debian's for SSH would not start without syslog.
    assert set(re.findall(r"\['add', '([^']+)'", said)) == {"mailconsole"}
    assert "'addignoreip', '127.0.0.0/8', '::1', '10.42.0.0/16', '10.43.0.0/16', '192.0.2.0/24', '2001:db8:1::/64']" in said
    assert f"'addlogpath', '{configuration}/jail.d/mailconsole.conf'" in said


@pytest.mark.parametrize("lines, found", [(FAILED, ["198.51.100.7"] * 3 + ["2001:db8::7"]), (OTHER, []), (HOSTILE, [])])
def test_what_counts_as_a_failed_login(configuration, tmp_path, lines, found):
    (tmp_path / "log").write_text("\n".join(lines) + "\n")
    answer = ran("fail2ban-regex", "--config", configuration, "--out", "ip", tmp_path / "log", "mailconsole")
    assert answer.stdout.split() == found, answer.stderr


def test_the_time_of_a_line_is_the_runtimes_with_its_zone(configuration, tmp_path):
    (tmp_path / "log").write_text(FAILED[3] + "\n")
    # --out with a row says the second as it was understood.
    answer = ran("fail2ban-regex", "--config", configuration, "--out", "row", tmp_path / "log", "mailconsole")
    assert str(1795575118) in answer.stdout, (answer.stdout, answer.stderr)


@contextlib.contextmanager
def running(space, configuration, folder):
    """fail2ban in a network of its own; says how to speak to it."""
    (configuration / "fail2ban.local").write_text(f"[DEFAULT]\nlogtarget = {folder}/log\nsocket = {folder}/s\npidfile = {folder}/p\ndbfile = {folder}/db\n")
    (configuration / "jail.d/z.local").write_text(f"[mailconsole]\nlogpath = {folder}/dovecot.log\n")
    (folder / "dovecot.log").touch()
    start = program("fail2ban-server", "--conf", configuration, "-xf", "start")
    server = subprocess.Popen(["ip", "netns", "exec", space, *start["args"]], env=start["env"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        def client(*words):
            return ran("fail2ban-client", "--conf", configuration, *words)
        waited(lambda: client("status", "mailconsole").returncode == 0, "fail2ban answers")
        yield client
    finally:
        server.terminate()
        server.wait(timeout=20)


def waited(probe, what):
    deadline = time.monotonic() + 20
    while not probe():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def knocked(space, target, source):
    return {port for port in (25, 443, 465, 587, 993) if inside(space, "python3", "-c", KNOCK, target, str(port), source).stdout == "open\n"}


@pytest.mark.skipif(os.getuid() != 0 or not all(map(shutil.which, ("nft", "ip"))), reason="needs root, nft and ip")
def test_ten_failures_shut_the_ports_of_logins_in_the_family_they_came_by(networks, configuration, tmp_path):  # noqa: F811
    node, outside = networks
    guessers = {"203.0.113.10": "203.0.113.99", "2001:db8::10": "2001:db8::99"}
    with running(node, configuration, tmp_path) as client, open(tmp_path / "dovecot.log", "a", encoding="utf-8") as log:
        for count, address in [(9, "203.0.113.5"), *((10, guesser) for guesser in guessers.values())]:
            for _ in range(count):
                now = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime())
                log.write(f"{now} stderr F {now[:10]} {now[11:19]} auth: Info: passwd-file(a@b.test,{address}): Password mismatch\n")
        log.flush()
        waited(lambda: set(client("get", "mailconsole", "banip").stdout.split()) == set(guessers.values()), "both are banned, and who failed nine times is not")
        for target, guesser in guessers.items():
            assert knocked(outside, target, guesser) == {25, 443}
            assert knocked(outside, target, guesser.replace("99", "5")) == {25, 443, 465, 587, 993}
        # The firewall written anew, as prepare does it, takes no ban away.
        assert inside(node, "nft", "delete", "table", "inet", "mailconsole").returncode == 0
        assert knocked(outside, "2001:db8::10", "2001:db8::99") == {25, 443}
        for guesser in guessers.values():
            assert client("set", "mailconsole", "unbanip", guesser).stdout == "1\n"
        for target, guesser in guessers.items():
            assert knocked(outside, target, guesser) == {25, 443, 465, 587, 993}
    assert "mailconsole-bans" not in inside(node, "nft", "list", "tables").stdout
