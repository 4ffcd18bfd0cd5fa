"""What is public, byte for byte, and that nothing else is."""

import http.client
import plistlib
import xml.etree.ElementTree as xml

import pytest
from conftest import configure

DOMAIN, HOST = "gaudy.com.au", "mail.gaudy.com.au"


def ask(port, host, path, method="GET", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {"Host": host})
    answer = connection.getresponse()
    return answer.status, answer.getheader("Content-Type"), answer.read().decode()


def test_the_policy_of_mta_sts(server):
    status, kind, text = ask(server, f"mta-sts.{DOMAIN}", "/.well-known/mta-sts.txt")
    assert (status, kind) == (200, "text/plain")
    assert dict(line.split(": ") for line in text.splitlines()) == {"version": "STSv1", "mode": "testing", "mx": HOST, "max_age": "86400"}


@pytest.mark.parametrize("mode,age", [("testing", 86400), ("enforce", 604800), ("none", 86400)])
def test_each_mode_has_a_policy_of_the_right_form(tmp_path, mode, age):
    assert configure(tmp_path, mta_sts_mode=mode).returncode == 0
    lines = (tmp_path / "out/mta-sts/.well-known/mta-sts.txt").read_text().splitlines()
    assert lines == ["version: STSv1", f"mode: {mode}", f"mx: {HOST}", f"max_age: {age}"]


@pytest.mark.parametrize("mode", ["", "on", "../../clients/x"])
def test_a_mode_that_does_not_exist_stops_the_pod(tmp_path, mode):
    answer = configure(tmp_path, mta_sts_mode=mode)
    assert answer.returncode != 0 and "mta_sts_mode" in answer.stderr


@pytest.mark.parametrize("path", ["/", "/testing.txt", "/enforce.txt", "/.well-known/", "/.well-known/mta-sts.txt/x", "/../conf/mta-sts.conf", "/mta-sts.conf"])
def test_nothing_else_is_there(server, path):
    assert ask(server, f"mta-sts.{DOMAIN}", path)[0] in (400, 404)


def test_other_names_get_nothing_and_no_redirect(server):
    assert ask(server, "evil.test", "/.well-known/mta-sts.txt")[0] == 404
    assert ask(server, "evil.test", "/healthz")[0] == 200


@pytest.mark.parametrize("path", ["/mail/config-v1.1.xml?emailaddress=a%40b", "/.well-known/autoconfig/mail/config-v1.1.xml"])
def test_autoconfig(server, path):
    status, kind, text = ask(server, f"autoconfig.{DOMAIN}", path)
    assert (status, kind) == (200, "text/xml")
    provider = xml.fromstring(text).find("emailProvider")
    for tag, port in (("incomingServer", "993"), ("outgoingServer", "465")):
        entry = provider.find(tag)
        assert (entry.findtext("hostname"), entry.findtext("port"), entry.findtext("socketType")) == (HOST, port, "SSL")
    assert provider.findtext("domain") == DOMAIN


@pytest.mark.parametrize("method,path", [("POST", "/autodiscover/autodiscover.xml"), ("POST", "/Autodiscover/Autodiscover.xml"), ("GET", "/autodiscover/autodiscover.xml")])
def test_autodiscover_answers_the_post_outlook_sends(server, method, path):
    status, _, text = ask(server, f"autodiscover.{DOMAIN}", path, method, "<Autodiscover/>" if method == "POST" else None)
    assert status == 200
    space = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
    found = {entry.findtext(f"{space}Type"): (entry.findtext(f"{space}Server"), entry.findtext(f"{space}Port")) for entry in xml.fromstring(text).iter(f"{space}Protocol")}
    assert found == {"IMAP": (HOST, "993"), "SMTP": (HOST, "465")}


def test_the_profile_of_apple(server):
    status, kind, text = ask(server, f"autoconfig.{DOMAIN}", "/mail.mobileconfig")
    assert (status, kind) == (200, "application/x-apple-aspen-config")
    [account] = plistlib.loads(text.encode())["PayloadContent"]
    assert (account["IncomingMailServerHostName"], account["IncomingMailServerPortNumber"], account["IncomingMailServerUseSSL"]) == (HOST, 993, True)
    assert (account["OutgoingMailServerPortNumber"], account["OutgoingMailServerUseSSL"]) == (465, True)
    assert not [key for key in account if "Password" in key and isinstance(account[key], str) and key.endswith("Password")]
