"""Workbooks damaged at random: refused, or read as what now stands there; never a traceback."""

from __future__ import annotations

import random
import resource
import time
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.reading import Instance, read_instance
from allocator.schema import TABLES, Kind
from tests.allocator.reading.books import as_ods, as_xlsx, sheets_of
from tests.allocator.reading.full import EVERY_TABLE, full_files, put
from tests.allocator.reading.mutants import (
    damaged_book,
    damaged_folder,
    plain_total,
    plainly,
    whole_book,
)
from tests.cli.calling import call

WHOLE = {Kind.COUNT, Kind.INHABITANTS, Kind.POSITIVE, Kind.SIGNED}
KINDS = ("map", ".xlsx", ".ods")
SECONDS, KILOBYTES = 2.0, 500_000
ASKED_OF_THE_COMMAND = 25
"""One in so many is also given to the command, for its exit code."""


def try_one(number: int, folder: Path) -> str:
    """Damage, read, and hold against a plain reading; what became of it."""
    rng = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    place = folder / f"{number}{'' if kind == 'map' else kind}"
    content = b""
    if kind == "map":
        put(damaged_folder(rng), place)
    else:
        content = damaged_book(rng, kind)
        place.write_bytes(content)
    started = time.process_time()
    try:
        instance = read_instance(place, EVERY_TABLE)
    except InputRefusedError as refusal:
        assert refusal.findings
        outcome = "refused"
    else:
        outcome = "read"
        if kind != "map":
            hold_against(instance, content, kind)
    assert time.process_time() - started < SECONDS + (outcome == "read")
    if number % ASKED_OF_THE_COMMAND == 0:
        ran = call("quota", place, "--out", folder / f"uit{number}")
        # What could be read may still be refused: a key or a table that this command needs.
        assert ran.code in {0, 3}, (number, ran.err)
        assert "Traceback" not in ran.err + ran.out
    return outcome


def hold_against(instance: Instance, content: bytes, kind: str) -> None:
    plain = plainly(content, kind)
    given = {str(row[0]).strip(): row[1] for row in plain["instance"] if row and row[0]}
    assert instance.settings.national_total == int(str(given["national_total"]).partition(".")[0])
    for table in TABLES:
        if table.name not in instance.tables:
            # Left out only where it is not there, and said when it has another name.
            cells = plain.get(table.name, [])
            assert not any(any(cell not in (None, "") for cell in row) for row in cells[1:])
            continue
        data = instance.tables[table.name]
        cells = plain[table.name]
        filled = [row for row in cells[1:] if any(str(c or "").strip() for c in row)]
        assert len(data.rows) == len(filled), table.name
        for column in table.columns:
            if column.kind in WHOLE and data.has(column.name):
                ours = sum(int(row[column.name] or 0) for row in data.rows)
                assert ours == plain_total(cells, table.name, column.name), (
                    table.name,
                    column.name,
                )


def run(numbers: range, folder: Path) -> dict[str, int]:
    counts = {"refused": 0, "read": 0}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        counts[try_one(number, folder)] += 1
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < KILOBYTES
    return counts


def test_damaged_input_is_refused_or_read_as_it_stands(tmp_path: Path) -> None:
    counts = run(range(300), tmp_path)
    assert sum(counts.values()) == 300
    assert counts["refused"] > 100
    assert counts["read"] > 20


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(20))
def test_twenty_thousand_damaged_inputs_are_refused_or_read_as_they_stand(
    part: int, tmp_path: Path
) -> None:
    counts = run(range(1_000 + 1_000 * part, 2_000 + 1_000 * part), tmp_path)
    assert sum(counts.values()) == 1_000


@pytest.mark.parametrize("kind", [".xlsx", ".ods"])
def test_the_check_notices_a_total_that_changed(kind: str, tmp_path: Path) -> None:
    """A workbook that says one person more is not what was read."""
    place = tmp_path / f"boek{kind}"
    place.write_bytes(whole_book(kind))
    instance = read_instance(place, EVERY_TABLE)
    hold_against(instance, whole_book(kind), kind)
    sheets = sheets_of(full_files())
    sheets["gemeenten"][1][3] = 15_001
    other = {".xlsx": as_xlsx, ".ods": as_ods}[kind](sheets)
    with pytest.raises(AssertionError, match="inwoners"):
        hold_against(instance, other, kind)
