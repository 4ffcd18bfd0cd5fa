"""The shipped monitoring as it stands, on the node's network: agent, Prometheus with every rule, Alertmanager. All three
are Debian's, started here and ended by their handles.

What is another than in production, and nothing else is:

- addresses and paths, as this cluster has no DNS and the files lie elsewhere;
- `for:` of the rules and the waiting times of Alertmanager: a minute is a second (`quickened`), but no `for:` is
  shorter than two evaluations; a rule's expression is left as it is, and so is its window;
- metrics are asked for and rules judged every five seconds instead of every thirty.
"""

import contextlib
import json
import os
import re
import subprocess
from pathlib import Path

import yaml

from . import cluster, lab
from .wait import until

COMPONENTS = Path(__file__).parents[2] / "components"
MONITORING = COMPONENTS / "monitoring"
INTERVAL = 5
JOBS = {"postfix", "dovecot", "rspamd", "probe", "agent", "prometheus", "alertmanager"}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def quickened(duration, least):
    found = re.fullmatch(r"(\d+)([smhd])", duration)
    return f"{max(least, int(found[1]) * UNITS[found[2]] // 60)}s"


def rules():
    """File name -> the rules, each with a shorter `for:` where it has one."""
    files = {path.name: yaml.safe_load(path.read_text()) for path in sorted((MONITORING / "prometheus/rules").glob("*.yaml"))}
    for content in files.values():
        for group in content["groups"]:
            for rule in group["rules"]:
                if "for" in rule:
                    rule["for"] = quickened(rule["for"], 2 * INTERVAL)
    return files


def alertmanager_configuration(place, receivers):
    """As the init container renders it, with the secrets in another folder and its clock faster."""
    site = dict(line.split("=", 1) for line in (lab.HOME.parent / "overlays/lab/site/site.env").read_text().splitlines() if "=" in line and line[0] != "#")
    text = subprocess.run(["perl", str(lab.HOME.parent / "images/base/render"), str(MONITORING / "alertmanager/alertmanager.yml")],
                          env={**os.environ, **site, **receivers.values}, check=True, capture_output=True, text=True).stdout
    for name, content in receivers.secrets.items():
        (place / name).write_text(content)
    content = yaml.safe_load(text.replace("/etc/alertmanager/secrets/", f"{place}/"))
    for route in (content["route"], *content["route"]["routes"]):
        for name in ("group_wait", "group_interval", "repeat_interval"):
            if name in route:
                route[name] = quickened(route[name], 1)
    return content


class Nobody:
    """Receivers for those who only look at Prometheus: every message fails."""

    values = {"alert_smarthost": "127.0.0.1:9", "alert_smtp_user": "nobody", "alert_mail": "nobody@elsewhere.test",
              "alert_webhook": "http://127.0.0.1:9/", "deadman_webhook": "http://127.0.0.1:9/"}
    secrets = {"smtp-password": "-", "webhook-token": "-", "deadman-token": "-"}


@contextlib.contextmanager
def running(place, receivers=Nobody):
    """Everything up and every exporter answering, until the end of the block."""
    (place / "rules").mkdir()
    for name, content in rules().items():
        (place / "rules" / name).write_text(yaml.safe_dump(content))
    agent = yaml.safe_load((COMPONENTS / "metrics/prometheus.yml").read_text().replace("prometheus.mail-web.svc:9090", "127.0.0.1:9090"))
    central = yaml.safe_load((MONITORING / "prometheus/prometheus.yml").read_text().replace("alertmanager:9093", "127.0.0.1:9093")
                             .replace("/etc/prometheus/rules", str(place / "rules")))
    for content in (agent, central):
        content["global"].update({name: f"{INTERVAL}s" for name in ("scrape_interval", "scrape_timeout", "evaluation_interval") if name in content["global"]})
    (place / "agent.yml").write_text(yaml.safe_dump(agent))
    (place / "prometheus.yml").write_text(yaml.safe_dump(central))
    (place / "alertmanager.yml").write_text(yaml.safe_dump(alertmanager_configuration(place, receivers)))
    with contextlib.ExitStack() as stack:
        for name, *command in (
                ("alertmanager", "prometheus-alertmanager", f"--config.file={place}/alertmanager.yml", f"--storage.path={place}/alertmanager",
                 "--cluster.listen-address=", "--web.listen-address=127.0.0.1:9093"),
                ("prometheus", "prometheus", f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={place}/data",
                 "--web.enable-remote-write-receiver", "--web.listen-address=127.0.0.1:9090"),
                ("agent", "prometheus", "--enable-feature=agent", f"--config.file={place}/agent.yml", f"--storage.agent.path={place}/wal",
                 "--web.listen-address=127.0.0.1:9095")):
            stack.enter_context(daemon(place / f"{name}.log", command))
        until(lambda: {sample["metric"]["job"] for sample in query("up == 1")} == JOBS, 60, f"all of {sorted(JOBS)} are up", every=1)
        yield


@contextlib.contextmanager
def daemon(log, command):
    with log.open("w") as words:
        # Alertmanager sends mail over TLS, and believes who the lab believes.
        process = subprocess.Popen(["nsenter", f"--net={lab.NODE_NETWORK}", "--", *command], stdin=subprocess.DEVNULL, stdout=words, stderr=words,
                                   env={**os.environ, "SSL_CERT_FILE": str(lab.AUTHORITIES)})
    try:
        yield
        assert process.poll() is None, f"{command[0]} ended by itself: {log.read_text()[-1000:]}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def ask(url, **arguments):
    """A page of something that listens on the node's loopback alone; empty while it does not answer."""
    words = [word for name, content in arguments.items() for word in ("--data-urlencode", f"{name}={content}")]
    return cluster.run(["nsenter", f"--net={lab.NODE_NETWORK}", "--", "curl", "--silent", "--fail", "--max-time", "20", "--get", *words, url], check=False).stdout


def query(expression, at=None):
    """The samples an expression has at a moment."""
    answer = ask("http://127.0.0.1:9090/api/v1/query", query=expression, **({"time": at} if at else {}))
    return json.loads(answer)["data"]["result"] if answer else []


def firing():
    """Name -> the alerts of this name that fire now."""
    answer = ask("http://127.0.0.1:9090/api/v1/alerts")
    found = {}
    for alert in json.loads(answer)["data"]["alerts"] if answer else []:
        if alert["state"] == "firing":
            found.setdefault(alert["labels"]["alertname"], []).append(alert)
    return found


def probe_says(metric, **labels):
    """The value the probe itself gives for one series, None when it gives none."""
    wanted = metric + ("{" + ",".join(f'{name}="{content}"' for name, content in sorted(labels.items())) + "}" if labels else "")
    for line in ask("http://127.0.0.1:9199/metrics").splitlines():
        name, _, number = line.rpartition(" ")
        if name == wanted:
            return float(number)
    return None
