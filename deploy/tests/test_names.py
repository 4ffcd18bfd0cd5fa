"""What the DNS says of the site, compared with what the site does."""

import hashlib
import ipaddress
import re
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from outside import clients, cluster, lab, smtp
from test_certificate import ECDSA, RSA
from test_tls import plain


def strings(name):
    return ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', record)).replace("\\;", ";") for record in lab.lookup(name, "TXT")]


def one(name, start):
    found = [text for text in strings(name) if text.startswith(start)]
    assert len(found) == 1, (name, strings(name))
    return dict(part.strip().split("=", 1) for part in found[0].split(";") if "=" in part)


@pytest.mark.parametrize("kind, node, stranger", [("A", lab.NODE, clients.fresh), ("AAAA", lab.NODE6, clients.fresh6)])
def test_mx_address_reverse_name_and_greeting_are_one(kind, node, stranger):
    assert lab.lookup(lab.DOMAIN, "MX") == [f"10 {lab.HOST}."]
    assert lab.lookup(lab.HOST, kind) == [node]
    assert lab.lookup(ipaddress.ip_address(node).reverse_pointer, "PTR") == [f"{lab.HOST}."]
    with socket.create_connection((node, 25), 60, source_address=(stranger(), 0)) as connection:
        assert connection.makefile().readline()[4:].split()[0] == lab.HOST


@pytest.mark.parametrize("name, kind", [(lab.DOMAIN, "MX"), (lab.HOST, "A"), (lab.HOST, "AAAA"), (f"_25._tcp.{lab.HOST}", "TLSA"), (f"_dmarc.{lab.DOMAIN}", "TXT"),
                                        (ipaddress.ip_address(lab.NODE).reverse_pointer, "PTR"), (ipaddress.ip_address(lab.NODE6).reverse_pointer, "PTR")])
def test_records_are_validated_by_dnssec_from_the_root(name, kind):
    import dns.flags
    import dns.message
    import dns.query
    query = dns.message.make_query(name, kind, want_dnssec=True)
    answer = dns.query.udp(query, lab.RESOLVER, timeout=10)
    assert answer.answer and answer.flags & dns.flags.AD


@pytest.mark.parametrize("selector", ["s1", "s2"])
def test_published_dkim_key_is_the_deployed_one(selector):
    private = serialization.load_pem_private_key(cluster.secret("mail-dkim")[f"{lab.DOMAIN}.{selector}.key"], None)
    public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    import base64
    record = one(f"{selector}._domainkey.{lab.DOMAIN}", "v=DKIM1")
    assert base64.b64decode(record["p"]) == public and private.key_size >= 2048


def test_spf_and_dmarc_leave_nothing_open():
    assert [text for text in strings(lab.DOMAIN) if text.startswith("v=spf1")] == ["v=spf1 mx -all"]
    record = one(f"_dmarc.{lab.DOMAIN}", "v=DMARC1")
    assert record["p"] == "reject" and record["rua"] == f"mailto:dmarc@{lab.DOMAIN}"
    assert one(f"_smtp._tls.{lab.DOMAIN}", "v=TLSRPTv1")["rua"] == f"mailto:tlsrpt@{lab.DOMAIN}"


def test_tlsa_records_are_those_of_the_keys_port_25_serves(client):
    digests = set()
    for cipher in (ECDSA, RSA):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_2
        context.set_ciphers(cipher)
        with plain(25, client) as connection, context.wrap_socket(connection, server_hostname=lab.HOST) as encrypted:
            key = x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True)).public_key()
        digests.add(hashlib.sha256(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).hexdigest())
    assert {record.replace(" ", "") for record in lab.lookup(f"_25._tcp.{lab.HOST}", "TLSA")} == {f"311{digest}" for digest in digests}


def test_host_is_on_no_blocklist_and_the_lists_answer():
    for blocklist in ("zen.spamhaus.org", "bl.mailspike.net"):
        assert lab.lookup(f"2.0.0.127.{blocklist}", "A") == ["127.0.0.2"]
        for node in (lab.NODE, lab.NODE6):
            reverse = ipaddress.ip_address(node).reverse_pointer.rpartition(".arpa")[0].rpartition(".")[0]
            assert lab.lookup(f"{reverse}.{blocklist}", "A") == []


def test_pod_s_own_resolver_validates_and_reaches_the_blocklists():
    answer = cluster.execute("postfix", "dig", "+dnssec", "+time=5", lab.HOST, "A")
    assert re.search(r"flags:[^;]* ad[ ;]", answer) and "127.0.53.53" in answer
    assert cluster.execute("postfix", "dig", "+short", "+time=5", "2.0.0.127.zen.spamhaus.org", "A").strip() == "127.0.0.2"


def test_pod_s_resolver_does_not_believe_what_is_not_signed_as_the_parent_says():
    assert lab.lookup("bogus.test", "A", server=lab.AUTHORITY) == ["198.51.100.91"], "the authority itself must have it"
    assert "status: SERVFAIL" in cluster.execute("postfix", "dig", "+time=10", "+tries=1", "bogus.test", "A")
