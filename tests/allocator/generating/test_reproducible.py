from __future__ import annotations

from pathlib import Path

import pytest

from allocator.canonical import table_bytes
from allocator.errors import OutputTroubleError
from allocator.generating import base_from_instance, generate_tables, synthetic_base, write_instance
from allocator.places import instances_dir
from allocator.reading import read_instance
from allocator.schema import TABLES
from tests.allocator.generating.cases import BASE_FILES, Made, landscape, make, small_base


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        made = landscape(15, 250, seed)
        write_instance(made.tables, made.settings, tmp_path / name)
    first, second, other = (_files(tmp_path / name) for name in "abc")
    assert first == second
    assert first.keys() == other.keys()
    same = {name for name in first if first[name] == other[name]}
    assert same <= {"woningklassen.csv", "correcties.csv"}


def test_what_is_written_is_read_back_without_a_word_and_in_canonical_form(
    made: Made, tmp_path: Path
) -> None:
    write_instance(made.tables, made.settings, tmp_path / "inst")
    instance = read_instance(tmp_path / "inst", [table.name for table in TABLES])
    assert instance.notices == ()
    assert set(instance.tables) == set(made.tables)
    for name, table in instance.tables.items():
        assert table_bytes(table) == (tmp_path / "inst" / f"{name}.csv").read_bytes()
    assert instance.settings.name == made.settings["name"]
    assert set(instance.settings.synthetic) == set(made.tables)  # type: ignore[arg-type]


def test_tables_draw_apart_so_more_households_leave_the_labour_market_alone() -> None:
    base = synthetic_base(12, 3)
    few, many = generate_tables(base, 100, 3), generate_tables(base, 300, 3)
    assert few["arbeidsmarkt"] == many["arbeidsmarkt"]
    assert few["huishoudens"] != many["huishoudens"]


def test_a_kept_table_leaves_the_other_draws_as_they_were(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    standings = "gemeente_code,achterstand,voorsprong\nGM0034,2,0\n"
    follow_on = "gemeente_code,personen\nGM0363,1\n"
    without = make(small_base(folders[0], standen=standings), None, 1).tables
    with_one = make(small_base(folders[1], standen=standings, nareis=follow_on), None, 1).tables
    assert without["nareis"] != with_one["nareis"] == [{"gemeente_code": "GM0363", "personen": "1"}]
    for name in ("huishoudens", "aanbod", "arbeidsmarkt"):
        assert without[name] == with_one[name]


def test_the_order_of_the_rows_of_a_base_does_not_matter(tmp_path: Path) -> None:
    header, *rows = BASE_FILES["gemeenten.csv"].splitlines()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    shuffled = "\n".join([header, *reversed(rows)]) + "\n"
    first = make(small_base(tmp_path / "a"), None, 1)
    assert first == make(small_base(tmp_path / "b", gemeenten=shuffled), None, 1)


def test_real_tables_stay_and_those_declared_synthetic_are_drawn_anew(tmp_path: Path) -> None:
    base = small_base(
        tmp_path,
        standen="gemeente_code,achterstand,voorsprong\nGM0034,7,0\n",
        nareis="gemeente_code,personen\nGM0050,9\n",
        ruilruimte="gemeente_code,extra_max,minder_max\nGM0050,1,1\n",
    )
    settings = base.settings
    assert make(base, None, 1).tables["ruilruimte"] == base.tables["ruilruimte"]
    text = BASE_FILES["instance.toml"].replace("false", '["standen", "ruilruimte"]')
    (tmp_path / "instance.toml").write_text(text, encoding="utf-8")
    again = make(base_from_instance(tmp_path), None, 1)
    assert again.tables["standen"] == base.tables["standen"]
    assert again.tables["nareis"] == base.tables["nareis"]
    assert again.tables["ruilruimte"] != base.tables["ruilruimte"]
    assert again.settings["synthetic"] == sorted(
        ["standen", "huishoudens", "aanbod", "ruilruimte", "arbeidsmarkt", "woningklassen"]
    )
    assert again.settings["national_total"] == settings["national_total"] == 60


def test_missing_standings_and_classes_are_drawn(tmp_path: Path) -> None:
    made = make(small_base(tmp_path), None, 1)
    codes = [row["gemeente_code"] for row in made.tables["standen"]]
    assert codes == ["GM0034", "GM0050", "GM0363"]
    assert len(made.tables["woningklassen"]) == 6
    assert {"standen", "woningklassen"} <= set(made.settings["synthetic"])  # type: ignore[call-overload]


def test_an_instance_is_never_written_over(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "inst"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(OutputTroubleError, match="out_not_ours"):
        write_instance(made.tables, made.settings, folder)
    assert _files(folder) == {"mine.txt": b"keep"}
    with pytest.raises(OutputTroubleError, match="out_not_a_folder"):
        write_instance(made.tables, made.settings, folder / "mine.txt")


def test_a_failed_write_leaves_nothing_behind(made: Made, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_instance({**made.tables, "onbekend": []}, made.settings, tmp_path / "inst")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["nl-2021-1", "flevoland-2021-1"])
def test_a_base_leaves_out_its_own_made_up_tables(name: str) -> None:
    base = base_from_instance(instances_dir() / name)
    assert "huishoudens" not in base.tables
    assert {"gemeenten", "standen", "woningklassen", "buren"} <= set(base.tables)
