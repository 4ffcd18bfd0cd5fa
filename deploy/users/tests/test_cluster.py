"""The Secret of a cluster, with a kubectl of the test that keeps it in a file and writes down how it was called."""

import base64
import json
import os

import pytest
from conftest import PASSWORD, Site

KUBECTL = r'''#!/usr/bin/env python3
import base64, hashlib, json, os, sys
here = os.path.dirname(sys.argv[0])
with open(here + "/calls", "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
words = sys.argv[3:]
if words[0] == "get":
    print(open(here + "/secret.json").read())
elif words[0] == "replace":
    sent, held = json.load(sys.stdin), json.load(open(here + "/secret.json"))
    if sent["metadata"]["resourceVersion"] != held["metadata"]["resourceVersion"] or os.path.exists(here + "/conflict"):
        sys.exit("the object has been modified; please apply your changes to the latest version")
    sent["metadata"]["resourceVersion"] += "1"
    json.dump(sent, open(here + "/secret.json", "w"))
elif words[0] == "exec" and words[-2:] == ["sha256sum", "/run/dovecot/users"]:
    # The pod: it sees a change at the second look.
    looks = here + "/looks"
    open(looks, "a").write("x")
    held = base64.b64decode(json.load(open(here + "/secret.json"))["data"]["users"])
    print(hashlib.sha256(held if os.path.getsize(looks) > 1 else b"as it was").hexdigest(), " /run/dovecot/users")
elif words[0] == "exec" and words[-2:-1] == ["kick"]:
    # What kubectl says when doveadm found nobody logged in, or when it failed.
    sys.exit("command terminated with exit code " + ("75" if os.path.exists(here + "/broken") else "68"))
'''


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    (tmp_path / "maps").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/kubectl").write_text(KUBECTL)
    (tmp_path / "bin/kubectl").chmod(0o755)
    (tmp_path / "bin/secret.json").write_text(json.dumps({"metadata": {"resourceVersion": "7"}, "data": {"users": ""}}))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    site = Site(tmp_path / "maps")
    site.where = ["--context", "mail"]
    site.bin = tmp_path / "bin"
    return site


def users(cluster):
    return base64.b64decode(json.loads((cluster.bin / "secret.json").read_text())["data"]["users"]).decode()


def calls(cluster):
    return [json.loads(line) for line in (cluster.bin / "calls").read_text().splitlines()]


def test_the_secret_is_changed_and_no_password_is_an_argument(cluster):
    cluster.good("add", "kim@gaudy.test", text=PASSWORD)
    assert users(cluster).startswith("kim@gaudy.test:{ARGON2ID}$argon2id$")
    assert all("argon2" not in word and "horse" not in word for call in calls(cluster) for word in call)
    assert all(call[:2] == ["--context", "mail"] for call in calls(cluster))


def test_a_suspended_person_is_put_out(cluster):
    cluster.good("add", "kim@gaudy.test", text=PASSWORD)
    cluster.good("suspend", "kim@gaudy.test")
    assert sum("sha256sum" in call for call in calls(cluster)) == 2           # not before the pod knows
    assert [call[-4:] for call in calls(cluster)[-2:]] == [["auth", "cache", "flush", "kim@gaudy.test"], ["--", "doveadm", "kick", "kim@gaudy.test"]]


def test_a_session_that_cannot_be_ended_is_told(cluster):
    cluster.good("add", "kim@gaudy.test", text=PASSWORD)
    (cluster.bin / "broken").touch()
    answer = cluster.run("suspend", "kim@gaudy.test")
    assert answer.returncode == 1 and "may still be" in answer.stderr
    assert "userdb_suspended=" in users(cluster)


def test_somebody_else_s_change_in_between_is_not_undone(cluster):
    (cluster.bin / "conflict").touch()
    maps = cluster.files()
    answer = cluster.run("add", "kim@gaudy.test", text=PASSWORD)
    assert answer.returncode == 1 and "has been modified" in answer.stderr
    assert cluster.files() == maps and users(cluster) == ""
