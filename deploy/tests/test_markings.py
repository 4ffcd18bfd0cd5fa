"""Protective markings: what may pass, what is above the permitted level, and what no standard knows."""

import contextlib

import pytest

from outside import clients, lab, mailboxes, people, smtp
from outside.message import Mail

HEAD = "VER=2025.1, NS=gov.au, "
GOOD = [
    "SEC=UNOFFICIAL", "SEC=OFFICIAL", "SEC=OFFICIAL:Sensitive", "SEC=OFFICIAL, ACCESS=Personal-Privacy",
    "SEC=OFFICIAL:Sensitive, ACCESS=Legal-Privilege, ACCESS=Personal-Privacy", "SEC=OFFICIAL:Sensitive, CAVEAT=SH:NATIONAL-CABINET",
    "SEC=OFFICIAL:Sensitive, EXPIRES=2030-01-01, DOWNTO=OFFICIAL", "SEC=OFFICIAL, NOTE=for the minutes\\, please",
    "SEC=OFFICIAL, ORIGIN=anna@partner.test", "SEC=OFFICIAL, NOTE=" + "x" * 120]
ABOVE = ["SEC=PROTECTED", "SEC=SECRET", "SEC=TOP-SECRET", "SEC=PROTECTED, CAVEAT=SH:CABINET", "SEC=PROTECTED, ACCESS=Legal-Privilege"]
INVALID = [
    "SEC=CONFIDENTIAL", "SEC=official", "SEC=", "ACCESS=Personal-Privacy", "SEC=OFFICIAL, SEC=PROTECTED", "SEC=OFFICIAL, COLOUR=red",
    "ACCESS=Personal-Privacy, SEC=OFFICIAL", "SEC=OFFICIAL:Sensitive, EXPIRES=2030-01-01", "SEC=OFFICIAL, DOWNTO=UNOFFICIAL",
    "SEC=OFFICIAL, ORIGIN=nobody", "SEC=OFFICIAL, NOTE=" + "x" * 129, "SEC=OFFICIAL, NOTE=end\\"]
WHOLE = [("NS=gov.au, SEC=OFFICIAL", "no version"), ("VER=2025.1, SEC=OFFICIAL", "no namespace"), ("VER=2025.1, NS=gov.uk, SEC=OFFICIAL", "foreign namespace"),
         ("VER=latest, NS=gov.au, SEC=OFFICIAL", "no such version"), ("OFFICIAL", "no field at all")]
SUBJECTS = [("minutes [SEC=OFFICIAL]", 250), ("minutes [SEC=OFFICIAL:Sensitive, ACCESS=Personal-Privacy]", 250), ("minutes [SEC=PROTECTED]", 554),
            ("minutes [SEC=OFFICIAL] [SEC=OFFICIAL]", 554), ("minutes [SEC=NONSENSE]", 554), ("minutes [draft]", 250)]
PLAN = [("OFFICIAL", 250), ("SEC=OFFICIAL:Sensitive", 250), ("PROTECTED", 554), ("PUBLIC", 554)]


@pytest.fixture(scope="module")
def sessions():
    """Each for four vectors: Postfix is slow after five refusals (smtpd_soft_error_limit), and takes sixty sessions a minute."""
    with contextlib.ExitStack() as stack:
        def opened():
            while True:
                connection = stack.enter_context(smtp.session(lab.address_of("partner.test"), "mx.partner.test"))
                yield from [connection] * 4
        yield opened()


@pytest.fixture
def session(sessions):
    connection = next(sessions)
    connection.rset()
    return connection


def answer(connection, mail):
    assert connection.mail(mail.sender)[0] == 250 and connection.rcpt(mail.recipient)[0] == 250
    code, text = connection.data(mail.content())
    return code, text.decode(errors="replace")


def marked(*headers, subject="minutes"):
    """The markings as they are, for no library to fold or to mend."""
    mail = Mail("anna@partner.test", "user33@gaudy.test", subject=subject)
    mail.signature = "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
    return mail


@pytest.mark.parametrize("value", GOOD)
def test_valid_marking_up_to_the_permitted_level_passes(session, value):
    code, text = answer(session, marked(("X-Protective-Marking", HEAD + value)))
    assert code == 250, text


@pytest.mark.parametrize("value", ABOVE)
def test_marking_above_the_permitted_level_is_blocked(session, value):
    code, text = answer(session, marked(("X-Protective-Marking", HEAD + value)))
    assert code == 554 and "above" in text, (code, text)


@pytest.mark.parametrize("value", [HEAD + value for value in INVALID] + [value for value, _ in WHOLE])
def test_marking_that_is_not_valid_is_refused(session, value):
    code, text = answer(session, marked(("X-Protective-Marking", value)))
    assert code == 554 and "not valid" in text, (code, text)


@pytest.mark.parametrize("subject, wanted", SUBJECTS)
def test_marking_in_the_subject_counts(session, subject, wanted):
    code, text = answer(session, marked(subject=subject))
    assert code == wanted, (code, text)


@pytest.mark.parametrize("value, wanted", PLAN)
def test_header_of_the_plan_counts(session, value, wanted):
    code, text = answer(session, marked(("X-AUS-GOV-Marking", value)))
    assert code == wanted, (code, text)


def test_two_markings_are_refused(session):
    one = ("X-Protective-Marking", HEAD + "SEC=OFFICIAL")
    assert answer(session, marked(one, one))[0] == 554


def test_markings_that_contradict_each_other_are_refused(session):
    assert answer(session, marked(("X-Protective-Marking", HEAD + "SEC=OFFICIAL"), subject="minutes [SEC=UNOFFICIAL]"))[0] == 554


def test_folded_marking_is_read_whole(session):
    code, text = answer(session, marked(("X-Protective-Marking", "VER=2025.1, NS=gov.au,\r\n SEC=PROTECTED")))
    assert code == 554 and "above" in text, (code, text)


def test_marking_arrives_as_it_was_written():
    mail = marked(("X-Protective-Marking", HEAD + "SEC=OFFICIAL:Sensitive"))
    assert smtp.send(mail)[0] == 250
    assert mailboxes.arrives("user33", mail.token)["X-Protective-Marking"] == HEAD + "SEC=OFFICIAL:Sensitive"


def test_mail_without_a_marking_gets_none():
    mail = Mail("anna@partner.test", "user33@gaudy.test").sign()
    assert smtp.send(mail)[0] == 250
    message = mailboxes.arrives("user33", mail.token)
    assert message["X-Protective-Marking"] is None and "SEC=" not in message["Subject"]


def test_marking_above_the_level_does_not_leave():
    mail = Mail("alice@gaudy.test", "anna@northmail.test", headers=[("X-Protective-Marking", HEAD + "SEC=PROTECTED")])
    code, text = smtp.submit(mail, people.address("alice"), people.password("alice"), source=clients.fresh())
    assert code == 554 and "above" in text, (code, text)
