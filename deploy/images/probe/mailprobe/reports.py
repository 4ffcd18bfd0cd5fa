"""Reports others send about us: DMARC aggregate (RFC 9990, before in 7489) and TLS (RFC 8460). They come as attachments
from strangers, so everything is bounded: size before and after unpacking, number of messages and of rows."""

import email
import email.policy
import gzip
import io
import json
import os
import xml.etree.ElementTree as xml
import zipfile
import zlib

MESSAGE, UNPACKED, MESSAGES, ROWS, REMEMBERED = 20_000_000, 50_000_000, 5_000, 100_000, 50_000


class ReportError(Exception):
    """A message that looks like a report and is none."""


def unpack(data):
    """The document in an attachment: gzip, a zip with one file, or plain."""
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                found = file.read(UNPACKED + 1)
        elif data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.namelist()
                if len(names) != 1:
                    raise ReportError(f"a zip of {len(names)} files")
                with archive.open(names[0]) as file:
                    found = file.read(UNPACKED + 1)
        else:
            found = data[:UNPACKED + 1]
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise ReportError(f"cannot be unpacked: {error}") from error
    if len(found) > UNPACKED:
        raise ReportError("unpacks to more than a report can be")
    return found


def dmarc(data, own):
    """(id, [((source, result), messages)]) of an aggregate report; `own` are our addresses."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ReportError("XML that defines entities")
    try:
        root = xml.fromstring(data)
    except xml.ParseError as error:
        raise ReportError(f"no XML: {error}") from error
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]          # newer reports name a namespace
    identity = f"{root.findtext('report_metadata/org_name', '')} {root.findtext('report_metadata/report_id', '')}"
    counted = []
    for record in root.findall("record")[:ROWS]:
        row = record.find("row")
        if row is None or not row.findtext("count", "").isdigit():
            raise ReportError("a record without a count")
        passed = "pass" in (row.findtext("policy_evaluated/dkim"), row.findtext("policy_evaluated/spf"))
        counted.append((("own" if row.findtext("source_ip") in own else "foreign", "pass" if passed else "fail"), int(row.findtext("count")[:9])))
    return "dmarc " + identity[:200], counted


def tls(data):
    """(id, [((result,), sessions)]) of a TLS report."""
    try:
        document = json.loads(data)
        sums = {"success": 0, "failure": 0}
        for policy in document["policies"][:ROWS]:
            sums["success"] += int(policy["summary"]["total-successful-session-count"])
            sums["failure"] += int(policy["summary"]["total-failure-session-count"])
        return f"tls {document['organization-name']} {document['report-id']}"[:200], [((result,), count) for result, count in sums.items()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"no TLS report: {error!r}") from error


def read(path, own):
    """The reports of one message; most messages of a mailbox hold none."""
    with open(path, "rb") as file:
        message = email.message_from_bytes(file.read(MESSAGE), policy=email.policy.compat32)
    for part in message.walk():
        kind, name = part.get_content_type(), str(part.get_filename() or "").lower()
        if "tlsrpt" in kind or name.endswith((".json", ".json.gz")):
            yield tls(unpack(part.get_payload(decode=True) or b""))
        elif kind in ("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed", "text/xml", "application/xml") \
                or name.endswith((".xml", ".xml.gz", ".zip")):
            yield dmarc(unpack(part.get_payload(decode=True) or b""), own)


def collect(maildir, state_file, own):
    """Adds what new reports say to the sums in the state file. A report is counted once, however often it comes."""
    state = load(state_file)
    seen = dict.fromkeys(state["seen"])
    for folder in ("new", "cur"):
        place = os.path.join(maildir, folder)
        for name in sorted(os.listdir(place) if os.path.isdir(place) else [])[:MESSAGES]:
            mark = "file " + name.split(":", 1)[0]
            if mark in seen:
                continue
            seen[mark] = None
            try:
                for identity, counted in read(os.path.join(place, name), own):
                    if identity not in seen:
                        seen[identity] = None
                        for labels, count in counted:
                            key = " ".join((identity.split(" ", 1)[0], *labels))
                            state["sums"][key] = state["sums"].get(key, 0) + count
            except (ReportError, OSError) as error:
                state["refused"] = state.get("refused", 0) + 1
                print(f"mail-reports: {name[:80]}: {error}")
    state["seen"] = list(seen)[-REMEMBERED:]
    save(state_file, state)
    return state


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"seen": [], "sums": {}}


def save(path, state):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(path + ".new", 0o644)
    os.replace(path + ".new", path)


def publish(settings, metrics):
    """The check of the probe: what the collecting job has counted so far."""
    if not settings.reports or not os.path.exists(settings.reports):
        return
    for key, count in load(settings.reports)["sums"].items():
        kind, *labels = key.split(" ")
        if kind == "dmarc":
            metrics.set("mail_dmarc_messages_total", count, source=labels[0], result=labels[1])
        else:
            metrics.set("mail_tlsrpt_sessions_total", count, result=labels[0])
