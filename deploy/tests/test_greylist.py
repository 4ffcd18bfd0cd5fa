"""Mail that is neither good nor bad comes a second time, as mail servers do and spammers do not."""

from outside import lab, mailboxes, smtp
from outside.message import Mail
from outside.wait import until


def doubtful():
    """Enough against it to be asked to come again, not enough to be spam."""
    mail = Mail("offer@stranger.test", "alice@gaudy.test", subject="FREE MONEY", text="http://198.51.100.91/win now")
    del mail.message["Message-ID"], mail.message["Date"]
    return mail


def test_doubtful_mail_is_put_off_and_taken_at_the_second_try(client):
    mail = doubtful()
    code, text = smtp.send(mail, source=client, helo="mx.stranger.test")
    assert 450 <= code <= 451 and "4.7.1" in text, (code, text)
    until(lambda: smtp.send(mail, source=client, helo="mx.stranger.test")[0] == 250, 90, "greylisted mail is taken", every=3)
    assert until(lambda: mailboxes.find("alice", mail.token), 60, "greylisted mail arrives")


def test_good_mail_from_an_unknown_sender_is_not_put_off():
    mail = Mail("editor@newcomer.test", "alice@gaudy.test").sign()
    code, text = smtp.send(mail, source=lab.address_of("newcomer.test"))
    assert code == 250, text
