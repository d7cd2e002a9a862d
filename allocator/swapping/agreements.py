"""Agreements on swaps that exist beforehand: forbidden, wished, signed and pinned pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from allocator.findings import Findings
from allocator.position import Position
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.regimes import regimes
from allocator.region import municipalities_in
from allocator.swapping.limits import DECLARED, LEFT, QUOTA, give_limits
from allocator.swapping.terms import Terms

AGREEMENTS = "uitruilafspraken"
FORBIDDEN, WISHED, SIGNED = "verboden", "gewenst", "getekend"
PINNED = "vastgezet"
"""Stands in the computation as a signed deal does, and nobody signed anything."""

BY_OPTION = 0
"""Line of a row that an option of the command line put into a table."""

Codes = tuple[str, str]
"""Giver and taker."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """Pairs of municipalities with what was agreed on them, in the order of the table."""

    forbidden: tuple[Codes, ...]
    wished: tuple[Codes, ...]
    signed: Mapping[Codes, int]
    """Persons of each deal that stands, signed or pinned."""
    pinned: frozenset[Codes] = frozenset()
    """Which of them stand in the computation alone."""

    @property
    def opened(self) -> tuple[Codes, ...]:
        """Pairs that may swap whatever the rule on pairs says."""
        return (*self.wished, *self.signed)

    def reason(self, giver: str, taker: str) -> str:
        """Why a transfer is there: ``overdrachten.csv`` column ``reden``."""
        if (giver, taker) in self.signed:
            return PINNED if (giver, taker) in self.pinned else SIGNED
        return WISHED if (giver, taker) in self.wished else "minder_tekort"


def read_agreements(instance: Instance) -> Agreements:
    """What ``uitruilafspraken`` says; nothing where the instance does not have it."""
    rows = instance.rows(AGREEMENTS)
    kinds: dict[str, list[dict[str, str]]] = {FORBIDDEN: [], WISHED: [], SIGNED: [], PINNED: []}
    for row in rows:
        kinds[row["soort"]].append(row)
    return Agreements(
        tuple(map(_codes, kinds[FORBIDDEN])),
        tuple(map(_codes, kinds[WISHED])),
        {_codes(row): whole(row, "personen") for row in (*kinds[SIGNED], *kinds[PINNED])},
        frozenset(map(_codes, kinds[PINNED])),
    )


def _codes(row: dict[str, str]) -> Codes:
    return row["van_code"], row["naar_code"]


def check_agreements(instance: Instance, standing: tuple[Position, ...], terms: Terms) -> Findings:
    """Agreements that cannot stand by themselves, with the reason; and what a reader should know.

    Raises
    ------
    InputRefusedError
        If the region is unknown.

    References
    ----------
    Huisvestingswet 2014 art. 29(2), text of 2015-07-01: the quota of a half-year is changed
    before or during it, and its sum stays.
    """
    findings = Findings()
    if terms.leximin and (terms.lot > 1 or terms.partners_max or read_agreements(instance).wished):
        findings.error("leximin_needs_plain_swaps", instance.settings_place, column="swap.leximin")
    note_past(instance, findings, "half_year_over")
    inside = municipalities_in(instance, terms.region)
    outside = {
        place.code
        for place, is_inside in zip(instance.municipalities, inside, strict=True)
        if not is_inside
    }
    by_code = {position.code: position for position in standing}
    for place, row in _rows_and_places(instance):
        _check_region(row, place, outside, terms, findings)
        if row["soort"] in (SIGNED, PINNED):
            _check_date(instance, row, place, findings)
            _check_giver(instance, by_code[row["van_code"]], row, place, findings)
            _check_taker(instance, row, place, findings)
    return findings


class Place(NamedTuple):
    """Where a deal was written: a table with the number of the row, or an option."""

    file: str
    line: int

    def at(self, column: str) -> tuple[str, int, str]:
        """File, row and column for a finding; an option has neither row nor column."""
        return self.file, self.line, column if self.line else ""


def _rows_and_places(instance: Instance) -> Iterator[tuple[Place, dict[str, str]]]:
    data = instance.tables.get(AGREEMENTS)
    if data is None:
        return
    for line, row in zip(data.lines, data.rows, strict=True):
        option = "--forbid" if row["soort"] == FORBIDDEN else "--pin"
        yield Place(option if line == BY_OPTION else data.place, line), row


def place_of(instance: Instance, codes: Iterable[Codes]) -> str:
    """Where deals are to be mended: their table, or the option if none of them stands there."""
    wanted = set(codes)
    found = [place for place, row in _rows_and_places(instance) if _codes(row) in wanted]
    return next((place for place in found if place.line != BY_OPTION), found[0]).file


def note_past(instance: Instance, findings: Findings, code: str) -> None:
    """A half-year that was over when the law was last checked is over now."""
    period = instance.settings.period
    checked_on = regimes()[instance.settings.regime].checked_on
    # Made-up municipalities have no real half-year.
    if period.end < checked_on and not instance.settings.is_synthetic("gemeenten"):
        findings.notice(
            code,
            "instance.toml",
            column="half_year",
            half_year=str(period),
            end=period.end.isoformat(),
        )


def _check_region(
    row: dict[str, str], place: Place, outside: set[str], terms: Terms, findings: Findings
) -> None:
    for column in ("van_code", "naar_code"):
        if row[column] in outside and row["soort"] != FORBIDDEN:
            findings.error(
                "agreement_outside_region",
                *place.at(column),
                found=row[column],
                region=terms.region,
            )


def _check_date(instance: Instance, row: dict[str, str], place: Place, findings: Findings) -> None:
    end = instance.settings.period.end.isoformat()
    if row.get("datum", "") > end:
        findings.error(
            "agreement_after_half_year",
            *place.at("datum"),
            found=row["datum"],
            half_year=str(instance.settings.period),
            end=end,
        )


_GIVER_FINDINGS = {
    QUOTA: "agreement_below_zero",
    LEFT: "agreement_above_left",
    DECLARED: "agreement_above_declared",
}


def _check_giver(
    instance: Instance, giver: Position, row: dict[str, str], place: Place, findings: Findings
) -> None:
    persons = whole(row, "personen")
    for reason, most in give_limits(giver, declared_by(instance).get(giver.code, {})).items():
        if persons > most:
            findings.error(
                _GIVER_FINDINGS[reason],
                *place.at("personen"),
                found=persons,
                most=most,
                party=giver.code,
                limit="minder_max",
            )


def _check_taker(instance: Instance, row: dict[str, str], place: Place, findings: Findings) -> None:
    most = whole(declared_by(instance).get(row["naar_code"], {}), "extra_max")
    if whole(row, "personen") > most:
        findings.error(
            "agreement_above_declared",
            *place.at("personen"),
            found=row["personen"],
            most=most,
            party=row["naar_code"],
            limit="extra_max",
        )


def declared_by(instance: Instance) -> dict[str, dict[str, str]]:
    """Row of ``ruilruimte`` by municipality; who has none declares nothing."""
    return {row["gemeente_code"]: row for row in instance.rows("ruilruimte")}
