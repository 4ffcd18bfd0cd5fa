"""SMTP sessions from addresses of the lab's internet."""

import contextlib
import smtplib
import ssl

from . import lab
from .wait import until


def trust(verify=True):
    context = ssl.create_default_context(cafile=lab.AUTHORITIES)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextlib.contextmanager
def session(source=lab.VANTAGE, helo="vantage.test", host=None, port=25, starttls=True, timeout=60):
    """Connected, greeted, and encrypted when asked to. Ends whatever happens. Without a host it is with the node, in the family of the source."""
    node = lab.node_for(source)
    host = host or node
    kind = smtplib.SMTP_SSL if port == 465 else smtplib.SMTP
    extra = {"context": named(trust())} if port == 465 else {}
    connection = kind(host, port, local_hostname=helo, timeout=timeout, source_address=(source, 0), **extra)
    try:
        connection.ehlo()
        if starttls and port != 465 and connection.has_extn("starttls"):
            connection.starttls(context=named(trust()) if host == node else trust(verify=False))
            connection.ehlo()
        yield connection
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def named(context):
    """The node is dialled by its address; the name it must prove is the mail host's."""
    plain = context.wrap_socket
    context.wrap_socket = lambda sock, **options: plain(sock, **{**options, "server_hostname": lab.HOST})
    return context


def hand_over(connection, mail):
    for code, text in (connection.mail(mail.sender), connection.rcpt(mail.recipient)):
        if code >= 400:
            return code, text.decode(errors="replace")
    code, text = connection.data(mail.content())
    return code, text.decode(errors="replace")


def answer(refusal):
    """To the greeting, STARTTLS or AUTH: the library raises what is no yes. Without its filter Postfix puts off there already."""
    return refusal.smtp_code, refusal.smtp_error.decode(errors="replace")


def send(mail, source=None, helo=None, **options):
    """(code, text) of the answer that ended it."""
    domain = mail.sender.rpartition("@")[2]
    source = source or lab.address_of(domain)
    try:
        with session(source, helo or f"mx.{domain or 'partner.test'}", **options) as connection:
            return hand_over(connection, mail)
    except smtplib.SMTPResponseException as refusal:
        return answer(refusal)


def send_again(mail, seconds=60, **options):
    """As a mail server does it: who is asked to come again comes again."""
    def attempt():
        code, text = send(mail, **options)
        return None if 400 <= code < 500 else (code, text)
    return until(attempt, seconds, "an answer that is not for now", every=4)


def submit(mail, login, password, port=465, source=lab.VANTAGE):
    """The same as somebody of the site."""
    try:
        with session(source, "laptop.vantage.test", port=port) as connection:
            connection.login(login, password)
            return hand_over(connection, mail)
    except smtplib.SMTPResponseException as refusal:
        return answer(refusal)
