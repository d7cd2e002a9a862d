"""What a cell may hold: nothing is guessed, nothing is rounded, nothing personal is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.words import LANGUAGES
from tests.allocator.reading.full import (
    both,
    cell,
    content,
    read_changed,
    swapped,
    with_column,
)

# Python and table libraries read each of these as a number; a person may have meant another one.
NO_WHOLE_NUMBERS = [
    "1 234", "1\u00a0234", "1_000", "١٢", "²", "1e5", "1E5", "0x10", "infinity", "nan", "+5", "5.0",
    "90.9", "9" * 30, "12.O11", "1.234.567", "'5", "5 personen", "--5", "½", "TRUE", "1.", ".5",
]  # fmt: skip
NAMED_SO = [
    "naam", "achternaam", "voornaam", "name", "surname", "geboortedatum", "birth_date", "v_nummer",
    "V-nummer", "vnummer", "bsn", "nationaliteit", "nationality", "religie", "geloof", "religion",
    "gezondheid", "health", "geslacht", "sex", "gender", "moedertaal",
]  # fmt: skip


@pytest.mark.parametrize("written", NO_WHOLE_NUMBERS)
@pytest.mark.parametrize(
    ("file", "column"), [("gemeenten.csv", "inwoners"), ("aanbod.csv", "laag")]
)
def test_only_digits_are_a_whole_number(
    written: str, file: str, column: str, tmp_path: Path
) -> None:
    found = read_changed(tmp_path / "map", cell(file, 2, column, written)).places
    assert [place[1:] for place in found] == [(file, 2, column)]
    assert found[0][0] in {"ambiguous_number", "not_whole", "negative", "too_large"}


def test_a_thousands_point_is_answered_with_the_whole_number(tmp_path: Path) -> None:
    change = cell("gemeenten.csv", 2, "inwoners", "931.298")
    (finding,) = read_changed(tmp_path / "map", change).findings
    assert "931298" in finding.sentence("nl")


def test_a_thousands_comma_in_a_quoted_cell_is_refused_too(tmp_path: Path) -> None:
    change = swapped("gemeenten.csv", ",15000,", ',"15,000",')
    (place,) = read_changed(tmp_path / "map", change).places
    assert place == ("ambiguous_number", "gemeenten.csv", 2, "inwoners")


@pytest.mark.parametrize(
    ("written", "kept"), [("0,51", "0.51"), ("0.51", "0.51"), ("1", "1"), ("0", "0")]
)
def test_a_chance_may_have_a_point_or_a_comma(written: str, kept: str, tmp_path: Path) -> None:
    change = swapped("passing.csv", "0.35", f'"{written}"')
    assert read_changed(tmp_path / "map", change).whole.rows("passing")[0]["score"] == kept


@pytest.mark.parametrize(
    "written", ["0.1234", "1.001", "-0.1", "50%", "1e-1", "0.5.1", "٠", "nan", "inf"]
)
def test_another_chance_is_refused(written: str, tmp_path: Path) -> None:
    (place,) = read_changed(tmp_path / "map", cell("passing.csv", 2, "score", written)).places
    assert place[1:] == ("passing.csv", 2, "score")


@pytest.mark.parametrize(
    "written", ["2021-2-1", "2021-13-01", "1-2-2021", "44228", "2021-02-29", "2021-01-01T00:00"]
)
def test_a_date_is_year_month_day(written: str, tmp_path: Path) -> None:
    (place,) = read_changed(tmp_path / "map", cell("nareis.csv", 2, "verwacht_van", written)).places
    assert place == ("bad_date", "nareis.csv", 2, "verwacht_van")


@pytest.mark.parametrize("column", NAMED_SO)
def test_a_column_about_a_person_is_refused_by_its_name(column: str, tmp_path: Path) -> None:
    change = with_column("huishoudens.csv", column, "Jansen")
    (finding,) = read_changed(tmp_path / "map", change).findings
    assert (finding.code, finding.file) == ("personal_column", "huishoudens.csv")
    assert finding.column.casefold() == column.casefold()
    assert all("Jansen" not in finding.line(lang) for lang in LANGUAGES)


@pytest.mark.parametrize("column", ["Naam", "GESLACHT", "Nationaliteit "])
def test_capitals_and_spaces_do_not_hide_a_column_about_a_person(
    column: str, tmp_path: Path
) -> None:
    change = with_column("huishoudens.csv", column, "x")
    assert [place[0] for place in read_changed(tmp_path / "map", change).places] == [
        "personal_column"
    ]


@pytest.mark.parametrize("file", ["gemeenten.csv", "aanbod.csv", "volwassenen.csv", "nareis.csv"])
def test_no_table_takes_a_column_about_a_person(file: str, tmp_path: Path) -> None:
    change = with_column(file, "geboortedatum", "1")
    assert [place[0] for place in read_changed(tmp_path / "map", change).places] == [
        "personal_column"
    ]


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("huishoudens.csv", "huishouden_id"),
        ("volwassenen.csv", "huishouden_id"),
        ("nareis.csv", "referent_id"),
    ],
)
def test_a_name_in_the_place_of_a_pseudonym_is_not_repeated(
    file: str, column: str, tmp_path: Path
) -> None:
    findings = read_changed(tmp_path / "map", cell(file, 2, column, "Jan Jansen")).findings
    assert findings[0].code == "bad_identifier"
    assert findings[0].row == 2
    for finding in findings:
        assert all("Jansen" not in finding.line(lang) for lang in LANGUAGES)
        assert "Jansen" not in str(finding.as_json("nl"))


@pytest.mark.parametrize(
    ("file", "column", "longest"),
    [("gemeenten.csv", "gemeente", 300), ("nareis.csv", "referent_id", 40)],
)
def test_a_text_may_be_so_long_and_no_longer(
    file: str, column: str, longest: int, tmp_path: Path
) -> None:
    for length in (longest, longest + 1):
        result = read_changed(tmp_path / str(length), cell(file, 2, column, "a" * length))
        assert (result.instance is not None) == (length == longest), result.places


@pytest.mark.parametrize(
    ("file", "row", "column", "most"),
    [
        ("gemeenten.csv", 2, "inwoners", 13),
        ("gemeenten.csv", 2, "x_rd", 7),
        ("aanbod.csv", 2, "aantal", 7),
        ("huishoudens.csv", 3, "weken_wachtend", 7),
        ("correcties.csv", 2, "correctie", 7),
    ],
)
def test_a_whole_number_has_no_more_digits_than_its_column_can_mean(
    file: str, row: int, column: str, most: int, tmp_path: Path
) -> None:
    for sign in ("", "-", "00"):
        if sign == "-" and column != "correctie":
            continue
        longest = cell(file, row, column, f"{sign}{'1' * most}")
        assert read_changed(tmp_path / f"most{sign}", longest).instance is not None
        longer = cell(file, row, column, f"{sign}{'1' * (most + 1)}")
        (finding,) = read_changed(tmp_path / f"more{sign}", longer).findings
        assert (finding.code, finding.file, finding.row) == ("too_large", file, row)
        assert str(most + 1) in finding.sentence("nl")


@pytest.mark.parametrize(
    ("stand", "reading"),
    [
        ("9999999", ("9999999", "0")),
        ("-0000012", ("0", "12")),
        ("+7", ("7", "0")),
        ("-0", ("0", "0")),
        ("10000000", None),
        ("-10000000", None),
        ("+-1", None),
        ("\u00b2", None),
        ("\u0661", None),
        ("", None),
        ("-", None),
        ("1.0", None),
    ],
)
def test_a_signed_stand_is_a_whole_number_of_seven_digits_at_most(
    stand: str, reading: tuple[str, str] | None, tmp_path: Path
) -> None:
    change = both(
        content("standen.csv", f"gemeente_code,stand\nSY0001,{stand}\nSY0002,1\n".encode()),
        swapped("instance.toml", "seed = 1", 'seed = 1\nstand_teken = "achterstand_positief"'),
    )
    result = read_changed(tmp_path / "map", change)
    if reading is None:
        assert result.places == [("not_whole", "standen.csv", 2, "stand")]
    else:
        row = result.whole.rows("standen")[0]
        assert (row["achterstand"], row["voorsprong"]) == reading
