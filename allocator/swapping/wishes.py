"""Stated wishes divided so that nobody gains by stating another one: a study, no proposal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from allocator.findings import Findings
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.swapping.agreements import AGREEMENTS, declared_by
from allocator.swapping.potential import read_for_swaps, region_of
from models.exchange import adjust_single_peaked


class Side(StrEnum):
    """Where a municipality stands among those who wish more and those who wish less."""

    SHORT = "kort"
    """Its side wishes no more than the other, and gets all."""
    LONG = "lang"
    """Its side wishes more than the other, and is rationed."""
    NONE = "geen"
    """It wishes nothing, or is in no region."""


@dataclass(frozen=True, slots=True)
class Granted:
    """One municipality: what it wished and what it gets [persons, signed]."""

    code: str
    region: str
    wish: int
    change: int
    side: Side
    is_tied: bool
    """Whether the published order decided over a last person."""


@dataclass(frozen=True, slots=True)
class WishStudy:
    """What every municipality gets, by code, and the order that broke ties."""

    instance: Instance
    quotas: QuotaTable
    column: str
    order: tuple[str, ...]
    """Codes by precedence in a tie: from seed, half-year and code alone, so that it is fixed
    before anybody states a wish."""
    rows: tuple[Granted, ...]

    def regions(self) -> tuple[RegionSum, ...]:
        """Every region, in order."""
        names = sorted({row.region for row in self.rows} - {""})
        return tuple(
            _sum_of(name, [row for row in self.rows if row.region == name]) for name in names
        )


@dataclass(frozen=True, slots=True)
class RegionSum:
    """What is divided in one region: sums only, no wish of anybody."""

    region: str
    municipalities: int
    moved: int
    """Persons that change hands."""
    long_side: str
    """Who is rationed: those who wish ``meer``, those who wish ``minder``, or ``geen``."""
    is_tied: bool


def _sum_of(region: str, rows: list[Granted]) -> RegionSum:
    rationed = [row for row in rows if row.side is Side.LONG]
    long_side = "geen" if not rationed else "meer" if rationed[0].wish > 0 else "minder"
    moved = sum(max(0, row.change) for row in rows)
    return RegionSum(region, len(rows), moved, long_side, any(row.is_tied for row in rows))


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
        If nobody states a wish, a wish would take a quota below zero, or lots, partner limits,
        neighbours only or agreements beforehand are set: the claim does not hold with those.

    Notes
    -----
    The claim covers stated wishes in the own net change, not what is stated of supply or limits,
    which are not read here.
    """
    instance = read_for_swaps(path, ("gemeenten",))
    order, names = tie_order(instance), region_of(instance, column)
    wishes = {
        code: whole(row, "wens") for code, row in declared_by(instance).items() if "wens" in row
    }
    quotas = compute_quotas(instance)
    _refuse(instance, quotas, wishes)
    rows: list[Granted] = []
    for region in {*names}:
        codes = [
            place.code
            for place, name in zip(instance.municipalities, names, strict=True)
            if name == region
        ]
        rows += _divide(region, codes, wishes, order)
    return WishStudy(instance, quotas, column, order, tuple(sorted(rows, key=lambda r: r.code)))


def _divide(
    region: str, codes: list[str], wishes: dict[str, int], order: tuple[str, ...]
) -> list[Granted]:
    """One region; who is in none gets nothing, whatever it wishes."""
    stated = [wishes.get(code, 0) for code in codes]
    counted = stated if region else [0] * len(codes)
    place = {code: i for i, code in enumerate(codes)}
    found = adjust_single_peaked(counted, [place[code] for code in order if code in place])
    return [
        Granted(
            code,
            region,
            stated[i],
            found.change[i],
            _side(counted[i], found.is_short_side[i]),
            i in found.tied,
        )
        for i, code in enumerate(codes)
    ]


def _side(wish: int, is_short: bool) -> Side:
    if not wish:
        return Side.NONE
    return Side.SHORT if is_short else Side.LONG


def _refuse(instance: Instance, quotas: QuotaTable, wishes: dict[str, int]) -> None:
    findings, swap = Findings(), instance.settings.swap
    is_bound = swap.lot > 1 or swap.partners_max is not None or swap.pairs == "buren"
    if is_bound or instance.rows(AGREEMENTS):
        findings.error("wishes_need_full_pairs", instance.settings_place, column="swap")
    if not any(wishes.values()):
        findings.error("no_wishes", instance.place("ruilruimte"), column="wens")
    for row in quotas.rows:
        wish = wishes.get(row.code, 0)
        if row.quota + wish < 0:
            findings.error(
                "wish_below_zero",
                instance.place("ruilruimte"),
                column="wens",
                party=row.code,
                found=wish,
                most=row.quota,
            )
    findings.refuse_errors()
