"""Keys made for the test, and a way to call the renderer as an operator does."""

import pathlib
import subprocess
import sys

import pytest

DNS = pathlib.Path(__file__).resolve().parent.parent
PRODUCTION = DNS.parent / "overlays/production/site/site.env"
sys.path.insert(0, str(DNS))


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Paths of throwaway keys: rsa.pub, weak.pub, ec.pub, ec.crt."""
    folder = tmp_path_factory.mktemp("keys")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)

    for name, bits in (("rsa", "2048"), ("weak", "1024")):
        openssl("genrsa", "-out", f"{name}.key", bits)
        openssl("rsa", "-in", f"{name}.key", "-pubout", "-out", f"{name}.pub")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.key")
    openssl("ec", "-in", "ec.key", "-pubout", "-out", "ec.pub")
    openssl("req", "-x509", "-key", "ec.key", "-subj", "/CN=mail.test", "-days", "2", "-out", "ec.crt")
    return folder


@pytest.fixture
def render(keys):
    """render(stage, *words, site=…, with_keys=True) -> (exit status, stdout, stderr)"""
    def call(stage, *words, site=PRODUCTION, with_keys=True):
        given = ["--dkim", f"s1={keys}/rsa.pub", "--dkim", f"s2={keys}/rsa.pub", "--tlsa", f"{keys}/ec.crt"] if with_keys else []
        answer = subprocess.run([sys.executable, str(DNS / "render"), "--site", str(site), "--stage", stage, *given, *words],
                                capture_output=True, text=True, timeout=60, check=False)
        return answer.returncode, answer.stdout, answer.stderr
    return call
