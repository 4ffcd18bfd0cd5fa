"""The mailboxes of the site, read over IMAP as their owners do."""

import contextlib
import email
import email.policy
import imaplib
import re
import socket
import ssl

from . import lab, people
from .wait import until


class Secure(imaplib.IMAP4_SSL):
    """Dialled by address and from one, verified by name."""

    source = lab.VANTAGE

    def _create_socket(self, timeout):
        plain = socket.create_connection((self.host, self.port), timeout, source_address=(self.source, 0))
        return self.ssl_context.wrap_socket(plain, server_hostname=lab.HOST)


def connect(timeout=60, source=lab.VANTAGE):
    kind = type("SecureFrom", (Secure,), {"source": source})
    return kind(lab.node_for(source), 993, ssl_context=ssl.create_default_context(cafile=lab.AUTHORITIES), timeout=timeout)


@contextlib.contextmanager
def opened(user, source=lab.VANTAGE):
    connection = connect(source=source)
    try:
        connection.login(people.address(user), people.password(user))
        yield connection
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def folders(connection):
    _, lines = connection.list()
    return [re.search(rb'"?([^" ]+)"?$', line)[1].decode() for line in lines if line and b"\\Noselect" not in line]


def search(connection, token, folder):
    connection.select(folder, readonly=True)
    _, found = connection.search(None, "SUBJECT", f'"{token}"')
    messages = []
    for number in found[0].split():
        _, parts = connection.fetch(number, "(BODY.PEEK[])")
        messages.append(email.message_from_bytes(parts[0][1], policy=email.policy.default))
    return messages


def find(user, token):
    """(folder, message) of every copy in any folder."""
    with opened(user) as connection:
        return [(folder, message) for folder in folders(connection) for message in search(connection, token, folder)]


def arrives(user, token, folder="INBOX", seconds=60):
    """The one copy, in the folder where it belongs."""
    copies = until(lambda: find(user, token), seconds, f"message {token} in a mailbox of {user}", every=0.5)
    assert [place for place, _ in copies] == [folder], f"{token} is in {[place for place, _ in copies]}, not in {folder}"
    return copies[0][1]


def count(user, folder="INBOX"):
    with opened(user) as connection:
        return int(connection.select(folder, readonly=True)[1][0])


def subjects(user, folder="INBOX"):
    """Of everything in the folder, in one fetch."""
    with opened(user) as connection:
        if connection.select(folder, readonly=True)[1][0] == b"0":
            return []
        _, parts = connection.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        return [part[1].decode(errors="replace").strip() for part in parts if isinstance(part, tuple)]


def take(user, folder="INBOX"):
    """The subjects of what is there, which is then removed: somebody who keeps an empty mailbox."""
    with opened(user) as connection:
        count = int(connection.select(folder)[1][0])
        if not count:
            return []
        # Numbers do not change within a session, so what comes meanwhile stays.
        _, parts = connection.fetch(f"1:{count}", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        connection.store(f"1:{count}", "+FLAGS.SILENT", r"(\Deleted)")
        connection.expunge()
        return [part[1].decode(errors="replace").strip() for part in parts if isinstance(part, tuple)]


def empty(user, folder="INBOX"):
    with opened(user) as connection:
        connection.select(folder)
        connection.store("1:*", "+FLAGS", r"(\Deleted)") if connection.search(None, "ALL")[1][0] else None
        connection.expunge()
