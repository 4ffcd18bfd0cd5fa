"""The reports of the world's providers about the site's mail arrive, and say what was the case."""

import gzip
import json
from xml.etree import ElementTree

import pytest

from outside import cluster, clients, lab, mailboxes, people, providers, smtp
from outside.message import Mail
from outside.wait import until

PROVIDERS = ["northmail.test", "southmail.test"]


def arrived(name):
    """The attachment of this name, in the mailbox that reports go to."""
    def probe():
        with mailboxes.opened("postmaster") as connection:
            for folder in mailboxes.folders(connection):
                for message in mailboxes.search(connection, "Report Domain", folder):
                    for part in message.iter_attachments():
                        if part.get_filename() == name:
                            return folder, part.get_content()
        return None
    folder, content = until(probe, 60, f"the report {name}", every=1)
    assert folder == "INBOX"
    return gzip.decompress(content)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_aggregate_report_counts_the_site_s_mail_as_passed(provider):
    mail = Mail("alice@gaudy.test", f"carla@{provider}")
    assert smtp.submit(mail, people.address("alice"), people.password("alice"), source=clients.fresh())[0] == 250
    providers.arrives(f"carla@{provider}", mail.token)
    name = cluster.lab_command("report", provider, "aggregate").strip()
    report = ElementTree.fromstring(arrived(name))
    assert report.findtext("policy_published/domain") == lab.DOMAIN and report.findtext("report_metadata/org_name") == provider
    rows = [(row.findtext("source_ip"), row.findtext("policy_evaluated/dkim"), row.findtext("policy_evaluated/spf")) for row in report.iter("row")]
    assert (lab.NODE, "pass", "pass") in rows, rows


@pytest.mark.parametrize("provider", PROVIDERS)
def test_tls_report_counts_sessions_under_the_site_s_policies_without_a_failure(provider):
    name = cluster.lab_command("report", provider, "tls").strip()
    report = json.loads(arrived(name))
    by_type = {policy["policy"]["policy-type"]: policy["summary"] for policy in report["policies"]}
    assert by_type["tlsa"]["total-successful-session-count"] >= 5 and by_type["tlsa"]["total-failure-session-count"] == 0, report
    assert report["organization-name"] == provider
