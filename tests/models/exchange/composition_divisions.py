"""How the search for a division goes on, whatever it is told: all that it asks others for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from models.exchange import composition_cover
from models.exchange.composition import CompositionProblem, Move, Package
from models.exchange.composition_changes import changes_of
from models.exchange.composition_cover import _Division, households
from models.exchange.composition_lightest import Members
from models.exchange.composition_master import Choice
from models.exchange.composition_most import MostGroups
from models.exchange.composition_prices import priced, priced_moves
from models.exchange.composition_sums import Sums, TooManySumsError
from models.exchange.composition_work import Work
from models.exchange.problem import IntArray
from models.solver.limits import Limits
from tests.models.deciding import digest, text_of
from tests.models.exchange.composition_cases import ENOUGH, drawn

PARTIES = 4
GROUPS: tuple[Members, ...] = ((0,), (1,), (2,), (3,), (0, 1), (2, 3), (0, 1, 2), (1, 2, 3))


class Told:
    """Answers by chance, and all questions."""

    def __init__(self, seed: int) -> None:
        self.rng, self.log = np.random.default_rng(seed), list[str]()
        self.sure = float(self.rng.choice([1.0, 0.95, 0.6]))
        self.whole = float(self.rng.choice([0.3, 0.95]))
        self.level = int(self.rng.integers(0, 9))

    def some(self) -> dict[Members, int]:
        """Some groups, with what each moves."""
        return {m: int(self.rng.integers(0, 9)) for m in GROUPS if self.rng.random() < 0.6}

    def listing(
        self,
        tables: Sequence[Sums],
        weights: Sequence[int],
        levels: Sequence[int],
        low: int,
        high: int,
    ) -> Told:
        """Stand for ``Listing``."""
        self.log.append(f"list {len(tables)} {weights} {levels} {low} {high}")
        return self

    def groups(self, most: int) -> dict[Members, int]:
        """Stand for ``Listing.groups``."""
        self.log.append(f"most {most}")
        if self.rng.random() < 0.04:
            raise TooManySumsError
        return self.some()


class Choosing:
    """Stands for ``Chooser``."""

    def __init__(
        self, told: Told, households: dict[Members, int], parties: int, groups: int
    ) -> None:
        self.told = told
        self.prices: IntArray = told.rng.integers(-500, 900, parties + 1)
        told.log.append(f"chooser {households} {parties} {groups}")

    def choose(self, limits: Limits, enough: int) -> Choice:
        """Any choice."""
        told, rng = self.told, self.told.rng
        told.log.append(f"choose {limits.nodes} {enough}")
        told.level += int(rng.integers(0, 3))
        groups = None if rng.random() < 0.35 else GROUPS[:4] if rng.random() < 0.3 else GROUPS[4:6]
        return Choice(told.level, groups, bool(rng.random() < told.whole))

    def said(self, members: Members) -> int:
        """What a group is said to move."""
        return len(members)

    def learn(self, members: Members, count: int | None) -> None:
        """Note what is learnt."""
        self.told.log.append(f"learn {members} {count}")

    def widen(self, more: dict[Members, int]) -> bool:
        """More groups, which are news or not."""
        self.told.log.append(f"widen {more}")
        return bool(self.told.rng.random() < 0.5)


class Made:
    """Stands for ``Settling``."""

    def __init__(self, told: Told, by_trees: bool) -> None:
        self.told, self.by_trees, self.is_sure = told, by_trees, True
        self.made: dict[Members, tuple[Package, ...]] = {}
        self.weigh = None

    def at_least(self, listed: dict[Members, int]) -> dict[Members, int]:
        """As listed, noted."""
        self.told.log.append(f"least {self.by_trees} {sorted(listed)}")
        return listed

    def known(self) -> dict[Members, int]:
        """What plans that were made move."""
        return {own: households(packages) for own, packages in self.made.items()}

    def settle(self, members: Members) -> int | None:
        """A plan of a group, another count, or none."""
        rng = self.told.rng
        self.is_sure = self.is_sure and bool(rng.random() < self.told.sure)
        if rng.random() < 0.25:
            return None
        count = len(members) + int(rng.random() < 0.3)
        moves = (Move(members[0], members[-1], 0, count + int(rng.integers(0, 6))),)
        self.made[members] = (Package(members, moves),) if len(members) > 1 else ()
        return count


def problem_of(seed: int) -> CompositionProblem:
    """Parties of which not all may deal with each other."""
    return drawn((2, 5, 0, 3)[seed % 4], PARTIES, 4)


def directed(seed: int) -> list[str]:
    """A search among answers by chance."""
    told, problem = Told(seed), problem_of(seed)
    changes = changes_of(problem)
    assert changes is not None
    prices = priced(changes)
    tight = prices.tight()
    division = _Division(problem, prices, tight, priced_moves(tight), 77, Work(ENOUGH))
    # Prices are an engine's; here they are given.
    division.moved = type(division.moved)(
        division.moved.prices, division.moved.changes, tuple(told.rng.integers(0, 1500, 4).tolist())
    )
    division.least, division.bounds = int(told.rng.integers(0, 9)), {"left_over": 3}
    division.settlings = {own: Made(told, own) for own in (True, False)}  # type: ignore[misc]
    division.settling = division.settlings[True]
    weights = tuple(told.rng.integers(2_000, 5_000, 4).tolist())
    most = MostGroups(weights, int(told.rng.choice([0, 3_000, 5_040, 6_100])), GROUPS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition_cover, "most_groups", lambda _: most)
        patch.setattr(composition_cover, "Listing", told.listing)
        patch.setattr(composition_cover, "Chooser", lambda own, n, k, *_: Choosing(told, own, n, k))
        patch.setattr(composition_cover, "MOST_CHOICES", 7 + seed % 4)
        patch.setattr(composition_cover, "MOST_ROUNDS", 3)
        found = division.best()
    return [
        f"{most.bound} {text_of(found.packages)} {sorted(found.bounds.items())} {found.moved}",
        *told.log[:3],
        f"and {len(told.log)} lines in all {digest(str(told.log))}",
        f"choices {division.choices} {[own.is_sure for own in division.settlings.values()]}",
    ]
