"""How often households of each size occur: stated by the instance, or a national assumption."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files

from allocator.findings import Findings
from allocator.reading import Instance

TABLE = "samenstelling"


@dataclass(frozen=True, slots=True)
class Mix:
    """Weight of each household size, sizes ascending; only their proportions count."""

    shares: Mapping[int, Fraction]
    is_default: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Persons per household, ascending."""
        return tuple(self.shares)

    @property
    def households(self) -> Fraction:
        """Sum of the weights."""
        return sum(self.shares.values(), Fraction(0))

    @property
    def persons(self) -> Fraction:
        """Persons in that many households."""
        return sum((size * share for size, share in self.shares.items()), Fraction(0))


def read_mix(instance: Instance) -> Mix:
    """The mix that the table ``samenstelling`` states, otherwise the national assumption.

    Raises
    ------
    InputRefusedError
        If no size in the table has a share.
    """
    rows = instance.rows(TABLE)
    if TABLE not in instance.tables:
        return Mix(_assumption(), is_default=True)
    shares = {int(row["personen"]): Fraction(row["aandeel"]) for row in rows}
    positive = {size: shares[size] for size in sorted(shares) if shares[size]}
    if not positive:
        findings = Findings()
        findings.error("composition_no_mix", instance.place(TABLE), column="aandeel")
        findings.refuse_errors()
    return Mix(positive)


@functools.cache
def _assumption() -> Mapping[int, Fraction]:
    path = files("allocator") / "parameters" / "household_sizes.toml"
    stated = tomllib.loads(path.read_text(encoding="utf-8"))["shares"]
    return {int(size): Fraction(stated[size]) for size in sorted(stated, key=int)}
