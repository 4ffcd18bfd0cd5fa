"""What stands at 443 besides the webmail: its TLS under every name, the MTA-STS policy, and the profiles that set up mail programs."""

import imaplib
import plistlib
import smtplib
import socket
import ssl
import warnings
from xml.etree import ElementTree

import pytest
import requests

from outside import cluster, lab

NAMES = [f"{name}.{lab.DOMAIN}" for name in ("webmail", "mta-sts", "autoconfig", "autodiscover")]
GOOD = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"]
BAD = "AES128-GCM-SHA256:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:NULL-SHA256:ADH-AES128-SHA"


@pytest.fixture(scope="module", autouse=True)
def deployed():
    """By "lab web": an administrator's work, done before."""
    parts = {item["metadata"]["name"]: item["status"] for item in cluster.get("deployments", "--namespace", "mail-web")["items"]}
    assert parts.get("web", {}).get("readyReplicas"), "policy and profiles are not served: deploy/lab/lab web"


def handshake(name, version, ciphers="ALL"):
    context = ssl.create_default_context(cafile=lab.AUTHORITIES)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with socket.create_connection((lab.NODE, 443), 20) as plain, context.wrap_socket(plain, server_hostname=name) as secured:
        return secured.version(), secured.cipher()[0], secured.getpeercert()


@pytest.mark.parametrize("name", NAMES)
def test_each_name_has_a_certificate_and_both_modern_versions(name):
    """Proves that every published name is in a certificate of the public authority, and TLS 1.2 and 1.3 are spoken for it."""
    for version, said in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        agreed, _, certificate = handshake(name, version)
        assert agreed == said
        assert name in [value for kind, value in certificate["subjectAltName"] if kind == "DNS"]


def test_certificate_names_the_sites_web_and_nothing_else():
    """Proves that no wildcard and no name of another service is certified here."""
    _, _, certificate = handshake(NAMES[0], ssl.TLSVersion.TLSv1_3)
    assert {value for _, value in certificate["subjectAltName"]} == set(NAMES)


@pytest.mark.parametrize("name", [lab.HOST, "elsewhere.test", lab.DOMAIN])
def test_other_names_get_no_handshake(name):
    """Proves that who asks for a name that is not of the web is turned away before anything is said."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(name, ssl.TLSVersion.TLSv1_3)


@pytest.mark.parametrize("cipher", GOOD)
def test_each_modern_cipher_is_spoken(cipher):
    """Proves that the refusals of the next test are about the ciphers."""
    assert handshake(NAMES[0], ssl.TLSVersion.TLSv1_2, cipher)[1] == cipher


def test_no_weak_cipher_is_spoken():
    """Proves that none of these is known to the server: if one were, it would be agreed on."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        pytest.fail(f"agreed on {handshake(NAMES[0], ssl.TLSVersion.TLSv1_2, BAD)[:2]}")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_older_versions_are_refused(version):
    """Proves that the floor is TLS 1.2 here too."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        pytest.fail(f"agreed on {handshake(NAMES[0], version)[:2]}")


def fetch(method, url, **options):
    return requests.request(method, url, timeout=30, verify=str(lab.AUTHORITIES), allow_redirects=False, **options)


def test_mta_sts_policy_is_the_one_that_dns_announces():
    """Proves RFC 8461, 3.2: plain text over verified TLS without a redirect, whose hosts are the zone's MX and present a certificate for it."""
    answer = fetch("GET", f"https://mta-sts.{lab.DOMAIN}/.well-known/mta-sts.txt")
    assert answer.status_code == 200 and answer.headers["Content-Type"].split(";")[0] == "text/plain"
    fields = [line.split(":", 1) for line in answer.text.splitlines()]
    policy = {key.strip(): value.strip() for key, value in fields if key != "mx"}
    hosts = [value.strip() for key, value in fields if key == "mx"]
    assert policy["version"] == "STSv1" and policy["mode"] == "enforce" and 86400 <= int(policy["max_age"]) <= 31557600, policy
    assert hosts == [record.split()[1].rstrip(".") for record in lab.lookup(lab.DOMAIN, "MX")]
    [announced] = lab.lookup(f"_mta-sts.{lab.DOMAIN}", "TXT")
    assert announced.startswith('"v=STSv1; id=')
    for host in hosts:
        with smtplib.SMTP(host, 25, local_hostname="vantage.test", timeout=60, source_address=(lab.VANTAGE, 0)) as connection:
            assert connection.starttls(context=ssl.create_default_context(cafile=lab.AUTHORITIES))[0] == 220


@pytest.mark.parametrize("path", ["/", "/.well-known/", "/.well-known/mta-sts", "/enforce.txt", "/testing.txt"])
def test_policy_host_has_the_policy_alone(path):
    """Proves that the other modes' files and listings are not there."""
    assert fetch("GET", f"https://mta-sts.{lab.DOMAIN}{path}").status_code == 404


def serves(kind, host, port):
    """Whether that host answers there as that kind of server, under a certificate for the name."""
    context = ssl.create_default_context(cafile=lab.AUTHORITIES)
    if kind == "imap":
        with imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=30) as connection:
            return connection.welcome.startswith(b"* OK")
    with smtplib.SMTP_SSL(host, port, local_hostname="vantage.test", context=context, timeout=30) as connection:
        connection.ehlo()
        return "auth" in connection.esmtp_features


def test_autoconfig_leads_to_servers_that_answer():
    """Proves that Thunderbird's profile parses and names what is served: host, port, TLS from the first byte, whole address as the login."""
    for url in (f"https://autoconfig.{lab.DOMAIN}/mail/config-v1.1.xml", f"https://autoconfig.{lab.DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml"):
        answer = fetch("GET", url, params={"emailaddress": f"alice@{lab.DOMAIN}"})
        assert answer.status_code == 200 and answer.headers["Content-Type"].split(";")[0] == "text/xml"
        provider = ElementTree.fromstring(answer.content).find("emailProvider")
        assert provider.get("id") == provider.findtext("domain") == lab.DOMAIN
        for way, kind in (("incomingServer", "imap"), ("outgoingServer", "smtp")):
            server = provider.find(way)
            assert (server.get("type"), server.findtext("socketType"), server.findtext("username")) == (kind, "SSL", "%EMAILADDRESS%")
            assert server.findtext("authentication") in ("password-cleartext", "OAuth2")
            assert serves(kind, server.findtext("hostname"), int(server.findtext("port")))


@pytest.mark.parametrize("path", ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"])
def test_autodiscover_leads_to_servers_that_answer(path):
    """Proves the same of Outlook's question, a POST, in the two spellings it uses."""
    question = ('<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
                f"<EMailAddress>alice@{lab.DOMAIN}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/"
                "responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>")
    answer = fetch("POST", f"https://autodiscover.{lab.DOMAIN}{path}", data=question, headers={"Content-Type": "text/xml"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].split(";")[0] == "text/xml"
    space = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
    protocols = {one.findtext(f"{space}Type"): one for one in ElementTree.fromstring(answer.content).iter(f"{space}Protocol")}
    assert set(protocols) == {"IMAP", "SMTP"}
    assert protocols["IMAP"].findtext(f"{space}SSL") == "on" and protocols["SMTP"].findtext(f"{space}Encryption") == "SSL"
    for kind, one in protocols.items():
        assert serves(kind.lower(), one.findtext(f"{space}Server"), int(one.findtext(f"{space}Port")))


def test_mobileconfig_leads_to_servers_that_answer():
    """Proves that Apple's profile is a property list of that type, asks for no password and names what is served."""
    answer = fetch("GET", f"https://autoconfig.{lab.DOMAIN}/mail.mobileconfig")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/x-apple-aspen-config"
    profile = plistlib.loads(answer.content)
    [account] = profile["PayloadContent"]
    assert profile["PayloadType"] == "Configuration" and account["PayloadType"] == "com.apple.mail.managed"
    assert not [key for key in account if key.endswith("Password") and key != "OutgoingPasswordSameAsIncomingPassword"]
    assert account["IncomingMailServerUseSSL"] is account["OutgoingMailServerUseSSL"] is True
    assert serves("imap", account["IncomingMailServerHostName"], account["IncomingMailServerPortNumber"])
    assert serves("smtp", account["OutgoingMailServerHostName"], account["OutgoingMailServerPortNumber"])
