"""Submits messages to the lab's own smtpd, over a few connections that stay open."""

import itertools
import smtplib
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS = 8
TIMEOUT = 30        # seconds for one answer


class Refused(Exception):
    pass


def submit(messages, host, port, progress):
    """All messages, or an exception that says which was refused. progress() is called for each one taken."""
    sessions = [list(group) for _, group in itertools.groupby(
        sorted(messages, key=lambda message: (message.login, message.client)),
        key=lambda message: (message.login, message.client))]
    # A large session would keep one connection busy while the others wait.
    pieces = [session[start:start + 100] for session in sessions for start in range(0, len(session), 100)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        shares = [pieces[index::CONNECTIONS] for index in range(CONNECTIONS)]
        for future in [pool.submit(submit_share, share, host, port, progress) for share in shares if share]:
            future.result()


def submit_share(pieces, host, port, progress):
    connection = smtplib.SMTP(host, port, local_hostname="client.gaudy.test", timeout=TIMEOUT)
    try:
        for piece in pieces:
            become(connection, piece[0])
            for message in piece:
                send(connection, message)
                progress()
        connection.quit()
    finally:
        connection.close()


def become(connection, message):
    """From here on Postfix takes this client for one that has logged in."""
    connection.ehlo_or_helo_if_needed()
    expect(220, connection.docmd("XCLIENT", f"NAME=[UNAVAILABLE] ADDR={message.client} LOGIN={message.login}"), message)
    expect(250, connection.ehlo(), message)


def send(connection, message):
    expect(250, connection.mail(message.sender), message)
    expect(250, connection.rcpt(message.recipient), message)
    expect(250, connection.data(
        f"From: <{message.sender}>\r\nTo: <{message.recipient}>\r\nSubject: {message.subject}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        "A message of the lab's queue scenario.\r\n"), message)


def expect(code, answer, message):
    if answer[0] != code:
        text = answer[1].decode("ascii", "replace")
        raise Refused(f"from {message.sender} to {message.recipient}: {answer[0]} {text}")
