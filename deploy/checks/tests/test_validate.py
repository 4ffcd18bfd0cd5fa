"""The schema check finds what it is there for."""

import copy

import kubernetes_validate
import pytest
import yaml
from conftest import CHECKS, load

validate = load("validate")
VERSION = kubernetes_validate.latest_version()
DEPLOYMENT = yaml.safe_load((CHECKS.parent / "components/metrics/agent.yaml").read_text())
CERTIFICATE = next(yaml.safe_load_all((CHECKS.parent / "components/certificates/certificates.yaml").read_text()))
ISSUER = next(yaml.safe_load_all((CHECKS.parent / "components/certificates/issuers.yaml").read_text()))


def changed(document, path, value):
    made = copy.deepcopy(document)
    here = made
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return made


@pytest.mark.parametrize("document", [DEPLOYMENT, CERTIFICATE, ISSUER], ids=lambda document: document["kind"])
def test_what_ships_is_fine(document):
    assert validate.problems(document, VERSION) == []


@pytest.mark.parametrize("document,path,value", [
    (DEPLOYMENT, ["spec", "replica"], 1),                                           # a field that does not exist
    (DEPLOYMENT, ["spec", "replicas"], "one"),
    (DEPLOYMENT, ["spec", "template", "spec", "containers", 0, "securityContext", "priviledged"], True),
    (DEPLOYMENT, ["apiVersion"], "apps/v1beta1"),
    (DEPLOYMENT, ["kind"], "Deploymint"),
    (CERTIFICATE, ["spec", "dnsName"], ["a.test"]),
    (CERTIFICATE, ["spec", "privateKey", "rotationPolicy"], "Sometimes"),
    (CERTIFICATE, ["spec", "privateKey", "sizes"], 2048),
    (CERTIFICATE, ["kind"], "Certificat"),
    (ISSUER, ["spec", "acme", "solvers", 0, "dns01", "cloudflare", "apiTokenSecret"], {"name": "x", "key": "y"}),
])
def test_what_is_wrong_is_found(document, path, value):
    assert validate.problems(changed(document, path, value), VERSION)


def test_a_missing_field_is_found():
    broken = copy.deepcopy(DEPLOYMENT)
    del broken["spec"]["selector"]
    assert validate.problems(broken, VERSION)


def test_the_rules_are_a_prometheus_rule_as_the_operator_wants_it():
    for path in (CHECKS.parent / "components/monitoring/prometheus/rules").glob("*.yaml"):
        rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": path.stem},
                "spec": yaml.safe_load(path.read_text())}
        assert validate.problems(rule, VERSION) == []
        rule["spec"]["groups"][0]["rules"][0]["exprr"] = "up"
        assert validate.problems(rule, VERSION)


def test_nothing_to_look_at_is_a_failure(tmp_path):
    (tmp_path / "empty.yaml").write_text("---\n")
    assert validate.main([str(tmp_path / "empty.yaml")]) == 1
