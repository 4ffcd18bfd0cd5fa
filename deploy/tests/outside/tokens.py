"""Tokens of the lab's identity provider, real ones and others, and the provider's link to the world."""

import base64
import contextlib
import json
import subprocess
import time

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from . import lab, people

ISSUER = "https://sso.test/o"
PLACE = lab.VAR / "sso"


def secrets_of(kind):
    return json.loads((PLACE / f"{kind}.json").read_text())


def asked_for(user, scope="openid email mail"):
    """As a mail program gets it: from the provider, with the owner's password there."""
    answer = requests.post(f"{ISSUER}/token/", timeout=30, verify=str(lab.AUTHORITIES), auth=("mailclient", secrets_of("clients")["mailclient"]),
                           data={"grant_type": "password", "scope": scope, "username": people.address(user),
                                 "password": secrets_of("people")[people.address(user)]})
    assert answer.status_code == 200, (answer.status_code, answer.text)
    return answer.json()["access_token"]


def administered(*arguments):
    """By the provider's administrator: a token with times of its own, an account switched off."""
    return subprocess.run(["/usr/bin/python3", "-B", str(lab.HOME / "outside/sso.py"), str(PLACE), *arguments],
                          check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def expired(user):
    return administered("token", people.address(user), "-60")


def part(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def foreign(user):
    """A signed token that says it is the provider's, by somebody with a key of their own."""
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "1", "aud": "mailclient", "username": people.address(user), "email": people.address(user), "active": True,
              "scope": "openid email mail", "iat": now, "exp": now + 3600}
    signed = part(json.dumps({"alg": "RS256", "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (signed + b"." + part(key.sign(signed, padding.PKCS1v15(), hashes.SHA256()))).decode()


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=10)


@contextlib.contextmanager
def provider_down():
    """Nobody answers at its address any more. The tests are on the internet's network, where that address is."""
    address = f"{lab.lookup('sso.test', 'A')[0]}/32"
    ip("address", "del", address, "dev", "lo")
    try:
        yield
    finally:
        ip("address", "replace", address, "dev", "lo")
