"""Small problems of household exchange, with changes and prices that nobody looked for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from models.exchange.composition import (
    CompositionProblem,
)
from models.exchange.composition_changes import Changes, changes_of
from models.exchange.composition_prices import PARTS, Priced
from models.solver.program import LinearProgram
from tests.models.exchange.test_composition import make

ENOUGH = 10**9
"""Steps that no small problem takes."""
SIZES = ((1, 2, 4), (2, 3, 7), (1, 2, 3), (1, 2, 3, 5))


def drawn(seed: int, parties: int, most: int = 3) -> CompositionProblem:
    """Draw a problem: all pairs or some, in pairs or triangles, one scenario or two."""
    rng = np.random.default_rng([seed, 11])
    sizes = SIZES[seed % len(SIZES)]
    expected = rng.integers(0, most, (parties, len(sizes)))
    # Others have most of what a party lacks, so that packages help.
    dwellings = np.maximum(np.roll(expected, 1, axis=0) + rng.integers(-1, 2, expected.shape), 0)
    problem = make(
        expected.tolist(),
        dwellings.tolist(),
        sizes=sizes,
        most_members=3 if seed % 5 == 4 else 2,
    )
    if seed % 3 == 2:
        kept = rng.random(len(problem.pairs)) < 0.7
        kept[0] = True
        problem = replace(problem, pairs=problem.pairs[kept])
    if seed % 3 == 1:
        fewer = np.maximum(problem.dwellings - rng.integers(0, 2, problem.dwellings.shape), 0)
        problem = replace(problem, dwellings=np.concatenate([problem.dwellings, fewer]))
    return problem


def changes(problem: CompositionProblem, most: int) -> list[Changes]:
    """So many small changes of each party at most; that of nothing only where there is no other."""
    found = []
    for own in changes_of(problem) or ():
        moved = np.abs(own.net).sum(axis=1)
        order = np.argsort(moved, kind="stable")[int(moved.max() > 0) :][:most]
        found.append(Changes(own.net[np.sort(order)], own.left[np.sort(order)]))
    return found


def weighed(problem: CompositionProblem, own: list[Changes], rng: np.random.Generator) -> Priced:
    """Prices by hand."""
    prices = rng.integers(-200, 200, len(problem.sizes))
    prices[0] = 0
    counted = tuple(Changes(each.net, np.abs(each.net).sum(axis=1)) for each in own)
    least = [int((each.left * PARTS + each.net @ prices).min()) for each in counted]
    return Priced(prices, counted, tuple(least))


def by_thumb(program: LinearProgram) -> SimpleNamespace:
    """Prices of rows: a share of what each column costs, by the rows it stands in."""
    rows = len(program.row_lower)
    often = np.bincount(program.column, minlength=len(program.objective))
    shares = (program.objective / np.maximum(often, 1))[program.column]
    prices = np.zeros(rows)
    for row in range(rows):
        in_row = shares[program.row == row]
        prices[row] = in_row.min() if len(in_row) else 0
    return SimpleNamespace(row_prices=np.rint(prices * 16) / 16)
