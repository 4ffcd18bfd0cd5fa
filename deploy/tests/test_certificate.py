"""A renewed certificate is served on every port, and nothing is restarted for it."""

import ssl

from cryptography import x509

from outside import cluster, lab, mailboxes, smtp
from outside.message import Mail
from outside.wait import until
from test_tls import PORTS, plain

ECDSA, RSA = "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"


def served(port, client, cipher):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(cipher)
    with plain(port, client) as connection, context.wrap_socket(connection, server_hostname=lab.HOST) as encrypted:
        return x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True)).serial_number


def of_secret(name):
    return x509.load_pem_x509_certificate(cluster.secret(name)["tls.crt"]).serial_number


def test_every_port_serves_the_certificates_of_the_secrets(client):
    for cipher, name in ((ECDSA, "mail-tls-ecdsa"), (RSA, "mail-tls-rsa")):
        assert {port: served(port, client, cipher) for port in PORTS} == dict.fromkeys(PORTS, of_secret(name)), name


def test_renewal_by_acme_is_served_everywhere_without_a_restart(client):
    """lego and pebble in the place of cert-manager and Let's Encrypt: DNS-01, new certificates for the same keys."""
    before, restarts = of_secret("mail-tls-ecdsa"), cluster.restarts()
    uid = cluster.pod()["metadata"]["uid"]
    cluster.lab_command("certificate")
    after = of_secret("mail-tls-ecdsa")
    assert after != before
    # The kubelet looks at Secrets about once a minute, the containers every ten seconds.
    for port in PORTS:
        until(lambda: served(port, client, ECDSA) == after, 180, f"port {port} serves the renewed certificate", every=3)
        assert served(port, client, RSA) == of_secret("mail-tls-rsa")
    assert cluster.pod()["metadata"]["uid"] == uid and cluster.restarts() == restarts
    mail = Mail("anna@partner.test", "alice@gaudy.test").sign()
    assert smtp.send(mail)[0] == 250
    mailboxes.arrives("alice", mail.token)
