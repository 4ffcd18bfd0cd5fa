"""prepare, on a root folder of its own, with a kubectl that remembers."""

import json
import os
import pathlib
import subprocess

import pytest

NODE = pathlib.Path(__file__).resolve().parent.parent

# A cluster of two nodes in a JSON file: as much of kubectl as prepare uses.
KUBECTL = r'''#!/usr/bin/env python3
import json, sys
path = sys.argv[0] + ".json"
nodes = json.load(open(path))
words = sys.argv[1:]
if words[:2] == ["get", "node"]:
    if words[2] not in nodes:
        sys.exit("not found")
    if "--output" in words:
        print(" ".join(nodes[words[2]]["taints"]))
elif words[:2] == ["get", "nodes"]:
    label = words[words.index("--selector") + 1]
    print("\n".join("node/" + name for name in nodes if label in nodes[name]["labels"]))
elif words[0] == "label":
    nodes[words[2]]["labels"].append(words[3])
elif words[0] == "taint":
    nodes[words[2]]["taints"].append(words[3].split("=")[0])
else:
    sys.exit("kubectl of the test: " + " ".join(words))
json.dump(nodes, open(path, "w"))
'''


class Machine:
    def __init__(self, folder):
        self.root = folder / "root"
        self.bin = folder / "bin"
        self.root.mkdir()
        self.bin.mkdir()
        self.program("kubectl", KUBECTL)
        self.nodes(**{"mail-node": {"labels": [], "taints": []}, "other": {"labels": [], "taints": []}})
        # What would touch the machine the test runs on only leaves a line.
        for name in ("sysctl", "systemctl"):
            self.program(name, f'#!/bin/sh\necho "{name} $*" >>{folder}/calls\n')
        self.program("nft", f'#!/bin/sh\necho "nft $*" >>{folder}/calls\n')
        self.program("fail2ban-client", f'#!/bin/sh\necho "fail2ban-client $*" >>{folder}/calls\n')
        self.calls = folder / "calls"

    def program(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def nodes(self, **nodes):
        (self.bin / "kubectl.json").write_text(json.dumps(nodes))

    def known(self):
        return json.loads((self.bin / "kubectl.json").read_text())

    def prepare(self, *words):
        environment = {**os.environ, "PREPARE_ROOT": str(self.root), "PATH": f"{self.bin}:{os.environ['PATH']}"}
        return subprocess.run([str(NODE / "prepare"), *words], env=environment, capture_output=True, text=True, timeout=60, check=False)

    def files(self):
        return {str(path.relative_to(self.root)): path.read_text() for path in self.root.rglob("*") if path.is_file()}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)
