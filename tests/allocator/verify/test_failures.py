"""What a failure says, in two languages, and what it never says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from allocator.verify import Failure, check_names, verify_result
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case, rehash
from tests.allocator.verify.handmade.edit import COUNTS, HOMES, PLAN, cell, document, lines
from tests.allocator.verify.handmade.folder import write_result

PACKAGE = Path(__file__).parents[3] / "allocator" / "verify"


def test_a_failure_says_where_and_what_in_dutch_and_in_english() -> None:
    failure = Failure("V2A", "taakstellingen.csv", "SY0001", "formule", "12", "13")
    assert failure.text("nl") == (
        "V2A taakstellingen.csv, rij SY0001, kolom formule: de waarde klopt niet "
        "(gevonden 12, verwacht 13)."
    )
    assert failure.text("en") == (
        "V2A taakstellingen.csv, row SY0001, column formule: the value is wrong "
        "(found 12, expected 13)."
    )
    assert Failure("V1A", "manifest.json").text() == "V1A manifest.json: het bestand ontbreekt."


def test_every_code_in_the_sources_has_a_text_in_both_languages() -> None:
    texts = tomllib.loads((PACKAGE / "contract.toml").read_text(encoding="utf-8"))["failures"]
    used = set()
    for path in PACKAGE.rglob("*.py"):
        used |= set(re.findall(r'"(V(?:1[0-8]|[1-9])[A-Z])"', path.read_text(encoding="utf-8")))
    assert len(used) > 20
    for code in used:
        assert code in texts or f"*{code[-1]}" in texts, code
    for code, (dutch, english) in texts.items():
        assert dutch != english
        assert code.startswith("*") or Failure(code, "x").text("en").endswith(f"{english}.")


def test_the_checks_that_ran_are_named() -> None:
    assert [name.split()[0] for name in check_names(Path("/nowhere"))] == [
        "V1",
        "V2",
        "V7",
        "V9",
        "V10",
    ]


@pytest.mark.parametrize(
    ("case", "families"),
    [
        (cases.quota_case(), "V1 V2 V7 V9 V10"),
        (cases.swap_case(), "V1 V2 V3 V7 V9 V10"),
        (cases.link_case(), "V1 V2 V4 V5 V6 V7 V8 V9 V10 V16"),
        (cases.demo_case(), "V1 V2 V3 V4 V5 V6 V7 V8 V9 V10 V16"),
    ],
)
def test_the_checks_depend_on_what_the_command_did(
    case: Case, families: str, tmp_path: Path
) -> None:
    folder = write_result(tmp_path / "result", case)
    assert [name.split()[0] for name in check_names(folder, "en")] == families.split()
    assert check_names(folder, "en")[1] != check_names(folder, "nl")[1]


def test_household_ids_are_named_only_where_households_are(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.link_case())
    cell(folder, PLAN, "hh-4", "reden", "verdeling")
    cell(folder, COUNTS, "SY0001,1p", "personen", 9)
    rehash(folder)
    failures = verify_result(folder)
    assert {failure.key for failure in failures} == {"hh-4", "SY0001,1p"}, failures
    # A forger writes ids into the open tables; the message does not spread them.
    lines(folder, COUNTS, lambda text: text.append("SY0009,hh-4,1,1"))
    lines(folder, "taakstellingen.csv", lambda text: text.append("hh-1,naam hh-5,PV01,1,,,0,0,"))
    document(folder, "manifest.json", lambda m: m["outputs"].update({"hh-3": "x"}))
    for failure in verify_result(folder):
        if not failure.file.startswith("vertrouwelijk/"):
            assert not re.search(r"hh-\d", failure.text("nl") + failure.text("en")), failure


def test_household_ids_are_hidden_when_their_table_has_another_fault(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.link_case())
    cell(folder, HOMES, "hh-4", "personen", "03")
    cell(folder, "taakstellingen.csv", "SY0001", "inwoners", "hh-1")
    rehash(folder)
    for failure in verify_result(folder):
        if not failure.file.startswith("vertrouwelijk/"):
            assert not re.search(r"hh-\d", failure.text()), failure


def test_texts_are_short_and_printable(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.quota_case())
    cell(folder, "taakstellingen.csv", "SY0003", "gemeente", "\x1b[31m" + "x" * 5000)
    rehash(folder)
    for failure in verify_result(folder):
        assert failure.text().isprintable()
        assert len(failure.text()) < 400


def test_the_order_of_failures_is_fixed(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.quota_case())
    for code in ("SY0003", "SY0004", "SY0005"):
        cell(folder, "taakstellingen.csv", code, "inwoners", 99)
    rehash(folder)
    failures = verify_result(folder)
    assert len(failures) == 3
    assert [failure.key for failure in failures] == ["SY0003", "SY0004", "SY0005"]
    assert failures == verify_result(folder)


def test_a_sponsor_is_never_named(tmp_path: Path) -> None:
    """The id in a confidential row hides that row; a municipality that stands there does not."""
    folder = write_result(tmp_path / "result", cases.swap_case())
    place = folder / "vertrouwelijk" / "invoer"
    place.mkdir(parents=True, exist_ok=True)
    rows = "gemeente_code,personen,referent_id\nSY0001,x,SPONSOR-9\n"
    (place / "nareis.csv").write_text(rows, encoding="utf-8")
    said = "".join(failure.text() for failure in verify_result(folder))
    assert "vertrouwelijk/invoer/nareis.csv" in said
    (folder / "overdrachten.csv").write_text("van_code\nSPONSOR-9\n", encoding="utf-8")
    said = "".join(failure.text() for failure in verify_result(folder) if "overdr" in failure.file)
    assert said
    assert "SPONSOR-9" not in said
