"""The rows of a result folder as dataclasses, and how each is made from its text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Municipality:
    """One row of ``invoer/gemeenten.csv``; ``columns`` is the row as it stands there."""

    code: str
    name: str
    province: str
    inhabitants: int
    x_rd: int | None
    y_rd: int | None
    columns: Row


@dataclass(frozen=True, slots=True)
class Quota:
    """One row of ``taakstellingen.csv`` [persons]."""

    code: str
    name: str
    province: str
    inhabitants: int
    exact_share: Fraction | None
    formula: int | None
    correction: int
    quota: int
    published: int | None


@dataclass(frozen=True, slots=True)
class AfterSwap:
    """One row of ``na_uitruil.csv`` [persons]; ``transfer`` is signed."""

    code: str
    quota: int
    transfer: int
    changed_quota: int
    backlog: int
    lead: int
    placeable: int
    shortfall_before: int
    shortfall_after: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row of ``overdrachten.csv``: the quota of ``giver`` falls by ``persons``."""

    giver: str
    taker: str
    kind: str
    dwelling_class: str
    households: int | None
    persons: int
    promised_half_year: str
    reason: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One row of ``toezeggingen_stand.csv``: ``taker`` would return persons to ``giver``."""

    giver: str
    taker: str
    half_year: str
    persons: int
    moved: int
    lowest: int | None
    standing: str


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One row of ``koppelingen_per_gemeente.csv``; an empty class is a link without a dwelling."""

    code: str
    dwelling_class: str
    households: int
    persons: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One row of ``invoer/standen.csv`` [persons]."""

    code: str
    backlog: int
    lead: int
    realised: int
    linked_open: int


@dataclass(frozen=True, slots=True)
class Supply:
    """One row of ``invoer/aanbod.csv`` [dwellings]."""

    code: str
    dwelling_class: str
    count: int


@dataclass(frozen=True, slots=True)
class DwellingClass:
    """One row of ``invoer/woningklassen.csv`` [persons]."""

    name: str
    persons_min: int
    persons_max: int
    persons_planned: int


@dataclass(frozen=True, slots=True)
class FollowOn:
    """Expected follow-on family members of one row of ``nareis.csv`` [persons]."""

    code: str
    persons: int


@dataclass(frozen=True, slots=True)
class Published:
    """One row of ``invoer/vastgesteld.csv``."""

    code: str
    quota: int
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of ``invoer/correcties.csv`` [persons, signed]."""

    code: str
    persons: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the run, as the manifest states it."""

    name: str
    status: str
    objective: str | None
    bound: str | None
    gap: Decimal | None
    gap_target: Decimal


def _maybe(value: str | None) -> int | None:
    return int(value) if value else None


def read_municipality(row: Row) -> Municipality:
    """A row of ``invoer/gemeenten.csv``."""
    return Municipality(
        row["gemeente_code"],
        row["gemeente"],
        row["provincie_code"],
        int(row["inwoners"]),
        _maybe(row.get("x_rd")),
        _maybe(row.get("y_rd")),
        row,
    )


def read_quota(row: Row) -> Quota:
    """A row of ``taakstellingen.csv``."""
    share = row["exact_aandeel"]
    return Quota(
        row["gemeente_code"],
        row["gemeente"],
        row["provincie_code"],
        int(row["inwoners"]),
        Fraction(share) if share else None,
        _maybe(row["formule"]),
        int(row["correctie"]),
        int(row["taakstelling"]),
        _maybe(row["vastgesteld"]),
    )


def read_after_swap(row: Row) -> AfterSwap:
    """A row of ``na_uitruil.csv``."""
    return AfterSwap(
        row["gemeente_code"],
        int(row["taakstelling"]),
        int(row["overdracht"]),
        int(row["gewijzigde_taakstelling"]),
        int(row["achterstand"]),
        int(row["voorsprong"]),
        int(row["plaatsbaar"]),
        int(row["tekort_voor"]),
        int(row["tekort_na"]),
        row["oordeel"],
    )


def read_transfer(row: Row) -> Transfer:
    """A row of ``overdrachten.csv``."""
    return Transfer(
        row["van_code"],
        row["naar_code"],
        row["soort"],
        row["woningklasse"],
        _maybe(row["huishoudens"]),
        int(row["personen"]),
        row["toezegging_halfjaar"],
        row["reden"],
    )


def read_promise(row: Row) -> Promise:
    """A row of ``toezeggingen_stand.csv``."""
    return Promise(
        row["van_code"],
        row["naar_code"],
        row["halfjaar"],
        int(row["personen"]),
        int(row["overgedragen"]),
        _maybe(row["laagste_taakstelling"]),
        row["oordeel"],
    )


def read_link_count(row: Row) -> LinkCount:
    """A row of ``koppelingen_per_gemeente.csv``."""
    households, persons = int(row["huishoudens"]), int(row["personen"])
    return LinkCount(row["gemeente_code"], row["woningklasse"], households, persons)


def read_balance(row: Row) -> Balance:
    """A row of ``invoer/standen.csv``; what is not given counts as 0."""
    return Balance(
        row["gemeente_code"],
        int(row["achterstand"]),
        int(row["voorsprong"]),
        int(row.get("realisatie_tot_peildatum") or 0),
        int(row.get("gekoppeld_open") or 0),
    )


def read_supply(row: Row) -> Supply:
    """A row of ``invoer/aanbod.csv``."""
    return Supply(row["gemeente_code"], row["woningklasse"], int(row["aantal"]))


def read_dwelling_class(row: Row) -> DwellingClass:
    """A row of ``invoer/woningklassen.csv``."""
    low, high = int(row["personen_min"]), int(row["personen_max"])
    return DwellingClass(row["woningklasse"], low, high, int(row["personen_gepland"]))


def read_follow_on(row: Row) -> FollowOn:
    """A row of ``nareis.csv``, without whom they follow."""
    return FollowOn(row["gemeente_code"], int(row["personen"]))


def read_published(row: Row) -> Published:
    """A row of ``invoer/vastgesteld.csv``."""
    return Published(row["gemeente_code"], int(row["taakstelling"]), row["bron"], row["datum"])


def read_correction(row: Row) -> Correction:
    """A row of ``invoer/correcties.csv``."""
    return Correction(row["gemeente_code"], int(row["correctie"]), row["reden"])


def _printed(value: object) -> str | None:
    return None if value is None else str(value)


def read_stage(entry: dict[str, Any]) -> Stage:
    """An entry of ``stages`` in the manifest."""
    gap = entry.get("gap")
    return Stage(
        entry["name"],
        entry["status"],
        _printed(entry.get("objective")),
        _printed(entry.get("bound")),
        None if gap is None else Decimal(str(gap)),
        Decimal(str(entry["gap_target"])),
    )
