"""What the accounts of the console and the reader may never do, read out of the shipped roles."""

import pytest
import yaml
from conftest import CHECKS

ROLES = [document for path in sorted((CHECKS.parent / "base/platform").glob("rbac-*.yaml"))
         for document in yaml.safe_load_all(path.read_text()) if document["kind"] in ("Role", "ClusterRole")]
RULES = [pytest.param(role, rule, id=f"{role['metadata']['name']}-{'.'.join(rule['resources'])[:40]}") for role in ROLES for rule in role["rules"]]
# A drain evicts the pods of every namespace; nothing narrower would let it.
EVICTING = {"apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"]}
LOOKING = {"get", "list", "watch"}


@pytest.mark.parametrize("role,rule", RULES)
def test_no_role_reads_secrets_gives_rights_or_stands_for_everything(role, rule):
    assert not {"*"} & {*rule["resources"], *rule["verbs"], *rule["apiGroups"]}
    assert not {"secrets", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "serviceaccounts/token", "nodes/proxy"} & set(rule["resources"])
    assert not {"escalate", "bind", "impersonate"} & set(rule["verbs"])


def test_a_cluster_role_that_changes_something_names_what():
    for role in ROLES:
        if role["kind"] == "ClusterRole":
            for rule in role["rules"]:
                assert set(rule["verbs"]) <= LOOKING or rule.get("resourceNames") or rule == EVICTING, role["metadata"]["name"]


def test_the_reader_only_looks():
    bound = {document["roleRef"]["name"] for path in (CHECKS.parent / "base/platform").glob("rbac-*.yaml")
             for document in yaml.safe_load_all(path.read_text())
             if document["kind"].endswith("Binding") and any(subject["name"] == "mailconsole-reader" for subject in document["subjects"])}
    assert len(bound) >= 3
    for role in ROLES:
        if role["metadata"]["name"] in bound:
            for rule in role["rules"]:
                assert set(rule["verbs"]) <= LOOKING and "pods/exec" not in rule["resources"]
