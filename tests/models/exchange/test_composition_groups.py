"""Groups of parties whose changes cancel out, against every choice of small cases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from models.exchange import (
    CompositionProblem,
    composition_lightest,
    composition_listing,
    composition_residues,
)
from models.exchange.composition import Package, check_packages
from models.exchange.composition_changes import Changes, changes_of
from models.exchange.composition_hung import Hung
from models.exchange.composition_lightest import Members, lightest_groups
from models.exchange.composition_listing import Listing
from models.exchange.composition_most import most_groups
from models.exchange.composition_prices import PARTS, Priced, priced_moves
from models.exchange.composition_rebuild import packages_of
from models.exchange.composition_shapes import sides_of, splits_of
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, fewest
from models.exchange.composition_trees import NEVER, UNIT, GroupTrees
from tests.models.exchange.test_composition import make
from tests.models.exchange.test_composition_cover import drawn

FAR = 1_000 * UNIT
MUCH = 1_000_000
"""Work that no case here takes."""


def all_changes(seed: int, parties: int) -> tuple[CompositionProblem, list[Changes]]:
    problem = drawn(seed, parties, 3)
    changes = changes_of(problem)
    assert changes is not None
    return problem, changes


def weighed_tables(problem: CompositionProblem, changes: list[Changes]) -> list[Sums]:
    coding = Coding(changes, problem.sizes)
    return [fewest(coding.codes(own.net), np.abs(own.net).sum(axis=1)) for own in changes]


def every_group(tables: Sequence[Sums]) -> dict[Members, int]:
    """Least weight of every group whose changes can cancel out, by all choices."""
    found: dict[Members, int] = {}
    for size in range(1, len(tables) + 1):
        for members in itertools.combinations(range(len(tables)), size):
            for chosen in itertools.product(*(range(len(tables[i].code)) for i in members)):
                pairs = list(zip(members, chosen, strict=True))
                if sum(int(tables[i].code[k]) for i, k in pairs) == 0:
                    weight = sum(int(tables[i].cost[k]) for i, k in pairs)
                    found[members] = min(weight, found.get(members, weight))
    return found


def test_the_lightest_group_is_that_of_all_choices() -> None:
    rng = np.random.default_rng(3)
    heavier = 0
    for seed in range(25):
        tables = weighed_tables(*all_changes(seed, 4))
        few = [Sums(table.code[:4], table.cost[:4] + int(rng.integers(-3, 6))) for table in tables]
        wanted = every_group(few)
        below = int(rng.integers(-2, 9))
        found = lightest_groups(few, below)
        light = {members: weight for members, weight in wanted.items() if weight < below}
        assert bool(found) == bool(light)
        assert all(found[members] >= wanted[members] for members in found)
        if light:
            assert min(found.values()) == min(light.values())
        heavier += len(wanted) > len(light)
    assert heavier >= 10


@pytest.mark.parametrize(("bits", "at_once", "flexible"), [(16, 4_000, 64), (1, 5, 2), (3, 1, 2)])
def test_the_groups_listed_are_all_that_weigh_little_enough(
    bits: int, at_once: int, flexible: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition_residues, "BITS", bits)
    monkeypatch.setattr(composition_listing, "FLEXIBLE", flexible)
    for module in (composition_listing, composition_lightest):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
    rng = np.random.default_rng(5)
    listed = left_out = 0
    for seed in range(25):
        tables = [Sums(t.code[:5], t.cost[:5]) for t in weighed_tables(*all_changes(seed, 4))]
        weights, levels = rng.integers(-3, 4, 4).tolist(), rng.integers(-2, 5, 4).tolist()
        low, high, most = 1, 4, int(rng.integers(0, 8))
        wanted = every_group(tables)
        found = Listing(tables, weights, levels, low, high).groups(most)
        chosen = {
            members: weight
            for members, weight in wanted.items()
            if weight + sum(weights[i] for i in members) <= most
            and low <= sum(levels[i] for i in members) <= high
        }
        assert found == chosen
        listed, left_out = listed + len(chosen), left_out + len(wanted) - len(chosen)
    assert listed >= 40
    assert left_out >= 40


def most_by_enumeration(groups: set[Members], parties: frozenset[int]) -> int | None:
    """Most groups that parties fall into, each in one; None if they do not."""
    if not parties:
        return 0
    first = min(parties)
    counts = [
        most_by_enumeration(groups, parties - set(members))
        for members in groups
        if members[0] == first and parties.issuperset(members)
    ]
    return max((count + 1 for count in counts if count is not None), default=None)


def test_no_division_has_more_groups_than_the_bound_and_most_have_as_many() -> None:
    met = 0
    for seed in range(60):
        tables = [Sums(t.code[1::2], t.cost[1::2]) for t in weighed_tables(*all_changes(seed, 5))]
        if any(not len(table.code) for table in tables):
            continue
        most = most_by_enumeration(set(every_group(tables)), frozenset(range(5)))
        if most is None:
            continue
        bound = most_groups(tables).bound
        assert bound >= most
        met += bound == most
    assert met >= 5


def trees_of(members: Members) -> list[tuple[tuple[int, int], ...]]:
    """Every tree over some parties."""
    pairs = list(itertools.combinations(members, 2))
    found = []
    for chosen in itertools.combinations(pairs, len(members) - 1):
        reached = {members[0]}
        for _ in members:
            reached |= {i for pair in chosen if set(pair) & reached for i in pair}
        if len(reached) == len(members):
            found.append(chosen)
    return found


def fewest_by_enumeration(
    problem: CompositionProblem, changes: list[Changes], members: Members, is_strict: bool
) -> int | None:
    """Fewest households over all trees and changes; strictly, nobody hands on anything."""
    best = None
    allowed = {tuple(sorted(pair)) for pair in problem.pairs.tolist()}
    trees = [tree for tree in trees_of(members) if allowed.issuperset(tree)]
    for chosen in itertools.product(*(changes[i].net for i in members)):
        if np.sum(chosen, axis=0).any():
            continue
        net = dict(zip(members, chosen, strict=True))
        for tree in trees:
            moved = np.zeros((problem.parties, len(problem.sizes)), dtype=np.int64)
            count = 0
            for cut in tree:
                behind = {cut[0]}
                for _ in tree:
                    behind |= {
                        i for pair in tree if pair != cut and set(pair) & behind for i in pair
                    }
                flow = np.sum([net[i] for i in sorted(behind)], axis=0)
                moved[cut[0]] += np.maximum(-flow, 0)
                moved[cut[1]] += np.maximum(flow, 0)
                count += int(np.abs(flow).sum())
            if is_strict and (moved > problem.expected).any():
                continue
            best = count if best is None else min(best, count)
    return best


def check_tree(
    problem: CompositionProblem, members: Members, packages: Sequence[Package], count: int
) -> None:
    check_packages(problem, tuple(packages))
    assert {party for package in packages for party in package.members} <= set(members)
    assert len(packages) < len(members)
    assert sum(move.households for package in packages for move in package.moves) == count


@pytest.mark.parametrize("is_sparse", [False, True])
def test_trees_move_as_few_households_as_the_best_of_all_trees(is_sparse: bool) -> None:
    known = 0
    for seed in range(12):
        problem, changes = all_changes(seed, 4)
        # A few of them, nothing at all among them only where there is nothing else.
        moves = [(own.net != 0).any(axis=1) for own in changes]
        order = [np.argsort(~moved, kind="stable")[:6] for moved in moves]
        changes = [
            Changes(own.net[few], own.left[few]) for own, few in zip(changes, order, strict=True)
        ]
        if is_sparse:
            problem = replace(problem, pairs=problem.pairs[[0, 1, 3, 5]])
        trees = GroupTrees(problem, changes, priced_moves(changes), FAR)
        for size in (2, 3, 4):
            for members in itertools.combinations(range(4), size):
                found = trees.fewest(members, MUCH)
                strict = fewest_by_enumeration(problem, changes, members, is_strict=True)
                assert found == strict
                if found is not None:
                    known += 1
                    # Nothing is weighed anew.
                    trees.most_work = trees.work
                    check_tree(problem, members, packages_of(trees, members, found), found)
    assert known >= 20


@pytest.mark.parametrize(
    ("between", "wanted"), [([2, 0, 1], 6), ([2, 0, 0], None), ([1, 0, 1], None)]
)
def test_who_stands_between_two_parties_hands_over_only_what_it_expects(
    between: list[int], wanted: int | None
) -> None:
    problem = make([[0, 0, 1], between, [2, 0, 0]], [[1, 1, 1]] * 3, sizes=(2, 3, 4))
    problem = replace(problem, pairs=np.array([[0, 1], [1, 2]]))
    nets = [[[2, 0, -1]], [[0, 0, 0]], [[-2, 0, 1]]]
    changes = [Changes(np.array(net), np.zeros(1, dtype=np.int64)) for net in nets]
    trees = GroupTrees(problem, changes, priced_moves(changes), FAR)
    assert trees.fewest((0, 1, 2), MUCH) == wanted
    assert fewest_by_enumeration(problem, changes, (0, 1, 2), is_strict=True) == wanted
    assert fewest_by_enumeration(problem, changes, (0, 1, 2), is_strict=False) == 6


def test_trees_around_several_centres_are_kept_apart() -> None:
    # Sums at either end of what can be, so that those of two centres would meet by chance.
    problem, changes = all_changes(3, 4)
    trees = GroupTrees(problem, changes, priced_moves(changes), FAR)
    trees.most_work, last = MUCH, trees.coding.middle
    ends = np.array([-last, 1 - last, 0, last - 1, last])
    rng, met = np.random.default_rng(8), 0
    for _ in range(60):
        sides = [np.sort(rng.choice(ends, size=2, replace=False)) for _ in range(6)]
        costs = rng.integers(0, 90, (6, 2))
        hung = [
            Hung(code, cost, 0 * code, 0 * code, 0) for code, cost in zip(sides, costs, strict=True)
        ]
        pairs = [(centre, hung[centre], hung[3 + centre]) for centre in range(3)]
        wanted = [
            int(a) + int(b)
            for _, one, other in pairs
            for x, a in zip(one.code, one.cost, strict=True)
            for y, b in zip(other.code, other.cost, strict=True)
            if x + y == 0
        ]
        assert trees._meeting(pairs) == min(wanted, default=NEVER)
        met += bool(wanted)
    assert met >= 20


def test_trees_beyond_the_reach_are_none() -> None:
    dropped = kept = 0
    for seed in range(30):
        problem, changes = all_changes(seed, 4)
        # Something for everyone, at no prices.
        some = []
        for own in changes:
            is_some = (own.net != 0).any(axis=1)
            net = own.net[is_some] if is_some.any() else own.net
            some.append(Changes(net, np.abs(net).sum(axis=1)))
        least = tuple(PARTS * int(np.abs(own.net).sum(axis=1).min()) for own in some)
        moved = Priced(np.zeros(3, dtype=np.int64), tuple(some), least)
        far = GroupTrees(problem, some, moved, FAR)
        for step in (0, 1, 3):
            near = GroupTrees(problem, some, moved, step * UNIT)
            for members in itertools.combinations(range(4), 3):
                wanted, found = far.fewest(members, MUCH), near.fewest(members, MUCH)
                beyond = UNIT * (wanted or 0) - sum(least[i] for i in members)
                if wanted is not None and beyond <= step * UNIT:
                    assert found == wanted
                    kept += 1
                else:
                    assert found is None
                    dropped += wanted is not None
    assert kept >= 5
    assert dropped >= 5


def test_a_tree_is_not_read_where_no_tree_moves_so_many() -> None:
    problem, changes = all_changes(0, 4)
    trees = GroupTrees(problem, changes, priced_moves(changes), FAR)
    with pytest.raises(ValueError, match="no tree over"):
        packages_of(trees, (0, 1), 10_000)


def test_too_much_work_on_trees_is_refused() -> None:
    problem, changes = all_changes(0, 4)
    trees = GroupTrees(problem, changes, priced_moves(changes), FAR)
    with pytest.raises(TooManySumsError):
        trees.fewest((0, 1, 2, 3), 1)
    assert trees.fewest((0, 1, 2, 3), MUCH) is not None


def trees_by_pruefer(parties: int) -> Iterator[list[set[int]]]:
    """Every tree of so many parties, as the neighbours of each (Prüfer 1918)."""
    for word in itertools.product(range(parties), repeat=parties - 2):
        near: list[set[int]] = [set() for _ in range(parties)]
        degree = [1 + word.count(party) for party in range(parties)]
        for party in word:
            leaf = degree.index(1)
            near[leaf].add(party)
            near[party].add(leaf)
            degree[leaf] -= 1
            degree[party] -= 1
        last = [party for party in range(parties) if degree[party] == 1]
        near[last[0]].add(last[1])
        near[last[1]].add(last[0])
        yield near


def branch_of(near: list[set[int]], centre: int, first: int) -> int:
    """Parties behind the first neighbour of a centre, as bits."""
    reached, waiting = 1 << first, [first]
    while waiting:
        for party in near[waiting.pop()]:
            if party != centre and not reached >> party & 1:
                reached |= 1 << party
                waiting.append(party)
    return reached


@pytest.mark.parametrize("parties", [2, 3, 4, 5, 6, 7])
def test_every_tree_has_a_centre_with_two_sides_that_are_looked_at(parties: int) -> None:
    sides: dict[int, set[int]] = {centre: set() for centre in range(parties)}
    for centre, side, rest in sides_of(tuple(range(parties))):
        assert side | rest | 1 << centre == (1 << parties) - 1
        assert side.bit_count() + rest.bit_count() == parties - 1
        sides[centre] |= {side, rest}
    for near in trees_by_pruefer(parties):
        found = False
        for centre in range(parties):
            branches = [branch_of(near, centre, first) for first in sorted(near[centre])]
            for chosen in itertools.product((0, 1), repeat=len(branches)):
                side = sum(own for own, is_in in zip(branches, chosen, strict=True) if is_in)
                found = found or side in sides[centre]
        assert found, near


def test_splits_are_the_subsets_with_the_first_party() -> None:
    splits = list(splits_of(0b10110))
    assert sorted(splits) == [(0b10, 0b10100), (0b110, 0b10000), (0b10010, 0b100), (0b10110, 0)]


def test_more_parties_than_bits_are_refused() -> None:
    nothing = Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    with pytest.raises(TooManySumsError):
        Listing([nothing] * 63, [0] * 63, [1] * 63, 1, 2).groups(0)
