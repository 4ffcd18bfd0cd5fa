"""What records say about keys: DKIM's public key, and the hash of a certificate's key for TLSA."""

import base64
import hashlib
import re
import subprocess

from .errors import ZoneError

RSA_2048_SPKI = 290     # bytes of a SubjectPublicKeyInfo with a modulus of 2048 bits (294, less some slack)
RSA_OID = bytes.fromhex("2a864886f70d010101")


def dkim_record(source):
    """The TXT of a selector: a PEM file of an RSA public key, or `revoked` (RFC 6376, 3.6.1: an empty p=)."""
    if source == "revoked":
        return "v=DKIM1; k=rsa; p="
    der = pem_bytes(source, "PUBLIC KEY")
    if RSA_OID not in der[:32]:
        raise ZoneError(f"{source}: no RSA key; DKIM signs with RSA first (RFC 8301): openssl genrsa 2048")
    if len(der) < RSA_2048_SPKI:
        raise ZoneError(f"{source}: the key is shorter than 2048 bits: make a new one with openssl genrsa 2048")
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode("ascii")


def tlsa_hash(path):
    """The SHA-256 of the public key (TLSA 3 1 1) of a PEM certificate, or of a PEM public key."""
    text = read(path)
    if "BEGIN CERTIFICATE" in text:
        answer = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-pubkey"],
                                capture_output=True, text=True, timeout=20, check=False)
        if answer.returncode != 0:
            raise ZoneError(f"{path}: openssl cannot read this certificate: {answer.stderr.strip()[:200]}")
        text = answer.stdout
    return hashlib.sha256(pem_decode(text, path, "PUBLIC KEY")).hexdigest()


def pem_bytes(path, label):
    return pem_decode(read(path), path, label)


def pem_decode(text, path, label):
    found = re.search(f"-----BEGIN {label}-----([A-Za-z0-9+/=\\s]+)-----END {label}-----", text)
    if not found:
        raise ZoneError(f"{path}: holds no PEM {label}: openssl rsa -in PRIVATE -pubout makes one")
    try:
        return base64.b64decode("".join(found.group(1).split()), validate=True)
    except ValueError as error:
        raise ZoneError(f"{path}: its base64 is broken ({error}): write the file anew") from error


def read(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read(100_000)
    except (OSError, UnicodeDecodeError) as error:
        raise ZoneError(f"{path}: cannot be read: {error}") from error
