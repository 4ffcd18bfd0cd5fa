"""zone.yaml keeps to its schema, and speaks only of stages and ramps it has."""

import json

import jsonschema
import pytest
import yaml
from conftest import DNS

ZONE = yaml.safe_load((DNS / "zone.yaml").read_text())
SCHEMA = json.loads((DNS / "zone.schema.json").read_text())


def test_zone_keeps_to_the_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(ZONE, SCHEMA)


@pytest.mark.parametrize("change", [
    {"typo": 1},
    {"ttl": 1},
    {"records": []},
    {"records": [{"name": "a", "names": ["b"], "type": "A", "value": "x"}]},
    {"records": [{"name": "a", "type": "A", "value": "x", "ramp": "dmarc", "values": {"none": "x"}}]},
    {"records": [{"name": "a", "type": "CNAME", "value": "x"}]},
])
def test_the_schema_refuses(change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**ZONE, **change}, SCHEMA)


def test_stages_and_ramps_fit_together():
    names = [stage["name"] for stage in ZONE["stages"]]
    for stage in ZONE["stages"]:
        assert {key: stage[key] in positions for key, positions in ZONE["ramps"].items()} == dict.fromkeys(ZONE["ramps"], True)
    for record in ZONE["records"]:
        assert record.get("from", names[0]) in names
        if "ramp" in record:
            assert set(record["values"]) <= set(ZONE["ramps"][record["ramp"]])
    for ramp, positions in ZONE["ramps"].items():
        walked = [positions.index(stage[ramp]) for stage in ZONE["stages"]]
        assert walked == sorted(walked), f"{ramp} goes back"
