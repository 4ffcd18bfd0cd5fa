"""Messages as they are written out there, signed or not."""

import secrets
from email.message import EmailMessage
from email.utils import format_datetime
from datetime import datetime, timezone

import dkim

from . import lab


class Mail:
    """One message with a subject nobody else has, by which it is found again."""

    def __init__(self, sender, recipient, subject="hello", text="A message of the lab.\n", header_from=None, headers=(), attachments=()):
        self.sender, self.recipient = sender, recipient
        self.token = secrets.token_hex(8)
        message = EmailMessage()
        message["From"] = header_from or sender
        message["To"] = recipient
        message["Subject"] = f"{subject} {self.token}"
        message["Date"] = format_datetime(datetime.now(timezone.utc))
        message["Message-ID"] = f"<{self.token}@{sender.rpartition('@')[2] or 'nobody.test'}>"
        for name, content in headers:
            message[name] = content
        # No two bodies are the same: who has seen one has not seen all, greylists and caches least of all.
        message.set_content(f"{text}\n{self.token}\n")
        for name, content in attachments:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        self.message = message
        self.signature = b""

    def sign(self, domain=None, broken=False):
        """With the key of the domain, whose public half is in the lab's DNS. Broken: the body is another afterwards."""
        domain = domain or self.sender.rpartition("@")[2]
        content = self.message.as_bytes(policy=self.message.policy.clone(linesep="\r\n"))
        self.signature = dkim.sign(
            content, b"lab", domain.encode(), (lab.PEOPLE / f"{domain}.dkim").read_bytes(),
            include_headers=[b"from", b"to", b"subject", b"date", b"message-id"])
        if broken:
            self.message.set_content("Somebody wrote something else.\n")
        return self

    def content(self):
        return self.signature + self.message.as_bytes(policy=self.message.policy.clone(linesep="\r\n"))
