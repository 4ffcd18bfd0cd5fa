"""What is spoken on the encrypted ports, tried out by clients that speak one thing at a time."""

import smtplib
import socket
import ssl

import pytest

from outside import lab, smtp

PORTS = [25, 465, 587, 993]
GOOD = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"]
BAD = ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-CHACHA20-POLY1305",
       "DHE-RSA-AES128-SHA", "CAMELLIA128-SHA", "NULL-SHA256", "ADH-AES128-SHA", "PSK-AES128-CBC-SHA"]


def plain(port, client):
    """A socket on which TLS may begin."""
    # Somebody new would wait for the greeting of port 25 each time.
    source = client if port != 25 else lab.VANTAGE6 if ":" in client else lab.VANTAGE
    connection = socket.create_connection((lab.node_for(source), port), 60, source_address=(source, 0))
    if port in (25, 587):
        file = connection.makefile("rb")

        def answer():
            while file.readline()[3:4] == b"-":
                pass
        answer()
        connection.sendall(b"EHLO client.test\r\n")
        answer()
        connection.sendall(b"STARTTLS\r\n")
        answer()
    return connection


def handshake(port, client, lowest, highest, ciphers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(lab.AUTHORITIES)
    context.set_ciphers(f"{ciphers or 'ALL'}:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = lowest, highest
    with plain(port, client) as connection, context.wrap_socket(connection, server_hostname=lab.HOST) as encrypted:
        return encrypted.version(), encrypted.cipher()[0], encrypted.compression()


@pytest.mark.parametrize("port", PORTS)
def test_tls_1_3_is_what_is_agreed_on(port, client):
    version, cipher, compression = handshake(port, client, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    assert version == "TLSv1.3" and compression is None and ("GCM" in cipher or "CHACHA20" in cipher)


@pytest.mark.parametrize("port", PORTS)
def test_tls_1_2_is_still_spoken_with_modern_ciphers(port, client):
    version, cipher, _ = handshake(port, client, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
    assert version == "TLSv1.2" and cipher in GOOD


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_older_versions_are_refused(port, version, client):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(port, client, version, version)


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("cipher", GOOD)
def test_each_modern_cipher_is_spoken(port, cipher, client):
    assert handshake(port, client, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, cipher)[1] == cipher


@pytest.mark.parametrize("port", PORTS)
def test_no_weak_cipher_is_spoken(port, client):
    """All at once: if any of them were known to the server, it would be agreed on."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        agreed = handshake(port, client, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, ":".join(BAD))
        pytest.fail(f"port {port} agreed on {agreed}")


@pytest.mark.parametrize("port", PORTS)
def test_certificate_is_valid_for_the_mail_host_and_for_no_other_name(port, client):
    context = ssl.create_default_context(cafile=lab.AUTHORITIES)
    with plain(port, client) as connection, context.wrap_socket(connection, server_hostname=lab.HOST) as encrypted:
        names = [name for kind, name in encrypted.getpeercert()["subjectAltName"] if kind == "DNS"]
    assert names == [lab.HOST]
    with plain(port, client) as connection, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context(cafile=lab.AUTHORITIES).wrap_socket(connection, server_hostname="mail.partner.test")


def test_commands_sent_before_the_handshake_do_not_count_after_it(client):
    """STARTTLS injection: what came in clear text is thrown away."""
    with smtp.session(client, "mx.partner.test", starttls=False) as connection:
        connection.send(b"STARTTLS\r\nMAIL FROM:<anna@partner.test>\r\n")
        assert connection.getreply()[0] == 220
        context = smtp.trust()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=lab.HOST)
        connection.file = None
        try:
            assert connection.docmd("EHLO", "mx.partner.test")[0] == 250
            # Without a MAIL of its own there is nothing to name a recipient for.
            assert connection.docmd("RCPT", "TO:<alice@gaudy.test>")[0] == 503
        except smtplib.SMTPServerDisconnected:
            pass
