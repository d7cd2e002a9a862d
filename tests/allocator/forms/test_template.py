"""A form for every user group: it reads back without loss, and is the same file each time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from allocator.forms import GROUPS, template_bytes
from allocator.places import instances_dir
from allocator.reading import Instance, read_instance
from allocator.schema import TABLE_BY_NAME, TABLES
from allocator.words import LANGUAGES
from tests.allocator.reading.books import as_xlsx, sheets_of, unzipped
from tests.allocator.reading.full import full_files, put, read
from tests.cli.calling import call

EVERY_GROUP = pytest.mark.parametrize("group", GROUPS)


def said(instance: Instance, table: str) -> list[dict[str, str]]:
    """Rows without the cells that say nothing: a form has every column."""
    return [{n: cell for n, cell in row.items() if cell} for row in instance.rows(table)]


def read_back(content: bytes, group: str, folder: Path) -> Instance:
    path = folder / "terug.xlsx"
    path.write_bytes(content)
    return read_instance(path, GROUPS[group])


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@EVERY_GROUP
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_form_reads_back_without_loss(group: str, lang: str, tmp_path: Path) -> None:
    given = read(put(full_files(), tmp_path / "map")).whole
    again = read_back(template_bytes(group, lang, given), group, tmp_path)
    assert again.settings == given.settings
    for table in GROUPS[group]:
        assert said(again, table) == said(given, table), table


@EVERY_GROUP
def test_the_whole_country_reads_back_without_loss(group: str, tmp_path: Path) -> None:
    tables = set(GROUPS[group]) - {"huishoudens", "buren"}
    given = read_instance(instances_dir() / "nl-2021-1", tables)
    path = tmp_path / "terug.xlsx"
    path.write_bytes(template_bytes(group, "nl", given))
    again = read_instance(path, tables)
    assert again.settings == given.settings
    for table in tables:
        assert said(again, table) == said(given, table), table
    names = {place.name for place in again.municipalities}
    assert {"'s-Gravenhage", "Súdwest-Fryslân", "Bergen (NH.)"} <= names


@pytest.mark.parametrize(
    "name",
    [
        "'s-Gravenhage",
        "=1+1",
        "+31",
        "-5",
        "@x",
        "0363",
        "1-2",
        "1E5",
        "NA",
        "null",
        "WAAR",
        "2021-01-31",
        "https://x.nl",
        "a;b,c",
        'zo"heet"het',
        "Nuenën, <b>&amp;",
    ],
)
def test_a_name_that_looks_like_something_else_stays_the_name(name: str, tmp_path: Path) -> None:
    files = full_files()
    files["gemeenten.csv"] = files["gemeenten.csv"].replace(
        b"Alfa", ('"' + name.replace('"', '""') + '"').encode()
    )
    given = read(put(files, tmp_path / "map")).whole
    again = read_back(template_bytes("beleid", "nl", given), "beleid", tmp_path)
    assert again.municipalities[0].name == name == given.municipalities[0].name


@EVERY_GROUP
def test_equal_forms_are_equal_files(group: str, tmp_path: Path) -> None:
    given = read(put(full_files(), tmp_path / "map")).whole
    assert template_bytes(group, "nl", given) == template_bytes(group, "nl", given)


@EVERY_GROUP
def test_a_form_has_only_the_tables_of_its_group_with_all_their_columns(group: str) -> None:
    book = opened(template_bytes(group, "nl"))
    assert book.sheetnames == ["toelichting", "instance", *GROUPS[group]]
    for name in GROUPS[group]:
        heads = [cell.value for cell in book[name][1]]
        assert heads == list(TABLE_BY_NAME[name].column_names)
        assert book[name].freeze_panes == "B2"


def test_every_table_is_on_the_form_of_somebody() -> None:
    assert {name for names in GROUPS.values() for name in names} == {t.name for t in TABLES}


def test_only_coa_is_asked_for_households() -> None:
    personal = {table.name for table in TABLES if table.personal}
    assert {group for group, names in GROUPS.items() if personal & set(names)} == {"coa"}


def test_typing_is_checked_and_codes_are_text() -> None:
    sheet = opened(template_bytes("regiotafel", "nl"))["aanbod"]
    heads = [cell.value for cell in sheet[1]]
    rules = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule
        for rule in sheet.data_validations.dataValidation
    }
    letter = {name: openpyxl.utils.get_column_letter(at + 1) for at, name in enumerate(heads)}
    assert rules[letter["soort"]].formula1 == (
        '"zelfstandig,gedeeld,tussenvoorziening,doorstroomlocatie"'
    )
    assert (rules[letter["aantal"]].type, rules[letter["aantal"]].formula1) == ("whole", "0")
    assert rules[letter["beschikbaar_van"]].type == "date"


def test_a_code_typed_in_an_empty_row_stays_text() -> None:
    """The columns of codes are text as a whole, so a spreadsheet keeps the zeros of 0363."""
    content = template_bytes("gemeente", "nl")
    sheet = opened(content)["standen"]
    assert sheet.column_dimensions["A"].number_format == "@"


def test_a_form_holds_no_formula() -> None:
    for group in GROUPS:
        for name, part in unzipped(template_bytes(group, "en")).items():
            assert b"<f>" not in part, (group, name)


def test_an_open_form_is_refused_for_what_is_missing_only(tmp_path: Path) -> None:
    (tmp_path / "open.xlsx").write_bytes(template_bytes("beleid", "nl"))
    result = read(tmp_path / "open.xlsx")
    codes = {item.code for item in result.findings}
    assert codes == {"setting_missing", "missing_table"}


def test_a_form_that_was_filled_in_gives_the_result_of_the_instance(tmp_path: Path) -> None:
    form = tmp_path / "vorm.xlsx"
    made = call("template", "--group", "beleid", "--instance", "nl-2021-1", "--out", form)
    assert made.code == 0, made.err
    assert form.stat().st_mode & 0o077 == 0
    assert call("quota", form, "--out", tmp_path / "a").code == 0
    assert call("quota", "nl-2021-1", "--out", tmp_path / "b").code == 0
    one, other = ((tmp_path / x / "taakstellingen.csv").read_bytes() for x in "ab")
    assert one == other


def test_a_form_never_replaces_what_is_there(tmp_path: Path) -> None:
    form = tmp_path / "vorm.xlsx"
    form.write_bytes(b"werk van een week")
    made = call("template", "--group", "coa", "--out", form)
    assert made.code == 8
    assert "bestaat al" in made.err
    assert form.read_bytes() == b"werk van een week"


def test_wrong_calls_of_template_are_refused(tmp_path: Path) -> None:
    assert call("template", "--group", "coa", "--out", tmp_path / "a.csv").code == 2
    assert call("template", "--group", "rijk", "--out", tmp_path / "a.xlsx").code == 2
    assert call("template", "--out", tmp_path / "a.xlsx").code == 2
    book = tmp_path / "fout.xlsx"
    book.write_bytes(as_xlsx({**sheets_of(full_files()), "gemeenten": [["x"], [1]]}))
    made = call("template", "--group", "coa", "--instance", book, "--out", tmp_path / "a.xlsx")
    assert made.code == 3
    assert not (tmp_path / "a.xlsx").exists()
