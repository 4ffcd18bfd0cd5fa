"""Every query of a dashboard and of a rule can be parsed, and asks for metrics that somebody gives."""

import importlib.util
import json
import re
import subprocess

import promql_parser
import pytest
import yaml
from conftest import DEPLOY, MONITORING


def given():
    """Every known metric name."""
    spec = importlib.util.spec_from_file_location("metrics", DEPLOY / "images/probe/mailprobe/metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    recorded = {rule["record"] for path in (MONITORING / "prometheus/rules").glob("*.yaml")
                for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"] if "record" in rule}
    listed = yaml.safe_load((MONITORING / "tests/metrics.yaml").read_text())
    return set(module.HELP) | recorded | {name for names in listed.values() for name in names}


def rule_queries():
    for path in sorted((MONITORING / "prometheus/rules").glob("*.yaml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                yield pytest.param(rule["expr"], id=rule.get("alert") or rule.get("record"))


def board_queries():
    for path in sorted((MONITORING / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield pytest.param(target["expr"], id=f"{path.stem}-{panel['title']}")


def names(expression):
    """The metric names of an expression; the parser finds the selectors, so strings and labels are no trouble."""
    found = set()

    def walk(node):
        if isinstance(node, promql_parser.VectorSelector):
            found.add(node.name)
        for attribute in ("expr", "lhs", "rhs", "vector_selector", "vs", "param"):
            child = getattr(node, attribute, None)
            if isinstance(child, promql_parser.Expr):
                walk(child)
        for child in getattr(node, "args", None) or []:
            walk(child)

    walk(promql_parser.parse(expression))
    return found


@pytest.mark.parametrize("expression", [*rule_queries(), *board_queries()])
def test_a_query_can_be_asked(expression):
    found = names(expression)
    assert found or expression == "vector(1)"
    assert found <= given()


def test_the_walk_finds_every_name():
    """Against a plain search for words, so that a part of the tree that is not walked does not go unseen."""
    for param in [*rule_queries(), *board_queries()]:
        expression = param.values[0]
        bare = re.sub(r'"[^"]*"|\{[^}]*\}|by \([^)]*\)|on\(\)', "", expression)
        words = {word for word in re.findall(r"[a-z_][\w:]*", bare) if word in given()}
        assert words == names(expression), expression


def test_dashboards_are_what_boards_yaml_says(tmp_path):
    subprocess.run([str(MONITORING / "grafana/build"), str(tmp_path)], check=True, timeout=60)
    written = {path.name: path.read_text() for path in (MONITORING / "grafana/dashboards").glob("*.json")}
    assert written == {path.name: path.read_text() for path in tmp_path.glob("*.json")}, "run grafana/build"


def test_dashboards_are_shipped():
    listed = (MONITORING / "kustomization.yaml").read_text()
    for kind in ("grafana/dashboards/*.json", "prometheus/rules/*.yaml"):
        for path in MONITORING.glob(kind):
            assert f"- {path.relative_to(MONITORING)}\n" in listed


def test_every_metric_of_dovecot_is_configured():
    configured = set(re.findall(r"^metric (\w+)", (DEPLOY / "base/mail/dovecot/dovecot.conf").read_text(), re.MULTILINE))
    listed = yaml.safe_load((MONITORING / "tests/metrics.yaml").read_text())["dovecot"]
    assert {name.removeprefix("dovecot_").removesuffix("_total") for name in listed} <= configured
