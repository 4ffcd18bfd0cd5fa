"""Vector's program is the one the patterns make, and the patterns mean the same in Rust."""

import json
import pathlib
import re
import subprocess
import sys

import pytest
import yaml

LOGS = pathlib.Path(__file__).resolve().parent.parent
PATTERNS = json.loads((LOGS.parent.parent / "images/probe/patterns.json").read_text())["patterns"]


def test_the_program_is_generated(tmp_path):
    subprocess.run([sys.executable, str(LOGS / "generate"), str(tmp_path / "parse.vrl")], check=True, timeout=60)
    assert (tmp_path / "parse.vrl").read_text() == (LOGS / "vector/parse.vrl").read_text(), "run components/logs/generate"


def test_every_pattern_is_in_it_once():
    text = (LOGS / "vector/parse.vrl").read_text()
    assert re.findall(r"r'(.*)'\)", text) == [pattern["regex"] for pattern in PATTERNS]
    assert text.count("{") - sum(pattern["regex"].count("{") for pattern in PATTERNS) == 2 * len(PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern["name"])
def test_the_syntax_is_what_python_and_rust_share(pattern):
    regex = pattern["regex"]
    compiled = re.compile(regex)
    assert compiled.groupindex, "a pattern without a named group tells nothing"
    assert compiled.groups == len(compiled.groupindex), "Vector drops groups without a name"
    assert not re.search(r"\(\?[=!<#>](?!P)|\\[1-9]|\(\?P[=>]|\(\?\(|[*+?}]\+", regex.replace("(?P<", ""))


def test_vector_reads_the_pod_and_ships_what_was_parsed():
    config = yaml.safe_load((LOGS / "vector/vector.yaml").read_text())
    assert config["transforms"]["parsed"]["inputs"] == ["named"]
    assert config["transforms"]["parsed"]["file"] == "/etc/vector/parse.vrl"
    assert config["sinks"]["siem"]["inputs"] == ["parsed"]
    assert "parse.vrl" in (LOGS / "kustomization.yaml").read_text()
