"""What each part of the exchange of household sizes makes of small problems, as short texts.

No text depends on which of equal answers an engine gives: of a plan of one only values and bounds
stand here, or it is replaced by one that decides between equals, or answers by a rule of thumb.
``expected_compositions.toml`` holds the texts; where a part rightly changes, write it anew, and
read what changed::

    python -m tests.models.exchange.compositions
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.exchange import (
    composition_lightest,
    composition_listing,
    composition_proof,
    composition_residues,
)
from models.exchange.composition import (
    Move,
    Package,
    PackagesRejectedError,
    check_packages,
)
from models.exchange.composition_changes import changes_of, divisions, persons_left
from models.exchange.composition_hung import Hung
from models.exchange.composition_lightest import lightest_groups, smallest_groups
from models.exchange.composition_listing import Listing
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_parts import part_of, parts_of
from models.exchange.composition_prices import _mixing
from models.exchange.composition_proof import _Step, least_weighed, price_sizes
from models.exchange.composition_rebuild import packages_of
from models.exchange.composition_residues import residues_after
from models.exchange.composition_shapes import sides_of, splits_of
from models.exchange.composition_stock import Stock
from models.exchange.composition_sums import Coding, Sums, either, fewest, find
from models.exchange.composition_trees import UNIT, GroupTrees
from tests.models import tables
from tests.models.deciding import short, text_of
from tests.models.exchange.composition_cases import changes, drawn, weighed
from tests.models.exchange.composition_choices import chosen, divided, most_of_all, settling, whole
from tests.models.exchange.composition_divisions import directed

TABLE = Path(__file__).with_name("expected_compositions.toml")
MUCH = 1_000_000
"""Work that no case here takes."""


def changing(seed: int) -> list[str]:
    """Changes of each party, and who is left over in each."""
    problem = drawn(seed, 4, 4)
    found = changes_of(problem)
    assert found is not None
    own, rng = problem.expected[0], np.random.default_rng(seed)
    some = rng.integers(0, 4, (6, len(own)))
    fits = rng.random((len(own), 3)) < 0.5
    deals = tuple(Package(two, ()) for two in itertools.combinations(range(4), 2))
    ways = divisions(int(own @ problem.sizes) + 3, problem.sizes, own + rng.integers(0, 3))
    return [
        *(f"changes {text_of(each.net)} left {text_of(each.left)}" for each in found),
        f"ways {text_of(ways)}",
        f"left {text_of(persons_left(some, rng.integers(0, 4, 3), fits, problem.sizes))}",
        f"packages {problem.packages()}",
        f"parts {text_of([part.parties for part in parts_of(problem)])}",
        f"narrowed {text_of([p.narrowed(3).pairs for p in parts_of(problem)])}",
        f"own {text_of([part_of(problem, np.array(two)).own(deals) for two in ([0, 1], [1, 3])])}",
    ]


def coded(seed: int) -> list[str]:
    """Changes as numbers, and what tables of them say."""
    problem, rng = drawn(seed, 4, 5), np.random.default_rng(seed)
    own = changes(problem, 12)
    coding, stock = Coding(own, problem.sizes), Stock(problem.expected)
    codes = [coding.codes(each.net) for each in own]
    sums = [fewest(code, rng.integers(0, 9, len(code))) for code in codes]
    far = fewest(codes[0] << 40, rng.integers(-(1 << 30), 1 << 30, len(codes[0])))
    doubled = fewest(np.repeat(codes[0], 2), rng.integers(-5, 9, 2 * len(codes[0])))
    taken = [stock.taken(coding.nets(code)) for code in codes]
    has = [[stock.has(p, sent) for p in range(4)] for sent in taken]
    return [
        f"coding {coding.starts} {coding.masks} {coding.most} {coding.middle} {coding.fits}",
        f"codes {text_of(codes)} nets {text_of([coding.nets(code) for code in codes])}",
        f"sums {text_of(sums)} far {text_of(far)} doubled {text_of(doubled)}",
        f"found {text_of([find(each, codes[1]) for each in sums])}",
        f"either {text_of(either(sums))} alone {text_of(either(sums[:1]))}",
        f"to nothing {[a.to_nothing(b) for a, b in itertools.combinations(sums, 2)]}",
        f"stock {stock.starts} {stock.guard} {text_of(stock.stock)} {stock.largest}",
        f"taken {text_of(taken)} has {text_of(has)}",
        f"any {text_of([stock.has_any(sent) for sent in taken])}",
        f"more {text_of([stock.is_more(sent, taken[0][-1]) for sent in taken])}",
    ]


def written(seed: int) -> list[str]:
    """Programmes of packages, and packages read from values."""
    problem, rng = drawn(seed, 3), np.random.default_rng(seed)
    before = int(problem.households_left_over(problem.expected)[0].sum())
    limits = {"left_over": before - 1, "agreements": 4, "households": 17}
    lines = []
    for place, goal in enumerate(limits):
        model = CompositionModel(problem, dict(list(limits.items())[:place]))
        lines.append(f"{goal} {text_of(model.program(goal, 2))}")
    model = CompositionModel(problem, {})
    values = rng.integers(0, 3, len(model.program("agreements", 0).upper))
    lines.append(f"read {text_of(model.read(values))}")
    lines.append(f"mixing {text_of(_mixing(changes(problem, 5)))}")
    return lines


def at_prices(seed: int) -> list[str]:
    """What prices by hand say of changes and of households."""
    problem, rng = drawn(seed, 4, 4), np.random.default_rng(seed)
    own = changes(problem, 20)
    by_hand = weighed(problem, own, rng)
    at = [least_weighed(problem, i, by_hand.prices) for i in range(problem.parties)]
    start = np.full(20, 1 << 60)
    start[[0, 2, 3]] = [0, 5, -4]
    step = _Step(start, problem.sizes, by_hand.prices, np.arange(1, len(problem.sizes)), 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_proof, "dual_prices", lambda _: by_hand.prices // 2)
        housed = replace(problem, dwellings=problem.dwellings + 9)
        proven = [price_sizes(each) for each in (problem, housed)]
    return [
        f"proven {text_of(proven)}",
        f"bound {by_hand.bound} slack {by_hand.slack} weighed {text_of(by_hand.weighed())}",
        f"tight {text_of(by_hand.tight())}",
        f"least {text_of(at)}",
        f"step {text_of(step.cost)} {text_of(step.depth)}",
        f"taken {[list(step.taken(p)) for p in range(20) if step.cost[p] < 1 << 50]}",
    ]


def listed(seed: int) -> list[str]:
    """Groups whose changes cancel out, at weights by hand."""
    problem, rng = drawn(seed, 5, 5), np.random.default_rng(seed)
    own = changes(problem, 7)
    coding = Coding(own, problem.sizes)
    found = [
        fewest(coding.codes(each.net), rng.integers(0, 9, len(each.net)) * int(rng.integers(1, 3)))
        for each in own
    ]
    lighter = [Sums(each.code, each.cost + int(rng.integers(-9, 4))) for each in found]
    weights, levels = rng.integers(-6, 5, 5).tolist(), rng.integers(-3, 5, 5).tolist()
    lines = [
        f"lightest {[lightest_groups(lighter, below) for below in (-6, 0, 7)]}",
        f"smallest {[smallest_groups(found, size) for size in (1, 2, 3)]}",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_residues, "BITS", 4)
        patch.setattr(composition_listing, "FLEXIBLE", 5)
        patch.setattr(composition_listing, "AT_ONCE", 40)
        patch.setattr(composition_lightest, "AT_ONCE", 40)
        for low, high, most in ((0, 4, 9), (1, 6, 4), (-2, 2, 16)):
            groups = Listing(found, weights, levels, low, high).groups(most)
            lines.append(f"listed {sorted(groups.items())}")
        lines.append(f"residues {text_of([own.least for own in residues_after(lighter[:3])])}")
    return lines


def hung(table: Hung | None) -> str:
    """A table of trees as text."""
    return "none" if table is None else text_of(table)


def on_trees(seed: int) -> list[str]:
    """Trees of every group of parties, and their packages."""
    problem, rng = replace(drawn(seed, 5, 5), most_members=2), np.random.default_rng(seed)
    own = changes(problem, 8)
    moved, lines = weighed(problem, own, rng), list[str]()
    every = [m for k in (1, 2, 3, 4, 5) for m in itertools.combinations(range(5), k)]
    for reach in (2 * UNIT, 7 * UNIT):
        trees = GroupTrees(problem, own, moved, reach)
        counts = {m: trees.fewest(m, MUCH) for m in every}
        named = {"".join(map(str, m)): c for m, c in counts.items() if c is not None}
        lines.append(f"fewest {named} work {trees.work}")
        made = [packages_of(trees, m, c) for m, c in counts.items() if c and len(m) > 1]
        lines += [f"made {text_of(deals)}" for deals in made[-4:]]
        lines.append(f"alone {hung(trees.open(0, 0))}")
        lines.append(f"branch {hung(trees.branch(0b110, 0b110 & trees.near[0]))}")
        lines.append(f"under {hung(trees.under(2, 0b11))}")
        lines.append(f"open {hung(trees.open(3, 0b101))}")
    free = replace(moved, prices=0 * moved.prices)
    free = replace(free, least=tuple(int(own.min()) for own in free.weighed()))
    for reach in (0, UNIT // 2, UNIT, 3 * UNIT):
        trees = GroupTrees(problem, own, free, reach)
        lines.append(f"within {reach} {[trees.fewest(m, MUCH) for m in every]}")
    return lines


def shapes(parties: int) -> list[str]:
    """How groups of so many parties fall apart."""
    parties += 1
    members = tuple(range(0, 2 * parties, 2))
    whole = sum(1 << member for member in members)
    return [f"sides {list(sides_of(members))}", f"splits {list(splits_of(whole))}"]


def judged(seed: int) -> list[str]:
    """What is said of packages at random, most of which break a rule."""
    problem, rng = drawn(seed, 4), np.random.default_rng(seed)
    lines = []
    for _ in range(30):
        packages = []
        for _ in range(int(rng.integers(1, 3))):
            first, second = rng.permutation(4)[:2].tolist()
            kinds = rng.integers(0, len(problem.sizes), 2).tolist()
            sizes = (problem.sizes[kinds] // np.gcd.reduce(problem.sizes[kinds])).tolist()
            moves = [
                Move(first, second, kinds[0], sizes[1]),
                Move(second, first, kinds[1], sizes[0]),
            ][: 1 + int(rng.random() < 0.9)]
            if rng.random() < 0.1:
                moves = [replace(moves[0], households=int(rng.integers(-1, 2)))]
            members = tuple(sorted((first, second)))
            if rng.random() < 0.1:
                members = tuple(sorted(rng.permutation(5)[: rng.integers(1, 4)].tolist()))
            packages.append(Package(members, tuple(moves)))
        try:
            check_packages(problem, tuple(packages))
            said = "fine"
        except PackagesRejectedError as error:
            said = str(error)
        lines.append(f"{said}: {text_of(packages)}")
    return lines


KINDS: tuple[tuple[Callable[[int], list[str]], tuple[int, ...]], ...] = (
    *((own, (*range(12),)) for own in (changing, coded, written, at_prices, judged)),
    *((own, (*range(16),)) for own in (listed, most_of_all, chosen, on_trees)),
    (shapes, (*range(9),)),
    (directed, (*range(120),)),
    (settling, (*range(6),)),
    # The last ones have slack above their prices, or no plan in groups.
    (whole, (*range(6), 47, 55)),
    (divided, (*range(10), 20, 47, 55)),
)


def lines_of(way: Callable[[int], list[str]], seed: int) -> list[str]:
    """The texts of a way, long ones shortened."""
    return [short(text) for text in way(seed)]


COMPOSITIONS: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(lines_of, own, seed)
    for own, seeds in KINDS
    for seed in seeds
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    title = "Parts of the exchange of household sizes; see compositions.py."
    tables.write(TABLE, title, COMPOSITIONS)
