"""Spam by score goes to Junk, and people teach the filter by moving mail into Junk and out of it."""

import contextlib
import json
import re
import secrets

import pytest

from outside import cluster, lab, mailboxes, people, smtp
from outside.message import Mail
from outside.wait import never, until

USER = "user32"
# For these Debian's rules count some ten points: a script's eval(), neither Message-ID nor Date, a subject that shouts.
MARKS = ("script", "identity", "subject")


def doubtful(marks):
    """From somebody without any record, whom nothing speaks for."""
    mail = Mail("sales@stranger.test", people.address(USER), subject="BUY THIS CHEAP THING NOW" if "subject" in marks else "an offer")
    if "subject" in marks:
        mail.message.replace_header("Subject", mail.message["Subject"].upper())
    if "script" in marks:
        mail.message["X-PHP-Originating-Script"] = "33:mail.php(7) : runtime-created function(1) : eval()'d code"
    if "identity" in marks:
        del mail.message["Message-ID"], mail.message["Date"]
    return mail


def arrived(mail):
    """(folder, score, limit) of the one copy."""
    def copies():
        return mailboxes.find(USER, mail.token) or mailboxes.find(USER, mail.token.upper())
    [(folder, message)] = until(copies, 60, f"message {mail.token} in a mailbox")
    found = re.search(r"\[(-?[\d.]+) / ([\d.]+)\]", message["X-Spamd-Result"])
    return folder, float(found[1]), float(found[2]), message


def test_score_between_suspicion_and_refusal_goes_to_junk():
    """Proves that a score of 6 to 15 is delivered into Junk with its marking, and that the same mail without the marks is not."""
    spam, plain = doubtful(MARKS), doubtful(())
    assert smtp.send_again(spam, source=lab.address_of("stranger.test"), helo="mx.stranger.test")[0] == 250
    assert smtp.send_again(plain, source=lab.address_of("stranger.test"), helo="mx.stranger.test")[0] == 250
    folder, score, limit, message = arrived(spam)
    assert folder == "Junk" and 6 <= score < limit == 15 and message["X-Spam"] == "Yes", (folder, score, message["X-Spamd-Result"])
    folder, score, _, message = arrived(plain)
    assert folder == "INBOX" and score < 6 and message["X-Spam"] is None, (folder, score)


def learned():
    """How often the classifier was taught each class, where it keeps its count."""
    count = ["redis-cli", "-s", "/run/mail/redis.sock", "HGET", "RS"]
    return {kind: int(cluster.execute("redis", *count, f"learns_{kind}").strip() or 0) for kind in ("spam", "ham")}


def told():
    """The same as Rspamd tells it to whoever asks; it looks twice a minute."""
    statistics = json.loads(cluster.execute("rspamd", "rspamc", "--json", "--connect", "127.0.0.1:11334", "stat"))
    return {one["symbol"].removeprefix("BAYES_").lower(): one["revision"] for one in statistics["statfiles"]}


@contextlib.contextmanager
def in_hand(folder, token):
    """Connected as the owner, with the number of that one message."""
    with mailboxes.opened(USER) as connection:
        assert connection.select(folder)[0] == "OK"
        _, found = connection.uid("SEARCH", "SUBJECT", f'"{token}"')
        [number] = found[0].split()
        yield connection, number


def move(token, source, target):
    with in_hand(source, token) as (connection, number):
        assert connection.uid("MOVE", number, target)[0] == "OK"


def taught(expected):
    return until(lambda: learned() == expected, 20, f"the classifier knows {expected}")


@pytest.fixture
def letter():
    """A message of many words that nobody has taught the filter yet, in the owner's INBOX."""
    words = " ".join(secrets.token_hex(4) for _ in range(60))
    mail = Mail("anna@partner.test", people.address(USER), text=f"Dear reader, {words}\n").sign()
    code, text = smtp.send(mail)
    assert code == 250, text
    mailboxes.arrives(USER, mail.token)
    yield mail
    for folder in ("INBOX", "Junk", "Trash"):
        with contextlib.suppress(ValueError), in_hand(folder, mail.token) as (connection, number):
            connection.uid("STORE", number, "+FLAGS", r"(\Deleted)")
            connection.expunge()


def test_moving_into_junk_teaches_spam_and_out_of_it_teaches_the_opposite(letter):
    """Proves that the owner's hand reaches Rspamd's classifier, which also forgets what it was taught wrongly."""
    before = learned()
    move(letter.token, "INBOX", "Junk")
    taught({"spam": before["spam"] + 1, "ham": before["ham"]})
    move(letter.token, "Junk", "INBOX")
    taught({"spam": before["spam"], "ham": before["ham"] + 1})
    until(lambda: told() == learned(), 90, "Rspamd's statistics say the same", every=3)


def test_throwing_junk_away_teaches_nothing(letter):
    """Proves that emptying Junk by hand does not tell the filter that all of it was good."""
    before = learned()
    move(letter.token, "INBOX", "Junk")
    taught(after := {"spam": before["spam"] + 1, "ham": before["ham"]})
    move(letter.token, "Junk", "Trash")
    never(lambda: learned() != after, 5, "the bin taught the filter something")


def test_nobody_brings_a_program_into_a_script():
    """Proves that the program which teaches is the site's alone: an owner's script cannot call it, nor any other."""
    script = 'require ["vnd.dovecot.pipe"]; pipe "learn" ["ham"];'
    with pytest.raises(AssertionError, match="vnd.dovecot.pipe"):
        cluster.execute("dovecot", "doveadm", "sieve", "put", "-u", people.address(USER), "own", text=script)
