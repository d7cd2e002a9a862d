"""Stated wishes divided so that nobody gains by stating another one: a study, no proposal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from allocator.findings import Findings
from allocator.quota import compute_quotas
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.swapping.agreements import AGREEMENTS, declared_by
from allocator.swapping.potential import read_for_swaps, region_of
from models.exchange import adjust_single_peaked


@dataclass(frozen=True, slots=True)
class Granted:
    """One municipality: what it wished and what it gets [persons, signed]."""

    code: str
    region: str
    wish: int
    change: int
    is_short_side: bool
    """Whether its side got all it wished."""
    is_tied: bool
    """Whether the published order decided over a last person."""


@dataclass(frozen=True, slots=True)
class WishStudy:
    """What every municipality gets, and the order that broke ties."""

    column: str
    order: tuple[str, ...]
    """Codes by precedence in a tie: from seed, half-year and code alone, so that it is fixed
    before anybody states a wish."""
    rows: tuple[Granted, ...]


def tie_order(instance: Instance) -> tuple[str, ...]:
    """Codes in the order that breaks ties; knows nothing of what was declared."""
    settings = instance.settings
    codes = [place.code for place in instance.municipalities]

    def rank(code: str) -> str:
        text = f"{settings.seed}|{settings.half_year}|{code}"
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    return tuple(sorted(codes, key=rank))


def study_wishes(path: Path, column: str = "provincie_code") -> WishStudy:
    """Divide column ``wens`` of ``ruilruimte`` within each region.

    Parameters
    ----------
    path
        An instance.
    column
        Column of ``gemeenten`` that says which region a municipality is in; all pairs within a
        region may deal.

    Raises
    ------
    InputRefusedError
        If nobody states a wish, a wish would take a quota below zero, or lots, partner limits
        or agreements beforehand are set: the claim does not hold with those.

    Notes
    -----
    The claim covers stated wishes in the own net change, not what is stated of supply or limits,
    which are not read here.
    """
    instance = read_for_swaps(path)
    order = tie_order(instance)
    names = region_of(instance, column)
    wishes = {
        code: whole(row, "wens") for code, row in declared_by(instance).items() if "wens" in row
    }
    _refuse(instance, wishes)
    rows: list[Granted] = []
    for region in sorted({*names}):
        inside = {
            place.code
            for place, name in zip(instance.municipalities, names, strict=True)
            if name == region
        }
        codes = sorted(inside)
        own = [wishes.get(code, 0) if region else 0 for code in codes]
        precedence = [codes.index(code) for code in order if code in inside]
        found = adjust_single_peaked(own, precedence)
        rows += [
            Granted(code, region, own[i], found.change[i], found.is_short_side[i], i in found.tied)
            for i, code in enumerate(codes)
        ]
    return WishStudy(column, order, tuple(sorted(rows, key=lambda row: row.code)))


def _refuse(instance: Instance, wishes: dict[str, int]) -> None:
    findings, swap = Findings(), instance.settings.swap
    if swap.lot > 1 or swap.partners_max is not None or instance.rows(AGREEMENTS):
        findings.error("wishes_need_full_pairs", "instance.toml", column="swap")
    if not any(wishes.values()):
        findings.error("no_wishes", "ruilruimte.csv", column="wens")
    for row in compute_quotas(instance).rows:
        wish = wishes.get(row.code, 0)
        if row.quota + wish < 0:
            findings.error(
                "wish_below_zero",
                "ruilruimte.csv",
                column="wens",
                party=row.code,
                found=wish,
                most=row.quota,
            )
    findings.refuse_errors()
