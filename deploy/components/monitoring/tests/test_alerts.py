"""Every alert fires when it should, not before, and not for what looks similar: promtool decides."""

import re
import subprocess

import pytest
import yaml
from conftest import MONITORING

RULES = sorted((MONITORING / "prometheus/rules").glob("*.yaml"))
ALERTS = {rule["alert"]: (path, rule) for path in RULES for group in yaml.safe_load(path.read_text())["groups"]
          for rule in group["rules"] if "alert" in rule}
ENTRIES = yaml.safe_load((MONITORING / "tests/alerts.yaml").read_text())


def test_every_alert_is_tested_both_ways():
    assert {entry["alert"] for entry in ENTRIES} == set(ALERTS)
    quiet = {entry["alert"] for entry in ENTRIES if "calm" in entry}
    assert set(ALERTS) - quiet == {"Watchdog"}


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_to_do(name):
    rule = ALERTS[name][1]
    assert rule["labels"]["severity"] in ("critical", "warning", "none")
    assert set(rule["annotations"]) == {"summary", "action"}


def promtool(tmp_path, path, case):
    """The words promtool ends with, empty when it is content."""
    document = {"rule_files": [str(path)], "evaluation_interval": case["interval"], "tests": [case]}
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(document))
    answer = subprocess.run(["promtool", "test", "rules", str(tmp_path / "test.yaml")], capture_output=True, text=True, timeout=120, check=False)
    return "" if answer.returncode == 0 else answer.stdout + answer.stderr


def case(entry, series, tests):
    interval = entry.get("interval", "1m")
    return {"interval": interval, "alert_rule_test": tests,
            "input_series": [{"series": name, "values": str(values)} for name, values in series.items()]}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["alert"] + ("-absent" if "about" in entry else ""))
def test_it_fires_and_was_quiet_before(tmp_path, entry):
    path, rule = ALERTS[entry["alert"]]
    expected = {"exp_labels": {**rule["labels"], **entry.get("labels", {}), **base_labels(entry)},
                "exp_annotations": {"summary": entry.get("summary", rule["annotations"]["summary"]), "action": rule["annotations"]["action"]}}
    tests = [{"eval_time": entry["fires"], "alertname": entry["alert"], "exp_alerts": [expected]}]
    if "quiet" in entry:
        tests.insert(0, {"eval_time": entry["quiet"], "alertname": entry["alert"], "exp_alerts": []})
    words = promtool(tmp_path, path, case(entry, entry["series"], tests))
    assert not words, words


def base_labels(entry):
    """Rules that compare one series keep its labels."""
    found = re.match(r"(?:up|mail_check_success)\{(\w+)=\"(\w+)\"\}", next(iter(entry["series"]), ""))
    return {found.group(1): found.group(2)} if found and not entry.get("labels") and entry["alert"] != "MailPodGone" else {}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if "calm" in entry], ids=lambda entry: entry["alert"])
def test_it_stays_quiet(tmp_path, entry):
    path = ALERTS[entry["alert"]][0]
    minutes = [entry["fires"]] + ([entry["quiet"]] if "quiet" in entry else [])
    tests = [{"eval_time": minute, "alertname": entry["alert"], "exp_alerts": []} for minute in minutes]
    words = promtool(tmp_path, path, case(entry, entry["calm"], tests))
    assert not words, words
