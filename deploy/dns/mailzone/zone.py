"""zone.yaml for one site and one stage: a list of records."""

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address

import yaml

from .errors import ZoneError
from .site import check_values, fill

TYPES = ("A", "AAAA", "CAA", "MX", "SRV", "TLSA", "TXT")
LABEL = 63


@dataclass(frozen=True)
class Record:
    """One record: `name` is absolute, ends in a dot and is in lower case; TXT values are unquoted."""
    name: str
    type: str
    ttl: int
    value: str
    ticket: str


@dataclass(frozen=True)
class Elsewhere:
    """A record that somebody else publishes."""
    what: str
    owner: str
    name: str
    type: str
    value: str
    ticket: str


class Zone:
    """A zone.yaml that has been read; it knows no site yet."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.data = yaml.safe_load(file.read(1_000_000))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ZoneError(f"{path}: cannot be read: {error}") from error
        if not isinstance(self.data, dict) or self.data.get("kind") != "Zone":
            raise ZoneError(f"{path}: is no document of kind Zone")
        self.stages = [stage["name"] for stage in self.data["stages"]]

    def positions(self, stage, moved):
        """Where each ramp stands in a stage, after those that were moved by hand: {'dmarc': 'none', …}."""
        if stage not in self.stages:
            raise ZoneError(f"stage {stage!r} is not in {self.path}: one of {', '.join(self.stages)}")
        found = {ramp: self.data["stages"][self.stages.index(stage)][ramp] for ramp in self.data["ramps"]}
        for ramp, position in moved.items():
            if ramp not in self.data["ramps"]:
                raise ZoneError(f"ramp {ramp!r} is not in {self.path}: one of {', '.join(self.data['ramps'])}")
            if position not in self.data["ramps"][ramp]:
                raise ZoneError(f"ramp {ramp}: no position {position!r}: one of {', '.join(self.data['ramps'][ramp])}")
            found[ramp] = position
        return found


def complete(zone, given, policy):
    """The site's values with the defaults of the zone and what follows from them. `policy` is the MTA-STS file or ''."""
    values = {**zone.data["values"], **given}
    check_values(values)
    if policy:
        # 32 characters at most (RFC 8461, 3.1).
        values["mta_sts_id"] = hashlib.sha256(policy.encode()).hexdigest()[:20]
    values["address_reverse"] = ip_address(values["address"]).reverse_pointer + "."
    if values.get("address6"):
        values["address6_reverse"] = ip_address(values["address6"]).reverse_pointer + "."
    return values


def records(zone, values, stage, positions):
    """What is published in this stage, in the order of zone.yaml."""
    origin = fill(zone.data["origin"], values, zone.path).lower() + "."
    found = []
    for entry in zone.data["records"]:
        names = entry.get("names") or [entry["name"]]
        where = f"{zone.path}: record {names[0]} {entry['type']}"
        if entry["type"] not in TYPES:
            raise ZoneError(f"{where}: type is none of {', '.join(TYPES)}")
        text = wanted(zone, entry, values, stage, positions, where)
        if text is None:
            continue
        for item in items(entry, values, where):
            value = fill(text, {**values, **item}, where)
            for name in names:
                found.append(Record(absolute(fill(name, values, where), origin, where), entry["type"],
                                    entry.get("ttl", zone.data["ttl"]), value, entry.get("ticket", "")))
    for record in found:
        if found.count(record) > 1:
            raise ZoneError(f"{zone.path}: {record.name} {record.type} {record.value[:40]!r} is there twice")
    return found


def wanted(zone, entry, values, stage, positions, where):
    """The value's template, or None when the record is not published here and now."""
    first = entry.get("from", zone.stages[0])
    if first not in zone.stages:
        raise ZoneError(f"{where}: there is no stage {first!r}")
    if zone.stages.index(stage) < zone.stages.index(first):
        return None
    if not has(entry.get("needs", []), values, where) or any(values.get(name) for name in entry.get("lacks", [])):
        return None
    if "ramp" in entry:
        return entry["values"].get(positions[entry["ramp"]])
    return entry["value"]


def has(needed, values, where):
    """Whether every needed value is there. It may be empty, but somebody must have said so."""
    for name in needed:
        if name not in values:
            raise ZoneError(f"{where}: needs {name}, which nobody set: add it to the site values, empty for no such record")
    return all(values[name] for name in needed)


def items(entry, values, where):
    """One set of further values for each record to make of an entry."""
    name = entry.get("each")
    if not name:
        return [{}]
    if name not in values:
        raise ZoneError(f"{where}: nobody said what {name} is: give --{name} FILE for each key, or --{name} none")
    return [{name: value} for value in values[name]]


def elsewhere(zone, values):
    found = []
    for entry in zone.data["elsewhere"]:
        if not has(entry.get("needs", []), values, f"{zone.path}: {entry['what']}"):
            continue
        name, value = (fill(entry[key], values, f"{zone.path}: {entry['what']}") for key in ("name", "value"))
        found.append(Elsewhere(entry["what"], entry["owner"], name, entry["type"], value, entry["ticket"]))
    return found


def absolute(name, origin, where):
    """A name with its origin, checked: a name outside the zone would be ignored or refused by the server."""
    whole = (origin if name == "@" else name if name.endswith(".") else f"{name}.{origin}").lower()
    if whole != origin and not whole.endswith("." + origin):
        raise ZoneError(f"{where}: {whole} is outside the zone {origin}")
    if len(whole) > 254 or any(not 1 <= len(label) <= LABEL for label in whole[:-1].split(".")):
        raise ZoneError(f"{where}: {whole} is no domain name")
    return whole
