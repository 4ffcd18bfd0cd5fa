"""The program as it runs: numbers on a port of loopback, and a failing check that stops nothing."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

from conftest import PROBE


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_it_serves_what_it_counts_and_what_fails(tmp_path):
    log, port = tmp_path / "postfix.log", free_port()
    # The patterns are where the image has them; here they are in the checkout.
    program = tmp_path / "probe"
    program.write_text((PROBE / "probe").read_text().replace("/usr/local/share/mail-probe/patterns.json", str(PROBE / "patterns.json")))
    environment = {**os.environ, "PYTHONPATH": str(PROBE), "PROBE_LISTEN": f"127.0.0.1:{port}", "mail_host": "mail.gaudy.test", "address": "203.0.113.10",
                   "PROBE_RSPAMD": "http://127.0.0.1:1", "PROBE_LOGS": str(log), "PROBE_CLAMD": str(tmp_path / "none"), "PROBE_REDIS": str(tmp_path / "none"),
                   "PROBE_UNBOUND": str(tmp_path / "none"), "PROBE_CERTIFICATES": "", "PROBE_VOLUMES": f"spool={tmp_path}", "PROBE_BLOCKLISTS": "",
                   "PATH": str(tmp_path)}      # no dig: its checks fail at once
    with subprocess.Popen([sys.executable, str(program)], env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            text = until(port, lambda text: 'check="volumes"} 1' in text)
            assert 'mail_check_success{check="clamd"} 0' in text
            log.write_text("Nov 24 1:1:1 mail postfix/smtpd[5]: A1B2: client=mx.partner.test[198.51.100.90]\n")
            until(port, lambda text: 'mail_accepted_total{authenticated="no"} 1' in text)
        finally:
            process.terminate()
            words = process.communicate(timeout=10)[1]
    assert "probe: clamd: " in words


def until(port, wanted):
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
            if wanted(text):
                return text
        except OSError:
            text = "nothing"
        time.sleep(0.1)
    raise AssertionError(text)
