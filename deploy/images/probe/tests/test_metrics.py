"""The text Prometheus reads."""

import shutil
import subprocess

import pytest
from mailprobe.metrics import HELP, SERIES, Metrics


def test_every_kind_of_value_is_written_so_that_promtool_accepts_it():
    metrics = Metrics()
    for name in HELP:
        metrics.set(name, 1.5, check='hostile"\n\\label')
    text = metrics.render()
    assert 'check="hostile\\"\\n\\\\label"' in text
    if not shutil.which("promtool"):
        pytest.skip("promtool is not here")
    answer = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_flood_of_labels_is_cut_and_told():
    metrics = Metrics()
    for number in range(SERIES + 100):
        metrics.add("mail_submissions_total", user=f"u{number}")
    assert len(metrics.series["mail_submissions_total"]) == SERIES
    assert "mail_series_dropped_total 100\n" in metrics.render()
    metrics.add("mail_submissions_total", user="u0")        # known ones still count
    assert metrics.series["mail_submissions_total"][(("user", "u0"),)] == 2
