"""Where an alert goes, asked of Alertmanager's own amtool."""

import os
import re
import subprocess

import pytest
from conftest import DEPLOY, MONITORING

VALUES = {"domain": "gaudy.test", "alert_smarthost": "smtp.elsewhere.test:587", "alert_smtp_user": "alerts", "alert_mail": "oncall@elsewhere.test",
          "alert_webhook": "https://chat.elsewhere.test/hook", "deadman_webhook": "https://deadman.elsewhere.test/ping"}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The configuration as the init container writes it, but for the secrets' place."""
    text = subprocess.run(["perl", str(DEPLOY / "images/base/render"), str(MONITORING / "alertmanager/alertmanager.yml")],
                          env={**os.environ, **VALUES}, check=True, capture_output=True, text=True).stdout
    path = tmp_path_factory.mktemp("alertmanager") / "alertmanager.yml"
    path.write_text(text)
    return path


def amtool(*words):
    return subprocess.run(["amtool", *words], capture_output=True, text=True, timeout=60, check=False)


def test_the_configuration_is_valid(config):
    answer = amtool("check-config", str(config))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "3 receivers" in answer.stdout


def test_every_value_is_asked_for_in_web_env():
    wanted = set(re.findall(r"@([a-z_]+)@", (MONITORING / "alertmanager/alertmanager.yml").read_text())) - {"domain"}
    assert wanted == set(VALUES) - {"domain"}


@pytest.mark.parametrize("labels,receivers", [
    ({"alertname": "Watchdog", "severity": "none"}, "dead-man"),
    ({"alertname": "RspamdDown", "severity": "critical"}, "page,mail"),
    ({"alertname": "QueueDeferredHigh", "severity": "warning"}, "mail"),
    ({"alertname": "SomethingNew"}, "mail"),
])
def test_an_alert_goes_where_it_should(config, labels, receivers):
    answer = amtool("config", "routes", "test", f"--config.file={config}", f"--verify.receivers={receivers}",
                    *[f"{name}={value}" for name, value in labels.items()])
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_inhibition_names_an_alert_that_does_not_exist():
    rules = "".join(path.read_text() for path in (MONITORING / "prometheus/rules").glob("*.yaml"))
    alerts = set(re.findall(r"- alert: (\w+)", rules))
    named = re.findall(r'alertname=~?"([^"]+)"', (MONITORING / "alertmanager/alertmanager.yml").read_text())
    assert {name for names in named for name in names.split("|")} <= alerts
