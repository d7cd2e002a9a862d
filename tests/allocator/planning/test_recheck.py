"""The re-check before publishing: what it accepts, and every field whose change it sees."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from allocator.errors import VerificationFailedError
from allocator.planning import (
    Options,
    Outcome,
    banded,
    drifted,
    following,
    planned,
    publish_outcome,
    tiered,
)
from allocator.planning.recheck import COMMANDS, failures_of
from allocator.planning.recheck.arithmetic import is_division
from allocator.planning.recheck.tables import on_cycles
from tests.allocator.planning.cases import (
    Case,
    is_sound,
    published,
    put_changed,
    put_text,
)
from tests.allocator.planning.results import PLACES, PROVINCES, make

# A cap above that of the band binds nobody, so its change does not show.
NOT_BINDING = {("invoer/grenzen.csv", "maximaal"), ("invoer/grenzen.csv", "gemeente_code")}


def changes(content: bytes) -> Iterator[tuple[str, bytes]]:
    """One field at a time, in the first and the last row; with the column it is in."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    for j, name in enumerate(rows[0]):
        for i in {1, len(rows) - 1}:
            cell = rows[i][j]
            if cell:
                other = [list(row) for row in rows]
                other[i][j] = changed(cell)
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerows(other)
                yield name, out.getvalue().encode()


def changed(cell: str) -> str:
    if cell.lstrip("-").isdigit():
        return str(int(cell) + 1)
    if cell.replace(".", "").lstrip("-").isdigit():
        return cell[:-1] + ("2" if cell[-1] == "1" else "1")
    return cell + "x"


@pytest.mark.parametrize("command", ["band", "tiers", "table", "plan", "next", "drift"])
def test_every_field_that_is_changed_is_seen(tmp_path: Path, command: str) -> None:
    made = make(command, tmp_path)
    folder = published(made, tmp_path / "uit")
    missed = set()
    for file, content in made.files.items():
        if not file.endswith(".csv"):
            continue
        for name, other in changes(content):
            put_changed(folder, file, other)
            if is_sound(folder):
                missed.add((file, name))
            put_changed(folder, file, content)
    assert missed <= NOT_BINDING
    assert is_sound(folder)


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    folder = published(make("tiers", tmp_path), tmp_path / "uit")
    (folder / "trappen.csv").write_bytes(b"groep\n")
    (folder / "vreemd.txt").write_bytes(b"x")
    found = failures_of(folder)
    assert [line.split(":")[0] for line in found["nl"]] == ["trappen.csv", "vreemd.txt"]
    assert len(found["en"]) == 2
    assert found["en"] != found["nl"]


def test_a_malformed_folder_ends_in_a_sentence(tmp_path: Path) -> None:
    folder = published(make("tiers", tmp_path), tmp_path / "uit")
    put_changed(folder, "trappen.csv", b"groep\nPV01\n")
    assert "KeyError" in failures_of(folder)["nl"][0]
    (folder / "manifest.json").write_text("geen json", encoding="utf-8")
    assert len(failures_of(folder)["nl"]) == 1


def test_a_result_that_does_not_survive_is_not_published(tmp_path: Path) -> None:
    made = make("tiers", tmp_path)
    other = dict(changes(made.files["trappen.csv"]))["personen"]
    manifest = json.loads(made.files["manifest.json"])
    manifest["outputs"]["trappen.csv"] = hashlib.sha256(other).hexdigest()
    files = {
        **made.files,
        "trappen.csv": other,
        "manifest.json": json.dumps(manifest).encode(),
    }
    with pytest.raises(VerificationFailedError) as failed:
        publish_outcome(Outcome(files, made.summary), tmp_path / "uit")
    assert not (tmp_path / "uit").exists()
    assert any("trappen.csv" in line for line in failed.value.messages["nl"])


@pytest.mark.parametrize("command", ["band", "tiers", "plan", "next", "drift"])
def test_another_key_is_rechecked_on_its_own_weights(tmp_path: Path, command: str) -> None:
    columns = {"corporatiewoningen": [31, 12, 90, 7]}
    instance = Case(PLACES, 22, PROVINCES, columns=columns).put(tmp_path / "nu")
    options = Options(key="corporatiewoningen")
    text = "halfjaar,landelijk_totaal\n2021-1,10\n2021-2,12\n"
    half_years = put_text(tmp_path / "halfjaren.csv", text)
    limits = put_text(tmp_path / "g.csv", "gemeente_code,minimaal,maximaal\nSY0001,6,\n")
    made = {
        "band": lambda: banded(instance, limits=limits, options=options),
        "tiers": lambda: tiered(instance, options=options),
        "plan": lambda: planned(instance, half_years, options),
        "next": lambda: following(instance, None, options),
        "drift": lambda: drifted(instance, half_years, options=options),
    }[command]()
    folder = published(made, tmp_path / "uit")
    assert is_sound(folder)
    assert b"corporatiewoningen" in made.files["invoer/sleutel.toml"]


def test_every_command_has_a_recheck() -> None:
    assert set(COMMANDS) == {
        "band", "tiers", "table", "plan", "next", "drift", "revise", "merge", "replay",
    }  # fmt: skip


def test_a_division_is_told_from_its_neighbours() -> None:
    # Adams on 5, 3, 2 of 11 is 6, 3, 2, with a tie that the first wins (5/5 = 3/3 = 2/2).
    assert is_division("sluitend", 11, [5, 3, 2], [6, 3, 2])
    assert not is_division("sluitend", 11, [5, 3, 2], [5, 4, 2])
    assert not is_division("sluitend", 11, [5, 3, 2], [6, 3, 1])
    # Largest remainder with a cap: 8 of 10 is capped at 5; 15 more over 7 and 3 is 10.5 and 4.5.
    assert is_division("grootste-rest", 20, [8, 7, 3], [5, 11, 4], None, [5, None, None])
    assert not is_division("grootste-rest", 20, [8, 7, 3], [5, 10, 5], None, [5, None, None])


def test_only_free_moves_that_close_make_another_table() -> None:
    # The first row may move a person from a to b for free; nobody can bring one back.
    assert on_cycles({"1": ["a"]}, {"1": ["b"]}) == set()
    both = on_cycles({"1": ["a"], "2": ["b"]}, {"1": ["b"], "2": ["a"]})
    assert both == {("1", "a"), ("1", "b"), ("2", "a"), ("2", "b")}
    # A third column that the walk never leaves takes no part.
    more = on_cycles({"1": ["a"], "2": ["b", "c"]}, {"1": ["b"], "2": ["a"]})
    assert more == both
