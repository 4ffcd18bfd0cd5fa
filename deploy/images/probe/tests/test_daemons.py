"""Questions to the daemons beside the probe, answered here by a socket of the test."""

import http.server
import socket
import threading

import pytest
from mailprobe import daemons
from mailprobe.metrics import Metrics
from mailprobe.settings import Settings


@pytest.fixture
def daemon(tmp_path):
    """daemon({question: answer}) -> path of a socket that answers so, and hangs up after each."""
    opened = []

    def start(answers):
        path = str(tmp_path / f"{len(opened)}.sock")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(8)
        opened.append(server)

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(answers.get(connection.recv(1024), b"?"))

        threading.Thread(target=serve, daemon=True).start()
        return path

    yield start
    for server in opened:
        server.close()


def settings(**given):
    return Settings("mail.gaudy.test", ["203.0.113.10"], "127.0.0.1", **given)


def test_clamd_answers(daemon):
    daemons.clamd(settings(clamd=daemon({b"zPING\0": b"PONG\0"})), Metrics())
    with pytest.raises(ValueError, match="PING"):
        daemons.clamd(settings(clamd=daemon({b"zPING\0": b"no\0"})), Metrics())


def test_how_old_the_signatures_are(daemon):
    metrics = Metrics()
    daemons.signatures(settings(clamd=daemon({b"zVERSION\0": b"ClamAV 1.4.3/27500/Sat Jan  4 09:44:12 2025\0"})), metrics)
    assert metrics.series["mail_clamav_signatures_timestamp_seconds"] == {(): 1735983852}


def test_without_the_publisher_s_signatures_there_is_no_age(daemon):
    metrics = Metrics()
    with pytest.raises(ValueError, match="none of the publisher"):
        daemons.signatures(settings(clamd=daemon({b"zVERSION\0": b"ClamAV 1.4.6\0"})), metrics)
    assert metrics.series["mail_clamav_signatures_timestamp_seconds"] == {}


def test_redis(daemon):
    metrics = Metrics()
    info = b"$60\r\n# Memory\r\nused_memory:1024\r\nmaxmemory:4096\r\n# Stats\r\nevicted_keys:7\r\n\r\n+OK\r\n"
    daemons.redis(settings(redis=daemon({b"INFO\r\nQUIT\r\n": info})), metrics)
    assert metrics.series["mail_redis_evicted_keys_total"] == {(): 7}
    with pytest.raises(ValueError, match="NOAUTH"):
        daemons.redis(settings(redis=daemon({b"INFO\r\nQUIT\r\n": b"-NOAUTH\r\n+OK\r\n"})), metrics)


def test_unbound(daemon):
    metrics = Metrics()
    stats = b"total.num.queries=100\nnum.answer.rcode.SERVFAIL=3\n"
    daemons.unbound(settings(unbound=daemon({b"UBCT1 stats_noreset\n": stats})), metrics)
    assert metrics.series["mail_resolver_servfail_total"] == {(): 3}
    with pytest.raises(ValueError, match="extended-statistics"):
        daemons.unbound(settings(unbound=daemon({b"UBCT1 stats_noreset\n": b"total.num.queries=1\n"})), metrics)


def test_rspamd():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/counters" else 404)
            self.end_headers()
            self.wfile.write(b'[{"symbol": "R_SPF_ALLOW", "hits": 12, "weight": 0}, {"symbol": "NEVER", "hits": 0}]')

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        metrics = Metrics()
        daemons.rspamd(settings(rspamd=f"http://127.0.0.1:{server.server_port}"), metrics)
        server.shutdown()
    assert metrics.series["mail_rspamd_symbols_total"] == {(("symbol", "R_SPF_ALLOW"),): 12}


def test_a_daemon_that_is_not_there(tmp_path):
    with pytest.raises(OSError):
        daemons.clamd(settings(clamd=str(tmp_path / "none")), Metrics())
