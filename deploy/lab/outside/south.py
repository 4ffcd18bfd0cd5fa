"""The receivers of the lab that are not northmail.test, and the web host of their MTA-STS policies.

south.py NET_CONF PKI MAILBOXES POLICY_ADDRESS

What is verified is verified by Debian's dkimpy, pyspf and authheaders; this program only listens, writes
their verdict into Authentication-Results, refuses what a DMARC policy says to refuse, and stores.
"""

import asyncio
import mailbox
import ssl
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import authheaders
from aiosmtpd.smtp import SMTP
from authres import AuthenticationResultsHeader

LIMIT = 36_700_160


class Receiver:
    """One receiver: an MX of one domain, and of the others it takes mail in for."""

    def __init__(self, domain, others, mailboxes):
        self.domain, self.domains, self.mailboxes = domain, {domain, *others}, mailboxes

    async def handle_RCPT(self, server, session, envelope, address, options):
        user, _, domain = address.lower().rpartition("@")
        if domain not in self.domains or not user.replace(".", "").replace("-", "").replace("+", "").isalnum():
            return "554 5.7.1 Relay access denied"
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        return await asyncio.get_running_loop().run_in_executor(None, self.take, session, envelope)

    def take(self, session, envelope):
        address = session.peer[0]
        # aiosmtpd keeps the brackets of the null sender.
        sender = "" if envelope.mail_from in (None, "<>") else envelope.mail_from
        # Who sends without an envelope address is judged by the name it greets with (RFC 7208 2.4).
        spf = authheaders.check_spf(address, sender or f"postmaster@{session.host_name}", session.host_name)
        dkim = authheaders.check_dkim(envelope.content)
        dmarc = authheaders.check_dmarc(envelope.content, spf, dkim)
        if dmarc.result == "fail" and dmarc.policy == "reject":
            return "550 5.7.1 Refused: the DMARC policy of the From domain says reject"
        verdict = AuthenticationResultsHeader(authserv_id=self.domain, results=[spf, dkim, dmarc])
        head = f"Return-Path: <{sender}>\r\n{verdict}\r\n{self.received(session, address)}\r\n"
        for recipient in envelope.rcpt_tos:
            self.store(recipient, head.encode() + envelope.content)
        return "250 2.0.0 Ok: stored"

    def received(self, session, address):
        if session.ssl:
            cipher, version, _ = session.ssl["cipher"]
            how = f"ESMTPS ({version} with cipher {cipher})"
        else:
            how = "ESMTP"
        tagged = f"IPv6:{address}" if ":" in address else address
        return f"Received: from {session.host_name} ([{tagged}])\r\n by mx.{self.domain} with {how}; {formatdate()}"

    def store(self, recipient, content):
        user, _, domain = recipient.rpartition("@")
        place = self.mailboxes / domain
        place.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(place / user, create=True).add(content.replace(b"\r\n", b"\n"))


def tls(pki, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / f"{name}.crt", pki / f"{name}.key")
    return context


class Policies(BaseHTTPRequestHandler):
    """MTA-STS policies (RFC 8461), one a host name."""

    def do_GET(self):
        domain = self.headers.get("Host", "").partition(":")[0].removeprefix("mta-sts.")
        if self.path != "/.well-known/mta-sts.txt" or domain not in self.server.policies:
            return self.send_error(404)
        body = self.server.policies[domain].encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve_policies(address, pki, domains):
    contexts = {f"mta-sts.{domain}": tls(pki, f"mta-sts.{domain}") for domain in domains}
    first = next(iter(contexts.values()))

    def choose(connection, name, _):
        connection.context = contexts.get(name, first)

    first.sni_callback = choose
    server = ThreadingHTTPServer((address, 443), Policies)
    server.policies = {}
    for domain in domains:
        mx = "mx.elsewhere.test" if domain == "sts-foreign.test" else f"mx.{domain}"
        server.policies[domain] = f"version: STSv1\r\nmode: enforce\r\nmx: {mx}\r\nmax_age: 86400\r\n"
    server.socket = first.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


async def main(conf, pki, mailboxes, policy_address):
    conf, pki, mailboxes = Path(conf), Path(pki), Path(mailboxes)
    table = [line.split() for line in (conf / "south.table").read_text().splitlines()]
    others = (conf / "south.others").read_text().split()
    loop = asyncio.get_running_loop()
    for domain, address, _ in table:
        receiver = Receiver(domain, others if domain == "southmail.test" else [], mailboxes)
        context = tls(pki, f"mx.{domain}")
        await loop.create_server(
            lambda receiver=receiver, context=context: SMTP(
                receiver, hostname=f"mx.{receiver.domain}", ident="ready", tls_context=context,
                data_size_limit=LIMIT, loop=loop),
            address, 25)
    serve_policies(policy_address, pki, [domain for domain, _, kind in table if kind == "sts"])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
