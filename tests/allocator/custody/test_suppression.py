"""Whoever subtracts what is shown from the sums finds no hidden count."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from allocator.custody.suppression import THRESHOLD, Cell, suppress


def table(towns: int, kinds: int, seed: int) -> list[Cell]:
    """Mostly small counts, as they are; some towns and classes have nobody."""
    rng = random.Random(seed)
    most = rng.choice([2, 6, 30])
    counts = {
        (t, k): rng.randint(0, most) * rng.randint(0, 1)
        for t, k in product(range(towns), range(kinds))
    }
    return [
        Cell(f"SY{t:04d}", str(k), count, count * rng.randint(k + 1, k + 2))
        for (t, k), count in counts.items()
    ]


def ranges(shown: list[Cell], sums: dict[str, tuple[int, int] | None]) -> Iterator[int]:
    """How many values an attacker leaves each hidden cell: exact bounds from all that is shown.

    The attacker knows that a hidden cell is not zero, that persons are no fewer than households,
    and every sum that is shown.
    """
    hidden = [cell for cell in shown if cell.households is None]
    n = len(hidden)
    rows, low, high = [], [], []
    for i in range(n):  # persons - households >= 0
        rows.append(np.eye(2 * n)[n + i] - np.eye(2 * n)[i])
        low.append(0.0)
        high.append(np.inf)
    for kind, total in sums.items():
        if total is None:
            continue
        for part in (0, 1):
            seen = sum((own.persons if part else own.households) or 0
                       for own in shown if own.kind == kind)  # fmt: skip
            rows.append(np.array([float(hidden[i % n].kind == kind and i // n == part)
                                  for i in range(2 * n)]))  # fmt: skip
            low.append(total[part] - seen)
            high.append(total[part] - seen)
    for i in range(n):
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * np.eye(2 * n)[i],
                integrality=np.ones(2 * n),
                bounds=Bounds(1, 1000),
                constraints=LinearConstraint(np.array(rows), low, high),
                options={"mip_rel_gap": 0},
            )
            assert found.status == 0, "what is shown contradicts itself"
            ends.append(round(sign * found.fun))
        yield ends[1] - ends[0] + 1


@pytest.mark.parametrize("periods", [25, pytest.param(500, marks=pytest.mark.nightly)])
def test_an_interval_attack_never_comes_near_a_hidden_count(periods: int) -> None:
    narrowest, attacked, sums_shown = 1000, 0, 0
    for seed in range(periods):
        cells = table(5, 3, seed)
        shown, sums = suppress(cells)
        if any(cell.households is None for cell in shown):
            found = list(ranges(shown, sums))
            attacked += len(found)
            narrowest = min(narrowest, *found)
        sums_shown += sum(total is not None for total in sums.values())
    assert attacked > 2 * periods
    assert sums_shown > periods, "an attack without sums says nothing"
    assert narrowest >= THRESHOLD


def test_the_attack_finds_what_naive_hiding_shows() -> None:
    """71 in all, 41 and 27 shown: the hidden one is 3."""
    naive = [Cell("SY0001", "1p", 41, 41), Cell("SY0002", "1p", 27, 27)]
    shown = [*naive, Cell("SY0003", "1p", None, None)]
    assert list(ranges(shown, {"1p": (71, 71)})) == [1]


@pytest.mark.parametrize("seed", range(20))
def test_every_small_count_is_hidden_and_what_is_shown_is_true(seed: int) -> None:
    cells = table(8, 4, seed)
    shown, sums = suppress(cells)
    for before, after in zip(cells, shown, strict=True):
        assert after in (before, Cell(before.code, before.kind, None, None))
        assert before.households is not None and before.persons is not None
        if 0 < before.households < THRESHOLD:
            assert after.households is None
        if before.households == 0:
            assert after == before
    for kind, total in sums.items():
        column = [cell for cell in cells if cell.kind == kind]
        true = sum(c.households or 0 for c in column), sum(c.persons or 0 for c in column)
        assert total in (true, None)


def test_many_ones_are_not_given_away_by_their_number() -> None:
    """Ten hidden cells that sum to ten are all one: the sum goes, or a larger cell joins them."""
    ones = [Cell(f"SY{i:04d}", "1p", 1, 1) for i in range(10)]
    shown, sums = suppress(ones)
    assert sums == {"1p": None}
    shown, sums = suppress([*ones, Cell("SY0099", "1p", 40, 40)])
    assert sums == {"1p": (50, 50)}
    assert {cell.households for cell in shown} == {None}
