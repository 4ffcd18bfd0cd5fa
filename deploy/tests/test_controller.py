"""The pod's own administration, from the nearest place an intruder could stand: the node's loopback."""

import json

import pytest

from outside import cluster, lab

CONTROLLER = "http://127.0.0.1:11334"
MESSAGE = "From: a@partner.test\nSubject: x\n\n" + "words that would teach the filter something " * 4


def asked(path, *arguments):
    """(status, body) as a process on the node's loopback gets it."""
    answer = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "curl", "--silent", "--max-time", "20", "--write-out", "\n%{http_code}",
                          *arguments, f"{CONTROLLER}{path}"]).stdout
    body, _, status = answer.rpartition("\n")
    return int(status), body


CHANGES = {"learnspam": ("--data-binary", MESSAGE), "learnham": ("--data-binary", MESSAGE), "statreset": ("--request", "POST"),
           "saveactions": ("--data-binary", "[1,2,3,4]"), "savesymbols": ("--data-binary", "[]"), "savemap": ("--data-binary", "x", "--header", "Map: 1"),
           "fuzzyadd": ("--data-binary", MESSAGE), "errors": ()}


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("password", [None, "", "q1", "password"])
def test_rspamd_takes_no_change_over_loopback(path, password):
    """Proves that no process on the node sets, teaches or reads errors over TCP: without a password, an empty one, the package's own."""
    header = () if password is None else ("--header", f"Password: {password}")
    status, body = asked(f"/{path}", *CHANGES[path], *header)
    assert status in (401, 403), (path, status, body[:200])


@pytest.mark.parametrize("password", ["", "q1"])
def test_rspamd_takes_no_password_out_of_the_address_either(password):
    """Proves the same for the password as a parameter, the way of old clients."""
    assert asked(f"/learnspam?password={password}", *CHANGES["learnspam"])[0] in (401, 403)


def test_rspamd_lets_metrics_and_probes_look():
    """Proves that the refusals above are about changes: the same door answers who only looks."""
    assert asked("/ping") == (200, "pong\n")
    status, body = asked("/stat")
    assert status == 200 and "statfiles" in json.loads(body)
    status, body = asked("/metrics")
    assert status == 200 and "rspamd_scanned_total" in body


# The containers that begin as root go on as these; the others are one user from the start.
DAEMONS = {"dovecot": "vmail", "postfix": "postfix", "unbound": "unbound", "redis": None, "clamd": None}
KNOCK = 'use IO::Socket::UNIX; print IO::Socket::UNIX->new(Peer => "/run/mail/rspamd.sock") ? "reached" : $!'


@pytest.mark.parametrize("container", DAEMONS)
def test_rspamds_socket_is_for_the_mailbox_server_alone(container):
    """Proves who can open the socket that teaches: Dovecot's mail processes, and of the other daemons none."""
    user = DAEMONS[container]
    change = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"] if user else []
    answer = cluster.execute(container, *change, "perl", "-e", KNOCK)
    assert answer == ("reached" if container == "dovecot" else "Permission denied"), answer


def test_redis_takes_no_command_over_the_network():
    """Proves that Redis is behind its socket's permissions alone: nothing listens on its port, loopback included."""
    probe = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/6379"], check=False)
    assert probe.returncode != 0 and "refused" in probe.stderr, probe.stderr
