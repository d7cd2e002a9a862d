"""What a search may still do, counted in steps: no clock has a say in what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

PER_COLUMN = 25
"""Effort: steps that a program takes per group it chooses among."""
PER_CUBE = 10
"""Effort: steps that an engine takes to search the packages of a group, per cube of
those it may have."""
PER_MIXTURE, GROUPS_A_STEP = 2_000, 10
"""Effort: steps per mixture of groups, and groups that are priced in one."""
PARTINGS_A_STEP = 16
"""Effort: ways to part a group in two that are gone through in one step."""


@dataclass(slots=True)
class Work:
    """Steps left; one takes about as long as a row of the tables of trees."""

    left: int
    tell: Callable[[int], None] = lambda _left: None
    """Told what is left each time that steps are taken off; changes nothing."""

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def spend(self, steps: int) -> None:
        """Take steps off, also the last ones."""
        self.left -= steps
        self.tell(self.left)

    def choose(self, groups: int) -> None:
        """Take off what a choice among groups costs."""
        self.spend(PER_COLUMN * groups)

    def mix(self, groups: int) -> None:
        """Take off what a mixture of groups costs."""
        self.spend(PER_MIXTURE + groups // GROUPS_A_STEP)

    def weigh(self, members: int, rows: int) -> None:
        """Take off what going through the trees of a group costs: ways to part it, and rows."""
        self.spend(rows + (1 << members) // PARTINGS_A_STEP)

    def search(self, packages: int) -> bool:
        """Take off what searching among so many packages costs; false if there is not as much."""
        steps = PER_CUBE * packages**3
        if steps > self.left:
            return False
        self.spend(steps)
        return True
