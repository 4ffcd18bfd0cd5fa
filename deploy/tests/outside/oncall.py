"""Who is told when something is wrong, out there: a mail server that asks for TLS and a login, and two web hooks that ask
for their tokens. What does not show the right secret is turned away, and so never counted."""

import contextlib
import datetime
import email
import email.policy
import http.server
import ipaddress
import json
import re
import secrets
import ssl
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import lab

MAIL, PAGE, DEADMAN = (lab.VANTAGE, 2587), (lab.VANTAGE, 2591), (lab.VANTAGE, 2592)
AUTHORITY = lab.RUN / "pki/mail-ca"


class OnCall:
    """What has come, in the order in which it came."""

    def __init__(self):
        self.secrets = {name: secrets.token_hex(12) for name in ("smtp-password", "webhook-token", "deadman-token")}
        self.values = {"alert_smarthost": "%s:%d" % MAIL, "alert_smtp_user": "alerts", "alert_mail": "oncall@elsewhere.test",
                       "alert_webhook": "http://%s:%d/" % PAGE, "deadman_webhook": "http://%s:%d/" % DEADMAN}
        self.mails, self.pages, self.heartbeats, self.turned_away = [], [], [], []

    def mailed(self, status, name):
        """Whether a mail said that this alert is FIRING or RESOLVED."""
        return any(re.match(rf"\[{status}\b", subject) and re.search(rf"\b{name}\b", subject) for subject in self.mails)

    def paged(self, status, name):
        return any(alert["status"] == status and alert["labels"]["alertname"] == name for alert in self.pages)

    # What aiosmtpd calls.

    def authenticate(self, _server, _session, _envelope, mechanism, data):
        right = mechanism == "PLAIN" and (data.login, data.password) == (b"alerts", self.secrets["smtp-password"].encode())
        if not right:
            self.turned_away.append("mail: a wrong login")
        return AuthResult(success=right)

    async def handle_DATA(self, _server, _session, envelope):       # pylint: disable=invalid-name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if envelope.rcpt_tos == ["oncall@elsewhere.test"]:
            self.mails.append(str(message["Subject"]))
        return "250 OK"


def hook(oncall, token, take):
    class Hook(http.server.BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self):          # pylint: disable=invalid-name
            content = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1_000_000))
            right = self.headers.get("Authorization") == f"Bearer {oncall.secrets[token]}"
            if right:
                take.extend(json.loads(content)["alerts"])
            else:
                oncall.turned_away.append(f"{token}: wrong")
            self.send_response(200 if right else 401)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Hook


def certificate(place):
    """For the mail server's address, by the authority everybody here believes. A server context that has it."""
    issuer = x509.load_pem_x509_certificate(AUTHORITY.with_suffix(".crt").read_bytes())
    signing = serialization.load_pem_private_key(AUTHORITY.with_suffix(".key").read_bytes(), None)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.utcnow()
    made = (x509.CertificateBuilder().subject_name(x509.Name([])).issuer_name(issuer.subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(minutes=5)).not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(MAIL[0]))]), critical=True).sign(signing, hashes.SHA256()))
    (place / "oncall.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "oncall.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "oncall.crt", place / "oncall.key")
    return context


@contextlib.contextmanager
def listening(place):
    oncall = OnCall()
    # Its LOGIN speaks in other words than Alertmanager expects.
    controller = Controller(oncall, hostname=MAIL[0], port=MAIL[1], tls_context=certificate(place), require_starttls=True,
                            auth_required=True, authenticator=oncall.authenticate, auth_exclude_mechanism=["LOGIN"])
    servers = [http.server.ThreadingHTTPServer(PAGE, hook(oncall, "webhook-token", oncall.pages)),
               http.server.ThreadingHTTPServer(DEADMAN, hook(oncall, "deadman-token", oncall.heartbeats))]
    controller.start()
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield oncall
    finally:
        controller.stop()
        for server in servers:
            server.shutdown()
            server.server_close()
