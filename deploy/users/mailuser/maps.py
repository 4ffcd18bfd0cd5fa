"""Postfix's texthash maps of a site: mailboxes, aliases, sender_login. A line is a key and a value; comments stay."""

from .errors import UserError

FILES = ("mailboxes", "aliases", "sender_login")


class Map:
    def __init__(self, text, domain):
        self.domain = domain
        self.lines = text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()

    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def entries(self):
        """(line number, key, values), with the template's @domain@ filled in."""
        for number, line in enumerate(self.lines):
            if line.strip() and not line.startswith("#"):
                key, *values = line.replace("@domain@", self.domain).lower().replace(",", " ").split()
                yield number, key, values

    def get(self, key):
        return next((values for _, found, values in self.entries() if found == key), None)

    def set(self, key, *values):
        for number, found, _ in self.entries():
            if found == key:
                self.lines[number] = f"{key} {', '.join(values)}"
                return
        self.lines.append(f"{key} {', '.join(values)}")

    def drop(self, key):
        for number, found, _ in self.entries():
            if found == key:
                del self.lines[number]
                return
        raise UserError(f"{key} is not in the map")

    def naming(self, value):
        """Keys that lead to this value."""
        return [key for _, key, values in self.entries() if value in values]
