"""Who is linked already, who waits, and which municipalities the hard rules leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allocator.errors import ConflictError
from allocator.findings import Findings
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.region import municipalities_in
from allocator.settings import LinkSettings

HUISHOUDENS = "huishoudens.csv"
LINKED = frozenset({"gekoppeld", "verhuisfase"})


@dataclass(frozen=True, slots=True)
class Task:
    """The rows of a run: who is linked where before, who waits, and for which municipalities."""

    inside: tuple[int, ...]
    """Municipalities open to the run, as indices of the instance."""
    waiting: tuple[dict[str, str], ...]
    linked: tuple[dict[str, str], ...]
    outside: tuple[str, ...]
    later: tuple[str, ...]
    """Those whose permit is of after the day of the run."""
    open_to: tuple[frozenset[str], ...]
    """Codes open to each waiting household, before the region."""


def divide_households(instance: Instance, region: str, stand_per: date | None = None) -> Task:
    """Split the households into linked, waiting, outside the region and not there yet.

    Raises
    ------
    ConflictError
        If a household has no open municipality at all.
    """
    inside = municipalities_in(instance, region)
    codes = [place.code for place in instance.municipalities]
    in_region = {code for code, is_inside in zip(codes, inside, strict=True) if is_inside}
    waiting, linked, outside, later, open_to = [], [], [], [], []
    today = stand_per.isoformat() if stand_per else ""
    findings = Findings()
    data = instance.tables[HUISHOUDENS.removesuffix(".csv")]
    for line, row in zip(data.lines, data.rows, strict=True):
        if row.get("status", "") in LINKED:
            linked.append(row)
            continue
        candidates = open_municipalities(row, codes)
        if not candidates:
            findings.error("no_open_municipality", HUISHOUDENS, line, found=row["huishouden_id"])
        elif region and (
            row.get("opvang_gemeente", "") not in in_region or not candidates & in_region
        ):
            outside.append(row["huishouden_id"])
        elif today and row.get("datum_vergunning", "") > today:
            later.append(row["huishouden_id"])
        else:
            waiting.append(row)
            open_to.append(candidates)
    if findings.errors:
        raise ConflictError(findings.errors)
    return Task(
        tuple(i for i, is_inside in enumerate(inside) if is_inside),
        tuple(waiting),
        tuple(linked),
        tuple(outside),
        tuple(later),
        tuple(open_to),
    )


def open_municipalities(row: dict[str, str], codes: Sequence[str]) -> frozenset[str]:
    """Municipalities that the hard rules leave open to a household."""
    listed = frozenset(filter(None, row.get("gemeenten_toegestaan", "").split("|")))
    closed = frozenset(filter(None, row.get("gemeenten_uitgesloten", "").split("|")))
    candidates = (listed or frozenset(codes)) - closed
    for single in (row.get("vaste_gemeente", ""), row.get("referent_gemeente", "")):
        if single:
            candidates &= {single}
    return candidates


def without_dwelling(row: dict[str, str], settings: LinkSettings) -> int:
    """Points lost when a household has no fitting dwelling in view."""
    weeks = min(whole(row, "weken_wachtend"), settings.zonder_woning_weken_max)
    rate = settings.zonder_woning_basis + settings.zonder_woning_per_week * weeks
    return rate * (whole(row, "personen") + settings.zonder_woning_personen)


def is_available(row: dict[str, str], today: str) -> bool:
    """Whether a row of ``aanbod`` is there on a day; always, when no day is asked."""
    until = row.get("tijdelijk_tot", "")
    return not today or (row.get("beschikbaar_van", "") <= today and (not until or today <= until))
