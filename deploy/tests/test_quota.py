"""A full mailbox is said to the sender in the session, and its owner can make room."""

import os

from outside import mailboxes, people, smtp
from outside.message import Mail
from outside.wait import until

USER = "dave"


def large(size):
    return Mail("anna@partner.test", people.address(USER), attachments=[("noise.bin", os.urandom(size))]).sign()


def test_full_mailbox_refuses_for_now_and_takes_mail_again_after_a_clean_up():
    mailboxes.empty(USER)
    limit, codes = people.QUOTA_OF[USER], []
    try:
        for _ in range(8):
            mail = large(limit // 4)
            codes.append(smtp.send(mail)[0])
            if codes[-1] != 250:
                break
            mailboxes.arrives(USER, mail.token)
        assert codes[-1] == 452 and 2 <= len(codes) <= 6, codes
        with mailboxes.opened(USER) as connection:
            _, roots = connection.getquotaroot("INBOX")
            assert b"STORAGE" in roots[1][0]
    finally:
        mailboxes.empty(USER)
    mail = Mail("anna@partner.test", people.address(USER)).sign()
    until(lambda: smtp.send(mail)[0] == 250, 30, "mail is taken again", every=2)
    mailboxes.arrives(USER, mail.token)
    mailboxes.empty(USER)
