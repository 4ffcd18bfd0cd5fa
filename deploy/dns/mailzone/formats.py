"""The ways a zone is printed. Each function returns lines."""

import json

STRING = 255            # bytes of one character-string in a TXT record


def rdata(record):
    """The value as a zone file and nsupdate want it."""
    if record.type != "TXT":
        return record.value
    raw = record.value.encode()
    pieces = [raw[start:start + STRING] for start in range(0, len(raw), STRING)] or [b""]
    return " ".join('"' + "".join(printable(byte) for byte in piece) + '"' for piece in pieces)


def printable(byte):
    character = chr(byte)
    if character in '"\\':
        return "\\" + character
    return character if 32 <= byte < 127 else f"\\{byte:03d}"


def zone_file(origin, records, ttl, soa):
    """A zone file; `soa` is (name servers, hostmaster, serial), or None when the provider makes SOA and NS."""
    yield f"$ORIGIN {origin}"
    yield f"$TTL {ttl}"
    if soa:
        servers, hostmaster, serial = soa
        yield f"{origin} {ttl} IN SOA {servers[0]} {hostmaster} {serial} 3600 600 604800 300"
        for server in servers:
            yield f"{origin} {ttl} IN NS {server}"
    for record in records:
        yield f"{record.name} {record.ttl} IN {record.type} {rdata(record)}"


def nsupdate(origin, records, everything, server):
    """An update of RFC 2136 that leaves nothing of ours behind from another stage. `everything` is every
    (name, type) the zone can ever publish: those sets are replaced whole, and no other is touched."""
    if server:
        yield f"server {server}"
    yield f"zone {origin}"
    for name, kind in everything:
        yield f"update delete {name} {kind}"
    for record in records:
        yield f"update add {record.name} {record.ttl} {record.type} {rdata(record)}"
    yield "send"


def as_json(origin, stage, positions, records, elsewhere):
    yield json.dumps({
        "origin": origin, "stage": stage, "ramps": positions,
        "records": [vars(record) for record in records],
        "elsewhere": [vars(record) for record in elsewhere],
    }, indent=2)


def table(records, elsewhere):
    width = max([len(record.name) for record in records] + [len(record.name) for record in elsewhere] + [0])
    for record in records:
        shown = record.value if len(record.value) <= 90 else record.value[:87] + "..."
        yield f"{record.name:{width}} {record.ttl:>5} {record.type:4} {record.ticket:6} {shown}"
    for record in elsewhere:
        yield f"{record.name:{width}}     - {record.type:4} {record.ticket:6} {record.value}  ({record.owner})"


def pointers(elsewhere, ttl):
    """The reverse records, for whoever holds the reverse zone."""
    for record in elsewhere:
        if record.type == "PTR":
            yield f"{record.name} {ttl} IN PTR {record.value}"


def tickets(elsewhere):
    for record in elsewhere:
        yield f"[{record.ticket}] {record.what}"
        yield f"  to:      {record.owner}"
        yield f"  request: {record.name} {record.type} {record.value}"
