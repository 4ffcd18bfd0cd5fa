"""Served certificates on real TLS ports, open ports from /proc, volumes, and the reports of the backup jobs."""

import json
import os
import socket
import ssl
import subprocess
import threading
import time

import pytest
from mailprobe import node
from mailprobe.metrics import Metrics
from mailprobe.settings import Settings


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Two certificates (rsa, ecdsa) and a third that nobody holds (old)."""
    folder = tmp_path_factory.mktemp("tls")
    for name, key in (("rsa", ["-newkey", "rsa:2048"]), ("old", ["-newkey", "rsa:2048"]), ("ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
        subprocess.run(["openssl", "req", "-x509", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}", "-days", "9"],
                       cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture
def port(pairs):
    """port(names, how) -> a port on loopback that serves these certificates."""
    opened = []

    def start(names, how):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for name in names:
            context.load_cert_chain(pairs / f"{name}.crt", pairs / f"{name}.key")
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)

        def serve():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                try:
                    if how == "smtp":
                        client.sendall(b"220-mail\r\n220 mail ESMTP\r\n")
                        client.recv(100)
                        client.sendall(b"250-mail\r\n250 STARTTLS\r\n")
                        client.recv(100)
                        client.sendall(b"220 go\r\n")
                    context.wrap_socket(client, server_side=True).close()
                except OSError:
                    client.close()

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    yield start
    for server in opened:
        server.close()


def settings(**given):
    return Settings("mail.gaudy.test", ["203.0.113.10"], "127.0.0.1", **given)


@pytest.mark.parametrize("how", ["tls", "smtp"])
def test_both_certificates_as_served_are_the_secret(pairs, port, how):
    metrics, number = Metrics(), port(["rsa", "ecdsa"], how)
    node.certificates(settings(ports={number: how}, certificates=[str(pairs / "rsa.crt"), str(pairs / "ecdsa.crt")]), metrics)
    assert list(metrics.series["mail_certificate_is_secret"].values()) == [1, 1]
    for end in metrics.series["mail_certificate_not_after_timestamp_seconds"].values():
        assert 8 * 86400 < end - time.time() <= 9 * 86400


def test_a_renewed_secret_that_was_not_reloaded_is_seen(pairs, port):
    metrics, number = Metrics(), port(["old", "ecdsa"], "tls")
    node.certificates(settings(ports={number: "tls"}, certificates=[str(pairs / "rsa.crt"), str(pairs / "ecdsa.crt")]), metrics)
    assert metrics.series["mail_certificate_is_secret"] == {(("key", "RSA"), ("port", str(number))): 0, (("key", "ECDSA"), ("port", str(number))): 1}


def test_a_port_without_one_of_the_certificates_fails_the_check(pairs, port):
    number = port(["rsa"], "tls")
    with pytest.raises(ValueError, match=f"port {number} ECDSA"):
        node.certificates(settings(ports={number: "tls"}, certificates=[str(pairs / "rsa.crt")]), Metrics())


HEAD = "  sl  local_address rem_address   st\n"


def proc(folder, **tables):
    (folder / "net").mkdir()
    for name, rows in tables.items():
        (folder / "net" / name).write_text(HEAD + "".join(f"   0: {address} 00000000:0000 {state}\n" for address, state in rows))
    return folder


def test_listeners_on_the_network_must_be_on_the_list(tmp_path):
    metrics = Metrics()
    folder = proc(tmp_path, tcp=[("00000000:0019", "0A"), ("0100007F:18EB", "0A"), ("00000000:18EB", "01")],
                  tcp6=[("00000000000000000000000001000000:2CA6", "0A"), ("0000000000000000FFFF00000100007F:2CA6", "0A")],
                  udp=[("00000000:C350", "07")])
    node.listeners(settings(ports_tcp=frozenset([25])), metrics, proc=folder)
    assert metrics.series["mail_unexpected_listeners"] == {(): 0}


@pytest.mark.parametrize("table,address,state,name", [
    ("tcp", "0A7100CB:18EB", "0A", "tcp/6379"),
    ("tcp6", "00000000000000000000000000000000:2C46", "0A", "tcp/11334"),
    ("udp", "00000000:0035", "07", "udp/53"),
])
def test_a_listener_that_is_not_is_told(tmp_path, table, address, state, name):
    metrics = Metrics()
    with pytest.raises(ValueError, match=name):
        node.listeners(settings(ports_tcp=frozenset([25])), metrics, proc=proc(tmp_path, **{table: [(address, state)]}))
    assert metrics.series["mail_unexpected_listeners"] == {(): 1}


def test_our_own_open_port_is_found_in_the_real_proc():
    with socket.create_server(("0.0.0.0", 0)) as server:
        number = server.getsockname()[1]
        with pytest.raises(ValueError):
            # every other open port of this machine is on the list
            node.listeners(settings(ports_tcp=frozenset(set(range(65536)) - {number}), ports_udp=frozenset(range(65536))), Metrics())


def test_volumes(tmp_path):
    metrics = Metrics()
    node.volumes(settings(volumes={"spool": str(tmp_path)}), metrics)
    [size], [free] = metrics.series["mail_volume_size_bytes"].values(), metrics.series["mail_volume_free_bytes"].values()
    assert 0 < free <= size


def test_backups(tmp_path):
    metrics = Metrics()
    (tmp_path / "backup.json").write_text(json.dumps({"status": 3, "ended": "2026-01-02T03:04:05Z", "last_success": "2026-01-01T00:00:00Z"}))
    (tmp_path / "drill.json").write_text(json.dumps({"status": 1, "last_success": None}))
    node.backups(settings(backup_status=str(tmp_path)), metrics)
    assert metrics.series["mail_backup_last_status"] == {(("kind", "backup"),): 3, (("kind", "drill"),): 1}
    assert metrics.series["mail_backup_last_success_timestamp_seconds"] == {(("kind", "backup"),): 1767225600}
    # No folder, no webmail.
    node.backups(settings(backup_status=str(tmp_path), webmail_status=str(tmp_path / "none")), metrics)
    assert (("kind", "webmail"),) not in metrics.series["mail_backup_last_success_timestamp_seconds"]
    (tmp_path / "check.json").write_text("half a rep")
    with pytest.raises(ValueError):
        node.backups(settings(backup_status=str(tmp_path)), metrics)


def test_backups_of_the_webmail(tmp_path):
    """One that never succeeded is told as one at time 0: a job that cannot even start leaves no report."""
    metrics = Metrics()
    key, success = (("kind", "webmail"),), "mail_backup_last_success_timestamp_seconds"
    node.backups(settings(webmail_status=str(tmp_path)), metrics)
    assert metrics.series[success] == {key: 0} and metrics.series["mail_backup_last_status"] == {}
    (tmp_path / "webmail.json").write_text(json.dumps({"status": 1, "last_success": None}))
    node.backups(settings(webmail_status=str(tmp_path)), metrics)
    assert metrics.series[success] == {key: 0} and metrics.series["mail_backup_last_status"] == {key: 1}
    (tmp_path / "webmail.json").write_text(json.dumps({"status": 0, "last_success": "2026-01-01T00:00:00Z"}))
    (tmp_path / "webmail-drill.json").write_text(json.dumps({"status": 0, "last_success": "2026-01-01T00:00:00Z"}))
    node.backups(settings(webmail_status=str(tmp_path)), metrics)
    assert metrics.series[success] == {key: 1767225600, (("kind", "webmail-drill"),): 1767225600}


def test_a_pipe_in_the_place_of_a_report_does_not_hold_the_probe(tmp_path):
    os.mkfifo(tmp_path / "webmail.json")
    with pytest.raises(ValueError, match="is no file"):
        node.backups(settings(webmail_status=str(tmp_path)), Metrics())
