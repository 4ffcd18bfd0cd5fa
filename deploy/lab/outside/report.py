"""A provider reports to a site about the site's own mail, as large providers do every day.

report.py PEOPLE MAILBOXES AUTHORITIES PROVIDER SITE aggregate|tls

The writing is the lab's own, as Debian has no program that needs no database. What is reported is not: the
verdicts of an aggregate report (RFC 7489) are those that the provider's software wrote into the mailboxes,
and the counts of a TLS report (RFC 8460) are those of sessions made for it.
"""

import gzip
import hashlib
import json
import re
import smtplib
import ssl
import sys
import time
import urllib.request
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from xml.etree import ElementTree as Xml

import authres
import dkim
import dns.flags
import dns.resolver

SESSIONS = 5


def lookup(name, kind):
    """(records, whether the resolver has validated them)"""
    resolver = dns.resolver.get_default_resolver()
    resolver.use_edns(0, dns.flags.DO, 1232)
    try:
        answer = resolver.resolve(name, kind, search=False)
        return list(answer), bool(answer.response.flags & dns.flags.AD)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [], False


def tags(name, start):
    """The tag=value pairs of the one TXT record that starts so."""
    for record in lookup(name, "TXT")[0]:
        text = b"".join(record.strings).decode()
        if text.startswith(start):
            return dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
    return {}


def mx(domain):
    return sorted((record.preference, record.exchange.to_text().rstrip(".")) for record in lookup(domain, "MX")[0])[0][1]


def address(host):
    return lookup(host, "A")[0][0].to_text()


# Aggregate reports

def evaluations(mailboxes, provider, site):
    """(client address, dkim, spf) of each message that claims to be from the site."""
    for path in (mailboxes / provider).glob("*/*/*"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if not str(message["From"]).rstrip(">").endswith(f"@{site}"):
            continue
        verdicts = {}
        for text in message.get_all("Authentication-Results", []):
            header = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + " ".join(str(text).split()))
            if header.authserv_id == provider:
                verdicts |= {result.method: result.result for result in header.results}
        client = re.search(r"\[(?:IPv6:)?([0-9a-f.:]+)\]", str(message.get_all("Received")[0]))
        if client and "dmarc" in verdicts:
            yield client[1], verdicts.get("dkim", "none"), verdicts.get("spf", "none")


def aggregate(mailboxes, provider, site):
    record = tags(f"_dmarc.{site}", "v=DMARC1")
    root = Xml.Element("feedback")

    def put(parent, name, text=None):
        element = Xml.SubElement(parent, name)
        element.text = text
        return element

    now = int(time.time())
    put(root, "version", "1.0")
    metadata = put(root, "report_metadata")
    for name, text in (("org_name", provider), ("email", f"noreply@{provider}"), ("report_id", f"{site}.{now}")):
        put(metadata, name, text)
    dates = put(metadata, "date_range")
    put(dates, "begin", str(now - 86400))
    put(dates, "end", str(now))
    published = put(root, "policy_published")
    put(published, "domain", site)
    for name in ("adkim", "aspf", "p", "sp"):
        put(published, name, record.get(name, "r" if name.startswith("a") else record["p"]))
    put(published, "pct", "100")
    for (client, signed, sender), count in Counter(evaluations(mailboxes, provider, site)).items():
        entry = put(root, "record")
        row = put(entry, "row")
        put(row, "source_ip", client)
        put(row, "count", str(count))
        evaluated = put(row, "policy_evaluated")
        put(evaluated, "disposition", "none")
        put(evaluated, "dkim", "pass" if signed == "pass" else "fail")
        put(evaluated, "spf", "pass" if sender == "pass" else "fail")
        put(put(entry, "identifiers"), "header_from", site)
        results = put(entry, "auth_results")
        for method, result in (("dkim", signed), ("spf", sender)):
            part = put(results, method)
            put(part, "domain", site)
            put(part, "result", result)
    name = f"{provider}!{site}!{now - 86400}!{now}.xml.gz"
    return record["rua"], f"Report Domain: {site} Submitter: {provider} Report-ID: <{site}.{now}>", name, "gzip", \
        gzip.compress(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


# TLS reports

def tls_session(host, source, context):
    """The certificate of the server in DER, or the reason why there is none."""
    with smtplib.SMTP(address(host), 25, local_hostname=f"mx.{source[0]}", timeout=60, source_address=(source[1], 0)) as connection:
        connection.ehlo()
        if not connection.has_extn("starttls"):
            return None, "starttls-not-supported"
        try:
            connection.starttls(context=context)
        except ssl.SSLCertVerificationError as error:
            return None, "certificate-expired" if "expired" in str(error) else \
                "certificate-host-mismatch" if "mismatch" in str(error) else "certificate-not-trusted"
        connection.ehlo()
        return connection.sock.getpeercert(binary_form=True), None


def named(context, host):
    """Dialled by address, verified by name."""
    plain = context.wrap_socket
    context.wrap_socket = lambda sock, **options: plain(sock, **{**options, "server_hostname": host})
    return context


def public_key_digest(certificate):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def measured(policy_type, strings, domain, host, probe):
    """One policy of a TLS report, after SESSIONS sessions under it."""
    failures, good = Counter(), 0
    for _ in range(SESSIONS):
        reason = probe()
        if reason:
            failures[reason] += 1
        else:
            good += 1
    return {
        "policy": {"policy-type": policy_type, "policy-string": strings, "policy-domain": domain, "mx-host": [host]},
        "summary": {"total-successful-session-count": good, "total-failure-session-count": sum(failures.values())},
        "failure-details": [{"result-type": reason, "receiving-mx-hostname": host, "failed-session-count": count}
                            for reason, count in failures.items()],
    }


def dane_policy(host, site, source):
    records, validated = lookup(f"_25._tcp.{host}", "TLSA")
    if not (records and validated):
        return None
    digests = {bytes(record.cert) for record in records if (record.usage, record.selector, record.mtype) == (3, 1, 1)}

    def probe():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        certificate, reason = tls_session(host, source, context)
        return reason or (None if public_key_digest(certificate) in digests else "validation-failure")

    return measured("tlsa", [record.to_text() for record in records], site, host, probe)


def sts_policy(host, site, source, authorities):
    if not tags(f"_mta-sts.{site}", "v=STSv1"):
        return None
    try:
        context = ssl.create_default_context(cafile=authorities)
        with urllib.request.urlopen(f"https://mta-sts.{site}/.well-known/mta-sts.txt", timeout=20, context=context) as answer:
            lines = answer.read(65536).decode().split("\n")
    except (OSError, ValueError) as error:
        result = "sts-webpki-invalid" if "CERTIFICATE" in str(error) else "sts-policy-fetch-error"
        return measured("sts", [], site, host, lambda: result)
    strings = [line.strip() for line in lines if line.strip()]
    allowed = [line.partition(":")[2].strip() for line in strings if line.startswith("mx:")]

    def probe():
        if host not in allowed:
            return "validation-failure"
        return tls_session(host, source, named(ssl.create_default_context(cafile=authorities), host))[1]

    return measured("sts", strings, site, host, probe)


def tls(authorities, provider, site, source):
    host = mx(site)
    policies = [found for found in (dane_policy(host, site, source), sts_policy(host, site, source, authorities)) if found]
    if not policies:
        sys.exit(f"report: {site} publishes neither TLSA records nor an MTA-STS policy: there is nothing to report on")
    now = time.time()
    moment = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    report = {"organization-name": provider, "contact-info": f"noreply@{provider}", "report-id": f"{int(now)}.{provider}",
              "date-range": {"start-datetime": moment(now - 86400), "end-datetime": moment(now)}, "policies": policies}
    name = f"{provider}!{site}!{int(now) - 86400}!{int(now)}.json.gz"
    return tags(f"_smtp._tls.{site}", "v=TLSRPTv1")["rua"], f"Report Domain: {site} Submitter: {provider} Report-ID: <{report['report-id']}>", \
        name, "tlsrpt+gzip", gzip.compress(json.dumps(report).encode())


def send(people, provider, source, rua, subject, name, kind, content):
    recipient = rua.split(",")[0].strip().removeprefix("mailto:")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"noreply@{provider}", recipient, subject
    message["Date"], message["Message-ID"] = formatdate(), f"<{time.time_ns()}@{provider}>"
    if kind == "tlsrpt+gzip":
        message["TLS-Report-Domain"], message["TLS-Report-Submitter"] = recipient.rpartition("@")[2], provider
    message.set_content(f"A report about {recipient.rpartition('@')[2]}.\r\n")
    message.add_attachment(content, maintype="application", subtype=kind, filename=name)
    text = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    signature = dkim.sign(text, b"lab", provider.encode(), (people / f"{provider}.dkim").read_bytes(),
                          include_headers=[b"from", b"to", b"subject", b"date", b"message-id"])
    host = mx(recipient.rpartition("@")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP(address(host), 25, local_hostname=f"mx.{provider}", timeout=60, source_address=(source, 0)) as connection:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
        connection.sendmail(f"noreply@{provider}", [recipient], signature + text)
    print(name)


def main(people, mailboxes, authorities, provider, site, kind):
    people = Path(people)
    source = address(f"mx.{provider}")
    if kind == "aggregate":
        report = aggregate(Path(mailboxes), provider, site)
    else:
        report = tls(authorities, provider, site, (provider, source))
    send(people, provider, source, *report)


if __name__ == "__main__":
    main(*sys.argv[1:7])
