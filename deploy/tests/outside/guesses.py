"""Wrong passwords, as somebody tries them who has none."""

import contextlib
import imaplib
import smtplib
import time

from . import mailboxes, people, smtp


def submission(source, number, port=465, timeout=60):
    """(code, seconds) of the refusal; 421 when there was none."""
    began = time.monotonic()
    try:
        with smtp.session(source, "guess.test", port=port, timeout=timeout) as connection:
            connection.user, connection.password = people.address("carol"), f"guess{number}"
            began = time.monotonic()
            connection.auth("PLAIN", connection.auth_plain)
            raise AssertionError("a guess was right")
    except (smtplib.SMTPException, OSError) as refusal:
        return getattr(refusal, "smtp_code", 421), time.monotonic() - began


def imap(source, number, timeout=60):
    """The same in a mailbox."""
    began = time.monotonic()
    try:
        connection = mailboxes.connect(timeout, source)
    except OSError:
        return 421, time.monotonic() - began
    began = time.monotonic()
    try:
        connection.login(people.address("carol"), f"guess{number}")
        raise AssertionError("a guess was right")
    except (imaplib.IMAP4.error, OSError) as refusal:
        # "abort" is the library's word for a connection that has ended.
        return 421 if isinstance(refusal, (imaplib.IMAP4.abort, OSError)) else 535, time.monotonic() - began
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.shutdown()
