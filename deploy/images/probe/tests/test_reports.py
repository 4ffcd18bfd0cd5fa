"""Reports as providers send them, and what a stranger may send instead."""

import email.message
import gzip
import io
import json
import zipfile

import pytest
from mailprobe import reports
from mailprobe.metrics import Metrics
from mailprobe.settings import Settings

OWN = {"203.0.113.10"}
DMARC = """<?xml version="1.0"?><feedback{space}><report_metadata><org_name>north</org_name><report_id>{number}</report_id></report_metadata>
<policy_published><domain>gaudy.test</domain><p>none</p></policy_published>
<record><row><source_ip>203.0.113.10</source_ip><count>7</count><policy_evaluated><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row></record>
<record><row><source_ip>203.0.113.10</source_ip><count>1</count><policy_evaluated><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row></record>
<record><row><source_ip>198.51.100.92</source_ip><count>3</count><policy_evaluated><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row></record></feedback>"""
TLS = {"organization-name": "north", "report-id": "1", "policies": [
    {"summary": {"total-successful-session-count": 40, "total-failure-session-count": 2}},
    {"summary": {"total-successful-session-count": 5, "total-failure-session-count": 0}}]}
SUMS = {"dmarc own pass": 7, "dmarc own fail": 1, "dmarc foreign fail": 3}


def zipped(text, count=1):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.xml", text)
    return data.getvalue()


@pytest.fixture
def box(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "cur").mkdir()

    def put(name, data, kind, filename, folder="new"):
        message = email.message.EmailMessage()
        message["Subject"] = "Report domain: gaudy.test"
        message.set_content("see the attachment")
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=filename)
        (tmp_path / folder / name).write_bytes(bytes(message))

    put.collect = lambda: reports.collect(str(tmp_path), str(tmp_path / "state/reports.json"), OWN)
    put.folder = tmp_path
    return put


def text(number=1, space=""):
    return DMARC.format(number=number, space=space).encode()


@pytest.mark.parametrize("data,kind,name", [
    (gzip.compress(text()), "application/gzip", "north!gaudy.test!1!2.xml.gz"),
    (zipped(text()), "application/zip", "r.zip"),
    (text(), "text/xml", "r.xml"),
    (text(space=' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"'), "application/octet-stream", "r.xml"),
])
def test_aggregate_reports_in_every_wrapping(box, data, kind, name):
    box("1.M1.a", data, kind, name)
    assert box.collect()["sums"] == SUMS


def test_tls_reports(box):
    box("1.M1.a", gzip.compress(json.dumps(TLS).encode()), "application/tlsrpt+gzip", "north!gaudy.test!1!2!3.json.gz")
    box("1.M2.a", json.dumps({**TLS, "report-id": "2"}).encode(), "application/tlsrpt+json", "r.json")
    assert box.collect()["sums"] == {"tls success": 90, "tls failure": 4}


def test_a_report_counts_once_however_often_it_is_seen(box):
    box("1.M1.a", gzip.compress(text()), "application/gzip", "r.xml.gz")
    box.collect()
    (box.folder / "new/1.M1.a").rename(box.folder / "cur/1.M1.a:2,S")           # somebody read it
    box("1.M2.a", zipped(text()), "application/zip", "r.zip")                     # sent again
    assert box.collect()["sums"] == SUMS
    (box.folder / "cur/1.M1.a:2,S").unlink()                                      # and threw it away: sums never shrink
    box("1.M3.a", gzip.compress(text(number=2)), "application/gzip", "r.xml.gz")
    assert box.collect()["sums"] == {key: 2 * count for key, count in SUMS.items()}


@pytest.mark.parametrize("data,kind,name", [
    (gzip.compress(b"<!DOCTYPE x [<!ENTITY a 'b'>]><feedback>&a;</feedback>"), "application/gzip", "r.xml.gz"),
    (b"<feedback><record><row><count>-1</count></row></record></feedback>", "text/xml", "r.xml"),
    (b"\x1f\x8bbroken", "application/gzip", "r.xml.gz"),
    (b"PKbroken", "application/zip", "r.zip"),
    (zipped(text(), count=2), "application/zip", "r.zip"),
    (gzip.compress(b"\0" * (reports.UNPACKED + 10)), "application/gzip", "r.xml.gz"),
    (b"not xml", "text/xml", "r.xml"),
    (b"[]", "application/tlsrpt+json", "r.json"),
    (b'{"policies": [{"summary": null}]}', "application/tlsrpt+json", "r.json"),
])
def test_what_is_no_report_is_told_and_counts_nothing(box, data, kind, name):
    box("1.M1.a", data, kind, name)
    box("1.M2.a", text(), "text/xml", "good.xml")
    state = box.collect()
    assert (state["sums"], state["refused"]) == (SUMS, 1)
    assert box.collect()["refused"] == 1            # and is not looked at again


def test_other_mail_is_passed_over(box):
    (box.folder / "new/1.M1.a").write_bytes(b"Subject: lunch\n\nat noon?\n")
    (box.folder / "new/1.M2.a").write_bytes(b"\xff\xfe\0")
    state = box.collect()
    assert state["sums"] == {} and "refused" not in state


def test_the_probe_shows_the_sums(box):
    box("1.M1.a", text(), "text/xml", "r.xml")
    box("1.M2.a", json.dumps(TLS).encode(), "application/tlsrpt+json", "r.json")
    box.collect()
    metrics = Metrics()
    reports.publish(Settings("mail.gaudy.test", [], "", reports=str(box.folder / "state/reports.json")), metrics)
    assert metrics.series["mail_dmarc_messages_total"][(("result", "fail"), ("source", "own"))] == 1
    assert metrics.series["mail_tlsrpt_sessions_total"] == {(("result", "success"),): 45, (("result", "failure"),): 2}
