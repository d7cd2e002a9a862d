"""Quotas within floors and caps: against last period, from a table, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.errors import ConflictError
from allocator.findings import Findings
from allocator.planning.question import Question
from allocator.planning.side_tables import (
    LIMITS,
    PREVIOUS,
    SideTable,
    read_side_table,
    refuse_unknown_codes,
)
from allocator.planning.width import Room, least_width
from models.apportionment import Division, Method, check, divide, share_band

Limit = tuple[int | None, int | None]
"""Floor and cap of a municipality [persons]; none where there is no such bound."""


@dataclass(frozen=True, slots=True)
class Band:
    """How far a municipality may move from last period.

    ``previous`` are the persons of last period by code; ``width`` is x; ``on_persons`` lets the
    persons rather than the shares move by at most x.
    """

    previous: Mapping[str, int]
    width: Fraction
    on_persons: bool = False


@dataclass(frozen=True, slots=True)
class BandRow:
    """One municipality [persons]."""

    code: str
    previous: int | None
    share: Fraction
    without: int
    floor: int | None
    cap: int | None
    persons: int

    @property
    def stands_at(self) -> str:
        """Which bound the outcome stands at, where there is one and it is the only choice."""
        ends = (self.persons == self.floor, self.persons == self.cap)
        return {(True, False): "minimaal", (False, True): "maximaal", (True, True): "beide"}.get(
            ends, ""
        )


@dataclass(frozen=True, slots=True)
class BandTable:
    """All municipalities, the proof, and the least width that works."""

    question: Question
    band: Band | None
    rows: tuple[BandRow, ...]
    division: Division
    least: Fraction | None

    @property
    def tied(self) -> tuple[str, ...]:
        """Codes with an equal claim to the last person."""
        return tuple(self.question.codes[i] for i in self.division.tied)


def read_previous(path: Path, codes: tuple[str, ...], findings: Findings) -> SideTable | None:
    """Read last period's quotas: a table, or a result folder with ``taakstellingen.csv``."""
    table = read_side_table(
        path / "taakstellingen.csv" if path.is_dir() else path, PREVIOUS, findings
    )
    if table is None:
        return None
    refuse_unknown_codes(table, ("gemeente_code",), set(codes), findings)
    given = {row["gemeente_code"] for _, row in table}
    for code in codes:
        if code not in given:
            findings.error("previous_missing", table.file, column="gemeente_code", found=code)
    if given and not any(int(row["taakstelling"] or 0) for _, row in table):
        findings.error("previous_zero", table.file, column="taakstelling")
    return table


def read_limits(path: Path, codes: tuple[str, ...], findings: Findings) -> SideTable | None:
    """Read ``grenzen.csv``; a floor above its own cap is a finding."""
    table = read_side_table(path, LIMITS, findings)
    if table is None:
        return None
    refuse_unknown_codes(table, ("gemeente_code",), set(codes), findings)
    for line, row in table:
        refuse_crossed(table.file, line, limit_of(row), findings)
    return table


def refuse_crossed(file: str, line: int, limit: Limit, findings: Findings) -> None:
    """A floor above its own cap is a finding."""
    floor, cap = limit
    if floor is not None and cap is not None and floor > cap:
        findings.error("limits_cross", file, line, "minimaal", least=floor, most=cap)


def limit_of(row: Mapping[str, str]) -> Limit:
    """Floor and cap of a row of ``grenzen`` or ``cellen``."""
    floor, cap = row.get("minimaal", ""), row.get("maximaal", "")
    return (int(floor) if floor else None, int(cap) if cap else None)


def divide_within(
    question: Question, band: Band | None, limits: Mapping[str, Limit], file: str = "grenzen.csv"
) -> BandTable:
    """Divide within a band, floors and caps.

    Parameters
    ----------
    question
        What is divided.
    band
        How far each may move from last period; none for floors and caps alone.
    limits
        Floors and caps by code; a municipality without an entry has none.
    file
        Where the floors and caps come from, for the findings.

    Raises
    ------
    ConflictError
        If the bounds cannot hold together; for a band with the least width that works.
    """
    codes = question.codes
    rooms = [_room(question, i, limits.get(code, (None, None))) for i, code in enumerate(codes)]
    scaled = _scaled(question, band)
    least = least_width(scaled, rooms, question.total) if band else None
    sides = _sides(question, band, limits)
    _refuse_conflict(question, band, rooms, sides, least, file)
    lower, upper = [side[0] for side in sides], [side[1] for side in sides]
    division = divide(question.method, question.total, question.claims, lower, upper)
    check(division, question.method, question.total, question.claims, lower, upper)
    return BandTable(question, band, tuple(_rows(question, band, sides, division)), division, least)


def _room(question: Question, i: int, limit: Limit) -> Room:
    first = question.method in {Method.ADAMS, Method.HILL}
    return Room(limit[0] or 0, limit[1], question.claims[i] > 0, int(first))


def _scaled(question: Question, band: Band | None) -> list[Fraction]:
    """Last period's persons at the size of this one."""
    if band is None:
        return []
    scale = (
        Fraction(1) if band.on_persons else Fraction(question.total, sum(band.previous.values()))
    )
    return [band.previous[code] * scale for code in question.codes]


def _sides(
    question: Question, band: Band | None, limits: Mapping[str, Limit]
) -> list[tuple[int | None, int | None]]:
    """Floor and cap of each: the stricter of the band and the table."""
    own = [limits.get(code, (None, None)) for code in question.codes]
    if band is None:
        return own
    previous = [band.previous[code] for code in question.codes]
    low, high = share_band(band.width, previous, question.total, on_persons=band.on_persons)
    return [
        (max(l_, floor or 0), u_ if cap is None else min(u_, cap))
        for l_, u_, (floor, cap) in zip(low, high, own, strict=True)
    ]


def _refuse_conflict(
    question: Question,
    band: Band | None,
    rooms: list[Room],
    sides: list[Limit],
    least: Fraction | None,
    file: str,
) -> None:
    """Name what clashes: municipalities whose own bounds cross, and the sums."""
    findings = Findings()
    floors, caps = 0, 0
    bounded = True
    for code, room, (floor, cap) in zip(question.codes, rooms, sides, strict=True):
        own_floor, own_cap, crossed = room.within(
            floor or 0, question.total if cap is None else cap
        )
        floors, caps = floors + own_floor, caps + own_cap
        bounded = bounded and (cap is not None or not room.weighs)
        if crossed:
            findings.error(
                "band_crosses", file, column="minimaal", found=code, least=floor, most=cap
            )
    if floors > question.total or (bounded and caps < question.total):
        findings.error(
            "bounds_impossible",
            file,
            total=question.total,
            floors=floors,
            caps=caps if bounded else "-",
        )
    if not findings.errors:
        return
    first = Findings()
    if band is not None and least is not None:
        first.error("band_impossible", file, width=str(band.width), smallest=str(least))
    elif band is not None:
        first.error("band_never", file)
    raise ConflictError((*first.errors, *findings.errors))


def _rows(
    question: Question, band: Band | None, sides: list[Limit], division: Division
) -> Iterator[BandRow]:
    columns = zip(
        question.codes, question.shares, question.formula, sides, division.parts, strict=True
    )
    for code, share, without, (floor, cap), persons in columns:
        previous = band.previous[code] if band else None
        yield BandRow(code, previous, share, without, floor, cap, persons)
