"""Mail from the world to the site's mailboxes: what arrives, where, and with which verdict."""

import base64
import io
import zipfile

import pytest

from outside import cluster, lab, mailboxes, providers, smtp
from outside.message import Mail
from outside.wait import until

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
# Put together here, so that no scanner of this machine finds it in a file.
EICAR = base64.b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")


def nowhere(user, token):
    """Not in the mailbox once a message that came later is, and not on its way either."""
    later = Mail("anna@partner.test", f"{user}@gaudy.test").sign()
    code, text = smtp.send(later)
    assert code == 250, text
    mailboxes.arrives(user, later.token)
    assert not mailboxes.find(user, token), f"message {token} came into a mailbox of {user}"
    assert not cluster.queued(f"{user}@gaudy.test")


@pytest.mark.smoke
def test_clean_mail_arrives_with_every_authentication_passed():
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    code, text = smtp.send(mail)
    assert code == 250, text
    message = mailboxes.arrives("alice", mail.token)
    verdicts = {method: result.result for method, result in providers.verdicts(message, lab.HOST).items()}
    assert verdicts.get("spf") == "pass" and verdicts.get("dkim") == "pass" and verdicts.get("dmarc") == "pass", verdicts
    assert "TLSv1.3" in " ".join(str(received) for received in message.get_all("Received"))


def test_altered_mail_fails_dkim_but_spf_still_carries_dmarc():
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign(broken=True)
    code, text = smtp.send(mail)
    assert code == 250, text
    verdicts = providers.verdicts(mailboxes.arrives("alice", mail.token), lab.HOST)
    assert (verdicts["dkim"].result, verdicts["dmarc"].result) == ("fail", "pass")


def test_signature_alone_carries_dmarc_from_a_foreign_address():
    """A forwarder: the address is not the sender's, the signature is."""
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    code, text = smtp.send_again(mail, source=lab.address_of("northmail.test"), helo="mx.northmail.test")
    assert code == 250, text
    message = until(lambda: mailboxes.find("alice", mail.token), 60, "forwarded mail arrives")[0][1]
    assert providers.verdicts(message, lab.HOST)["dmarc"].result == "pass"


def test_mail_that_fails_a_reject_policy_is_refused_in_the_session():
    mail = Mail("boss@strict.test", "alice@gaudy.test", subject="urgent transfer")
    code, text = smtp.send_again(mail, source=lab.address_of("stranger.test"), helo="mx.stranger.test")
    assert 550 <= code <= 554 and "5.7" in text, (code, text)
    nowhere("alice", mail.token)


def test_mail_that_fails_a_quarantine_policy_goes_to_junk():
    mail = Mail("info@quarantine.test", "alice@gaudy.test")
    code, text = smtp.send_again(mail, source=lab.address_of("stranger.test"), helo="mx.stranger.test")
    assert code == 250, text
    mailboxes.arrives("alice", mail.token, folder="Junk")


@pytest.mark.parametrize("envelope, header", [
    ("bob@gaudy.test", None), ("anna@partner.test", "bob@gaudy.test"), ("anna@partner.test", "bob@staff.gaudy.test")])
def test_own_domain_from_outside_is_refused(envelope, header):
    mail = Mail(envelope, "alice@gaudy.test", header_from=header)
    code, text = smtp.send(mail, source=lab.address_of("partner.test"), helo="mx.partner.test")
    assert code >= 550, (code, text)
    nowhere("alice", mail.token)


def test_gtube_is_refused_with_554():
    mail = Mail("anna@partner.test", "alice@gaudy.test", text=GTUBE).sign()
    code, text = smtp.send(mail)
    assert code == 554, (code, text)
    nowhere("alice", mail.token)


def zipped(content):
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("invoice.com", content)
    return place.getvalue()


MALWARE = {"invoice.com": EICAR, "invoice.zip": zipped(EICAR), "nested.zip": zipped(zipped(EICAR))}


@pytest.mark.parametrize("name", MALWARE)
def test_malware_is_refused_and_never_delivered(name):
    mail = Mail("anna@partner.test", "alice@gaudy.test", attachments=[(name, MALWARE[name])]).sign()
    code, text = smtp.send(mail)
    assert code >= 550 and "malware" in text.lower(), (code, text)
    nowhere("alice", mail.token)


def test_attachment_that_is_harmless_arrives_whole():
    content = bytes(range(256)) * 4096
    mail = Mail("anna@partner.test", "alice@gaudy.test", attachments=[("numbers.bin", content)]).sign()
    code, text = smtp.send(mail)
    assert code == 250, text
    message = mailboxes.arrives("alice", mail.token)
    assert next(message.iter_attachments()).get_content() == content


def test_unknown_recipient_is_refused_in_the_session():
    mail = Mail("anna@partner.test", "nobody.here@gaudy.test")
    code, text = smtp.send(mail)
    assert code == 550 and "5.1.1" in text, (code, text)


@pytest.mark.parametrize("recipient", ["postmaster", "abuse", "hostmaster", "security", "dmarc", "tlsrpt"])
def test_role_addresses_are_answered(recipient):
    with smtp.session(lab.address_of("partner.test"), "mx.partner.test") as connection:
        assert connection.mail("anna@partner.test")[0] == 250
        code, text = connection.rcpt(f"{recipient}@gaudy.test")
        assert code == 250, text


def test_address_extension_reaches_the_mailbox():
    mail = Mail("anna@partner.test", "alice+invoices@gaudy.test").sign()
    assert smtp.send(mail)[0] == 250
    mailboxes.arrives("alice", mail.token)


def test_greeting_names_the_host_and_nothing_else():
    with smtp.session(lab.address_of("partner.test"), "mx.partner.test", starttls=False) as connection:
        assert connection.ehlo_resp.decode().splitlines()[0] == lab.HOST
        assert "postfix" not in connection.ehlo_resp.decode().lower()
        assert connection.verify("alice@gaudy.test")[0] in (502, 252)
        assert connection.docmd("EXPN", "staff")[0] >= 500


def test_size_is_announced_and_enforced_before_the_content_is_sent():
    with smtp.session(lab.address_of("partner.test"), "mx.partner.test") as connection:
        limit = int(connection.esmtp_features["size"])
        assert connection.mail("anna@partner.test", [f"SIZE={limit + 1}"])[0] == 552
        assert connection.mail("anna@partner.test", [f"SIZE={limit}"])[0] == 250


def test_message_larger_than_announced_is_refused():
    """It says it is small, and is not."""
    with smtp.session(lab.address_of("partner.test"), "mx.partner.test", timeout=120) as connection:
        limit = int(connection.esmtp_features["size"])
        mail = Mail("anna@partner.test", "alice@gaudy.test")
        line = b"x" * 998 + b"\r\n"
        assert connection.mail(mail.sender)[0] == 250 and connection.rcpt(mail.recipient)[0] == 250
        code, text = connection.data(mail.content() + line * (limit // len(line) + 2))
        assert code == 552, (code, text)
    nowhere("alice", mail.token)


# What some servers take for the end of a message, and a server that follows RFC 5321 does not.
FALSE_ENDS = {"LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CRLF.LF": b"\r\n.\n", "CR.CR": b"\r.\r", "CR.LF": b"\r.\n", "LF.CR": b"\n.\r"}


@pytest.mark.parametrize("end", FALSE_ENDS.values(), ids=FALSE_ENDS.keys())
def test_smuggled_message_is_not_taken_for_a_second_one(end):
    outer, inner = Mail("anna@partner.test", "alice@gaudy.test"), Mail("admin@partner.test", "bob@gaudy.test", subject="smuggled")
    smuggled = outer.content().rstrip(b"\r\n") + end + b"MAIL FROM:<admin@partner.test>\r\nRCPT TO:<bob@gaudy.test>\r\nDATA\r\n" + inner.content()
    with smtp.session(lab.address_of("partner.test"), "mx.partner.test") as connection:
        assert connection.mail(outer.sender)[0] == 250 and connection.rcpt(outer.recipient)[0] == 250
        assert connection.docmd("DATA")[0] == 354
        connection.send(smuggled + b"\r\n.\r\n")
        answer = connection.getreply()
        # One message, one answer; a second answer would belong to the smuggled MAIL.
        code, text = connection.docmd("NOOP")
        assert code == 250 and b"2.0.0" in text, (answer, code, text)
    nowhere("bob", inner.token)
    assert not cluster.trace(inner.token)


def test_bounces_are_made_for_nobody():
    """A recipient that does not exist is refused, not bounced to a sender who may be forged."""
    mail = Mail("", "nobody.here@gaudy.test", header_from="anna@partner.test")
    assert smtp.send(mail, source=lab.address_of("stranger.test"))[0] == 550
    assert not cluster.trace(mail.token), "a bounce was made"
