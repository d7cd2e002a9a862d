"""Exchanging households of different sizes, persons equal both ways."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from models.exchange.outcome import Stage
from models.exchange.problem import BoolArray, IntArray
from models.solution import Status
from models.solver.flow import min_cost_flow


@dataclass(frozen=True, slots=True, eq=False)
class CompositionProblem:
    """Parties 0..n-1, K household sizes, C dwelling classes, Z scenarios of supply.

    Raises
    ------
    ValueError
        If shapes differ, a number is negative, a size is not positive, a pair is double or
        joins a party to itself or to one that is not there, or packages have other than two or
        three members.
    """

    expected: IntArray
    """Expected households of each size that are not linked yet, shape (n, K)."""
    sizes: IntArray
    """Persons per household of each size, shape (K,)."""
    dwellings: IntArray
    """Dwellings per scenario, party and class, shape (Z, n, C); the first scenario counts."""
    class_min: IntArray
    """Fewest persons that a class suits, shape (C,)."""
    class_max: IntArray
    """Most persons that a class suits, shape (C,)."""
    pairs: IntArray
    """Parties that may deal with each other, shape (m, 2)."""
    most_members: int = 2
    """Members of a package: 2, or 3 to allow triangles too."""

    def __post_init__(self) -> None:
        """Refuse arrays that are no composition problem."""
        parties, kinds = self.expected.shape
        scenarios, places, classes = self.dwellings.shape
        if kinds != len(self.sizes) or places != parties or scenarios < 1:
            raise ValueError("expected must be (n, K) and dwellings (Z, n, C)")
        if len(self.class_min) != classes or len(self.class_max) != classes:
            raise ValueError("a class has one least and one largest household")
        if (self.expected < 0).any() or (self.dwellings < 0).any() or (self.sizes < 1).any():
            raise ValueError("households and dwellings cannot be negative, a size is positive")
        if self.most_members not in (2, 3):
            raise ValueError("a package has two or three members")
        self._check_pairs(parties)

    def _check_pairs(self, parties: int) -> None:
        seen = {tuple(sorted(pair)) for pair in self.pairs.tolist()}
        if len(seen) != len(self.pairs) or any(i == j for i, j in seen):
            raise ValueError("a pair stands twice or joins a party to itself")
        if any(i < 0 or j >= parties for i, j in seen):
            raise ValueError("a pair names a party that does not exist")

    @property
    def parties(self) -> int:
        """Number of parties n."""
        return len(self.expected)

    def fits(self) -> BoolArray:
        """Whether a household of size k fits class c, shape (K, C)."""
        size = self.sizes[:, None]
        return np.asarray((self.class_min <= size) & (size <= self.class_max))

    def packages(self) -> list[tuple[int, ...]]:
        """Members of every package that may be made, sorted: pairs, then triangles."""
        allowed = {tuple(sorted(pair)) for pair in self.pairs.tolist()}
        found: list[tuple[int, ...]] = sorted(allowed)
        if self.most_members == 3:
            found += [
                trio
                for trio in combinations(range(self.parties), 3)
                if set(combinations(trio, 2)) <= allowed
            ]
        return found

    def households_left_over(self, households: IntArray) -> IntArray:
        """Persons without a dwelling that fits, per scenario and party, shape (Z, n)."""
        scenarios = len(self.dwellings)
        fits = self.fits()
        return np.array(
            [
                [
                    left_over(households[i], self.dwellings[z, i], fits, self.sizes)
                    for i in range(self.parties)
                ]
                for z in range(scenarios)
            ],
            dtype=np.int64,
        ).reshape(scenarios, self.parties)


def left_over(households: IntArray, dwellings: IntArray, fits: BoolArray, sizes: IntArray) -> int:
    """Persons left over in the best assignment of households to dwellings that fit.

    Parameters
    ----------
    households
        Households per size, shape (K,).
    dwellings
        Dwellings per class, shape (C,).
    fits
        Whether size k fits class c, shape (K, C).
    sizes
        Persons per household, shape (K,).

    Notes
    -----
    A cheapest flow from sizes to classes, in which staying behind costs the household's size.
    """
    kinds, classes = fits.shape
    size, dwelling = np.nonzero(fits)
    sink = kinds + classes
    tails = np.concatenate([size, np.arange(classes) + kinds, np.arange(kinds)])
    heads = np.concatenate([dwelling + kinds, np.full(classes, sink), np.full(kinds, sink)])
    limits = np.concatenate([households[size], dwellings, households])
    costs = np.concatenate([np.zeros(len(size) + classes), sizes])
    supplies = np.concatenate([households, np.zeros(classes), [-households.sum()]])
    flow = min_cost_flow(
        *(part.astype(np.int64) for part in (tails, heads, limits, costs, supplies))
    )
    return int((flow[len(size) + classes :] * sizes).sum())


@dataclass(frozen=True, slots=True)
class Move:
    """Households of one size that one party takes over from another."""

    giver: int
    taker: int
    size: int
    """Position of the size."""
    households: int


@dataclass(frozen=True, slots=True)
class Package:
    """A deal between two or three parties in which everyone's persons stay equal."""

    members: tuple[int, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class SizePrices:
    """Prices of households for parties that pairs connect: no packages beat what they prove."""

    parties: tuple[int, ...]
    """Ascending."""
    prices: tuple[int, ...]
    """What taking over a household of each size costs, in parts of a person, shape (K,)."""
    bound: int
    """Persons that these parties leave over at least."""
    falls: tuple[int, ...]
    """What each of them can leave over less at most, with what its change costs, in parts of a
    person, shape (p,); together as much as they can leave over less, or more."""


@dataclass(frozen=True, slots=True)
class CompositionOutcome:
    """Packages with what is proven of them."""

    packages: tuple[Package, ...]
    stages: tuple[Stage, ...]
    """``left_over`` (persons), ``agreements`` (members less one, over packages) and
    ``households`` (moved), each least among the plans equal in the earlier ones."""
    status: Status
    prices: tuple[SizePrices, ...] = ()
    """Where prices prove that more is left over than by one pooled party."""

    def stage(self, name: str) -> Stage:
        """Return the stage of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)


class PackagesRejectedError(ValueError):
    """Packages break a hard rule of their problem."""


def households_after(problem: CompositionProblem, packages: tuple[Package, ...]) -> IntArray:
    """Households per party and size after all moves, shape (n, K)."""
    after = problem.expected.copy()
    for package in packages:
        for move in package.moves:
            after[move.giver, move.size] -= move.households
            after[move.taker, move.size] += move.households
    return after


def check_packages(problem: CompositionProblem, packages: tuple[Package, ...]) -> None:
    """Refuse packages that break a hard rule.

    Raises
    ------
    PackagesRejectedError
        If a package may not be made or stands twice, moves nobody or somebody outside it,
        changes a member's persons, takes households that a party does not expect itself, or
        leaves a party with more persons left over in any scenario.
    """
    allowed = set(problem.packages())
    members = [package.members for package in packages]
    if len(set(members)) != len(members) or not set(members) <= allowed:
        raise PackagesRejectedError("a package stands twice or may not be made")
    sent = np.zeros_like(problem.expected)
    for package in packages:
        _check_package(problem, package)
        for move in package.moves:
            sent[move.giver, move.size] += move.households
    if (sent > problem.expected).any():
        raise PackagesRejectedError("a party hands over households that it does not expect")
    before = problem.households_left_over(problem.expected)
    after = problem.households_left_over(households_after(problem, packages))
    if (after > before).any():
        raise PackagesRejectedError("a party ends with more persons left over")


def _check_package(problem: CompositionProblem, package: Package) -> None:
    balance = dict.fromkeys(package.members, 0)
    for move in package.moves:
        if not {move.giver, move.taker} <= set(package.members) or move.giver == move.taker:
            raise PackagesRejectedError("a move leaves its package")
        if move.households < 1:
            raise PackagesRejectedError("a move moves nobody")
        persons = move.households * int(problem.sizes[move.size])
        balance[move.giver] -= persons
        balance[move.taker] += persons
    if not package.moves or any(balance.values()):
        raise PackagesRejectedError("a member's persons change")
