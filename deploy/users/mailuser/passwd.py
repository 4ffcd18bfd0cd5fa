"""Dovecot's passwd-file: address:{SCHEME}hash:uid:gid:gecos:home:shell:extra fields.

An app password is an entry of its own, ADDRESS-DEVICE, whose field user= makes it the same person: it can be taken away
without touching the others. A suspended person keeps the hash in a field of its own, while the password is one that
nobody knows; mail goes on arriving."""

import base64
import secrets

from argon2 import PasswordHasher

from .errors import UserError

SHORTEST = 12
QUOTA, KEPT, OWNER = "userdb_quota_rule", "userdb_suspended", "user"
# OWASP's least for Argon2id; a login takes a fraction of a second and 19 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hashed(password):
    if len(password) < SHORTEST:
        raise UserError(f"the password is shorter than {SHORTEST} characters: choose a longer one, or --generate")
    if "\n" in password or "\0" in password:
        raise UserError("the password holds a line break: one line on standard input, no more")
    return "{ARGON2ID}" + HASHER.hash(password)


class Passwd:
    """The file as values; comments and unknown lines stay where they are."""

    def __init__(self, text):
        self.lines = text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()

    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def names(self):
        return [line.split(":", 1)[0] for line in self.lines if line and not line.startswith("#")]

    def find(self, name):
        for index, line in enumerate(self.lines):
            if line.split(":", 1)[0].lower() == name:
                return index
        return None

    def people(self):
        """Addresses, without the entries of app passwords."""
        return [name for name in self.names() if OWNER not in self.fields(name)]

    def need(self, name):
        index = self.find(name)
        if index is None:
            raise UserError(f"{name} is not in the list of users")
        return index

    def parts(self, name):
        parts = self.lines[self.need(name)].split(":", 7)
        return parts + [""] * (8 - len(parts))

    def fields(self, name):
        """The extra fields; they are separated by spaces and hold none."""
        return dict(field.partition("=")[::2] for field in self.parts(name)[7].split())

    def write(self, name, password=None, **changes):
        """Sets the password and extra fields of an entry; a field set to None goes."""
        index, parts, fields = self.need(name), self.parts(name), self.fields(name)
        fields.update(changes)
        parts[7] = " ".join(f"{key}={value}" if value else key for key, value in fields.items() if value is not None)
        if password:
            parts[1] = password
        self.lines[index] = ":".join(parts)

    def add(self, name, password, **fields):
        if self.find(name) is not None:
            raise UserError(f"{name} is in the list of users already")
        self.lines.append(f"{name}:{password}::::::")
        self.write(name, **fields)

    def drop(self, name):
        del self.lines[self.need(name)]

    def devices(self, name):
        self.need(name)
        return [entry for entry in self.names() if self.fields(entry).get(OWNER) == name]

    def suspended(self, name):
        return KEPT in self.fields(name)

    def suspend(self, name):
        """The person and every app password: nothing that was known opens anything."""
        if self.suspended(name):
            raise UserError(f"{name} is suspended already")
        for entry in [name, *self.devices(name)]:
            kept = base64.urlsafe_b64encode(self.parts(entry)[1].encode()).decode().rstrip("=")
            self.write(entry, password=hashed(secrets.token_urlsafe(48)), **{KEPT: kept})

    def resume(self, name):
        if not self.suspended(name):
            raise UserError(f"{name} is not suspended")
        for entry in [name, *self.devices(name)]:
            kept = self.fields(entry)[KEPT]
            password = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)).decode()
            self.write(entry, password=password, **{KEPT: None})

    def set_password(self, name, password):
        if self.suspended(name):
            raise UserError(f"{name} is suspended: a new password would open the mailbox again; resume first")
        self.write(name, password=hashed(password))
