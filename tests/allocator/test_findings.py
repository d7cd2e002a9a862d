"""A finding for machines says what it is, whatever the names of its values."""

from __future__ import annotations

import json

import pytest

from allocator.findings import Finding, Severity

CODE = "explain_no_municipality"
OWN = {"code": CODE, "severity": "error", "file": "f.csv", "sheet": "blad", "row": 3, "column": "k"}


@pytest.mark.parametrize("name", [*OWN, "message", "values"])
def test_a_value_never_takes_the_place_of_a_field(name: str) -> None:
    values = {"code": "GM0001"} | {name: "GM0001"}
    finding = Finding(CODE, "f.csv", 3, "k", tuple(values.items()), Severity.ERROR, "blad")
    said = json.loads(json.dumps(finding.as_json("nl")))
    assert {field: said[field] for field in OWN} == OWN
    assert said["message"] == finding.sentence("nl")
    assert said["values"] == values
