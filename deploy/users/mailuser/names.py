"""Addresses, sizes and names as they may stand in the files: nothing that a line or a field could end with."""

import re

from .errors import UserError

ADDRESS = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
SIZE = re.compile(r"[1-9][0-9]{0,5}[MGT]\Z")
DEVICE = re.compile(r"[a-z0-9]{1,32}\Z")


def address(text, domain):
    text = text.lower()
    if not ADDRESS.match(text):
        raise UserError(f"{text[:80]!r} is no address of the form name@domain (letters, digits, dot, dash, underscore)")
    if text.rpartition("@")[2] != domain:
        raise UserError(f"{text} is not in {domain}, the domain of this site")
    return text


def size(text):
    if not SIZE.match(text):
        raise UserError(f"{text[:40]!r} is no size: a number and M, G or T, such as 5G")
    return text


def device(text):
    if not DEVICE.match(text):
        raise UserError(f"{text[:40]!r} is no name for an app password: up to 32 letters and digits, such as phone")
    return text
