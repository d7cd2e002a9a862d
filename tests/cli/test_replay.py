"""``replay``: a half-year week by week, beside the half-year known in advance."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from allocator.canonical import json_bytes
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import (
    INSTANCES,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    tree,
    write_table,
)

WEEKS, PLACES, TOTALS = "herhaling.csv", "herhaling_gemeenten.csv", "herhaling_samenvatting.csv"


def replayed(instance: Path, out: Path, *options: object) -> Path:
    ran = call("replay", instance, "--out", out, "--weeks", 3, *options)
    assert ran.code == 0, ran.err
    return out


def test_every_policy_links_everybody_once(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    out = replayed(instance, tmp_path / "out")
    households = read_table(instance / "huishoudens.csv")
    rows = read_table(out / WEEKS)
    assert {row["beleid"] for row in rows} == {"achterhouden", "eerst_komt", "weekoptimum"}
    for policy in ("achterhouden", "eerst_komt", "weekoptimum"):
        own = [row for row in rows if row["beleid"] == policy]
        assert [row["week"] for row in own] == ["1", "2", "3"]
        assert sum(int(row["huishoudens"]) for row in own) == len(households)
    totals = {row["beleid"]: row for row in read_table(out / TOTALS)}
    assert totals["vooraf_bekend"]["passing_deel"] == "1.000000"
    names = {row["huishouden_id"] for row in households}
    for file in (WEEKS, PLACES, TOTALS):
        assert not names & {cell for row in read_table(out / file) for cell in row.values()}
    assert call("verify", out).code == 0


def test_permits_say_the_week_and_a_draw_does_where_there_are_none(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    drawn = call("replay", instance, "--out", tmp_path / "drawn", "--weeks", 3, "--json")
    assert drawn.json["arrivals"] == "gezaaid"
    assert [notice["code"] for notice in drawn.json["notices"]] == ["weeks_drawn_all"]
    days = ["2020-11-01", "2021-01-01", "2021-01-08", "", "2021-05-01"]

    def dated(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        pairs = zip(rows, days, strict=True)
        return [row | {"datum_vergunning": day} for row, day in pairs]

    change_table(instance / "huishoudens.csv", dated)
    dates = call("replay", instance, "--out", tmp_path / "dates", "--weeks", 3, "--json")
    assert dates.json["arrivals"] == "datum_vergunning"
    (notice,) = dates.json["notices"]
    assert (notice["code"], notice["values"]["count"]) == ("weeks_drawn_some", "1")
    rows = [row for row in read_table(tmp_path / "dates" / WEEKS) if row["beleid"] == "eerst_komt"]
    counts = [int(row["huishoudens"]) for row in rows]
    assert sum(counts) == 5
    # Two permits of week 1, one of week 2, one after the end in week 3; the fifth was drawn.
    assert all(found >= least for found, least in zip(counts, (2, 1, 1), strict=True))


def test_equal_input_gives_equal_bytes_in_any_order(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    first = tree(replayed(instance, tmp_path / "first"))
    change_table(instance / "huishoudens.csv", lambda rows: rows[::-1])
    assert tree(replayed(instance, tmp_path / "again")) == first


def test_stated_prices_are_named_by_hash(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    assert call("link", instance, "--out", tmp_path / "link").code == 0
    out = replayed(instance, tmp_path / "out", "--keep-for", tmp_path / "link")
    assert len(manifest(out)["parameters"]["replay"]["keep_sha256"]) == 64


def test_a_dwelling_out_of_view_helps_nobody_yet(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    late: dict[str, str] = {"beschikbaar_van": "2021-06-01"}
    change_table(instance / "aanbod.csv", lambda rows: [row | late for row in rows])
    near = replayed(instance, tmp_path / "near", "--in-view", 0)
    far = replayed(instance, tmp_path / "far", "--in-view", 30)
    seen = [
        sum(int(row["woning_in_zicht"]) for row in read_table(out / WEEKS)) for out in (near, far)
    ]
    assert seen[0] < seen[1]
    # At the end the dwellings of the whole half-year are handed out.
    assert read_table(near / TOTALS)[-2]["beleid"] == "vooraf_bekend"


def test_room_for_those_to_come_is_asked_for_in_every_week(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    later = {"verwachte_nareizigers": "5"}
    change_table(instance / "huishoudens.csv", lambda rows: [row | later for row in rows])
    now = read_table(replayed(instance, tmp_path / "now") / TOTALS)
    stated = (instance / "instance.toml").read_text(encoding="utf-8")
    asked = '[link]\nvooruit_plaatsen = true\nvooruit_plaatsen_reden = "beleid"'
    (instance / "instance.toml").write_text(stated.replace("[link]", asked), encoding="utf-8")
    ahead = replayed(instance, tmp_path / "ahead")
    # Every family would be of six or more: only the one dwelling for six suits anybody.
    for before, row in zip(now, read_table(ahead / TOTALS), strict=True):
        assert int(before["huishoudens_zonder_woning"]) < int(row["huishoudens_zonder_woning"])
        assert int(row["huishoudens_zonder_woning"]) == 4
    assert call("verify", ahead).code == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One result, to be copied and changed."""
    return replayed(INSTANCES / "tiny-koppel", tmp_path_factory.mktemp("replay") / "out")


@pytest.mark.parametrize(
    ("file", "column"),
    [
        (WEEKS, "personen"),
        (WEEKS, "passing"),
        (WEEKS, "woning_in_zicht"),
        (PLACES, "personen"),
        (PLACES, "afwijking"),
        (TOTALS, "passing_deel"),
        (TOTALS, "afwijking"),
    ],
)
def test_a_changed_figure_is_found(file: str, column: str, made: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(made, tmp_path / "out"))
    rows = read_table(out / file)
    rows[0][column] = "0.123456" if "deel" in column else str(int(rows[0][column]) + 9)
    write_table(out / file, rows)
    rehash(out)
    path = out / "manifest.json"
    path.write_bytes(json_bytes(json.loads(path.read_bytes())))
    assert call("verify", out).code == 6
