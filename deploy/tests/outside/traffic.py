"""Ordinary mail, one of each kind a log or a dashboard tells of."""

import contextlib
import imaplib
import smtplib

from . import clients, mailboxes, people, smtp
from .message import Mail

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def one_of_each():
    """In, and out to receivers that take, refuse and are dead; spam, an unknown recipient, logins good and bad."""
    alice = people.address("alice"), people.password("alice")
    for mail, answer in ((Mail("anna@partner.test", "alice@gaudy.test"), 250), (Mail("anna@partner.test", "bob@gaudy.test", text=GTUBE), 554),
                         (Mail("anna@partner.test", "nobody@gaudy.test"), 550)):
        code, text = smtp.send(mail.sign())
        assert code == answer, (code, text)
    for recipient in ("carla@northmail.test", "someone@dead.test", "someone@refuse.test"):
        assert smtp.submit(Mail(alice[0], recipient), *alice, source=clients.fresh())[0] == 250
    mailboxes.count("alice")
    wrong_logins(alice[0])


def wrong_logins(user):
    with smtp.session(clients.fresh(), port=465) as connection:
        with contextlib.suppress(smtplib.SMTPAuthenticationError):
            connection.login(user, "wrong")
            raise AssertionError("a wrong password was taken at SMTP")
    connection = mailboxes.connect(source=clients.fresh())
    with contextlib.suppress(imaplib.IMAP4.error):
        connection.login(user, "wrong")
        raise AssertionError("a wrong password was taken at IMAP")
    connection.shutdown()
