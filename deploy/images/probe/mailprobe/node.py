"""Checks of the node as the pod sees it: served certificates, open ports, volumes, and the backup jobs' reports."""

import calendar
import hashlib
import json
import os
import re
import socket
import ssl
import stat
import subprocess
import time

LISTENING, UNCONNECTED = "0A", "07"
KINDS = ("backup", "prune", "check", "drill")


def certificates(settings, metrics):
    """Both certificates on every port, as served, against the files of the Secrets: a renewed Secret that was never
    reloaded shows here and nowhere else."""
    held = set()
    for path in settings.certificates:
        with open(path, encoding="ascii") as file:
            held.add(fingerprint(ssl.PEM_cert_to_DER_cert(first_certificate(file.read(1_000_000)))))
    problems = []
    for port, how in settings.ports.items():
        for key in ("RSA", "ECDSA"):
            try:
                served = fetch(settings, port, how, key)
            except (OSError, ValueError) as error:
                problems.append(f"port {port} {key}: {error}")
                continue
            ours = fingerprint(served) in held
            metrics.set("mail_certificate_is_secret", int(ours), port=port, key=key)
            metrics.set("mail_certificate_not_after_timestamp_seconds", not_after(served), port=port, key=key)
    if problems:
        raise ValueError("; ".join(problems))


def fetch(settings, port, how, key):
    """The certificate in DER that a port serves to a client which knows this kind of key alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # It is compared with the Secret, byte for byte; who signed it is the business of the checks from outside.
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2      # 1.3 does not let the client choose
    context.set_ciphers(f"ECDHE-{key}-AES256-GCM-SHA384:ECDHE-{key}-AES128-GCM-SHA256")
    with socket.create_connection(("127.0.0.1", port), timeout=15) as plain:
        plain.settimeout(15)
        if how == "smtp":
            starttls(plain)
        with context.wrap_socket(plain, server_hostname=settings.mail_host) as wrapped:
            return wrapped.getpeercert(binary_form=True)


def starttls(connection):
    for question, wanted in ((None, b"220"), (b"EHLO localhost\r\n", b"250"), (b"STARTTLS\r\n", b"220")):
        if question:
            connection.sendall(question)
        answer = b""
        # The last line of an answer has a space after its code.
        while not re.search(rb"(?:^|\n)\d{3} [^\n]*\n\Z", answer):
            block = connection.recv(4096)
            if not block or len(answer) > 65_536:
                raise ValueError("hung up before STARTTLS")
            answer += block
        if not answer.startswith(wanted):
            raise ValueError(f"answered {answer[:60]!r}")


def first_certificate(text):
    return re.search(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL).group(0)


def fingerprint(der):
    return hashlib.sha256(der).hexdigest()


def not_after(der):
    answer = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-enddate"], input=der,
                            capture_output=True, timeout=20, check=True)
    return ssl.cert_time_to_seconds(answer.stdout.decode("ascii").strip().split("=", 1)[1])


def listeners(settings, metrics, proc="/proc"):
    """On the host network every listener that is not on loopback faces the world, whatever a NetworkPolicy says."""
    found = set()
    for protocol, state, allowed in (("tcp", LISTENING, settings.ports_tcp), ("udp", UNCONNECTED, settings.ports_udp)):
        for table in (protocol, protocol + "6"):
            try:
                with open(f"{proc}/net/{table}", encoding="ascii") as file:
                    rows = [line.split() for line in file.read().splitlines()[1:]]
            except FileNotFoundError:
                continue            # no IPv6 here
            for row in rows:
                address, port = row[1].split(":")
                # An unconnected UDP socket on a high port is a question waiting for its answer.
                if row[3] == state and not loopback(address) and int(port, 16) not in allowed \
                        and not (protocol == "udp" and int(port, 16) >= 32768):
                    found.add(f"{protocol}/{int(port, 16)}")
    metrics.set("mail_unexpected_listeners", len(found))
    if found:
        raise ValueError("open to the network and not on the list: " + ", ".join(sorted(found)[:10]))


def loopback(address):
    """/proc writes words of 32 bits, least significant byte first."""
    words = [bytes.fromhex(address[start:start + 8])[::-1] for start in range(0, len(address), 8)]
    raw = b"".join(words)
    if len(raw) == 16 and raw.startswith(b"\0" * 10 + b"\xff\xff"):
        raw = raw[12:]
    return raw[0] == 127 if len(raw) == 4 else raw == b"\0" * 15 + b"\1"


def volumes(settings, metrics):
    for name, path in settings.volumes.items():
        facts = os.statvfs(path)
        metrics.set("mail_volume_size_bytes", facts.f_blocks * facts.f_frsize, volume=name)
        metrics.set("mail_volume_free_bytes", facts.f_bavail * facts.f_frsize, volume=name)
        metrics.set("mail_volume_inodes", facts.f_files, volume=name)
        metrics.set("mail_volume_inodes_free", facts.f_favail, volume=name)


def backups(settings, metrics):
    """The jobs leave a report each: {"status": 0, "ended": "2026-01-02T03:04:05Z", "last_success": …}."""
    for kind in KINDS if settings.backup_status else ():
        tell(kind, report(settings.backup_status, kind), metrics)
    if settings.webmail_status and os.path.isdir(settings.webmail_status):
        # The folder promises a report. A success that never was is one at time 0, which no alert takes for recent.
        said = report(settings.webmail_status, "webmail") or {}
        tell("webmail", {**said, "last_success": said.get("last_success") or "1970-01-01T00:00:00Z"}, metrics)
        tell("webmail-drill", report(settings.webmail_status, "webmail-drill"), metrics)


def report(folder, kind):
    """What the last job of this kind says, or nothing when none ever ran: the alert on a missing age says so. A file and
    nothing else is read, as another namespace's jobs write here, and a pipe would hold the probe for ever."""
    path = os.path.join(folder, kind + ".json")
    if not os.path.lexists(path):
        return None
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise ValueError(f"{path} is no file")
    with open(path, encoding="utf-8") as file:
        return json.loads(file.read(1_000_000))


def tell(kind, said, metrics):
    if said is None:
        return
    if "status" in said:
        metrics.set("mail_backup_last_status", int(said["status"]), kind=kind)
    if said.get("last_success"):
        seconds = calendar.timegm(time.strptime(said["last_success"], "%Y-%m-%dT%H:%M:%SZ"))
        metrics.set("mail_backup_last_success_timestamp_seconds", seconds, kind=kind)
