"""Single sign-on: tokens of the provider open mailbox and submission, all others are refused, and passwords work without it."""

import contextlib
import imaplib
import smtplib

import pytest
import requests

from outside import clients, lab, mailboxes, people, providers, smtp, tokens
from outside.message import Mail
from outside.wait import until

MECHANISMS = ["XOAUTH2", "OAUTHBEARER"]
DOORS = ["imap", "submission"]


def response(mechanism, user, token):
    """Google's form and that of RFC 7628."""
    start = f"user={people.address(user)}\1" if mechanism == "XOAUTH2" else f"n,a={people.address(user)},\1"
    return f"{start}auth=Bearer {token}\1\1"


def imap(mechanism, user, token):
    connection = mailboxes.connect(source=clients.fresh())
    try:
        # The server explains a refusal in a challenge of its own, which wants an empty answer.
        answers = iter([response(mechanism, user, token).encode()])
        connection.authenticate(mechanism, lambda _: next(answers, b""))
        return connection.select("INBOX", readonly=True)[0] == "OK"
    except imaplib.IMAP4.error as refusal:
        assert "AUTH" in str(refusal).upper() or "failed" in str(refusal), refusal
        return False
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def submission(mechanism, user, token):
    with smtp.session(clients.fresh(), "laptop.vantage.test", port=587) as connection:
        answers = iter([response(mechanism, user, token)])
        try:
            return connection.auth(mechanism, lambda _=None: next(answers, ""))[0] == 235
        except smtplib.SMTPAuthenticationError as refusal:
            assert refusal.smtp_code in (454, 535), refusal
            return False


OPEN = {"imap": imap, "submission": submission}


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("door", DOORS)
def test_token_of_the_provider_opens(door, mechanism):
    """Proves that a token as a mail program gets it is enough, on 993 and on 587."""
    assert OPEN[door](mechanism, "alice", tokens.asked_for("alice"))


def test_mail_sent_with_a_token_leaves_as_its_owners():
    """Proves that a login by token carries the owner's identity on: own sender taken and signed, another's refused."""
    with smtp.session(clients.fresh(), "laptop.vantage.test", port=587) as connection:
        answers = iter([response("XOAUTH2", "alice", tokens.asked_for("alice"))])
        connection.auth("XOAUTH2", lambda _=None: next(answers, ""))
        assert connection.mail("bob@gaudy.test")[0] == 250 and connection.rcpt("anna@northmail.test")[0] == 553
        connection.rset()
        mail = Mail("alice@gaudy.test", "anna@northmail.test")
        assert connection.mail(mail.sender)[0] == 250 and connection.rcpt(mail.recipient)[0] == 250
        assert connection.data(mail.content())[0] == 250
    verdicts = providers.verdicts(providers.arrives("anna@northmail.test", mail.token), "northmail.test")
    assert verdicts["dkim"].result == "pass" and verdicts["dmarc"].result == "pass"


# Each of them would open the door if one single check were missing.
REFUSED = {
    "expired": lambda: tokens.expired("alice"),
    "foreign": lambda: tokens.foreign("alice"),
    "made up": lambda: "x" * 40,
    "for something else": lambda: tokens.asked_for("alice", scope="openid email"),
    "of another user": lambda: tokens.asked_for("bob"),
    "empty": lambda: "",
}


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
def test_token_is_refused(door, mechanism, token):
    """Proves that time, signature, purpose and person are each looked at."""
    assert not OPEN[door](mechanism, "alice", token())


def test_token_of_an_account_switched_off_is_refused_at_once():
    """Proves that the provider is asked about every login: what was good a moment ago is not any more."""
    token = tokens.asked_for("erin")
    assert imap("XOAUTH2", "erin", token)
    tokens.administered("disable", people.address("erin"))
    try:
        assert not imap("XOAUTH2", "erin", token) and not submission("XOAUTH2", "erin", token)
    finally:
        tokens.administered("enable", people.address("erin"))


def test_token_never_makes_a_mailbox():
    """Proves that who is not in the user list stays outside, whoever vouches for them."""
    assert not imap("XOAUTH2", "ghost", tokens.asked_for("alice"))


def test_break_glass_password_works_while_the_provider_is_down_and_tokens_do_again_afterwards():
    """Proves that tokens fail closed without the provider, passwords do not need it, and its return is noticed by itself."""
    token = tokens.asked_for("alice")
    assert imap("XOAUTH2", "alice", token)
    with tokens.provider_down():
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{tokens.ISSUER}/.well-known/openid-configuration", timeout=3, verify=str(lab.AUTHORITIES))
        assert not imap("XOAUTH2", "alice", token) and not submission("OAUTHBEARER", "alice", token)
        mail = Mail("alice@gaudy.test", people.address("bob"))
        code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), port=587, source=clients.fresh())
        assert code == 250, text
        mailboxes.arrives("bob", mail.token)
    until(lambda: imap("XOAUTH2", "alice", token), 60, "tokens are taken again", every=2)
    assert submission("OAUTHBEARER", "alice", token)
