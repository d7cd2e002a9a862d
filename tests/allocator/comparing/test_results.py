"""Two result folders: what differs, for whom, and nothing of any household."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from allocator.comparing import (
    compare_results,
    result_comparison_files,
    result_comparison_json,
    result_comparison_lines,
)
from allocator.comparing.causes import _BY_HASH, _OWN, _SHARED
from allocator.comparing.result_saying import reason_text
from allocator.errors import InputRefusedError
from allocator.publishing import with_manifest
from allocator.quota import compute_quotas
from allocator.reading import read_instance
from allocator.results import certificate_file, input_files, manifest_of, quota_files
from allocator.words import LANGUAGES
from tests.allocator.comparing.cases import SIX, TABLES, rows_of, write_instance

HOUSEHOLDS = "huishouden_id,personen,gemeenten_toegestaan\nH-001,4,SY0003\nH-002,1,\n"


def result(
    folder: Path, changes: Mapping[str, str] | None = None, total: int = 1_000, rows: object = SIX
) -> Path:
    """A result of ``quota``, with further files of a whole run written by hand."""
    source = write_instance(folder / "in", rows, total)  # type: ignore[arg-type]
    texts = dict(changes or {})
    for name in ("correcties", "vastgesteld"):
        if f"{name}.csv" in texts:
            (source / f"{name}.csv").write_text(texts.pop(f"{name}.csv"), encoding="utf-8")
    instance = read_instance(source, TABLES)
    quotas = compute_quotas(instance)
    parameters = {"command": "run", "key": "inwoners", "rounding": quotas.rounding, "seed": 1}
    files = {
        **input_files(instance),
        **quota_files(quotas),
        **certificate_file(quotas, None, None),
        **{name: text.encode() for name, text in texts.items()},
    }
    manifest = manifest_of(instance, parameters, {"allocator": "0"}, [])
    for name, content in with_manifest(files, manifest).items():
        path = folder / "uit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "uit"


def test_equal_results_differ_in_nothing(tmp_path: Path) -> None:
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b"))
    assert (found.files, found.parameters, found.rows) == ((), (), ())
    assert (found.municipalities, found.transfers) == ((), ())
    assert len(result_comparison_lines(found, "nl")) == 2


def test_another_total_is_named_and_moves_everybody_it_moves(tmp_path: Path) -> None:
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", total=1_010))
    assert [(own.name, own.before, own.after) for own in found.parameters] == [
        ("instance.national_total", "1000", "1010")
    ]
    assert [own.file for own in found.files] == ["invoer/instance.toml"]
    moved = found.changes_of("taakstelling")
    assert sum(change.difference for change in moved) == 10
    assert {change.reasons for change in moved} == {("landelijk_totaal",)}
    assert found.rows == ()


def test_inhabitants_are_shown_by_row_and_moved_figures_by_reason(tmp_path: Path) -> None:
    rows = [{**SIX[0], "inwoners": 130_000}, *SIX[1:]]
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", rows=rows))
    (change,) = found.rows
    assert (change.file, change.key, change.column) == ("gemeenten.csv", "SY0001", "inwoners")
    assert (change.before, change.after) == ("120000", "130000")
    reasons = {own.code: own.reasons for own in found.changes_of("taakstelling")}
    assert reasons.pop("SY0001") == ("eigen_inwoners",)
    assert reasons and set(reasons.values()) == {("andere_inwoners",)}
    assert sum(own.difference for own in found.changes_of("taakstelling")) == 0


def test_an_indicator_is_no_reason_under_the_law_s_key(tmp_path: Path) -> None:
    rows = [{**SIX[0], "inwoners": 130_000, "huizen": 1}, *SIX[1:]]
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", rows=rows))
    assert {change.column for change in found.rows} == {"inwoners", "huizen"}
    reasons = {reason for own in found.municipalities for reason in own.reasons}
    assert reasons == {"eigen_inwoners", "andere_inwoners"}


def test_a_correction_moves_its_own_municipality(tmp_path: Path) -> None:
    text = "gemeente_code,correctie,reden\nSY0002,4,proef\n"
    found = compare_results(
        result(tmp_path / "a"), result(tmp_path / "b", {"correcties.csv": text})
    )
    (change,) = found.changes_of("taakstelling")
    assert (change.code, change.difference, change.reasons) == ("SY0002", 4, ("eigen_correcties",))
    (row,) = found.rows
    assert (row.kind, row.column) == ("toegevoegd", "")
    assert "correctie=4" in row.after
    assert [own.kind for own in found.files] == ["toegevoegd"]


def test_a_published_quota_moves_by_its_publication_alone(tmp_path: Path) -> None:
    head = "gemeente_code,taakstelling,bron,datum\n"
    one = {"vastgesteld.csv": head + "SY0002,70,proef,2020-10-01\n"}
    two = {"vastgesteld.csv": head + "SY0002,71,proef,2020-10-01\n"}
    found = compare_results(result(tmp_path / "a", one), result(tmp_path / "b", two, total=1_010))
    (own,) = (change for change in found.changes_of("taakstelling") if change.code == "SY0002")
    assert (own.before, own.after, own.reasons) == (70, 71, ("eigen_vastgesteld",))


def test_a_municipality_that_is_gone_counts_as_nothing(tmp_path: Path) -> None:
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", rows=SIX[1:]))
    (gone,) = (change for change in found.changes_of("taakstelling") if change.code == "SY0001")
    assert gone.after is None
    assert gone.name == "Alfa"
    assert "eigen_inwoners" in gone.reasons


def swapped(persons: int, shortfall: int) -> dict[str, str]:
    """Tables of a run in which Alfa gives to Beta."""
    after = (
        "gemeente_code,taakstelling,overdracht,gewijzigde_taakstelling,achterstand,voorsprong,"
        "plaatsbaar,tekort_voor,tekort_na,oordeel\n"
        f"SY0001,252,{-persons},{252 - persons},0,0,200,52,{shortfall},voordeel\n"
        f"SY0002,126,{persons},{126 + persons},0,0,200,0,0,neutraal\n"
    )
    pairs = (
        "van_code,naar_code,soort,woningklasse,huishoudens,personen,toezegging_halfjaar,reden\n"
        f"SY0001,SY0002,herverdeling,,,{persons},,minder_tekort\n"
        f"SY0001,SY0002,samenstelling,1p,2,2,,proef\n"
        f"SY0001,SY0002,samenstelling,3p,{persons // 10},{persons},,proef\n"
    )
    links = (
        "gemeente_code,woningklasse,huishoudens,personen\n"
        f"SY0001,,1,2\nSY0001,1p,{persons},{persons}\nSY0002,,0,0\nSY0002,1p,1,1\n"
    )
    return {
        "na_uitruil.csv": after,
        "overdrachten.csv": pairs,
        "koppelingen_per_gemeente.csv": links,
    }


def test_swaps_and_links_are_compared_per_municipality(tmp_path: Path) -> None:
    found = compare_results(
        result(tmp_path / "a", swapped(20, 32)), result(tmp_path / "b", swapped(30, 22))
    )
    # Of the same kind are added up, of another kind kept apart.
    assert [(own.giver, own.taker, own.kind, own.before, own.after) for own in found.transfers] == [
        ("SY0001", "SY0002", "herverdeling", 20, 30),
        ("SY0001", "SY0002", "samenstelling", 22, 32),
    ]
    figures = {(own.code, own.quantity): (own.before, own.after) for own in found.municipalities}
    assert figures == {
        ("SY0001", "gekoppelde_huishoudens"): (21, 31),
        ("SY0001", "gekoppelde_personen"): (22, 32),
        ("SY0001", "gewijzigde_taakstelling"): (232, 222),
        ("SY0001", "overdracht"): (-20, -30),
        ("SY0001", "tekort_na"): (32, 22),
        ("SY0002", "gewijzigde_taakstelling"): (146, 156),
        ("SY0002", "overdracht"): (20, 30),
    }


def test_no_household_row_is_read_or_written(tmp_path: Path) -> None:
    place = "vertrouwelijk/invoer/huishoudens.csv"
    one = {place: HOUSEHOLDS, **swapped(20, 32)}
    two = {place: HOUSEHOLDS.replace("H-002,1", "H-002,6"), **swapped(30, 22)}
    before, after = result(tmp_path / "a", one), result(tmp_path / "b", two)
    for folder in (before, after):
        (folder / place).unlink()  # never opened, so never missed
    found = compare_results(before, after)
    assert [(own.file, own.kind) for own in found.files] == [(place, "gewijzigd")]
    (links,) = found.changes_of("gekoppelde_personen")
    assert "huishoudens" in links.reasons
    said = b"".join(result_comparison_files(found).values()).decode()
    said += json.dumps(result_comparison_json(found))
    for lang in LANGUAGES:
        said += "\n".join(result_comparison_lines(found, lang))
    assert "H-00" not in said
    assert "gemeenten_toegestaan" not in said


def test_limits_and_sponsors_are_named_by_file_alone(tmp_path: Path) -> None:
    one = {
        "vertrouwelijk/invoer/ruilruimte.csv": "gemeente_code,extra_max,minder_max\nSY0002,41,0\n",
        "vertrouwelijk/invoer/nareis.csv": "gemeente_code,personen,referent_id\nSY0003,4,R-7\n",
    }
    two = {
        "vertrouwelijk/invoer/ruilruimte.csv": "gemeente_code,extra_max,minder_max\nSY0002,43,0\n",
        "vertrouwelijk/invoer/nareis.csv": "gemeente_code,personen,referent_id\nSY0003,5,R-7\n",
    }
    found = compare_results(
        result(tmp_path / "a", {**one, **swapped(20, 32)}),
        result(tmp_path / "b", {**two, **swapped(30, 22)}),
    )
    place = "vertrouwelijk/invoer"
    assert [own.file for own in found.files] == [f"{place}/nareis.csv", f"{place}/ruilruimte.csv"]
    assert found.rows == ()
    content = b"".join(result_comparison_files(found).values()).decode()
    cells = re.split("[,\n]", content)
    assert "R-7" not in content
    assert {"41", "43"}.isdisjoint(cells)
    changes = found.changes_of("gewijzigde_taakstelling")
    assert {own.reasons for own in changes} == {("ruilruimte", "nareis")}


def test_rows_that_share_a_key_are_compared_as_whole_rows(tmp_path: Path) -> None:
    head = "gemeente_code,woningklasse,aantal\n"
    one = {"invoer/aanbod.csv": head + "SY0001,1p,2\nSY0001,1p,3\nSY0001,2p,1\nSY0001,2p,1\n"}
    two = {"invoer/aanbod.csv": head + "SY0001,1p,3\nSY0001,1p,3\nSY0001,2p,1\n"}
    found = compare_results(result(tmp_path / "a", one), result(tmp_path / "b", two))
    assert [(row.kind, row.key) for row in found.rows] == [
        ("verdwenen", "SY0001|1p"),
        ("verdwenen", "SY0001|2p"),
        ("toegevoegd", "SY0001|1p"),
    ]


def test_tables_that_only_one_result_has_are_not_compared_but_named(tmp_path: Path) -> None:
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", swapped(20, 32)))
    assert {(own.file, own.kind) for own in found.files} == {
        (name, "toegevoegd") for name in swapped(20, 32)
    }
    assert found.municipalities == ()


def test_a_folder_that_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError):
        compare_results(tmp_path, tmp_path)
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputRefusedError):
        compare_results(tmp_path, tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputRefusedError):
        compare_results(tmp_path, tmp_path)


def test_the_lines_say_whom_and_why_in_both_languages(tmp_path: Path) -> None:
    rows = [{**SIX[0], "inwoners": 130_000}, *SIX[1:]]
    found = compare_results(result(tmp_path / "a"), result(tmp_path / "b", rows=rows, total=990))
    dutch = "\n".join(result_comparison_lines(found, "nl"))
    english = "\n".join(result_comparison_lines(found, "en"))
    assert "SY0001  Alfa" in dutch and "eigen inwoners, landelijk totaal" in dutch
    assert "inhabitants of other municipalities, national total" in english
    assert "1000 wordt 990" in dutch


def test_every_reason_has_words() -> None:
    for lang in LANGUAGES:
        for table in _OWN:
            assert reason_text(f"eigen_{table}", lang) != reason_text(f"andere_{table}", lang)
        for cause in (*_SHARED, *_BY_HASH):
            assert reason_text(cause, lang)


def test_the_tables_are_sorted_by_their_key(tmp_path: Path) -> None:
    found = compare_results(
        result(tmp_path / "a", swapped(20, 32)),
        result(tmp_path / "b", swapped(30, 22), total=1_010),
    )
    rows = rows_of(result_comparison_files(found)["verschillen_gemeenten.csv"])
    keys = [(row["gemeente_code"], row["grootheid"]) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        assert int(row["verschil"]) == int(row["nieuw"] or 0) - int(row["oud"] or 0)
