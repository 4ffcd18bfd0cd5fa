"""Logging in: where it is offered, what is refused, and what happens to those who guess."""

import concurrent.futures
import contextlib
import functools
import imaplib
import re
import smtplib
import time

import pytest

from outside import clients, cluster, guesses, mailboxes, people, smtp
from outside.wait import until

MECHANISMS = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"}


def offered(connection):
    return set(connection.esmtp_features.get("auth", "").split())


@pytest.mark.parametrize("starttls", [False, True])
def test_port_25_knows_no_login(client, starttls):
    with smtp.session(client, "mx.partner.test", starttls=starttls) as connection:
        assert "auth" not in connection.esmtp_features
        code, text = connection.docmd("AUTH", "PLAIN AGFsaWNlAGFsaWNl")
        assert code in (502, 503), (code, text)


def test_port_587_offers_no_login_before_tls(client):
    with smtp.session(client, "laptop.vantage.test", port=587, starttls=False) as connection:
        assert "auth" not in connection.esmtp_features and connection.has_extn("starttls")
        assert connection.docmd("AUTH", "PLAIN AGFsaWNlAGFsaWNl")[0] in (503, 530)
        assert connection.mail("alice@gaudy.test")[0] == 530


@pytest.mark.parametrize("port", [465, 587])
def test_login_over_tls_by_password_or_token_and_by_nothing_older(client, port):
    with smtp.session(client, "laptop.vantage.test", port=port) as connection:
        assert {"PLAIN", "LOGIN"} <= offered(connection) <= MECHANISMS


@pytest.mark.parametrize("port", [465, 587])
@pytest.mark.parametrize("user, password", [("alice", "wrong"), ("nobody.here", "wrong"), ("alice", "")])
def test_wrong_password_is_refused_without_saying_what_was_wrong(client, port, user, password):
    with smtp.session(client, "laptop.vantage.test", port=port) as connection:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            connection.user, connection.password = people.address(user), password
            connection.auth("PLAIN", connection.auth_plain)
    assert refusal.value.smtp_code == 535 and b"user" not in refusal.value.smtp_error.lower().split(b":")[-1], refusal.value


def test_good_password_opens_submission_and_mailbox(client):
    with smtp.session(client, "laptop.vantage.test", port=587) as connection:
        assert connection.login(people.address("alice"), people.password("alice"))[0] == 235
    assert mailboxes.count("alice") >= 0


def test_imap_offers_the_mechanisms_of_the_policy_and_refuses_a_wrong_password(client):
    connection = mailboxes.connect(source=client)
    try:
        capabilities = set(connection.capabilities)
        assert {name.removeprefix("AUTH=") for name in capabilities if name.startswith("AUTH=")} <= MECHANISMS
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED|Authentication failed"):
            connection.login(people.address("alice"), "wrong")
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


@pytest.mark.parametrize("guess", [guesses.submission, guesses.imap])
def test_guessing_passwords_takes_longer_each_time(guess, client):
    """From one address: 2, 4, 8 seconds and so on, and at submission soon no answer at all. Elsewhere nobody notices."""
    answers = [guess(client, number) for number in range(3)]
    assert answers[0][0] == 535 and all(code in (421, 450, 454, 535) for code, _ in answers), answers
    assert answers[-1][1] >= 7, answers
    began = time.monotonic()
    with smtp.session(clients.fresh(), "laptop.vantage.test", port=465) as connection:
        assert connection.login(people.address("carol"), people.password("carol"))[0] == 235
    assert time.monotonic() - began < answers[-1][1]


def test_guessing_on_many_connections_at_once_ends_after_ten_a_minute(client):
    """Who does not wait for the answers gains nothing: the rest is not looked at (smtpd_client_auth_rate_limit). Ten are
    enough for a ban, so some never hear their answer (test_bans.py)."""
    with concurrent.futures.ThreadPoolExecutor(14) as pool:
        codes = [code for code, _ in pool.map(functools.partial(guesses.submission, client, timeout=20), range(14))]
    assert set(codes) <= {421, 450, 454, 535} and codes.count(450) >= 4, codes


def test_failed_logins_are_in_the_log_with_their_address(client):
    with smtp.session(client, "guess.test", port=465) as connection:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            connection.login(people.address("erin"), "wrong")
    until(lambda: cluster.logged(rf"{re.escape(f'[{client}]')}.*SASL.*authentication failed"), 20, "the failed login in the log")
