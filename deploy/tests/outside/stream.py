"""Many messages in a row, by a sender that does what mail servers do: it keeps what was not taken, and comes again."""

import collections
import re
import smtplib
import threading
import time

from . import cluster, lab, mailboxes, people, smtp
from .message import Mail
from .wait import until


def arrivals(user):
    """How often each message of a stream is in the mailbox."""
    return collections.Counter(re.findall(r"stream ([0-9a-f]{16})", "\n".join(mailboxes.subjects(user))))


class Stream:
    """`total` messages to one user. An answer that was lost makes a message ambiguous: it is sent again, and may come twice."""

    def __init__(self, user, total, rate=None, workers=4, sender="anna@partner.test", attachment=None, every=0, seconds=300):
        self.user, self.total, self.rate, self.sender = user, total, rate, sender
        self.attachment, self.every = attachment, every
        self.accepted, self.ambiguous, self.refused = {}, set(), {}
        self.broken = 0                         # sessions that ended before their time
        self._next, self._lock, self._began = 0, threading.Lock(), time.monotonic()
        self._deadline = self._began + seconds
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self._source = lab.address_of(sender.rpartition("@")[2])

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self._threads:
            thread.join(max(1, self._deadline - time.monotonic() + 90))
        assert not any(thread.is_alive() for thread in self._threads), "a sender is stuck"

    def progress(self):
        return len(self.accepted) + len(self.refused)

    def settle(self, seconds=120, overtaken=frozenset()):
        """Waits until everything accepted is in the mailbox: all of it, and nothing twice but what an answer was lost for, and
        what is said to have been in delivery when everything ended. Says which of the latter came twice."""
        def all_there():
            cluster.execute("postfix", "postqueue", "-f", check=False)
            there = arrivals(self.user)
            return there if not set(self.accepted) - set(there) else None
        there = until(all_there, seconds, f"all {len(self.accepted)} accepted messages arrive", every=3)
        doubled = {token for token, count in there.items() if count > 1} - self.ambiguous
        assert doubled <= overtaken, f"{len(doubled - overtaken)} messages came twice"
        assert len(self.accepted) == self.total, \
            f"{len(self.accepted)} of {self.total} accepted, {len(self.refused)} refused: {list(self.refused.values())[:2]}"
        return doubled

    def _take(self):
        """The next message, when it is due."""
        with self._lock:
            if self._next >= self.total:
                return None
            number, self._next = self._next, self._next + 1
        if self.rate:
            time.sleep(max(0, self._began + number / self.rate - time.monotonic()))
        large = self.every and number % self.every == 0
        return Mail(self.sender, people.address(self.user), subject="stream", attachments=[("large.bin", self.attachment)] if large else [])

    def _work(self):
        mail, connection = self._take(), None
        while mail and time.monotonic() < self._deadline:
            try:
                if connection is None:
                    connection = self._connect()
                if self._send(connection, mail):
                    mail = self._take()
                else:
                    time.sleep(0.5)
            except (smtplib.SMTPException, OSError):
                with self._lock:
                    self.broken += 1
                connection = self._close(connection)
                # Not more often than the host lets anybody connect.
                time.sleep(2)
        self._close(connection)

    def _connect(self):
        # A server that stops in the middle of a session shall not stop this sender for long.
        connection = smtplib.SMTP(lab.NODE, 25, local_hostname="mx.partner.test", timeout=50, source_address=(self._source, 0))
        try:
            connection.ehlo()
            connection.starttls(context=smtp.trust(verify=False))
            connection.ehlo()
            return connection
        except BaseException:
            connection.close()
            raise

    def _close(self, connection):
        if connection is not None:
            connection.close()

    def _send(self, connection, mail):
        """Whether there is nothing more to do about it."""
        for code, text in (connection.mail(mail.sender), connection.rcpt(mail.recipient)):
            if code >= 400:
                return self._not_taken(connection, mail, code, text)
        try:
            code, text = connection.data(mail.content())
        except (smtplib.SMTPException, OSError):
            with self._lock:
                self.ambiguous.add(mail.token)
            raise
        if code != 250:
            return self._not_taken(connection, mail, code, text)
        with self._lock:
            self.accepted[mail.token] = time.monotonic()
        return True

    def _not_taken(self, connection, mail, code, text):
        if code == 421:
            raise smtplib.SMTPServerDisconnected(text)
        if code >= 500:
            with self._lock:
                self.refused[mail.token] = (code, text)
            return True
        connection.rset()
        return False
