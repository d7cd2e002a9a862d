"""One digit changed anywhere in a result is noticed, also when the hash is corrected."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import verify_result
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case, csv_text, json_text, rehash
from tests.allocator.verify.handmade.folder import write_result

MADE: dict[str, Callable[[], Case]] = {
    "quota": cases.quota_case,
    "region": cases.region_case,
    "swap": cases.swap_case,
    "link": cases.link_case,
    "demo": cases.demo_case,
}
NUMERIC = {
    "taakstellingen.csv": "inwoners exact_aandeel formule correctie taakstelling vastgesteld",
    "overdrachten.csv": "personen",
    "na_uitruil.csv": "taakstelling overdracht gewijzigde_taakstelling achterstand voorsprong"
    " plaatsbaar tekort_voor tekort_na",
    "vertrouwelijk/koppelvoorstel.csv": "personen passing",
    "koppelingen_per_gemeente.csv": "huishoudens personen",
    "vertrouwelijk/eerlijkheid.csv": "huishoudens personen met_woning woning_mogelijk"
    " aandeel_woning passing beste_passing aandeel_passing punten beste_punten",
    "eerlijkheid_grootte.csv": "huishoudens met_woning procent_passing",
    "vuistregel.csv": "huishoudens met_woning passing kilometers eigen_regio afwijking waarde",
    "fasering.csv": "taakstelling doel gekoppeld voorgesteld op_tijd verschil eigen_regio"
    " huishoudens_tot_doel weken_tot_doel",
    "vertrouwelijk/verwachte_samenstelling.csv": "personen huishoudens met_woning zonder_woning"
    " nareis",
    "vertrouwelijk/regievoerders.csv": "personen weken_wachtend",
    "kenmerken.csv": "huishoudens groepen aandeel_passing aandeel_woning",
}
# Prices are left out: one that changes no bound is as good a proof as the one it replaces.
# The versions and the hashes say nothing that can be recomputed, or are corrected here.
SILENT = {"lambda", "mu", "inputs", "outputs", "versions"}


def other_digits(draw: random.Random, text: str) -> Iterator[str]:
    """Yield the text with one digit changed, once for each of its digits."""
    for match in re.finditer("[0-9]", text):
        digit = draw.choice([d for d in "0123456789" if d != match.group()])
        yield text[: match.start()] + digit + text[match.end() :]


def is_noticed(folder: Path, name: str, text: str) -> bool:
    """Verify with other text in a file and the hash corrected; then put the file back."""
    before = [(path, path.read_bytes()) for path in (folder / name, folder / "manifest.json")]
    (folder / name).write_bytes(text.encode())
    rehash(folder)
    noticed = bool(verify_result(folder))
    for path, data in before:
        path.write_bytes(data)
    return noticed


def table(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader((folder / name).read_text(encoding="utf-8").splitlines()))


def with_cell(rows: list[list[str]], row: int, column: int, text: str) -> str:
    changed = [list(fields) for fields in rows]
    changed[row][column] = text
    return csv_text(",".join(rows[0]), changed[1:])


@pytest.mark.parametrize("kind", MADE)
def test_every_digit_of_every_numeric_column_counts(kind: str, tmp_path: Path) -> None:
    folder, draw = write_result(tmp_path / "result", MADE[kind]()), random.Random(kind)
    tried, missed = 0, []
    for name in (name for name in NUMERIC if (folder / name).exists()):
        rows = table(folder, name)
        for column in map(rows[0].index, NUMERIC[name].split()):
            for i, fields in enumerate(rows[1:], 1):
                for text in other_digits(draw, fields[column]):
                    tried += 1
                    if not is_noticed(folder, name, with_cell(rows, i, column, text)):
                        missed.append((name, rows[0][column], fields, text))
    assert missed == []
    assert tried > 30
    assert not verify_result(folder)


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every number and text of a document, with the way to it."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        if key in SILENT:
            continue
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))
        elif re.search("[0-9]", str(value)):
            yield (*path, key), value


def with_leaf(text: str, path: tuple[Any, ...], value: Any) -> str:
    content = json.loads(text)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json_text(content)


def variants(folder: Path, draw: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield file, place and text, for every digit of every result file."""
    for path in sorted(folder.rglob("*.*")):
        name = path.relative_to(folder).as_posix()
        if "invoer/" in name:
            continue
        if name.endswith(".csv"):
            rows = table(folder, name)
            for i, fields in enumerate(rows[1:], 1):
                for j, field in enumerate(fields):
                    for text in other_digits(draw, field):
                        yield name, rows[0][j], with_cell(rows, i, j, text)
        else:
            whole = path.read_text(encoding="utf-8")
            for way, value in leaves(json.loads(whole)):
                for text in other_digits(draw, str(value)):
                    changed = text if isinstance(value, str) else json.loads(str(float(text)))
                    changed = int(changed) if isinstance(value, int) else changed
                    yield name, str(way[-1]), with_leaf(whole, way, changed)


def test_a_digit_changed_at_any_of_300_places_is_noticed(tmp_path: Path) -> None:
    draw, mix = random.Random(2021), Counter[str]()
    for kind, make in MADE.items():
        folder = write_result(tmp_path / kind, make())
        every = list(variants(folder, draw))
        for name, place, text in draw.sample(every, min(60, len(every))):
            mix[name] += 1
            assert is_noticed(folder, name, text), (kind, name, place)
    assert mix.total() == 300
    assert len(mix) == 13, mix


@pytest.mark.nightly
def test_a_digit_changed_at_any_place_at_all_is_noticed(tmp_path: Path) -> None:
    draw = random.Random(7)
    for kind, make in MADE.items():
        folder = write_result(tmp_path / kind, make())
        for name, place, text in variants(folder, draw):
            assert is_noticed(folder, name, text), (kind, name, place)
