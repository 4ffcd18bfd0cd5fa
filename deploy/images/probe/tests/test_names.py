"""DNS as the world sees us; a small server on loopback gives the answers, dig asks the questions."""

import json
import shutil
import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from mailprobe import names
from mailprobe.metrics import Metrics
from mailprobe.settings import Settings

pytestmark = pytest.mark.skipif(not shutil.which("dig"), reason="dig is not here")

GOOD = {
    ("2.0.0.127.zen.spamhaus.org.", "A"): ["127.0.0.2", "127.0.0.4"],
    ("10.113.0.203.in-addr.arpa.", "PTR"): ["mail.gaudy.test."],
    ("mail.gaudy.test.", "A"): ["203.0.113.10"],
    (".", "NS"): ["ns.test."],
}


@pytest.fixture
def world():
    """world(answers, ad=True, rcode=…) -> Settings whose resolver gives them."""
    sockets = []

    def start(answers, ad=True, broken=False):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        sockets.append(server)

        def serve():
            while True:
                try:
                    wire, client = server.recvfrom(4096)
                except OSError:
                    return
                question = dns.message.from_wire(wire)
                answer = dns.message.make_response(question)
                answer.flags |= dns.flags.RA | (dns.flags.AD if ad else 0)
                name, kind = question.question[0].name.to_text(), dns.rdatatype.to_text(question.question[0].rdtype)
                if broken:
                    answer.set_rcode(dns.rcode.SERVFAIL)
                elif (name, kind) in answers:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *answers[(name, kind)]))
                elif not any(name == known for known, _ in answers):
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), client)

        threading.Thread(target=serve, daemon=True).start()
        return Settings("mail.gaudy.test", ["203.0.113.10"], "127.0.0.1", resolver_port=server.getsockname()[1], blocklists=["zen.spamhaus.org"])

    yield start
    for server in sockets:
        server.close()


def test_a_resolver_must_validate(world):
    names.resolver(world(GOOD), Metrics())
    with pytest.raises(ValueError, match="AD"):
        names.resolver(world(GOOD, ad=False), Metrics())


def test_not_listed_and_listed(world):
    metrics = Metrics()
    names.blocklists(world(GOOD), metrics)
    assert list(metrics.series["mail_blocklist_listed"].values()) == [0]
    names.blocklists(world({**GOOD, ("10.113.0.203.zen.spamhaus.org.", "A"): ["127.0.0.4"]}), metrics)
    assert list(metrics.series["mail_blocklist_listed"].values()) == [1]


@pytest.mark.parametrize("probe", [["127.255.255.254"], None])
def test_a_list_that_does_not_answer_us_says_nothing_about_us(world, probe):
    answers = {key: value for key, value in GOOD.items() if "spamhaus" not in key[0]}
    if probe:
        answers["2.0.0.127.zen.spamhaus.org.", "A"] = probe
    metrics = Metrics()
    with pytest.raises(ValueError, match="may not ask"):
        names.blocklists(world(answers), metrics)
    assert metrics.series["mail_blocklist_listed"] == {}


def test_an_error_code_about_us_is_no_listing(world):
    metrics = Metrics()
    names.blocklists(world({**GOOD, ("10.113.0.203.zen.spamhaus.org.", "A"): ["127.255.255.255"]}), metrics)
    assert list(metrics.series["mail_blocklist_listed"].values()) == [0]


def test_reverse(world):
    names.reverse(world(GOOD), Metrics())
    with pytest.raises(ValueError, match="ticket"):
        names.reverse(world({**GOOD, ("10.113.0.203.in-addr.arpa.", "PTR"): ["static-10.isp.test."]}), Metrics())
    with pytest.raises(ValueError, match="lead back"):
        names.reverse(world({**GOOD, ("mail.gaudy.test.", "A"): ["203.0.113.11"]}), Metrics())


def test_a_resolver_in_trouble_is_not_taken_for_an_answer(world):
    with pytest.raises(ValueError, match="SERVFAIL"):
        names.reverse(world(GOOD, broken=True), Metrics())


def test_drift(world, tmp_path):
    key = "p=" + "A" * 300
    records = [{"name": "gaudy.test.", "type": "TXT", "value": "v=spf1 mx -all"}, {"name": "s1._domainkey.gaudy.test.", "type": "TXT", "value": key},
               {"name": "gaudy.test.", "type": "MX", "value": "10 mail.gaudy.test."}, {"name": "_25._tcp.mail.gaudy.test.", "type": "TLSA", "value": "3 1 1 " + "ab" * 32}]
    (tmp_path / "dns.json").write_text(json.dumps({"records": records}))
    published = {("gaudy.test.", "TXT"): ['"v=spf1 mx -all"'], ("s1._domainkey.gaudy.test.", "TXT"): [f'"{key[:255]}" "{key[255:]}"'],
                 ("gaudy.test.", "MX"): ["10 mail.gaudy.test."], ("_25._tcp.mail.gaudy.test.", "TLSA"): ["3 1 1 " + "ab" * 32]}

    def wrong(answers):
        metrics, given = Metrics(), world(answers)
        given.expected_dns = str(tmp_path / "dns.json")
        try:
            names.drift(given, metrics)
        except ValueError as error:
            assert "Git" in str(error)
        return metrics.series["mail_dns_records_wrong"][()]

    assert wrong(published) == 0
    assert wrong({**published, ("gaudy.test.", "TXT"): ['"v=spf1 mx -all"', '"v=spf1 ?all"']}) == 1
    del published["_25._tcp.mail.gaudy.test.", "TLSA"]
    assert wrong(published) == 1
