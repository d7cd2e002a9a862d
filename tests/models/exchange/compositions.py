"""What each part of the exchange of household sizes makes of small problems, as short texts.

No text depends on which of equal answers an engine gives: where an engine is asked, only values
and bounds stand here, or it is replaced by one that answers by a rule of thumb.
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
from types import SimpleNamespace

import numpy as np
import pytest

from models.exchange import (
    compose,
    composition_changes,
    composition_lightest,
    composition_listing,
    composition_master,
    composition_mixture,
    composition_most,
    composition_residues,
    composition_settling,
)
from models.exchange.composition import (
    CompositionOutcome,
    CompositionProblem,
    Move,
    Package,
    PackagesRejectedError,
    check_packages,
)
from models.exchange.composition_changes import Changes, changes_of, divisions, persons_left
from models.exchange.composition_cover import agreements, cover, households
from models.exchange.composition_hung import Hung
from models.exchange.composition_lightest import Members, lightest_groups, smallest_groups
from models.exchange.composition_listing import Listing
from models.exchange.composition_master import Chooser
from models.exchange.composition_mixture import NONE, Pool, mixed
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_most import most_groups
from models.exchange.composition_parts import parts_of
from models.exchange.composition_prices import PARTS, Priced, _mixing
from models.exchange.composition_proof import _Step, least_weighed
from models.exchange.composition_rebuild import packages_of
from models.exchange.composition_residues import residues_after
from models.exchange.composition_settling import Settling
from models.exchange.composition_shapes import sides_of, splits_of
from models.exchange.composition_stock import Stock
from models.exchange.composition_sums import Coding, Sums, either, fewest, find
from models.exchange.composition_trees import UNIT, GroupTrees
from models.solver.limits import Limits
from models.solver.program import LinearProgram
from tests.models import tables
from tests.models.deciding import Decided, short, text_of
from tests.models.exchange.test_composition import make

TABLE = Path(__file__).with_name("expected_compositions.toml")
SIZES = ((1, 2, 4), (2, 3, 7), (1, 2, 3), (1, 2, 3, 5))
MUCH = 1_000_000
"""Work that no case here takes."""


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


def changing(seed: int) -> list[str]:
    """Changes of each party, and who is left over in each."""
    problem = drawn(seed, 4, 4)
    found = changes_of(problem)
    assert found is not None
    own, rng = problem.expected[0], np.random.default_rng(seed)
    some = rng.integers(0, 4, (6, len(own)))
    fits = rng.random((len(own), 3)) < 0.5
    ways = divisions(int(own @ problem.sizes) + 3, problem.sizes, own + rng.integers(0, 3))
    return [
        *(f"changes {text_of(each.net)} left {text_of(each.left)}" for each in found),
        f"ways {text_of(ways)}",
        f"left {text_of(persons_left(some, rng.integers(0, 4, 3), fits, problem.sizes))}",
        f"packages {problem.packages()}",
        f"parts {text_of([part.parties for part in parts_of(problem)])}",
        f"narrowed {text_of([p.narrowed(3).pairs for p in parts_of(problem)])}",
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
    return [
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


def most_of_all(seed: int) -> list[str]:
    """The most groups, at weights by a rule of thumb; the programmes that ask for them."""
    problem, asked = drawn(seed, 5, 4), list[str]()
    own = changes(problem, 9)
    coding = Coding(own, problem.sizes)
    sums = [fewest(coding.codes(each.net), np.abs(each.net).sum(axis=1)) for each in own]

    def answer(program: LinearProgram) -> SimpleNamespace:
        asked.append(text_of(program))
        return by_thumb(program)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_most, "solve_relaxation", answer)
        most = most_groups(sums)
    rooms = [most.room(groups) for groups in (1, 2, 4)]
    return [f"{text_of(most)} {most.bound} {rooms}", f"{len(asked)} {asked[0]}", asked[-1]]


def groups_of(parties: int, rng: np.random.Generator) -> dict[Members, int]:
    """Groups of up to three parties, some left out, and what each moves."""
    every = [m for k in (1, 2, 3) for m in itertools.combinations(range(parties), k)]
    return {m: int(rng.integers(0, 12)) + 3 * (len(m) > 1) for m in every if rng.random() < 0.6}


def chosen(seed: int) -> list[str]:
    """Mixtures of groups at prices by a rule of thumb, and choices of groups."""
    rng, asked = np.random.default_rng(seed), list[str]()
    parties = 5 + seed % 2
    first, more = groups_of(parties, rng), groups_of(parties, rng)
    pool = Pool(parties)
    added = [pool.add(first), pool.add(more), pool.add(more)]

    def answer(program: LinearProgram) -> SimpleNamespace:
        asked.append(text_of(program))
        return by_thumb(program)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_mixture, "solve_relaxation", answer)
        for name, value in (("FIRST", 5), ("MORE", 3)):
            patch.setattr(composition_mixture, name, value)
        price = mixed(pool, 2)
    told = list[Members]()

    def weigh(members: Members) -> tuple[int | None, bool]:
        told.append(members)
        said, often = chooser.said(members), told.count(members)
        return (None if sum(members) % 7 == 6 else said + often % 2), often > 1

    chooser = Chooser(first | more, parties, 2, weigh)
    program = chooser._program(np.arange(0, len(chooser.pool.names), 2), 400, 9_000)
    news = bool(chooser._is_news(np.arange(5))), bool(chooser._is_news(np.arange(5)))
    lines = [
        choice(first | more, groups, enough, seed, rounds)
        for groups, enough, rounds in ((2, NONE, 12), (3, 14, 12), (2, NONE, 0))
    ]
    return [
        f"pool {added} {pool.names} {text_of(pool.households)} {pool.largest()} {pool.is_any()}",
        f"mixed {text_of(price)} active {text_of(pool.active)}",
        f"asked {len(asked)} {asked[0]}",
        f"news {news} {text_of(chooser.pool.households)} {sorted(chooser.exact)}",
        f"programme {text_of(program)}",
        *itertools.chain.from_iterable(lines),
    ]


def choice(
    groups: dict[Members, int], number: int, enough: int, seed: int, rounds: int
) -> list[str]:
    """So many groups that are chosen, weighed more closely on the way, and all questions."""
    told, engine = list[Members](), Decided(silent=(seed + number) % 4)

    def weigh(members: Members) -> tuple[int | None, bool]:
        told.append(members)
        heavier = (sum(members) + told.count(members)) % 3
        return (None if sum(members) % 7 == 6 else chooser.said(members) + heavier), heavier < 2

    parties = 1 + max(max(members) for members in groups)
    chooser = Chooser(groups, parties, number, weigh)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_master, "solve_program", engine)
        patch.setattr(composition_master, "MOST_RAISED", rounds)
        found = chooser.choose(Limits(nodes=77), enough)
    weighed_ones = text_of(chooser.pool.households)
    return [f"chosen {found} after {len(told)} {weighed_ones}", f"asked {engine.asked}"]


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
    return lines


def settling(seed: int) -> list[str]:
    """What groups are said to move, reach by reach, and after they are chosen."""
    problem, rng = replace(drawn(seed, 5, 5), most_members=2), np.random.default_rng(seed)
    own = changes(problem, 8)
    prices, moved = weighed(problem, own, rng), weighed(problem, own, rng)
    groups = Settling(problem, prices, own, moved, 50, by_trees=True)
    every = [m for k in (1, 2, 3, 4) for m in itertools.combinations(range(5), k)]
    lines = [f"at least {groups.at_least({m: 100 * len(m) for m in every})}"]
    lines += [f"weighed {[groups.weigh(m) for m in every]} left {groups.left}" for _ in range(4)]
    weighed_ones = [m for m in every if m in groups.weighed or len(m) == 1]
    lines.append(f"settled {[groups.settle(m) for m in weighed_ones]}")
    lines.append(f"tried {sorted(groups.tried.items())} never {sorted(groups.impossible)}")
    lines.append(f"made {[(m, text_of(deals)) for m, deals in sorted(groups.made.items())]}")
    return [*lines, *searched(problem, weighed(problem, own, rng), own, seed)]


def searched(
    problem: CompositionProblem, prices: Priced, own: list[Changes], seed: int
) -> list[str]:
    """Groups of which an engine searches the packages, a proof or an answer lacking at times."""
    engine = Decided(silent=3 * (seed % 2), unsure=4 * (seed % 3 > 0))
    groups = Settling(problem, prices, own, prices, 9_999, by_trees=False)
    # As much as they leave over alone, so that some packages do not make it worse.
    before = problem.households_left_over(problem.expected)[0]
    groups.prices = replace(prices, least=tuple((PARTS * before).tolist()))
    every = [m for k in (2, 3, 1) for m in itertools.combinations(range(problem.parties), k)]
    groups.at_least({m: 100 * len(m) for m in every})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_settling, "solve_program", engine)
        for name, value in (("MOST_SEARCHED", 3), ("SMALL", 2), ("MOST_LARGE", 4)):
            patch.setattr(composition_settling, name, value)
        told = [(m, groups.settle(m), groups.open, groups.is_sure) for m in every]
    made = [(m, text_of(deals)) for m, deals in sorted(groups.made.items())]
    return [f"searched {told}", f"made {made}", f"asked {engine.asked} {groups.searched}"]


def shapes(parties: int) -> list[str]:
    """How groups of so many parties fall apart."""
    parties += 1
    members = tuple(range(0, 2 * parties, 2))
    whole = sum(1 << member for member in members)
    return [f"sides {list(sides_of(members))}", f"splits {list(splits_of(whole))}"]


def whole(seed: int) -> list[str]:
    """Values and bounds of all stages; the same where no search of an engine answers."""
    problem = drawn(seed, 4 + seed % 3)
    lines = []
    for most, lacking in ((composition_changes.MOST_CHANGES, 0), (0, 1), (0, 3), (0, 0)):
        engine = Decided(silent=lacking)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(composition_changes, "MOST_CHANGES", most)
            patch.setattr(compose, "solve_program", engine)
            found = compose.solve_composition(problem)
        packages = "" if most else f" {text_of(found.packages)} {engine.asked}"
        lines.append(stages(problem, found) + packages)
    return lines


def stages(problem: CompositionProblem, found: CompositionOutcome) -> str:
    """Stages of an outcome and what counting proves of it."""
    shown = " ".join(f"{own.objective}/{own.bound}{own.proof[0]}" for own in found.stages)
    counts = (
        compose.pooled_bound(problem),
        compose.shown_bound(problem, found.prices),
        compose.fewest_agreements(problem, found),
        compose.fewest_households(problem, found),
    )
    return f"{shown} {found.status} counted {counts} {[own.parties for own in found.prices]}"


def divided(seed: int) -> list[str]:
    """Values of the groups that parties are divided into, and what is proven of them."""
    lines = []
    for part in parts_of(drawn(seed, 6, 3)):
        found = cover(part.problem, 500)
        plan = found.packages
        values = None if plan is None else (agreements(plan), households(plan))
        lines.append(f"{values} {sorted(found.bounds.items())} {found.moved}")
    return lines


def judged(seed: int) -> list[str]:
    """What is said of packages at random, most of which break a rule."""
    problem, rng = drawn(seed, 4), np.random.default_rng(seed)
    lines = []
    for _ in range(30):
        packages = []
        for _ in range(int(rng.integers(1, 3))):
            first, second = rng.permutation(4)[:2].tolist()
            kinds = rng.integers(0, len(problem.sizes), 2).tolist()
            sizes = problem.sizes[kinds].tolist()
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


KINDS: tuple[tuple[Callable[[int], list[str]], int], ...] = (
    *((changing, 12), (coded, 12), (written, 12), (at_prices, 16), (listed, 24), (shapes, 9)),
    *(
        (most_of_all, 16),
        (chosen, 16),
        (on_trees, 24),
        (settling, 10),
        (whole, 10),
        (divided, 16),
        (judged, 12),
    ),
)


def lines_of(way: Callable[[int], list[str]], seed: int) -> list[str]:
    """The texts of a way, long ones shortened."""
    return [short(text) for text in way(seed)]


COMPOSITIONS: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(lines_of, own, seed)
    for own, count in KINDS
    for seed in range(count)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    title = "Parts of the exchange of household sizes; see compositions.py."
    tables.write(TABLE, title, COMPOSITIONS)
