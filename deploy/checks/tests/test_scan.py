"""A finding is accepted for what it was accepted for, and for nothing else."""

from conftest import load

judge = load("scan").judge
FOUND = {("CKV_K8S_19", "DaemonSet.mail.mail"): "host network"}
ACCEPTED = [{"check": "CKV_K8S_19", "resources": ["DaemonSet.mail.mail"]}]


def test_an_accepted_and_explained_finding_is_no_problem():
    assert not list(judge(FOUND, ACCEPTED, "| `CKV_K8S_19` | because |"))


def test_a_new_finding_is_one():
    found = {**FOUND, ("CKV_K8S_16", "DaemonSet.mail.mail"): "privileged"}
    assert "CKV_K8S_16" in "".join(judge(found, ACCEPTED, "`CKV_K8S_19`"))


def test_the_same_finding_elsewhere_is_one():
    found = {**FOUND, ("CKV_K8S_19", "Deployment.mail-web.grafana"): "host network"}
    assert "grafana" in "".join(judge(found, ACCEPTED, "`CKV_K8S_19`"))


def test_an_acceptance_without_finding_is_one():
    assert "no longer found" in "".join(judge({}, ACCEPTED, "`CKV_K8S_19`"))


def test_an_acceptance_nobody_explains_is_one():
    assert "does not explain" in "".join(judge(FOUND, ACCEPTED, "nothing"))
