"""What searches that choose make of small problems, where equal answers are told apart by rule."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from models.exchange import (
    compose,
    composition_changes,
    composition_master,
    composition_mixture,
    composition_most,
    composition_settling,
    composition_trees,
)
from models.exchange.composition import (
    CompositionOutcome,
    CompositionProblem,
)
from models.exchange.composition_changes import Changes
from models.exchange.composition_cover import agreements, cover, households
from models.exchange.composition_lightest import Members
from models.exchange.composition_master import Chooser
from models.exchange.composition_mixture import NONE, Pool, mixed
from models.exchange.composition_most import most_groups
from models.exchange.composition_parts import parts_of
from models.exchange.composition_prices import PARTS, Priced
from models.exchange.composition_settling import Settling
from models.exchange.composition_sums import Coding, fewest
from models.exchange.composition_work import Work
from models.solver.limits import Limits
from models.solver.program import LinearProgram
from tests.models.deciding import Decided, text_of
from tests.models.exchange.composition_cases import ENOUGH, by_thumb, changes, drawn, weighed


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
        price = mixed(pool, 2, Work(ENOUGH))
    told = list[Members]()

    def weigh(members: Members) -> tuple[int | None, bool]:
        told.append(members)
        said, often = chooser.said(members), told.count(members)
        return (None if sum(members) % 7 == 6 else said + often % 2), often > 1

    chooser = Chooser(first | more, parties, 2, weigh, Work(ENOUGH))
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
    chooser = Chooser(groups, parties, number, weigh, Work(ENOUGH))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_master, "solve_program", engine)
        patch.setattr(composition_master, "MOST_RAISED", rounds)
        found = chooser.choose(Limits(nodes=77), enough)
    weighed_ones = text_of(chooser.pool.households)
    return [f"chosen {found} after {len(told)} {weighed_ones}", f"asked {engine.asked}"]


def settling(seed: int) -> list[str]:
    """What groups are said to move, reach by reach, and after they are chosen."""
    problem, rng = replace(drawn(seed, 5, 5), most_members=2), np.random.default_rng(seed)
    own = changes(problem, 8)
    prices, moved = weighed(problem, own, rng), weighed(problem, own, rng)
    groups = Settling(problem, prices, own, moved, 50, Work(ENOUGH), by_trees=True)
    every = [m for k in (1, 2, 3, 4) for m in itertools.combinations(range(5), k)]
    lines = [f"at least {groups.at_least({m: 100 * len(m) for m in every})}"]
    lines += [f"weighed {[groups.weigh(m) for m in every]} left {groups.left}" for _ in range(4)]
    weighed_ones = [m for m in every if m in groups.weighed or len(m) == 1]
    lines.append(f"settled {[groups.settle(m) for m in weighed_ones]}")
    lines.append(f"tried {sorted(groups.tried.items())} never {sorted(groups.impossible)}")
    lines.append(f"made {[(m, text_of(deals)) for m, deals in sorted(groups.made.items())]}")
    lines += limited(problem, prices, own, moved)
    return [*lines, *searched(problem, weighed(problem, own, rng), own, seed)]


def limited(
    problem: CompositionProblem, prices: Priced, own: list[Changes], moved: Priced
) -> list[str]:
    """The same where only small groups are weighed, and few sums gone through."""
    every = [m for k in (1, 2, 3, 4) for m in itertools.combinations(range(5), k)]
    lines = []
    for steps in (composition_trees.MOST_STEPS, 24):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(composition_trees, "MOST_STEPS", steps)
            names = ("LARGEST_WEIGHED", "LARGEST_TREE", "LARGE", "LARGE_REACH", "MOST_SEARCHED")
            for name, most in zip(names, (3, 2, 1, 6, 1), strict=True):
                patch.setattr(composition_settling, name, most)
            groups = Settling(problem, prices, own, moved, 50, Work(ENOUGH), by_trees=True)
            groups.at_least({m: 100 * len(m) for m in every})
            told = [[groups.weigh(m) for m in every] for _ in range(2)]
            settled = [(groups.settle(m), groups.is_sure) for m in every]
        lines += [f"limited {told} {groups.left}", f"refused {sorted(groups.refused)} {settled}"]
    return lines


def searched(
    problem: CompositionProblem, prices: Priced, own: list[Changes], seed: int
) -> list[str]:
    """Groups of which an engine searches the packages, a proof or an answer lacking at times."""
    engine = Decided(silent=3 * (seed % 2), unsure=4 * (seed % 3 > 0))
    groups = Settling(problem, prices, own, prices, 9_999, Work(ENOUGH), by_trees=False)
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


def whole(seed: int) -> list[str]:
    """Values and bounds of all stages; the same where no search of an engine answers."""
    problem = drawn(seed, 6 if seed > 16 else 4 + seed % 3)
    lines = []
    every = composition_changes.MOST_CHANGES
    for most, lacking, pairs in ((every, 0, 30), (0, 1, 30), (0, 3, 12), (0, 0, 30), (0, 0, 4)):
        engine = Decided(silent=lacking)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(composition_changes, "MOST_CHANGES", most)
            patch.setattr(compose, "solve_program", engine)
            patch.setattr(compose, "MOST_PAIRS", pairs)
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
        found = cover(part.problem, 500, Work(ENOUGH))
        plan = found.packages
        values = None if plan is None else (agreements(plan), households(plan))
        lines.append(f"{values} {sorted(found.bounds.items())} {found.moved}")
    return lines
