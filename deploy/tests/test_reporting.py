"""DMARC and TLS reports both ways: ours to the domains that ask for them, theirs counted into numbers."""

import gzip
import json
import time
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from outside import clients, cluster, jobs, lab, monitoring, people, providers, smtp
from outside.message import Mail
from outside.wait import until

SUMS = lab.VAR / "volumes/state/reports/reports.json"


def unpacked(part):
    content = part.get_content()
    if content[:2] == b"\x1f\x8b":
        return gzip.decompress(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(archive.namelist()[0])


def reports_about(domain):
    """The aggregate reports in the mailbox its DMARC record names, with the message each came in."""
    for message in providers.messages(f"reports@{domain}"):
        for part in message.iter_attachments():
            yield message, ElementTree.fromstring(unpacked(part))


# Rspamd takes a mailto: for an address only below a top-level domain it knows, and "test" is none (RFC 6761). For this
# one command it is; everything else is read from the shipped configuration.
SEND = """
place=$(mktemp -d)
mkdir "$place/override.d"
ln -s /etc/rspamd/local.d "$place/local.d"
{ cat /usr/share/rspamd/effective_tld_names.dat; echo test; } >"$place/domains"
echo "url_tld = \\"$place/domains\\";" >"$place/override.d/options.inc"
rspamadm --var="LOCAL_CONFDIR=$place" dmarc_report "$1" 2>&1
rm -rf "$place"
"""


@pytest.mark.soak
def test_a_domain_that_asks_for_reports_gets_one_about_its_mail():
    """Rspamd counts what came from partner.test, one passed and one forged, and `rspamadm dmarc_report`, which the
    container runs each night, sends it by way of the site's own queue, signed."""
    cluster.execute("redis", "sh", "-c", "redis-cli -s /run/mail/redis.sock --scan --pattern 'dmarc_*' | xargs -r redis-cli -s /run/mail/redis.sock unlink")
    old = len(list(reports_about("partner.test")))
    forger = clients.fresh()
    today = time.strftime("%Y%m%d", time.gmtime())
    assert smtp.send(Mail("anna@partner.test", "alice@gaudy.test").sign())[0] == 250
    code, text = smtp.send_again(Mail("anna@partner.test", "alice@gaudy.test"), source=forger, helo="mx.stranger.test")
    assert code in (550, 554), text
    said = cluster.execute("rspamd", "sh", "-euc", SEND, "send", today, timeout=120)
    message, report = until(lambda: list(reports_about("partner.test"))[old:], 60, f"a report about partner.test (rspamadm: {said[-400:]})", every=1)[0]
    assert report.findtext("policy_published/domain") == "partner.test" and report.findtext("policy_published/p") == "reject"
    rows = {row.findtext("source_ip"): (row.findtext("policy_evaluated/dkim"), row.findtext("policy_evaluated/spf"), row.findtext("policy_evaluated/disposition"))
            for row in report.iter("row")}
    assert rows[lab.address_of("partner.test")][:2] == ("pass", "pass"), rows
    assert rows[forger] == ("fail", "fail", "reject"), rows
    assert message["From"].addresses[0].domain == lab.DOMAIN
    assert providers.verdicts(message, "southmail.test")["dmarc"].result == "pass"


def test_reports_that_came_are_counted_once_and_shown_by_the_probe(record_property):
    """A provider reports about real mail of the site; the hourly job adds it to the sums, and a second run adds nothing."""
    mail = Mail("alice@gaudy.test", "carla@southmail.test")
    assert smtp.submit(mail, people.address("alice"), people.password("alice"), source=clients.fresh())[0] == 250
    providers.arrives("carla@southmail.test", mail.token)
    before = sums()
    for kind in ("aggregate", "tls"):
        cluster.lab_command("report", "southmail.test", kind)

    def counted():
        succeeded, words = jobs.run("mail-reports")
        assert succeeded, words
        now = sums()
        grown = {key for key in now if now[key] > before.get(key, 0)}
        return now if {"dmarc own pass", "tls success"} <= grown else None
    now = until(counted, 120, "both reports are counted", every=2)
    assert now.get("dmarc own fail", 0) == before.get("dmarc own fail", 0) and now.get("tls failure", 0) == before.get("tls failure", 0)
    assert jobs.run("mail-reports")[0] and sums() == now
    until(lambda: monitoring.probe_says("mail_dmarc_messages_total", source="own", result="pass") == now["dmarc own pass"]
          and monitoring.probe_says("mail_tlsrpt_sessions_total", result="success") == now["tls success"], 120, "the probe shows the sums", every=3)
    record_property("measured", f"reports counted: {now}")


def sums():
    return json.loads(SUMS.read_text())["sums"] if SUMS.exists() else {}
