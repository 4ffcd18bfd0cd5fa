"""The platform over IPv6: mail in and out, logins, TLS, and what an owner of many addresses gains by them.

The scan, the relay, the gate and the names are tried in both families where they are (test_ports, test_relay,
test_postscreen, test_names).
"""

import concurrent.futures
import contextlib
import ipaddress
import re
import time

import pytest

from outside import clients, cluster, guesses, lab, mailboxes, people, providers, smtp
from outside.message import Mail
from outside.wait import until
from test_inbound import nowhere
from test_tls import PORTS, plain

RECEIVER = "mail6.test"         # has no address of IPv4, as partner6.test has none
SECOND = str(ipaddress.ip_address(lab.NODE6) + 1)       # of the node, while a test lends it one


def test_mail_from_an_address_of_ipv6_arrives_with_every_authentication_passed():
    source = lab.address_of("partner6.test")
    assert ":" in source and lab.lookup("mx.partner6.test", "A") == []
    mail = Mail("anna@partner6.test", "alice@gaudy.test").sign()
    code, text = smtp.send(mail)
    assert code == 250, text
    message = mailboxes.arrives("alice", mail.token)
    verdicts = providers.verdicts(message, lab.HOST)
    assert {method: verdicts[method].result for method in ("spf", "dkim", "dmarc")} == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    received = " ".join(str(line) for line in message.get_all("Received"))
    assert f"[IPv6:{source}]" in received and "TLSv1.3" in received, received


def test_forged_mail_is_refused_over_ipv6_too(client6):
    mail = Mail("boss@partner6.test", "alice@gaudy.test", subject="urgent transfer")
    code, text = smtp.send_again(mail, source=client6, helo="mx.stranger.test")
    assert 550 <= code <= 554 and "5.7" in text, (code, text)
    nowhere("alice", mail.token)


@pytest.mark.parametrize("envelope, header", [("bob@gaudy.test", None), ("anna@partner6.test", "bob@gaudy.test")])
def test_own_domain_from_outside_is_refused_over_ipv6_too(envelope, header):
    mail = Mail(envelope, "alice@gaudy.test", header_from=header)
    code, text = smtp.send(mail, source=lab.address_of("partner6.test"), helo="mx.partner6.test")
    assert code >= 550, (code, text)


@pytest.mark.parametrize("port", [465, 587])
def test_receiver_with_ipv6_alone_finds_spf_dkim_and_dmarc_passed(port, client6):
    """Submitted over IPv6 as well."""
    assert lab.lookup(f"mx.{RECEIVER}", "A") == []
    mail = Mail("alice@gaudy.test", f"anna@{RECEIVER}")
    code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), port=port, source=client6)
    assert code == 250, text
    message = providers.arrives(mail.recipient, mail.token)
    verdicts = providers.verdicts(message, RECEIVER)
    assert {method: verdicts[method].result for method in ("spf", "dkim", "dmarc")} == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    received = str(message.get_all("Received")[0])
    assert f"from {lab.HOST} ([IPv6:{lab.NODE6}])" in received and "ESMTPS" in received, received
    assert client6 not in message.as_string()


def on_node(*command):
    cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", *command])


@contextlib.contextmanager
def leaving_from(address):
    """The node has another address, and the kernel would rather use that one."""
    route = ("ip", "route", "replace", lab.value("INTERNET6"), "via", lab.value("NODE_GATEWAY6"), "src")
    on_node("ip", "address", "add", f"{address}/64", "dev", "wan0", "nodad")
    try:
        on_node(*route, address)
        yield
    finally:
        on_node(*route, lab.NODE6)
        on_node("ip", "address", "del", f"{address}/64", "dev", "wan0")


def test_mail_leaves_from_the_address_with_the_reverse_name_and_from_no_other(client6):
    with leaving_from(SECOND):
        chosen = cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "ip", "route", "get", lab.address_of(RECEIVER)]).stdout
        assert f"src {SECOND} " in chosen, chosen
        mail = Mail("alice@gaudy.test", f"anna@{RECEIVER}")
        assert smtp.submit(mail, people.address("alice"), people.password("alice"), source=client6)[0] == 250
        message = providers.arrives(mail.recipient, mail.token)
    assert f"[IPv6:{lab.NODE6}]" in str(message.get_all("Received")[0])


@pytest.mark.parametrize("starttls", [False, True])
def test_port_25_knows_no_login_over_ipv6(starttls):
    with smtp.session(lab.VANTAGE6, "mx.partner.test", starttls=starttls) as connection:
        assert "auth" not in connection.esmtp_features
        assert connection.docmd("AUTH", "PLAIN AGFsaWNlAGFsaWNl")[0] in (502, 503)


def test_port_587_offers_no_login_before_tls_over_ipv6(client6):
    with smtp.session(client6, "laptop.vantage.test", port=587, starttls=False) as connection:
        assert "auth" not in connection.esmtp_features and connection.has_extn("starttls")
        assert connection.docmd("AUTH", "PLAIN AGFsaWNlAGFsaWNl")[0] in (503, 530)


@pytest.mark.parametrize("port", PORTS)
def test_tls_over_ipv6_with_the_certificate_of_the_mail_host(port, client6):
    with plain(port, client6) as connection, smtp.trust().wrap_socket(connection, server_hostname=lab.HOST) as encrypted:
        assert encrypted.getpeername()[0] == lab.NODE6 and encrypted.version() == "TLSv1.3"


def test_mailbox_opens_over_ipv6(client6):
    with mailboxes.opened("alice", source=client6) as connection:
        assert connection.select("INBOX", readonly=True)[0] == "OK"
    until(lambda: re.search(rf"Login: user=<alice@gaudy\.test>.*rip={re.escape(client6)}", cluster.kubectl("logs", "daemonset/mail", "-c", "dovecot", "--tail=200")),
          20, "the login in the log, with its address")


def test_guessing_from_ever_new_addresses_of_one_network_takes_longer_each_time():
    """Whoever has one address of IPv6 has 2^64: they count as one."""
    def last(guess):
        first = clients.fresh6()
        answers = [guess(address, number) for number, address in enumerate([first, clients.neighbour(first), clients.neighbour(first)])]
        assert all(code in (421, 450, 454, 535) for code, _ in answers), answers
        return answers[-1][1]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waited = list(pool.map(last, [guesses.imap, guesses.submission]))
    began = time.monotonic()
    with mailboxes.opened("carol", source=clients.fresh6()):
        others = time.monotonic() - began
    assert min(waited) >= 7 > others, (waited, others)


def test_pod_s_resolver_asks_over_ipv6_as_well():
    authority, control = lab.value("DNS_AUTHORITY6"), ("unbound-control", "-c", "/etc/unbound/unbound.conf")

    def answered():
        cluster.execute("unbound", *control, "flush_zone", RECEIVER)
        cluster.execute("unbound", "dig", "@127.0.53.53", "+time=5", f"mx.{RECEIVER}", "AAAA")
        servers = cluster.execute("unbound", *control, "dump_infra")
        # Whom it has never reached has no round-trip time of its own.
        return [line for line in servers.splitlines() if line.startswith(f"{authority} ") and re.search(" ping [1-9]", line)]
    until(answered, 30, f"{authority} has answered the resolver")
