"""ActiveSync as a phone speaks it, as far as asking for the folders: MS-ASWBXML, code page 7 (FolderHierarchy)."""

import requests

from . import lab, people

HIERARCHY = 7
NAMES = {0x07: "DisplayName", 0x08: "ServerId", 0x09: "ParentId", 0x0A: "Type", 0x0C: "Status", 0x0E: "Changes", 0x0F: "Add", 0x12: "SyncKey",
         0x16: "FolderSync", 0x17: "Count"}
TAGS = {name: number for number, name in NAMES.items()}
SWITCH_PAGE, END, STRING, CONTENT = 0x00, 0x01, 0x03, 0x40
# Version 1.3, no public identifier, UTF-8, no string table.
HEAD = bytes([0x03, 0x01, 0x6A, 0x00])


def folder_sync(key):
    text = bytes([STRING]) + key.encode() + b"\0"
    return HEAD + bytes([SWITCH_PAGE, HIERARCHY, TAGS["FolderSync"] | CONTENT, TAGS["SyncKey"] | CONTENT]) + text + bytes([END, END])


def read(document):
    """(path of names, text) of every element that holds text."""
    assert document[:4] == HEAD, document[:16]
    path, found, place = [], [], 4
    while place < len(document):
        token = document[place]
        place += 1
        if token == SWITCH_PAGE:
            assert document[place] == HIERARCHY, document[place]
            place += 1
        elif token == END:
            path.pop()
        elif token == STRING:
            end = document.index(0, place)
            found.append((path[-1], document[place:end].decode()))
            place = end + 1
        else:
            name = NAMES[token & ~CONTENT]
            if token & CONTENT:
                path.append(name)
    assert path == []
    return found


def ask(method, user, password=None, command=None, body=None):
    parameters = {"Cmd": command, "User": people.address(user), "DeviceId": "lab0001", "DeviceType": "lab"} if command else None
    return requests.request(
        method, f"https://webmail.{lab.DOMAIN}/Microsoft-Server-ActiveSync", params=parameters, data=body, timeout=60, verify=str(lab.AUTHORITIES),
        auth=(people.address(user), people.password(user) if password is None else password),
        headers={"MS-ASProtocolVersion": "14.1", "Content-Type": "application/vnd.ms-sync.wbxml"})
