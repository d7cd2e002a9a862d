"""The main job on the bundled data: what a newcomer gets from one command."""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import INSTANCES, Ran, manifest, read_table, spawn, tree

SECRET = "vertrouwelijk/"
CONFIDENTIAL_TABLES = {"huishoudens", "volwassenen", "passing", "nareis", "ruilruimte"}
RESULTS = {
    "manifest.json", "certificaat.json", "taakstellingen.csv", "overdrachten.csv",
    "na_uitruil.csv", "koppelingen_per_gemeente.csv", "rapport.html", "werkboek.xlsx",
    "vertrouwelijk/koppelvoorstel.csv", "vertrouwelijk/niet_gekoppeld.csv",
    "vertrouwelijk/eerlijkheid.csv", "vuistregel.csv", "fasering.csv", "kenmerken.csv",
    "eerlijkheid_grootte.csv",
    "vertrouwelijk/verwachte_samenstelling.csv", "vertrouwelijk/regievoerders.csv",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(demo: Ran) -> str:
    return (demo.folder / "rapport.html").read_text(encoding="utf-8")


def rows(demo: Ran, name: str) -> list[dict[str, str]]:
    return read_table(demo.folder / name)


def household_ids(demo: Ran) -> set[str]:
    return {row["huishouden_id"] for row in rows(demo, "vertrouwelijk/invoer/huishoudens.csv")}


def test_it_ends_well_and_says_so(demo: Ran) -> None:
    assert demo.code == 0, demo.err
    assert "Traceback" not in demo.out + demo.err
    for figure in ("352", "13.500", "13.666", "166"):
        assert figure in demo.out
    assert "voorstel, geen besluit" in demo.out


def test_stderr_holds_no_progress_when_it_is_no_terminal(demo: Ran) -> None:
    assert "\x1b" not in demo.err
    assert "\r" not in demo.err


def test_the_result_verifies_from_its_own_files(demo: Ran) -> None:
    ran = spawn("verify", demo.folder)
    assert ran.code == 0, ran.err
    assert str(demo.folder) in ran.out


def test_the_inputs_are_those_of_the_bundled_instance(demo: Ran) -> None:
    assert spawn("verify", demo.folder, "--instance", "nl-2021-1").code == 0


def test_the_folder_holds_what_is_agreed(demo: Ran) -> None:
    tables = {path.stem for path in (INSTANCES / "nl-2021-1").glob("*.csv")}
    inputs = {f"invoer/{name}.csv" for name in tables - CONFIDENTIAL_TABLES} | {
        "invoer/instance.toml"
    }
    secret = {f"vertrouwelijk/invoer/{name}.csv" for name in tables & CONFIDENTIAL_TABLES}
    papers = {name for name in tree(demo.folder) if name.startswith("stukken/")}
    assert set(tree(demo.folder)) - papers == RESULTS | inputs | secret


def test_every_group_of_swaps_has_its_joint_papers(demo: Ran) -> None:
    papers = {name for name in tree(demo.folder) if name.startswith("stukken/")}
    groups = {name[-11:-5] for name in papers}
    kinds = ("agenda", "melding-coa", "melding-gs")
    assert papers == {f"stukken/{kind}-{group}.docx" for kind in kinds for group in groups}
    assert "GM0034" in groups


def test_the_manifest_names_every_file_by_its_hash(demo: Ran) -> None:
    listed = manifest(demo.folder)["inputs"] | manifest(demo.folder)["outputs"]
    found = {name: hashlib.sha256(data).hexdigest() for name, data in tree(demo.folder).items()}
    assert listed == {name: value for name, value in found.items() if name != "manifest.json"}


def test_every_stage_is_proven(demo: Ran) -> None:
    stages = {stage["name"]: stage for stage in manifest(demo.folder)["stages"]}
    parts = ("tekort", "zwaarst", "afspraken", "personen", "afstand")
    swaps = [f"uitruil_{part}" for part in parts]
    assert list(stages) == ["taakstelling", *swaps, "koppeling"]
    assert {stage["status"] for stage in stages.values()} == {"optimal"}
    assert {stage.get("gap", 0) for stage in stages.values()} == {0}


def test_the_sums_close_from_the_nation_to_the_household(demo: Ran) -> None:
    after = rows(demo, "na_uitruil.csv")
    assert sum(int(row["taakstelling"]) for row in rows(demo, "taakstellingen.csv")) == 13_500
    assert sum(int(row["overdracht"]) for row in after) == 0
    assert sum(int(row["gewijzigde_taakstelling"]) for row in after) == 13_500
    shortfalls = [(int(row["tekort_voor"]), int(row["tekort_na"])) for row in after]
    assert all(later <= earlier for earlier, later in shortfalls)
    assert sum(later for _, later in shortfalls) < sum(earlier for earlier, _ in shortfalls)


def test_every_household_is_in_exactly_one_of_two(demo: Ran) -> None:
    linked = [row["huishouden_id"] for row in rows(demo, "vertrouwelijk/koppelvoorstel.csv")]
    others = [row["huishouden_id"] for row in rows(demo, "vertrouwelijk/niet_gekoppeld.csv")]
    assert linked
    assert sorted(linked + others) == sorted(household_ids(demo))


def test_only_one_region_is_linked(demo: Ran) -> None:
    province = {
        row["gemeente_code"]: row["provincie_code"] for row in rows(demo, "taakstellingen.csv")
    }
    linked = rows(demo, "vertrouwelijk/koppelvoorstel.csv")
    assert {province[row["gemeente_code"]] for row in linked} == {"PV24"}
    others = {row["reden"] for row in rows(demo, "vertrouwelijk/niet_gekoppeld.csv")}
    assert others == {"buiten_regio"}


def test_the_counts_per_municipality_are_those_of_the_links(demo: Ran) -> None:
    counted = sum(int(row["huishoudens"]) for row in rows(demo, "koppelingen_per_gemeente.csv"))
    persons = sum(int(row["personen"]) for row in rows(demo, "koppelingen_per_gemeente.csv"))
    linked = rows(demo, "vertrouwelijk/koppelvoorstel.csv")
    assert counted == len(linked)
    assert persons == sum(int(row["personen"]) for row in linked)


def shown_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file outside the confidential folder, as text."""
    for name, content in tree(folder).items():
        if name.startswith(SECRET):
            continue
        if name.endswith((".xlsx", ".docx")):
            with zipfile.ZipFile(folder / name) as book:
                for part in book.namelist():
                    yield f"{name}/{part}", book.read(part).decode("utf-8", "replace")
        else:
            yield name, content.decode("utf-8")


def test_no_household_is_named_outside_the_confidential_folder(demo: Ran) -> None:
    ids = household_ids(demo)
    found = {
        (name, word)
        for name, text in shown_texts(demo.folder)
        for word in re.findall(r"[A-Za-z0-9._-]+", text)
        if word in ids
    }
    assert found == set()


def test_the_search_for_households_finds_them_where_they_are(demo: Ran) -> None:
    text = (demo.folder / "vertrouwelijk" / "koppelvoorstel.csv").read_text(encoding="utf-8")
    assert household_ids(demo) & set(re.findall(r"[A-Za-z0-9._-]+", text))


def test_the_page_says_what_it_is(page: str) -> None:
    assert 'lang="nl"' in page
    assert re.search(r"voorstel,\s+geen\s+besluit", page, re.IGNORECASE)
    for figure in ("13.500", "13.666", "166"):
        assert figure in page
    assert "niet de letter van art. 29 lid 1" in page


def test_the_page_shows_every_municipality(page: str, demo: Ran) -> None:
    text = html.unescape(page)
    missing = [r["gemeente"] for r in rows(demo, "taakstellingen.csv") if r["gemeente"] not in text]
    assert missing == []


def test_the_page_draws_a_tile_for_every_municipality(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert max(len(re.findall(r"<(?:rect|path|polygon|use)\b", d)) for d in drawings) >= 352


def test_the_page_needs_no_network(page: str) -> None:
    loads = r"(?:src|srcset|poster|data)\s*=\s*[\"']?(?!data:)[^\"'>\s]+"
    assert re.findall(loads, page) == []
    assert re.findall(r"@import|url\(\s*[\"']?(?!data:|#)", page) == []
    assert re.findall(r"<(?:link|iframe|script[^>]*src)[^>]*>", page) == []


def test_the_page_marks_what_is_synthetic(page: str) -> None:
    assert "synthetisch" in page.lower()


def test_the_page_is_made_again_in_english(demo: Ran, tmp_path: Path) -> None:
    copy = tmp_path / "r"
    for name, content in tree(demo.folder).items():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    ran = spawn("report", copy, "--lang", "en")
    assert ran.code == 0, ran.err
    text = (copy / "rapport.html").read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert re.search(r"proposal,\s+not\s+a\s+decision", text, re.IGNORECASE)
    assert "13,500" in text
    assert spawn("verify", copy).code == 0
