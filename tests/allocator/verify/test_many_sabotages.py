"""Every single change of what a result says is caught, and a result that is right never is.

The kinds: each column of each result table with another value, a row less, a row twice; each
figure of the certificate and of the stages, and the parameters that figures depend on. Prices and
cuts are left out: another proof of the same bound is a proof too. So are terms of a swap.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import verify_result
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import json_text, rehash
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import tree

PROOFS = {"lambda", "mu", "cut_givers", "cut_takers"}
# A stricter term that the plan meets anyway makes the result no less true; terms that it does not
# meet are in test_sabotage_swaps.py.
TERMS = {"lot", "partners_max", "leximin"}
FREE = {"notices", "regime", "for_people", *TERMS}
A_CASE = 25


def other(text: str, known: list[str], rng: random.Random) -> str:
    """Another value than what stands in a cell: a near number, or one of its neighbours'."""
    if text.isdigit():
        return str(int(text) + rng.randint(1, 3))
    choices = [value for value in known if value != text]
    return rng.choice(choices) if choices else f"{text}x"


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the figures and texts of a document are."""
    if isinstance(content, dict):
        for name in content.keys() - PROOFS - FREE:
            yield from leaves(content[name], (*path, name))
    elif isinstance(content, list):
        for n, part in enumerate(content):
            yield from leaves(part, (*path, n))
    else:
        yield path


def change_cell(folder: Path, rng: random.Random) -> str:
    name, rows = some_table(folder, rng)
    at, row = rng.randrange(len(rows[0])), rng.randrange(1, len(rows))
    rows[row][at] = other(rows[row][at], [own[at] for own in rows[1:]], rng)
    put(folder / name, rows)
    return f"{name}: {rows[0][at]}"


def drop_row(folder: Path, rng: random.Random) -> str:
    name, rows = some_table(folder, rng)
    del rows[rng.randrange(1, len(rows))]
    put(folder / name, rows)
    return f"{name}: a row less"


def double_row(folder: Path, rng: random.Random) -> str:
    name, rows = some_table(folder, rng)
    rows.append(list(rng.choice(rows[1:])))
    put(folder / name, rows)
    return f"{name}: a row twice"


def change_document(folder: Path, rng: random.Random) -> str:
    name = rng.choice(["certificaat.json", "manifest.json"])
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    if name == "certificaat.json":
        path = rng.choice(sorted(leaves(content), key=str))
    else:
        parts = [part for part in ("stages", "parameters") if content[part]]
        part = rng.choice(parts)
        path = rng.choice(sorted(leaves(content[part], (part,)), key=str))
    place = content
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    if isinstance(old, bool):
        place[path[-1]] = not old
    elif isinstance(old, int | float):
        place[path[-1]] = old + rng.randint(1, 3)
    else:
        place[path[-1]] = f"{old}1"
    (folder / name).write_bytes(json_text(content).encode())
    return f"{name}: {'.'.join(str(step) for step in path if not isinstance(step, int))}"


def some_table(folder: Path, rng: random.Random) -> tuple[str, list[list[str]]]:
    """One of the tables that say something, with its rows."""
    names = [
        name
        for name, content in tree(folder).items()
        if name.endswith(".csv") and "invoer/" not in name and content.count(b"\n") > 1
    ]
    name = rng.choice(names)
    text = (folder / name).read_text(encoding="utf-8")
    return name, [line.split(",") for line in text.split("\n")[:-1]]


def put(path: Path, rows: list[list[str]]) -> None:
    """Write the rows, in order of their first fields."""
    content = [rows[0], *sorted(rows[1:])]
    path.write_bytes("".join(",".join(row) + "\n" for row in content).encode())


KINDS = (change_cell, change_cell, change_cell, change_document, drop_row, double_row)


@pytest.mark.parametrize("wanted", [200, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_every_sabotage_is_caught(wanted: int, tmp_path: Path) -> None:
    kinds, missed = Counter[str](), list[tuple[int, str]]()
    for seed in range(wanted // A_CASE):
        folder = write_result(tmp_path / str(seed), cases.random_case(seed))
        sound, rng = tree(folder), random.Random(seed)
        for _ in range(A_CASE):
            kind = rng.choice(KINDS)(folder, rng)
            rehash(folder)
            kinds[kind] += 1
            if not verify_result(folder):
                missed.append((seed, kind))
            for name, content in sound.items():
                (folder / name).write_bytes(content)
    print(f"{kinds.total()} sabotaged results of {len(kinds)} kinds, {len(missed)} missed")
    assert missed == []
    assert kinds.total() == wanted
    assert len(kinds) >= 25


@pytest.mark.parametrize("wanted", [100, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_no_right_result_is_refused(wanted: int, tmp_path: Path) -> None:
    refused = [
        seed
        for seed in range(wanted)
        if verify_result(write_result(tmp_path / str(seed), cases.random_case(seed)))
    ]
    assert refused == []
