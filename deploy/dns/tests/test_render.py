"""What is printed, read by a parser that is not ours."""

import base64
import hashlib
import json
import os
import subprocess

import dns.name
import dns.rdatatype
import dns.zone
import pytest
from conftest import DNS, PRODUCTION

STAGES = ["prepare", "observe", "quarantine", "reject"]
NULL_HOSTS = ["mta-sts", "webmail", "autoconfig", "autodiscover", "test"]


def parse(text, origin="gaudy.com.au."):
    return dns.zone.from_text(text, origin=origin, relativize=False, check_origin=False)


def values(zone, name, kind):
    found = zone.get_rdataset(dns.name.from_text(name), kind)
    return sorted(data.to_text() for data in found) if found else []


def text(zone, name):
    """The TXT of a name as receivers see it: its strings joined."""
    found = zone.get_rdataset(dns.name.from_text(name), "TXT")
    return [b"".join(data.strings).decode() for data in found] if found else []


@pytest.fixture
def zone(render):
    def call(stage, *words, **named):
        status, out, err = render(stage, *words, **named)
        assert (status, err) == (0, ""), err
        return parse(out)
    return call


def test_prepare_promises_no_mail_and_needs_no_key(zone):
    found = zone("prepare", with_keys=False)
    assert values(found, "mail.gaudy.com.au.", "A") == ["203.0.113.10"]
    assert values(found, "gaudy.com.au.", "MX") == []
    assert text(found, "gaudy.com.au.") == []
    assert text(found, "_dmarc.gaudy.com.au.") == []
    assert len(values(found, "gaudy.com.au.", "CAA")) == 3


@pytest.mark.parametrize("stage,policy", list(zip(STAGES[1:], ["none", "quarantine", "reject"])))
def test_dmarc_follows_the_stage_and_subdomains_are_always_refused(zone, stage, policy):
    tags = dict(part.strip().split("=", 1) for part in text(zone(stage), "_dmarc.gaudy.com.au.")[0].split(";"))
    assert tags == {"v": "DMARC1", "p": policy, "sp": "reject", "np": "reject",
                    "rua": "mailto:dmarc@gaudy.com.au", "adkim": "s", "aspf": "s"}


def test_a_ramp_moves_alone(zone):
    found = zone("quarantine", "--ramp", "dmarc=none")
    assert "p=none" in text(found, "_dmarc.gaudy.com.au.")[0]


def test_one_spf_record_each(zone):
    found = zone("observe")
    assert text(found, "gaudy.com.au.") == ["v=spf1 mx -all"]
    assert text(found, "mail.gaudy.com.au.") == ["v=spf1 a -all"]


def test_names_without_mail_say_so(zone):
    found = zone("observe")
    for host in NULL_HOSTS:
        assert values(found, f"{host}.gaudy.com.au.", "MX") == ["0 ."]
        assert text(found, f"{host}.gaudy.com.au.") == ["v=spf1 -all"]
    # every name with an address is either the mail host or one of them
    hosts = {str(name) for name, _ in found.iterate_rdatasets("A")}
    assert hosts == {f"{host}.gaudy.com.au." for host in [*NULL_HOSTS, "mail"]}


def test_dkim_is_the_key_that_was_given_in_strings_that_fit(zone, keys):
    found = zone("observe")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", f"{keys}/rsa.pub", "-outform", "DER"],
                         check=True, capture_output=True).stdout
    for selector in ("s1", "s2"):
        [record] = text(found, f"{selector}._domainkey.gaudy.com.au.")
        assert base64.b64decode(record.split("p=")[1]) == der
    [data] = found.get_rdataset(dns.name.from_text("s1._domainkey.gaudy.com.au."), "TXT")
    assert [len(piece) for piece in data.strings][0] == 255


def test_a_revoked_selector_has_an_empty_key(render, keys):
    status, out, _ = render("observe", "--dkim", f"s1={keys}/rsa.pub", "--dkim", "s2=revoked", "--tlsa", "none", with_keys=False)
    assert status == 0
    assert text(parse(out), "s2._domainkey.gaudy.com.au.") == ["v=DKIM1; k=rsa; p="]


def test_tlsa_is_the_hash_of_the_served_key(zone, keys):
    der = subprocess.run(["openssl", "pkey", "-in", f"{keys}/ec.key", "-pubout", "-outform", "DER"],
                         check=True, capture_output=True).stdout
    assert values(zone("observe"), "_25._tcp.mail.gaudy.com.au.", "TLSA") == ["3 1 1 " + hashlib.sha256(der).hexdigest()]
    # the same key as certificate and as public key is one record; another key is a second
    assert len(values(zone("observe", "--tlsa", f"{keys}/ec.pub"), "_25._tcp.mail.gaudy.com.au.", "TLSA")) == 1
    assert len(values(zone("observe", "--tlsa", f"{keys}/rsa.pub"), "_25._tcp.mail.gaudy.com.au.", "TLSA")) == 2


def test_closed_services_say_so(zone):
    found = zone("observe")
    for service in ("_imap._tcp", "_pop3._tcp", "_pop3s._tcp", "_sieve._tcp"):
        assert values(found, f"{service}.gaudy.com.au.", "SRV") == ["0 0 0 ."]
    assert values(found, "_imaps._tcp.gaudy.com.au.", "SRV") == ["0 1 993 mail.gaudy.com.au."]


def test_without_ipv6_no_aaaa(render):
    _, both, _ = render("reject", "--format", "table")
    assert " AAAA " in both and "ip6.arpa. " in both
    status, out, _ = render("reject", "--format", "table", "--set", "address6=")
    assert status == 0 and out and "AAAA" not in out and "ip6.arpa" not in out


@pytest.mark.parametrize("mode,stage", [("testing", "observe"), ("enforce", "quarantine"), ("enforce", "reject")])
def test_mta_sts_id_is_the_hash_of_the_file_the_web_server_serves(zone, render, mode, stage):
    """The file is filled in by mail-render in the container, by render here: both must write the same bytes."""
    environment = {**os.environ, **dict(line.split("=", 1) for line in PRODUCTION.read_text().splitlines() if "=" in line and line[0] != "#")}
    served = subprocess.run(["perl", str(DNS.parent / "images/base/render"), str(DNS.parent / f"components/mta-sts/policies/{mode}.txt")],
                            env=environment, check=True, capture_output=True).stdout
    assert text(zone(stage), "_mta-sts.gaudy.com.au.") == [f"v=STSv1; id={hashlib.sha256(served).hexdigest()[:20]}"]
    assert render(stage, "--policy", with_keys=False)[1].encode() == served


def test_a_whole_zone_file_has_soa_and_ns(render):
    _, out, _ = render("observe", "--ns", "ns.test.", "--hostmaster", "hostmaster.test.", "--serial", "7")
    found = dns.zone.from_text(out, origin="gaudy.com.au.", relativize=False)
    assert found.get_soa().serial == 7


def test_an_update_takes_away_what_another_stage_published(render):
    """Applied by hand to a store of sets: whatever stage was there before, afterwards there is this one."""
    def apply(store, script):
        for line in script.splitlines():
            words = line.split(" ", 3)
            if words[:2] == ["update", "delete"]:
                name, kind = line.split()[2:4]
                store.pop((name, kind), None)
            elif words[:2] == ["update", "add"]:
                name, _, kind, value = line[len("update add "):].split(" ", 3)
                store.setdefault((name, kind), set()).add(value)
        return store

    for stage in STAGES:
        _, wanted, _ = render(stage, "--format", "nsupdate")
        for earlier in STAGES:
            _, before, _ = render(earlier, "--format", "nsupdate")
            assert apply(apply({}, before), wanted) == apply({}, wanted), f"{earlier} -> {stage}"


def test_reverse_names_and_tickets(render):
    _, out, _ = render("prepare", "--format", "ptr", with_keys=False)
    assert "10.113.0.203.in-addr.arpa. 300 IN PTR mail.gaudy.com.au." in out
    assert out.count("ip6.arpa. 300 IN PTR") == 1
    _, out, _ = render("prepare", "--format", "tickets", with_keys=False)
    assert out.count("[P0-2] PTR") == 2


def test_json_is_the_same_set(render, zone):
    _, out, _ = render("reject", "--format", "json")
    document = json.loads(out)
    assert document["ramps"] == {"dmarc": "reject", "mta_sts": "enforce"}
    shown = {(record["name"], record["type"]) for record in document["records"]}
    assert shown == {(str(name), dns.rdatatype.to_text(data.rdtype)) for name, data in zone("reject").iterate_rdatasets()}
