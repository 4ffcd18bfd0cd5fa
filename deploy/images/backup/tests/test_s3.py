"""The same over S3, with moto in the place of the provider."""

import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import Site

pytest.importorskip("moto")


@pytest.fixture
def bucket():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"s3:http://127.0.0.1:{port}/mail-backup"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_backup_check_and_drill_over_s3(tmp_path, bucket):
    site = Site(tmp_path, repository=bucket, AWS_ACCESS_KEY_ID="made-for-this-test", AWS_SECRET_ACCESS_KEY="made-for-this-test", AWS_DEFAULT_REGION="us-east-1")
    for number in range(30):
        site.deliver("alice", number, text="x" * 10_000)
    site.good("init")
    site.good("run")
    site.good("check")
    site.good("prune")
    site.good("drill")
    assert site.report("drill")["equal"] == 30
