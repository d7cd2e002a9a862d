"""One change of the full instance for every finding that a file can cause, and its place."""

from __future__ import annotations

from typing import NamedTuple

from tests.allocator.reading.full import (
    Change,
    both,
    cell,
    content,
    extra,
    full_files,
    gone,
    put_setting,
    swapped,
    with_column,
    without_column,
)


class Case(NamedTuple):
    """A change, and the finding that it must cause: code, file, row, column."""

    code: str
    change: Change
    file: str
    row: int = 0
    column: str = ""

    @property
    def place(self) -> tuple[str, str, int, str]:
        return (self.code, self.file, self.row, self.column)


TOML, PEOPLE, HOMES = "instance.toml", "huishoudens.csv", "aanbod.csv"
WHERE, AGREED, LATER = "gemeenten.csv", "uitruilafspraken.csv", "toezeggingen.csv"
SIGN = '"achterstand_positief"'

FILES = [
    Case("not_text", swapped("correcties.csv", "verzonnen", "\udc81\udc8d"), "correcties.csv"),
    Case("not_text", content("buren.csv", "a,b\n1,2\n".encode("utf-16")), "buren.csv"),
    Case("empty_file", content("nareis.csv", b""), "nareis.csv"),
    Case("empty_file", content("nareis.csv", b"\n\r\n"), "nareis.csv"),
    Case("empty_file", content("nareis.csv", b"\xef\xbb\xbf"), "nareis.csv"),
    Case("no_rows", content("buren.csv", b"gemeente_code_a,gemeente_code_b\n"), "buren.csv"),
    Case(
        "broken_quotes", swapped("correcties.csv", "verzonnen", '"verzonnen'), "correcties.csv", 2
    ),
    Case("ragged_row", extra("ruilruimte.csv", "SY0003,1,2"), "ruilruimte.csv", 4),
    Case("ragged_row", extra("ruilruimte.csv", "SY0003,1,2,,0,9"), "ruilruimte.csv", 4),
    Case("control_character", swapped("correcties.csv", "verz", "ver\x07z"), "correcties.csv", 2),
    Case(
        "control_character", swapped("correcties.csv", "verzonnen", '"a\nb"'), "correcties.csv", 2
    ),
    Case("missing_table", gone(WHERE), WHERE),
    Case("not_an_instance", gone(TOML), "map"),
]
HEADERS = [
    Case("empty_header", with_column("buren.csv", "", "x"), "buren.csv", 1),
    Case(
        "double_column",
        with_column("buren.csv", "gemeente_code_a", "SY0001"),
        "buren.csv",
        1,
        "gemeente_code_a",
    ),
    Case("unknown_column", with_column(HOMES, "aantall", "1"), HOMES, 1, "aantall"),
    Case("unknown_column", with_column(PEOPLE, "kleur", "1"), PEOPLE, 1, "kleur"),
    Case("bad_indicator_name", with_column(WHERE, "2 x", "1"), WHERE, 1, "2 x"),
    Case("missing_column", without_column(WHERE, "inwoners"), WHERE, 1, "inwoners"),
    Case("missing_column", without_column(HOMES, "aantal"), HOMES, 1, "aantal"),
]
CELLS = [
    Case("empty_cell", cell(WHERE, 3, "inwoners", ""), WHERE, 3, "inwoners"),
    Case("empty_cell", cell(WHERE, 4, "gemeente", "  "), WHERE, 4, "gemeente"),
    Case("lost_zero", cell(WHERE, 2, "gemeente_code", "SY1"), WHERE, 2, "gemeente_code"),
    Case("lost_zero", cell(HOMES, 2, "gemeente_code", "GM363"), HOMES, 2, "gemeente_code"),
    Case("lost_zero", cell(PEOPLE, 2, "opvang_gemeente", "14"), PEOPLE, 2, "opvang_gemeente"),
    Case("bad_code", cell(WHERE, 3, "gemeente_code", "sy0002"), WHERE, 3, "gemeente_code"),
    Case("bad_code", cell(WHERE, 3, "provincie_code", "P1"), WHERE, 3, "provincie_code"),
    Case("bad_code", cell(WHERE, 4, "gemeente_code", "SY٠٠٠٣"), WHERE, 4, "gemeente_code"),
    Case("bad_identifier", cell(PEOPLE, 2, "huishouden_id", "hh 1"), PEOPLE, 2, "huishouden_id"),
    Case("bad_identifier", cell(PEOPLE, 2, "huishouden_id", "h" * 41), PEOPLE, 2, "huishouden_id"),
    Case("text_too_long", cell(WHERE, 2, "gemeente", "a" * 20_000), WHERE, 2, "gemeente"),
    Case("ambiguous_number", cell(WHERE, 2, "inwoners", "15.000"), WHERE, 2, "inwoners"),
    Case("ambiguous_number", cell(HOMES, 3, "aantal", "1.234"), HOMES, 3, "aantal"),
    Case("negative", cell(WHERE, 3, "inwoners", "-10000"), WHERE, 3, "inwoners"),
    Case("negative", cell("standen.csv", 3, "voorsprong", "-3"), "standen.csv", 3, "voorsprong"),
    Case("not_whole", cell(WHERE, 3, "inwoners", "1O000"), WHERE, 3, "inwoners"),
    Case(
        "not_whole",
        cell("correcties.csv", 2, "correctie", "min 1"),
        "correcties.csv",
        2,
        "correctie",
    ),
    Case("not_positive", cell(PEOPLE, 2, "volwassenen", "0"), PEOPLE, 2, "volwassenen"),
    Case("not_decimal", cell("passing.csv", 2, "score", "hoog"), "passing.csv", 2, "score"),
    Case(
        "bad_date", cell("vastgesteld.csv", 2, "datum", "01-10-2020"), "vastgesteld.csv", 2, "datum"
    ),
    Case("bad_date", cell(HOMES, 2, "beschikbaar_van", "2021-02-30"), HOMES, 2, "beschikbaar_van"),
    Case("bad_choice", cell(PEOPLE, 2, "status", "te koppelen"), PEOPLE, 2, "status"),
    Case("bad_choice", cell(HOMES, 3, "eenheid", "huis"), HOMES, 3, "eenheid"),
]
ACROSS = [
    Case("duplicate_key", cell(WHERE, 4, "gemeente_code", "SY0001"), WHERE, 4, "gemeente_code"),
    Case("duplicate_key", cell(PEOPLE, 3, "huishouden_id", "hh-1"), PEOPLE, 3, "huishouden_id"),
    Case("unknown_code", cell(HOMES, 4, "gemeente_code", "SY0009"), HOMES, 4, "gemeente_code"),
    Case(
        "unknown_code",
        cell("buren.csv", 3, "gemeente_code_b", "SY0008"),
        "buren.csv",
        3,
        "gemeente_code_b",
    ),
    Case(
        "unknown_code",
        cell(PEOPLE, 2, "gemeenten_toegestaan", "SY0001|SY0007"),
        PEOPLE,
        2,
        "gemeenten_toegestaan",
    ),
    Case("unknown_class", cell(HOMES, 2, "woningklasse", "2p"), HOMES, 2, "woningklasse"),
    Case(
        "unknown_household",
        cell("passing.csv", 2, "huishouden_id", "hh-9"),
        "passing.csv",
        2,
        "huishouden_id",
    ),
    Case(
        "unknown_household",
        cell("volwassenen.csv", 3, "huishouden_id", "hh-9"),
        "volwassenen.csv",
        3,
        "huishouden_id",
    ),
    Case(
        "both_balances", cell("standen.csv", 2, "voorsprong", "1"), "standen.csv", 2, "voorsprong"
    ),
    Case(
        "stand_twice",
        both(with_column("standen.csv", "stand", "1"), put_setting("stand_teken", SIGN)),
        "standen.csv",
        1,
        "stand",
    ),
    Case(
        "class_bounds",
        cell("woningklassen.csv", 3, "personen_min", "7"),
        "woningklassen.csv",
        3,
        "personen_max",
    ),
    Case(
        "class_bounds",
        cell("woningklassen.csv", 2, "personen_gepland", "3"),
        "woningklassen.csv",
        2,
        "personen_max",
    ),
    Case(
        "own_neighbour",
        cell("buren.csv", 3, "gemeente_code_b", "SY0002"),
        "buren.csv",
        3,
        "gemeente_code_b",
    ),
    Case(
        "status_contradicts",
        cell(PEOPLE, 3, "gekoppelde_gemeente", ""),
        PEOPLE,
        3,
        "gekoppelde_gemeente",
    ),
    Case(
        "status_contradicts",
        cell(PEOPLE, 2, "gekoppelde_gemeente", "SY0001"),
        PEOPLE,
        2,
        "gekoppelde_gemeente",
    ),
    Case("more_adults_than_persons", cell(PEOPLE, 4, "volwassenen", "3"), PEOPLE, 4, "volwassenen"),
    Case(
        "sponsor_contradicts",
        cell(PEOPLE, 4, "vaste_gemeente", "SY0001"),
        PEOPLE,
        4,
        "referent_gemeente",
    ),
    Case("not_a_chance", cell("passing.csv", 3, "score", "1.2"), "passing.csv", 3, "score"),
    Case(
        "not_a_chance", cell("arbeidsmarkt.csv", 2, "waarde", "31"), "arbeidsmarkt.csv", 2, "waarde"
    ),
    Case("household_too_large", cell(PEOPLE, 3, "personen", "7"), PEOPLE, 3, "personen"),
    Case("not_a_chance", cell("passing.csv", 3, "score", "0.1234"), "passing.csv", 3, "score"),
    Case("agreement_with_itself", cell(AGREED, 3, "naar_code", "SY0001"), AGREED, 3, "naar_code"),
    Case("agreement_of_nobody", cell(AGREED, 2, "personen", ""), AGREED, 2, "personen"),
    Case("agreement_of_nobody", cell(AGREED, 2, "personen", "0"), AGREED, 2, "personen"),
    Case("agreement_not_signed", cell(AGREED, 3, "personen", "2"), AGREED, 3, "personen"),
    Case("agreement_with_itself", cell(LATER, 3, "van_code", "SY0002"), LATER, 3, "naar_code"),
    Case("promise_two_bases", cell(LATER, 2, "laagste_deel", "1/2"), LATER, 2, "laagste_deel"),
    Case(
        "promise_share_above_one", cell(LATER, 3, "laagste_deel", "3/2"), LATER, 3, "laagste_deel"
    ),
]
SETTINGS = [
    Case("bad_toml", put_setting("seed", "= 1"), TOML, 1),
    Case("toml_not_text", content(TOML, b"\xff\xfe"), TOML),
    Case("setting_missing", swapped(TOML, 'half_year = "2021-1"\n', ""), TOML, 0, "half_year"),
    Case("setting_unknown", put_setting("colour", '"red"'), TOML, 0, "colour"),
    Case("setting_unknown", swapped(TOML, "pairs =", "pears ="), TOML, 0, "swap.pears"),
    Case("setting_not_half_year", put_setting("half_year", '"2021-3"'), TOML, 0, "half_year"),
    Case("setting_not_whole", put_setting("national_total", '"30"'), TOML, 0, "national_total"),
    Case("setting_not_whole", put_setting("national_total", "30.0"), TOML, 0, "national_total"),
    Case("setting_low", put_setting("national_total", "-1"), TOML, 0, "national_total"),
    Case("setting_choice", put_setting("rounding", '"afkappen"'), TOML, 0, "rounding"),
    Case("setting_unknown_table", put_setting("synthetic", '["wonigen"]'), TOML, 0, "synthetic"),
    Case("divisor_not_regional", put_setting("divisor", "1300"), TOML, 0, "divisor"),
    Case("regime_not_in_force", put_setting("half_year", '"2009-1"'), TOML, 0, "regime"),
]
STAND = "standen.csv"
ONE_STAND = b"gemeente_code,stand\nSY0001,6\nSY0002,-3\nSY0003,0\n"
ONLY_QUOTA = both(*(gone(name) for name in full_files() if name not in {TOML, WHERE}))
# Appingedam became part of Eemsdelta on 1 January 2021.
REAL = content(
    WHERE,
    b"gemeente_code,gemeente,provincie_code,inwoners\n"
    b"GM0034,Almere,PV24,211893\nGM0003,Appingedam,PV20,11642\n",
)


def real(year: int) -> Change:
    """An instance of real municipalities, in the structure of a year."""
    return both(
        ONLY_QUOTA,
        put_setting("synthetic", "false"),
        put_setting("structure_year", str(year)),
        REAL,
    )


MORE = [
    Case("stand_sign_unknown", content(STAND, ONE_STAND), STAND, 1, "stand"),
    Case("code_not_in_force", real(2021), WHERE, 3, "gemeente_code"),
    Case("personal_column", with_column(PEOPLE, "nationaliteit", "x"), PEOPLE, 1, "nationaliteit"),
]
NOTICES = [
    Case("unknown_file", content("aanbdo.csv", b"a\n1\n"), "aanbdo.csv"),
    Case("codes_not_checked", real(2150), WHERE),
    Case("law_not_checked", put_setting("half_year", '"2199-1"'), TOML, 0, "half_year"),
    Case(
        "other_population_date",
        put_setting("population_date", "2019-01-01"),
        TOML,
        0,
        "population_date",
    ),
]
CASES = [*FILES, *HEADERS, *CELLS, *ACROSS, *SETTINGS, *MORE]
