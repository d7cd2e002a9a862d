"""The tables of an instance: columns, kinds, keys. One definition for reading and writing."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

MUNICIPALITY_CODE = re.compile(r"[A-Z]{2}[0-9]{4}")
"""What a municipality's code looks like; it stands here so that one question needs no reader."""


class Kind(StrEnum):
    """How a cell is read. An empty cell is allowed only in an optional column."""

    MUNICIPALITY = "municipality"  # [A-Z]{2}[0-9]{4}
    PROVINCE = "province"  # PV[0-9]{2}
    IDENTIFIER = "identifier"  # a pseudonym: letters, digits, . _ -
    NAME = "name"  # text as people write it
    COUNT = "count"  # 0 or more
    INHABITANTS = "inhabitants"  # 0 or more, also for whole continents
    POSITIVE = "positive"  # 1 or more
    SIGNED = "signed"  # any whole number
    DECIMAL = "decimal"  # decimal point, at most three decimals, 0 or more
    SHARE = "share"  # exact: 0.62 or 31/50, 0 or more
    DATE = "date"  # 2021-01-31
    HALF_YEAR = "half_year"  # 2021-1
    CODES = "codes"  # municipality codes separated by |
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: Dutch header, kind, English alias."""

    name: str
    kind: Kind
    required: bool = False
    alias: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``key`` are the columns that name a row, and its sort order.

    A ``personal`` table is about households, a ``withheld`` one holds what a single party or
    sponsor told in confidence; the copies of both are confidential.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    _: KW_ONLY
    personal: bool = False
    withheld: bool = False
    open_columns: bool = False
    unique: bool = True

    @property
    def file(self) -> str:
        """File name of the table as CSV."""
        return f"{self.name}.csv"

    @property
    def is_confidential(self) -> bool:
        """Whether copies belong in ``vertrouwelijk/`` only."""
        return self.personal or self.withheld

    @property
    def column_names(self) -> tuple[str, ...]:
        """Dutch headers in canonical order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column with this Dutch header.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _must(name: str, kind: Kind, alias: str = "", *choices: str) -> Column:
    return Column(name, kind, True, alias, choices)


def _may(name: str, kind: Kind, alias: str = "", *choices: str) -> Column:
    return Column(name, kind, False, alias, choices)


_CODE = _must("gemeente_code", Kind.MUNICIPALITY, "municipality_code")

TABLES: tuple[Table, ...] = (
    Table(
        "gemeenten",
        (
            _CODE,
            _must("gemeente", Kind.NAME, "municipality"),
            _must("provincie_code", Kind.PROVINCE, "province_code"),
            _must("inwoners", Kind.INHABITANTS, "inhabitants"),
            _may("inwoners_bron", Kind.CHOICE, "inhabitants_source", "cbs", "gs", "afgeleid"),
            _may("arbeidsmarktregio", Kind.NAME, "labour_market_region"),
            _may("coa_regio", Kind.NAME, "coa_region"),
            _may("regietafel", Kind.NAME, "regional_table"),
            _may("veiligheidsregio", Kind.NAME, "safety_region"),
            _may("corop_code", Kind.NAME, "corop"),
            _may("x_rd", Kind.SIGNED),
            _may("y_rd", Kind.SIGNED),
        ),
        ("gemeente_code",),
        open_columns=True,
    ),
    Table(
        "vastgesteld",
        (
            _CODE,
            _must("taakstelling", Kind.COUNT, "quota"),
            _must("bron", Kind.NAME, "source"),
            _must("datum", Kind.DATE, "date"),
        ),
        ("gemeente_code",),
    ),
    Table(
        "correcties",
        (
            _CODE,
            _must("correctie", Kind.SIGNED, "correction"),
            _must("reden", Kind.NAME, "reason"),
        ),
        ("gemeente_code",),
    ),
    Table(
        "standen",
        (
            _CODE,
            _must("achterstand", Kind.COUNT, "backlog"),
            _must("voorsprong", Kind.COUNT, "lead"),
            _may("realisatie_tot_peildatum", Kind.COUNT, "realisation"),
            _may("gekoppeld_open", Kind.COUNT, "linked_open"),
            _may("waarvan_verhuisfase", Kind.COUNT, "of_which_moving"),
        ),
        ("gemeente_code",),
    ),
    Table(
        "aanbod",
        (
            _CODE,
            _must("woningklasse", Kind.NAME, "dwelling_class"),
            _must("aantal", Kind.COUNT, "number"),
            _may("aanbod_id", Kind.IDENTIFIER, "supply_id"),
            _may("locatie_gemeente_code", Kind.MUNICIPALITY, "location_municipality_code"),
            _may("eenheid", Kind.CHOICE, "unit", "woning", "plaats"),
            _may(
                "soort",
                Kind.CHOICE,
                "kind",
                "zelfstandig",
                "gedeeld",
                "tussenvoorziening",
                "doorstroomlocatie",
            ),
            _may("zekerheid", Kind.CHOICE, "certainty", "beschikbaar", "toegezegd", "verwacht"),
            _may("laag", Kind.COUNT, "low"),
            _may("hoog", Kind.COUNT, "high"),
            _may("beschikbaar_van", Kind.DATE, "available_from"),
            _may("tijdelijk_tot", Kind.DATE, "temporary_until"),
            _may("mutaties_totaal", Kind.COUNT, "turnover_total"),
            _may("bron", Kind.NAME, "source"),
        ),
        ("gemeente_code", "woningklasse", "aanbod_id"),
        unique=False,
    ),
    Table(
        "woningklassen",
        (
            _must("woningklasse", Kind.NAME, "dwelling_class"),
            _must("personen_min", Kind.POSITIVE, "persons_min"),
            _must("personen_max", Kind.POSITIVE, "persons_max"),
            _must("personen_gepland", Kind.POSITIVE, "persons_planned"),
            _may("kamers", Kind.COUNT, "rooms"),
            _may("m2", Kind.COUNT),
        ),
        ("woningklasse",),
    ),
    Table(
        "ruilruimte",
        (
            _CODE,
            _must("extra_max", Kind.COUNT),
            _must("minder_max", Kind.COUNT, "fewer_max"),
            _may("tegenprestatie", Kind.NAME, "compensation"),
            _may("wens", Kind.SIGNED, "wish"),
        ),
        ("gemeente_code",),
        withheld=True,
    ),
    Table(
        "nareis",
        (
            _CODE,
            _must("personen", Kind.COUNT, "persons"),
            _may("referent_id", Kind.IDENTIFIER, "sponsor_id"),
            _may("verwacht_van", Kind.DATE, "expected_from"),
            _may("verwacht_tot", Kind.DATE, "expected_until"),
            _may("laag", Kind.COUNT, "low"),
            _may("hoog", Kind.COUNT, "high"),
            _may("past_in_woning", Kind.CHOICE, "fits_dwelling", "ja", "nee", "onbekend"),
        ),
        ("gemeente_code", "referent_id", "verwacht_van"),
        withheld=True,
        unique=False,
    ),
    Table(
        "buren",
        (
            _must("gemeente_code_a", Kind.MUNICIPALITY, "municipality_code_a"),
            _must("gemeente_code_b", Kind.MUNICIPALITY, "municipality_code_b"),
        ),
        ("gemeente_code_a", "gemeente_code_b"),
    ),
    Table(
        "uitruilafspraken",
        (
            _must("van_code", Kind.MUNICIPALITY, "from_code"),
            _must("naar_code", Kind.MUNICIPALITY, "to_code"),
            _must("soort", Kind.CHOICE, "kind", "verboden", "gewenst", "getekend", "vastgezet"),
            _may("personen", Kind.COUNT, "persons"),
            _may("datum", Kind.DATE, "date"),
            _may("reden", Kind.NAME, "reason"),
        ),
        ("van_code", "naar_code"),
    ),
    Table(
        "toezeggingen",
        (
            _must("van_code", Kind.MUNICIPALITY, "from_code"),
            _must("naar_code", Kind.MUNICIPALITY, "to_code"),
            _must("halfjaar", Kind.HALF_YEAR, "half_year"),
            _must("personen", Kind.POSITIVE, "persons"),
            _may("laagste_landelijk", Kind.COUNT, "lowest_national"),
            _may("laagste_deel", Kind.SHARE, "lowest_share"),
            _may("reden", Kind.NAME, "reason"),
        ),
        ("van_code", "naar_code"),
    ),
    Table(
        "samenstelling",
        (
            _must("personen", Kind.POSITIVE, "persons"),
            _must("aandeel", Kind.SHARE, "share"),
            _must("bron", Kind.NAME, "source"),
        ),
        ("personen",),
    ),
    Table(
        "koppelgrenzen",
        (
            _CODE,
            _must("personen_max", Kind.COUNT, "persons_max"),
            _must("reden", Kind.NAME, "reason"),
        ),
        ("gemeente_code",),
    ),
    Table(
        "huishoudens",
        (
            _must("huishouden_id", Kind.IDENTIFIER, "household_id"),
            _must("personen", Kind.POSITIVE, "persons"),
            _may("volwassenen", Kind.POSITIVE, "adults"),
            _may("status", Kind.CHOICE, "", "te_koppelen", "gekoppeld", "verhuisfase"),
            _may("datum_vergunning", Kind.DATE, "permit_date"),
            _may("weken_wachtend", Kind.COUNT, "weeks_waiting"),
            _may("opvang_gemeente", Kind.MUNICIPALITY, "reception_municipality"),
            _may("gemeenten_toegestaan", Kind.CODES, "municipalities_allowed"),
            _may("gemeenten_uitgesloten", Kind.CODES, "municipalities_excluded"),
            _may("vaste_gemeente", Kind.MUNICIPALITY, "fixed_municipality"),
            _may("gekoppelde_gemeente", Kind.MUNICIPALITY, "linked_municipality"),
            _may("datum_koppeling", Kind.DATE, "link_date"),
            _may("verwachte_nareizigers", Kind.COUNT, "expected_followers"),
            _may("referent_gemeente", Kind.MUNICIPALITY, "sponsor_municipality"),
            _may("beroepsgroep", Kind.NAME, "occupation"),
            _may("opleiding", Kind.NAME, "education"),
            _may("taalniveau_nl", Kind.NAME, "dutch_level"),
        ),
        ("huishouden_id",),
        personal=True,
    ),
    Table(
        "volwassenen",
        (
            _must("huishouden_id", Kind.IDENTIFIER, "household_id"),
            _must("volgnummer", Kind.POSITIVE, "sequence"),
            _must("beroepsgroep", Kind.NAME, "occupation"),
            _may("opleiding", Kind.NAME, "education"),
            _may("taalniveau_nl", Kind.NAME, "dutch_level"),
        ),
        ("huishouden_id", "volgnummer"),
        personal=True,
    ),
    Table(
        "arbeidsmarkt",
        (
            _must("arbeidsmarktregio", Kind.NAME, "labour_market_region"),
            _must("beroepsgroep", Kind.NAME, "occupation"),
            _must("waarde", Kind.DECIMAL, "value"),
            _must("schaal", Kind.CHOICE, "scale", "kans", "index"),
            _must("bron", Kind.NAME, "source"),
            _may("opleiding", Kind.NAME, "education"),
        ),
        ("arbeidsmarktregio", "beroepsgroep", "opleiding"),
    ),
    Table(
        "passing",
        (
            _must("huishouden_id", Kind.IDENTIFIER, "household_id"),
            _CODE,
            _must("score", Kind.DECIMAL),
            _must("bron", Kind.NAME, "source"),
        ),
        ("huishouden_id", "gemeente_code"),
        personal=True,
    ),
)

TABLE_BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
