"""The site's values: the same file Kustomize turns into the ConfigMap `site`."""

import re
from ipaddress import ip_address

from .errors import ZoneError

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z")
# A value ends up in a zone file or an nsupdate script, where these would begin something new.
UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\;()]')


def read_site(path):
    """name=value a line, as in a Kustomize env file."""
    values = {}
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read(100_000).split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ZoneError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not NAME.match(name):
            raise ZoneError(f"{path}:{number}: not of the form name=value")
        values[name] = value
    return values


def check_values(values):
    """Refuses names and addresses that are none."""
    for name in ("domain", "mail_host"):
        if not HOST.match(values.get(name, "")):
            raise ZoneError(f"value {name}: {values.get(name, '')!r} is no host name: set it in the site values")
    if not values["mail_host"].endswith("." + values["domain"]):
        raise ZoneError(f"value mail_host: {values['mail_host']} is not below {values['domain']}, so another zone holds it")
    for name, version in (("address", 4), ("address6", 6)):
        address = values.get(name, "")
        if not address and name == "address6":
            continue
        try:
            if ip_address(address).version != version:
                raise ValueError(f"is of version {ip_address(address).version}")
        except ValueError as error:
            raise ZoneError(f"value {name}: {address!r} is no IPv{version} address ({error})") from error


def fill(text, values, where):
    """The text with every {name} replaced; an unknown name is an error, never an empty string."""
    def value(match):
        name = match.group(1)
        if not isinstance(values.get(name), str):
            raise ZoneError(f"{where}: {{{name}}} has no value: add it to the site values, or give --set {name}=…{hint(name)}")
        if UNSAFE.search(values[name]) and not name.startswith("dkim_"):
            raise ZoneError(f"value {name}: {values[name][:60]!r} holds a character that no DNS value of a site needs")
        return values[name]
    return PLACEHOLDER.sub(value, text)


def hint(name):
    if name.startswith("dkim_"):
        return f" (a key: --dkim {name[5:]}=PUBLIC.pem)"
    return ""
