"""Packages that leave the fewest persons without a dwelling that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np

from models.exchange.composition import (
    CompositionOutcome,
    CompositionProblem,
    Package,
    SizePrices,
    check_packages,
    households_after,
    left_over,
)
from models.exchange.composition_cover import cover
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_parts import Part, parts_of
from models.exchange.composition_prices import PARTS
from models.exchange.composition_proof import price_sizes
from models.exchange.composition_work import Work
from models.exchange.outcome import Stage
from models.exchange.part import is_proven as closes
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.progress import Hundredths

MOST_PAIRS = 30
"""Pairs up to which a whole group is searched; of larger groups the most helpful ones are."""
NARROW_NODES = 1_000
"""Effort: branch-and-bound nodes per stage where only some pairs, or more packages than those, are
searched."""
MOST_WORK = 6_000_000
"""Effort: steps of the search for divisions of a whole request: one to two minutes."""
GOALS = ("left_over", "agreements", "households")


def solve_composition(problem: CompositionProblem, nodes: int = 20_000) -> CompositionOutcome:
    """Find packages with the fewest persons left over, then the fewest, then the smallest.

    Parameters
    ----------
    problem
        Expected households, dwellings and who may deal with whom.
    nodes
        Branch-and-bound nodes per stage.

    Returns
    -------
    CompositionOutcome
        Packages in which every member's persons stay equal, nobody hands on what it took over
        and nobody ends with more persons left over in any scenario.

    Raises
    ------
    SolverDisagreementError
        If an engine's packages break a rule or are not as good as it says.

    Notes
    -----
    Persons left over cannot go below those of one pooled party per connected part of the pairs,
    a flow of our own, nor below what prices per size prove (:func:`price_sizes`). Agreements and
    households cannot be fewer than the parties ask for whose left-over persons must fall. Where
    the search ends before its bound the stage is feasible. In groups of more than ``MOST_PAIRS``
    pairs only the most helpful ones are searched, and only a bound proves a stage.
    """
    solved, left = [], MOST_WORK
    parts, behind = parts_of(problem), Hundredths(MOST_WORK)
    for place, part in enumerate(parts):
        # What one part leaves is for those that follow.
        share = left // (len(parts) - place)
        left -= share
        own = Work(share, tell=partial(_tell, behind, MOST_WORK - left))
        solved.append(_solve_part(part, nodes, own))
        left += max(0, own.left)
    packages = tuple(sorted(chain.from_iterable(own for own, _, _ in solved), key=_members))
    check_packages(problem, packages)
    stages = tuple(_sum_of(goal, [own[goal] for _, own, _ in solved]) for goal in GOALS)
    is_optimal = all(stage.status is Status.OPTIMAL for stage in stages)
    status = Status.OPTIMAL if is_optimal else Status.FEASIBLE
    prices = tuple(own for _, _, own in solved if own is not None)
    return CompositionOutcome(packages, stages, status, prices)


def _tell(behind: Hundredths, given: int, left: int) -> None:
    """Say how much of the whole budget is gone: what was given out less what is left of it."""
    behind.reach(given - max(0, left))


def _members(package: Package) -> tuple[int, ...]:
    return package.members


def _sum_of(goal: str, parts: list[Stage]) -> Stage:
    """One stage of the whole: parts share no party and no package."""
    value = sum(part.bounds.objective for part in parts)
    bound = sum(part.bounds.bound for part in parts)
    proof = "search" if any(part.proof == "search" for part in parts) else "count"
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return Stage(goal, status, Bounds(value, bound), proof=proof)


def _solve_part(
    part: Part, nodes: int, work: Work
) -> tuple[tuple[Package, ...], dict[str, Stage], SizePrices | None]:
    """Packages of connected parties, by their own numbers in the whole, stage by stage."""
    problem = part.problem
    pooled = _pooled(problem)
    priced = _priced(part, pooled)
    least = pooled if priced is None else max(pooled, priced.bound)
    searched = part.narrowed(MOST_PAIRS)
    is_whole = len(searched.pairs) == len(problem.pairs)
    known = cover(problem, nodes, work)
    packages = known.packages or ()
    check_packages(problem, packages)
    limits: dict[str, int] = {}
    stages = {}
    holds = True
    for goal in GOALS:
        shown = least if goal == "left_over" else _count(problem, packages, goal, priced)
        said = known.bounds.get(goal, 0) if holds else 0
        if goal == "households" and known.bounds.get("left_over") == limits["left_over"]:
            # Whatever the agreements: so much moves in any plan with as few persons left over.
            said = max(said, known.moved)
        # Prices are weighed in whole numbers; what no division beats is an engine's word.
        shown = max(shown, said) if goal == "left_over" else shown
        bound, value = max(shown, said), measure(problem, packages, goal)
        if not closes(value, bound) and (is_whole or known.packages is None):
            is_small = is_whole and len(problem.packages()) <= MOST_PAIRS
            budget = nodes if is_small else min(nodes, NARROW_NODES)
            packages, is_proven = _improve(searched, packages, goal, limits, bound, budget)
            value = measure(problem, packages, goal)
            bound = value if is_proven and is_whole else bound
        proof = "search" if bound > shown else "count"
        status = Status.OPTIMAL if value == bound else Status.FEASIBLE
        stages[goal] = Stage(goal, status, Bounds(value, bound), proof=proof)
        limits[goal] = value
        holds = holds and known.bounds.get(goal) == value
    return part.in_whole(packages), stages, priced


def _priced(part: Part, pooled: int) -> SizePrices | None:
    """Prices that prove no less than pooling the parties does, if there are any."""
    if not len(part.problem.pairs):
        return None
    priced = price_sizes(part.problem)
    if priced.bound < max(1, pooled):
        return None
    return replace(priced, parties=tuple(part.parties.tolist()))


def _count(
    problem: CompositionProblem,
    packages: tuple[Package, ...],
    goal: str,
    priced: SizePrices | None,
) -> int:
    """Bound of a later goal by counting who must take part at least."""
    active = _fewest_active(problem, packages, priced)
    if goal == "agreements":
        return _agreements_of(active)
    return _households_of(active, problem.most_members)


def _fewest_active(
    problem: CompositionProblem, packages: tuple[Package, ...], priced: SizePrices | None
) -> int:
    """Fewest parties whose left-over persons can fall as far as the packages bring.

    By what each leaves over, or, with what households cost cancelling out, by prices.
    """
    before = problem.households_left_over(problem.expected)[0]
    gain = int(before.sum()) - measure(problem, packages, "left_over")
    fewest = _fewest(before.tolist(), gain)
    return fewest if priced is None else max(fewest, _fewest(priced.falls, PARTS * gain))


def _fewest(most: Sequence[int], wanted: int) -> int:
    """Fewest of some numbers that together reach what is wanted."""
    reached = np.cumsum(np.sort(np.array(most, dtype=np.int64))[::-1])
    return int(np.searchsorted(reached, wanted)) + 1 if wanted else 0


def _agreements_of(active: int) -> int:
    return -(-active // 2)


def _households_of(active: int, most_members: int) -> int:
    # A party hands over a household at least; in a pair one household is never worth one other.
    return active if most_members == 3 else -(-3 * active // 2)


def pooled_bound(problem: CompositionProblem) -> int:
    """Persons left over if each connected group of parties were one: no packages do better."""
    return sum(_pooled(part.problem) for part in parts_of(problem))


def shown_bound(problem: CompositionProblem, prices: tuple[SizePrices, ...]) -> int:
    """Persons left over at least: pooled parties, or what their prices prove."""
    known = {own.parties: own.bound for own in prices}
    parts = ((tuple(part.parties.tolist()), part.problem) for part in parts_of(problem))
    return sum(max(_pooled(own), known.get(names, 0)) for names, own in parts)


def fewest_agreements(problem: CompositionProblem, outcome: CompositionOutcome) -> int:
    """Agreements that no packages with as few persons left over in each group can do without."""
    return sum(map(_agreements_of, _active_by_part(problem, outcome)))


def fewest_households(problem: CompositionProblem, outcome: CompositionOutcome) -> int:
    """Like :func:`fewest_agreements`, for the households moved."""
    return sum(_households_of(n, problem.most_members) for n in _active_by_part(problem, outcome))


def _active_by_part(problem: CompositionProblem, outcome: CompositionOutcome) -> list[int]:
    known = {own.parties: own for own in outcome.prices}
    return [
        _fewest_active(
            part.problem, part.own(outcome.packages), known.get(tuple(part.parties.tolist()))
        )
        for part in parts_of(problem)
    ]


def _improve(
    problem: CompositionProblem,
    packages: tuple[Package, ...],
    goal: str,
    limits: dict[str, int],
    low: int,
    nodes: int,
) -> tuple[tuple[Package, ...], bool]:
    """Better packages if the search finds any, and whether none is better."""
    model = CompositionModel(problem, limits)
    answer = solve_program(model.program(goal, low), Limits(nodes=nodes))
    if answer.values is None:
        if answer.status is Status.INFEASIBLE:
            raise SolverDisagreementError("an engine denies a plan that is at hand")
        return packages, False
    found = model.read(answer.values)
    check_packages(problem, found)
    if any(measure(problem, found, name) > most for name, most in limits.items()):
        raise SolverDisagreementError("an engine gives up an earlier stage")
    if measure(problem, found, goal) > measure(problem, packages, goal):
        return packages, False
    return found, answer.status is Status.OPTIMAL


def measure(problem: CompositionProblem, packages: tuple[Package, ...], goal: str) -> int:
    """Value of a goal, counted from the packages."""
    if goal == "left_over":
        return int(problem.households_left_over(households_after(problem, packages))[0].sum())
    if goal == "agreements":
        return sum(len(package.members) - 1 for package in packages)
    return sum(move.households for package in packages for move in package.moves)


def _pooled(problem: CompositionProblem) -> int:
    """Persons left over if all parties were one."""
    return left_over(
        problem.expected.sum(axis=0),
        problem.dwellings[0].sum(axis=0),
        problem.fits(),
        problem.sizes,
    )
