"""The gate before the mail server: who speaks too early, who is listed, who is unknown."""

import contextlib
import re
import socket
import time

import pytest

from outside import clients, cluster, lab, mailboxes, smtp
from outside.message import Mail
from outside.wait import until


@pytest.fixture(params=[clients.fresh, clients.fresh6], ids=["IPv4", "IPv6"])
def client(request):
    return request.param()


def log_of(address):
    return cluster.logged(re.escape(f"[{address}]"))


def test_client_that_does_not_wait_for_the_greeting_is_turned_away(client):
    with socket.create_connection((lab.node_for(client), 25), 30, source_address=(client, 0)) as connection:
        connection.sendall(b"EHLO early.test\r\nMAIL FROM:<a@partner.test>\r\nRCPT TO:<alice@gaudy.test>\r\n")
        connection.settimeout(15)
        answer = b""
        # The gate talks on, and says no to everything.
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while part := connection.recv(4096):
                answer += part
                if answer.count(b"550 ") + answer.count(b"521 "):
                    break
    assert any(line.startswith((b"521", b"550", b"554")) for line in answer.splitlines()), answer
    until(lambda: any("PREGREET" in line for line in log_of(client)), 20, "postscreen notes the early talker")


@pytest.mark.parametrize("domain", ["spammer.test", "spammer6.test"])
def test_listed_client_is_refused_however_well_it_behaves(domain):
    mail = Mail(f"offers@{domain}", "alice@gaudy.test").sign()
    code, text = smtp.send(mail)
    assert code == 550 and "zen.spamhaus.org" in text, (code, text)
    assert not mailboxes.find("alice", mail.token)


def test_unknown_client_waits_for_its_greeting_once(client):
    def greeted():
        began = time.monotonic()
        with smtp.session(client, "mx.newcomer.test", starttls=False):
            return time.monotonic() - began
    first, second = greeted(), greeted()
    assert first >= 2 and second < 2, f"greeted after {first:.1f} s, then after {second:.1f} s"
    until(lambda: any("PASS NEW" in line for line in log_of(client)), 20, "postscreen remembers the client")
