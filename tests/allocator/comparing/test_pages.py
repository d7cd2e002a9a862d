"""The page of columns against the code, exactness of the code, and what the terminal says."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.comparing import (
    KeyGrid,
    compare_files,
    compare_keys,
    comparison_json,
    comparison_lines,
    sweep,
    sweep_files,
    sweep_json,
    sweep_lines,
)
from allocator.comparing.annex import ANNEX
from allocator.comparing.backtest_files import CORRECTIONS, HALF_YEARS, PROVINCES
from allocator.comparing.described import KEYS
from allocator.comparing.evenness import MEASURES
from allocator.comparing.figures import decimals
from allocator.comparing.groups import SIZE_LIMITS
from allocator.comparing.result_files import FILES, LAW, PARAMETERS, ROWS, TRANSFERS
from allocator.comparing.result_files import MUNICIPALITIES as CHANGED
from allocator.comparing.sweep_files import POINTS, RANGES
from allocator.comparing.tables import GROUPS, MUNICIPALITIES, SENSITIVITY
from tests.allocator.comparing.cases import ROOT, key_file, make, rows_of

PAGE = (ROOT / "docs" / "reference" / "comparison.md").read_text(encoding="utf-8")
PLAIN = re.sub(r" \([^)]*\)", "", PAGE.replace("`", ""))
SOURCES = sorted((ROOT / "allocator" / "comparing").glob("*.py"))


@pytest.mark.parametrize(
    "columns",
    [
        MUNICIPALITIES, GROUPS, MEASURES, SENSITIVITY, KEYS, RANGES, POINTS, PROVINCES, HALF_YEARS,
        CORRECTIONS, FILES, LAW, PARAMETERS, ROWS, CHANGED, TRANSFERS, ANNEX,
    ],
)  # fmt: skip
def test_the_page_has_every_column_in_order(columns: str) -> None:
    assert ", ".join(columns.split()) in PLAIN


def test_the_page_has_every_measure_and_every_size_class(tmp_path: Path) -> None:
    rows = rows_of(compare_files(compare_keys(make(tmp_path), ()))["vergelijking_maten.csv"])
    assert len({row["maat"] for row in rows}) == 13
    for row in rows:
        assert f"`{row['maat']}`" in PAGE
    assert ", ".join(f"{limit:,}" for limit in SIZE_LIMITS) in PAGE


def test_every_table_is_sorted_by_its_key_on_the_page(tmp_path: Path) -> None:
    files = compare_files(compare_keys(make(tmp_path), ("corporatiewoningen", key_file(tmp_path))))
    keys = dict(re.findall(r"^\| `(\w+\.csv)` \| `([a-z_, ]+)` \|$", PAGE, re.MULTILINE))
    assert set(keys) == {name for name in files if "/" not in name} - {
        "taakstellingen.csv",
        "certificaat.json",
    }
    for name, columns in keys.items():
        found = [tuple(row[c] for c in columns.split(", ")) for row in rows_of(files[name])]
        assert found == sorted(set(found)), name


def is_inexact(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div) and "Path" not in ast.unparse(node)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"float", "round", "math.sqrt", "math.log"}
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


# Joining paths is no division.
PATHS = re.compile(r"^\(?(folder|place|instances_dir|before|after|old|new|published\.folder)\b")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_figure_is_computed_in_floating_point(path: Path) -> None:
    found = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if is_inexact(node) and not PATHS.match(ast.unparse(node))
    ]
    assert found == []


def test_decimals_are_rounded_half_away_from_zero() -> None:
    half = Fraction(1, 2 * 10**6)
    assert (decimals(5), decimals(Fraction(-1, 3))) == ("5.000000", "-0.333333")
    assert (decimals(half), decimals(-half)) == ("0.000001", "-0.000001")
    assert decimals(-half + Fraction(1, 10**9)) == "0.000000"
    assert decimals(Fraction(2, 3), 9) == "0.666666667"


def test_the_comparison_is_said_in_both_languages(tmp_path: Path) -> None:
    found = compare_keys(
        make(tmp_path, total=997),
        ("corporatiewoningen", key_file(tmp_path)),
        roundings={"corporatiewoningen": "jefferson"},
    )
    dutch, english = comparison_lines(found, "nl"), comparison_lines(found, "en")
    assert len(dutch) == len(english)
    assert any("niet de letter van art. 29 lid 1" in line for line in dutch)
    assert any("corporatiewoningen (voorstel)" in line for line in dutch)
    assert any("mix (proposal): Mixture" in line for line in english)
    assert any("own rounding jefferson" in line for line in english)
    assert dutch[-1] == "Dit is een voorstel, geen besluit."
    said = comparison_json(found, "nl")
    assert [own["key"] for own in said["keys"]] == ["inwoners", "corporatiewoningen", "mix"]  # type: ignore[attr-defined, index]
    assert said["total"] == 997


def test_half_persons_are_said_as_halves(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path, total=1_003), ("corporatiewoningen",), "wettelijk")
    sums = [sum(own.persons) for own in found.divisions]
    assert (sums[1] - sums[0]) % 2
    assert any(
        ",5 personen taakstelling verschoven" in line for line in comparison_lines(found, "nl")
    )
    assert not any("niet de letter" in line for line in comparison_lines(found, "nl"))


def test_a_sweep_is_said_in_both_languages(tmp_path: Path) -> None:
    axis = {"part": 2, "weights": ("0", "1/2", "1")}
    grid = KeyGrid.model_validate({"key": key_file(tmp_path), "axis": (axis,)})
    table = sweep(make(tmp_path), grid)
    assert any("3 punten" in line for line in sweep_lines(table, "nl"))
    assert any("3 points" in line for line in sweep_lines(table, "en"))
    assert sweep_json(table)["points"] == 3
    columns = rows_of(sweep_files(table)["raster_punten.csv"])[0]
    assert list(columns) == ["punt", "gewicht_1", "gewicht_2", "gewicht_3", *POINTS.split()]
