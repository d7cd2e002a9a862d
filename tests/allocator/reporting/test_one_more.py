"""Where the formula changes, against dividing again with that many inhabitants."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from allocator.quota import METHODS
from allocator.reporting.one_more import edges
from allocator.reporting.rows import Quota
from models.apportionment import divide


def divided(people: list[int], method: str, total: int) -> list[int]:
    return [int(part) for part in divide(METHODS[method], total, people).parts]


def rows(people: list[int], method: str, total: int) -> list[Quota]:
    parts = divided(people, method, total)
    return [
        Quota(f"SY{i:04d}", "x", "PV01", people[i], None, part, 0, part, None)
        for i, part in enumerate(parts)
    ]


@pytest.mark.parametrize("method", ["sluitend", "webster", "jefferson", "hill"])
def test_the_formula_changes_where_it_is_said_to(method: str) -> None:
    draw = random.Random(method)
    changed = 0
    for _ in range(60):
        people = [draw.randint(1, 40) for _ in range(draw.randint(2, 5))]
        total = draw.randint(len(people), 14)
        table = rows(people, method, total)
        i = draw.randrange(len(people))
        found, now = edges(table, table[i].code, method), int(table[i].formula or 0)
        assert found is not None

        def gets(inhabitants: int, at: int = i, own: list[int] = people, all_: int = total) -> int:
            return divided([*own[:at], inhabitants, *own[at + 1 :]], method, all_)[at]

        if found.more is not None and now < total:
            assert gets(found.more) > now
            assert found.more == 1 or gets(found.more - 1) <= now
            changed += 1
        if found.fewer is not None and found.fewer > 0:
            assert gets(found.fewer) < now
            assert gets(found.fewer + 1) >= now
            changed += 1
    assert changed > 60


def test_a_municipality_without_a_formula_has_no_edge() -> None:
    table = rows([5, 3], "sluitend", 4)
    assert edges([replace(table[0], formula=None), table[1]], "SY0000", "sluitend") is None
    assert edges(table, "SY0009", "sluitend") is None
