"""Who guesses passwords is kept away by the node's firewall (deploy/node/bans), and nobody else is."""

import concurrent.futures
import contextlib
import imaplib
import socket

import pytest

from outside import clients, cluster, guesses, lab, mailboxes, people, smtp
from outside.wait import until

LOGINS = (465, 587, 993)


def banned():
    """Address -> what fail2ban says of its ban."""
    return {line.split()[0]: line for line in cluster.lab_command("ban", "list").splitlines() if line.strip()}


def answers(source, port):
    """Whether a connection comes about. Who is banned gets no answer at all, not even a refusal."""
    try:
        socket.create_connection((lab.NODE, port), 3, source_address=(source, 0)).close()
        return True
    except TimeoutError:
        return False


def logs_in(source):
    """Over each of the three ports, with the right password."""
    for port in (465, 587):
        with smtp.session(source, "laptop.vantage.test", port=port) as connection:
            assert connection.login(people.address("erin"), people.password("erin"))[0] == 235
    connection = mailboxes.connect(source=source)
    assert connection.login(people.address("erin"), people.password("erin"))[0] == "OK"
    connection.logout()


def guess(source, mailbox, submissions, submission):
    """So many wrong passwords at once on 993, 465 and 587; alone they would take minutes (test_auth.py)."""
    tries = [lambda number: guesses.imap(source, number, timeout=10)] * mailbox
    for port, count in ((465, submissions), (587, submission)):
        tries += [lambda number, port=port: guesses.submission(source, number, port, timeout=10)] * count
    with concurrent.futures.ThreadPoolExecutor(len(tries)) as pool:
        codes = [made.result()[0] for made in [pool.submit(one, number) for number, one in enumerate(tries)]]
    assert set(codes) <= {421, 450, 454, 535}, codes


def until_banned(source):
    return until(lambda: banned().get(source), 30, f"{source} is banned", every=1)


@contextlib.contextmanager
def guesser(mailbox=6, submissions=3, submission=3):
    """The banned address of one, not banned any more when all is over."""
    source = clients.fresh()
    guess(source, mailbox, submissions, submission)
    until_banned(source)
    try:
        yield source
    finally:
        cluster.lab_command("ban", "lift", source)


def test_ten_wrong_passwords_ban_an_address_from_the_ports_of_logins_and_nobody_else(client):
    """Three are a person's. Twelve, over all three ports, are not: no answer any more to whatever password, and none on a
    connection that was there before. A mail server at that address still brings mail. An end to the ban is an end to it all."""
    guess(client, 1, 1, 1)
    source = clients.fresh()
    session = mailboxes.connect(timeout=5, source=source)
    session.login(people.address("dave"), people.password("dave"))
    guess(source, 6, 3, 3)
    # Read after the three of the person. It says since when, for how long and until when: an hour, for whom nobody knows.
    assert until_banned(source).split()[3:5] == ["+", "3600"]
    assert {port: answers(source, port) for port in LOGINS} == dict.fromkeys(LOGINS, False)
    with pytest.raises((imaplib.IMAP4.error, OSError)):
        session.noop()
    session.shutdown()
    with smtp.session(source, "mx.partner.test", port=25) as connection:
        assert connection.noop()[0] == 250
    assert client not in banned()
    logs_in(client)
    cluster.lab_command("ban", "lift", source)
    assert source not in banned()
    logs_in(source)


@pytest.mark.faults
def test_a_pod_of_another_name_is_watched_too_and_a_ban_outlives_the_pod():
    """Proves that fail2ban is told of new log files: it would look for them when it starts, and never again."""
    with guesser() as before:
        cluster.replace_pod()
        with guesser() as after:
            assert {before, after} <= set(banned())
            assert not answers(before, 993) and not answers(after, 465)
