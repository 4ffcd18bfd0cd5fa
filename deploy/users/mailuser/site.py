"""What each command does to logins and maps together, so that neither is left without the other."""

from . import names
from .errors import UserError
from .passwd import OWNER, QUOTA, hashed


class People:
    """`passwd` and `maps` (mailboxes, aliases, sender_login) as they were read; the caller stores them."""

    def __init__(self, passwd, maps, domain):
        self.passwd, self.maps, self.domain = passwd, maps, domain

    def person(self, text):
        address = names.address(text, self.domain)
        if address not in self.passwd.people():
            raise UserError(f"{address} is not in the list of users: add it, or look at: mail-user list")
        return address

    def add(self, text, password, quota=None):
        address = names.address(text, self.domain)
        if self.maps["aliases"].get(address):
            raise UserError(f"{address} is an alias of {', '.join(self.maps['aliases'].get(address))}: remove that first")
        fields = {QUOTA: f"*:storage={names.size(quota)}"} if quota else {}
        self.passwd.add(address, hashed(password), **fields)
        self.maps["mailboxes"].set(address, "-")
        self.allow(address, address)

    def remove(self, text):
        """Out of all lists. The mailbox stays where it is, for the time the site keeps a leaver's mail."""
        address = self.person(text)
        sole = [alias for alias in self.maps["aliases"].naming(address) if self.maps["aliases"].get(alias) == [address]]
        if sole:
            raise UserError(f"{address} is the only target of {', '.join(sole)}: give these to somebody else first")
        for alias in self.maps["aliases"].naming(address):
            self.unalias(alias, address)
        for entry in [*self.passwd.devices(address), address]:
            self.passwd.drop(entry)
        if self.maps["mailboxes"].get(address):
            self.maps["mailboxes"].drop(address)
        for sender in self.maps["sender_login"].naming(address):
            self.deny(sender, address)

    def alias(self, alias, text):
        alias, address = names.address(alias, self.domain), self.person(text)
        if alias in self.passwd.people():
            raise UserError(f"{alias} is a user: an alias would take the mail away from that mailbox")
        targets = self.maps["aliases"].get(alias) or []
        if address in targets:
            raise UserError(f"{alias} leads to {address} already")
        self.maps["aliases"].set(alias, *targets, address)
        self.allow(alias, address)

    def unalias(self, alias, text):
        alias, address = names.address(alias, self.domain), names.address(text, self.domain)
        targets = self.maps["aliases"].get(alias) or []
        if address not in targets:
            raise UserError(f"{alias} does not lead to {address}")
        left = [target for target in targets if target != address]
        if left:
            self.maps["aliases"].set(alias, *left)
        else:
            self.maps["aliases"].drop(alias)
        self.deny(alias, address)

    def allow(self, sender, login):
        logins = self.maps["sender_login"].get(sender) or []
        if login not in logins:
            self.maps["sender_login"].set(sender, *logins, login)

    def deny(self, sender, login):
        left = [other for other in self.maps["sender_login"].get(sender) or [] if other != login]
        if left:
            self.maps["sender_login"].set(sender, *left)
        elif self.maps["sender_login"].get(sender):
            self.maps["sender_login"].drop(sender)

    def quota(self, text, size):
        self.passwd.write(self.person(text), **{QUOTA: None if size == "default" else f"*:storage={names.size(size)}"})

    def add_device(self, text, device, password):
        address = self.person(text)
        if self.passwd.suspended(address):
            raise UserError(f"{address} is suspended: resume first")
        self.passwd.add(f"{address}-{names.device(device)}", hashed(password), **{OWNER: address})

    def drop_device(self, text, device):
        self.passwd.drop(f"{self.person(text)}-{names.device(device)}")

    def listing(self):
        for address in self.passwd.people():
            yield {"address": address, "suspended": self.passwd.suspended(address),
                   "quota": self.passwd.fields(address).get(QUOTA, "").rpartition("=")[2] or "default",
                   "app_passwords": [entry[len(address) + 1:] for entry in self.passwd.devices(address)],
                   "aliases": self.maps["aliases"].naming(address)}
