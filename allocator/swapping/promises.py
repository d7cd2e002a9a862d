"""A later return (toezegging): what it says, what it may come to, and that it is booked nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from allocator.findings import Findings
from allocator.period import HalfYear
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.swapping.proposal import Transfer

PROMISES = "toezeggingen"
FILE, COLUMN = f"{PROMISES}.csv", "halfjaar"
BASES = ("laagste_landelijk", "laagste_deel")
"""Columns of which one says what the lowest plausible quota follows from."""


class Standing(StrEnum):
    """What becomes of a promise, as far as can be said now."""

    ENOUGH = "toereikend"
    """The lowest plausible quota holds all that its giver promised for that half-year."""
    SHORT = "ontoereikend"
    """It does not: the promise would lapse or shrink."""
    UNKNOWN = "onbekend"
    """Nobody stated how low the national number may go."""
    IDLE = "geen_overdracht"
    """The plan moves nobody between the two, so there is nothing to return."""


@dataclass(frozen=True, slots=True)
class Promise:
    """``taker`` returns persons of quota to ``giver`` in a later half-year, if they then agree.

    Giver and taker are those of the transfer that it belongs to. It changes no quota: only a new
    joint decision does.
    """

    giver: str
    taker: str
    half_year: str
    persons: int
    moved: int
    """Persons that this plan moves between the two."""
    lowest: int | None
    """Lowest plausible quota of ``taker`` then [persons]; None where nobody stated a base."""
    standing: Standing


def check_promises(instance: Instance, quotas: QuotaTable, findings: Findings) -> None:
    """Collect promises that cannot be.

    Those of no later half-year, without what their base needs, or with another lowest quota than
    a row above states of the same municipality in the same half-year.
    """
    for line, row in _lines(instance):
        if HalfYear.parse(row["halfjaar"]) <= instance.settings.period:
            findings.error(
                "promise_not_later",
                instance.place(PROMISES),
                line,
                COLUMN,
                found=row["halfjaar"],
                half_year=str(instance.settings.period),
            )
        if row.get("laagste_landelijk", "") and national_inhabitants(instance) is None:
            findings.error(
                "promise_needs_inhabitants", instance.place(PROMISES), line, "laagste_landelijk"
            )
    _check_lowest(instance, quotas, findings)


def _check_lowest(instance: Instance, quotas: QuotaTable, findings: Findings) -> None:
    """A municipality has one lowest quota in a half-year, whoever it promises a return."""
    quota = {row.code: row.quota for row in quotas.rows}
    people = {place.code: place.inhabitants for place in instance.municipalities}
    everyone = national_inhabitants(instance)
    stated: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for line, row in _lines(instance):
        code = row["naar_code"]
        above = stated.setdefault((code, row["halfjaar"]), [])
        if not any(row.get(column, "") for column in BASES):
            continue
        for first, other in above:
            lowest = [_lowest(own, quota[code], people[code], everyone) for own in (other, row)]
            column = next(column for column in BASES if row.get(column, ""))
            if lowest[0] != lowest[1] or _differ(other.get(column, ""), row[column]):
                findings.error(
                    "promise_lowest_differs",
                    instance.tables[PROMISES].place,
                    line,
                    column,
                    taker=code,
                    half_year=row["halfjaar"],
                    first=first,
                    stated=_shown(other),
                    found=_shown(row),
                )
                break
        above.append((line, row))


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and Fraction(one) != Fraction(other)


def _shown(row: dict[str, str]) -> str:
    return ", ".join(f"{column} {row[column]}" for column in BASES if row.get(column, ""))


def promises_of(
    instance: Instance, quotas: QuotaTable, transfers: Sequence[Transfer]
) -> tuple[Promise, ...]:
    """What every stated promise comes to beside a plan, in the order of the table.

    Parameters
    ----------
    instance
        Its table ``toezeggingen`` states the promises.
    quotas
        Quota per municipality before any swap [persons].
    transfers
        The plan.

    Notes
    -----
    The lowest plausible quota is never guessed. From a stated lower national total it is the
    share of the inhabitants, rounded down: the law rounds up, so the quota is at least this
    (Huisvestingswet 2014 art. 29(1), text of 2015-07-01). From a stated fraction it is that part
    of the present quota, rounded down.
    """
    moved = {(item.giver, item.taker): item.persons for item in transfers}
    quota = {row.code: row.quota for row in quotas.rows}
    people = {place.code: place.inhabitants for place in instance.municipalities}
    rows = [row for _, row in _lines(instance)]
    promised: dict[tuple[str, str], int] = {}
    for row in rows:
        if (row["van_code"], row["naar_code"]) in moved:
            then = row["naar_code"], row["halfjaar"]
            promised[then] = promised.get(then, 0) + whole(row, "personen")
    found = []
    for row in rows:
        giver, taker = row["van_code"], row["naar_code"]
        lowest = _lowest(row, quota[taker], people[taker], national_inhabitants(instance))
        found.append(
            Promise(
                giver,
                taker,
                row["halfjaar"],
                whole(row, "personen"),
                moved.get((giver, taker), 0),
                lowest,
                _standing(lowest, promised.get((taker, row["halfjaar"])), (giver, taker) in moved),
            )
        )
    return tuple(found)


def note_promises(promises: Sequence[Promise], findings: Findings) -> None:
    """Say of every promise what its parties should know before they sign."""
    for own in promises:
        names = {"giver": own.giver, "taker": own.taker, "half_year": own.half_year}
        if own.standing is Standing.IDLE:
            findings.notice("promise_without_deal", FILE, 0, COLUMN, **names)
            continue
        if own.persons > own.moved:
            findings.notice(
                "promise_above_deal", FILE, 0, COLUMN, **names, found=own.persons, moved=own.moved
            )
        if own.standing is Standing.SHORT:
            findings.notice("promise_above_lowest", FILE, 0, COLUMN, **names, lowest=own.lowest)
        if own.standing is Standing.UNKNOWN:
            findings.notice("promise_without_lowest", FILE, 0, COLUMN, **names)


def national_inhabitants(instance: Instance) -> int | None:
    """Inhabitants of the country; None where a regional instance does not say."""
    if instance.settings.scope == "landelijk":
        return sum(place.inhabitants for place in instance.municipalities)
    return instance.settings.national_inhabitants


def _lines(instance: Instance) -> Iterator[tuple[int, dict[str, str]]]:
    data = instance.tables.get(PROMISES)
    return iter(()) if data is None else zip(data.lines, data.rows, strict=True)


def _lowest(row: dict[str, str], quota: int, people: int, everyone: int | None) -> int | None:
    if row.get("laagste_deel", ""):
        part = Fraction(row["laagste_deel"]) * quota
        return part.numerator // part.denominator
    if row.get("laagste_landelijk", "") and everyone:
        return people * whole(row, "laagste_landelijk") // everyone
    return None


def _standing(lowest: int | None, promised: int | None, has_deal: bool) -> Standing:
    if not has_deal or promised is None:
        return Standing.IDLE
    if lowest is None:
        return Standing.UNKNOWN
    return Standing.ENOUGH if promised <= lowest else Standing.SHORT
