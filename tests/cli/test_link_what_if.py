"""``link --from`` with pins, bans, reserved dwellings and other supply, and what each costs."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import pytest

import allocator.linking
import allocator.linking.wish_costs
from allocator.canonical import json_bytes
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import (
    INSTANCES,
    Ran,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    tree,
)

PLAN, LEFT = "vertrouwelijk/koppelvoorstel.csv", "vertrouwelijk/niet_gekoppeld.csv"
WISHES, COSTS = "vertrouwelijk/invoer/wensen.csv", "vertrouwelijk/wensen_kosten.csv"
TOWNS = INSTANCES / "tiny-koppel" / "gemeenten.csv"
ALL = ("--pin", "hh-1=SY0003", "--forbid", "hh-3=SY0001", "--reserve", "SY0002,2p,1")

# tiny-koppel: five households; hh-4 can only go to SY0002.


@pytest.fixture
def by_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems take the price road too, and their wishes are costed by prices."""
    monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)
    monkeypatch.setattr(allocator.linking.wish_costs, "SOLVED_PAIRS", 0)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plain") / "r"
    assert call("link", "tiny-koppel", "--out", out).code == 0
    return out


@pytest.fixture(scope="module")
def wished(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wished") / "r"
    assert call("link", "tiny-koppel", "--out", out, "--from", plain, *ALL).code == 0
    return out


def copy(result: Path, out: Path) -> Path:
    for name, content in tree(result).items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    return out


def link(out: Path, *options: object) -> Ran:
    ran = call("link", "tiny-koppel", "--out", out, *options)
    assert ran.code in (0, 5), ran.err
    assert call("verify", out, "--instance", "tiny-koppel").code == 0
    return ran


def places(out: Path) -> dict[str, str]:
    return {row["huishouden_id"]: row["gemeente_code"] for row in read_table(out / PLAN)}


def value(out: Path) -> int:
    return int(json.loads((out / "certificaat.json").read_bytes())["link"]["objective"])


def test_wishes_hold_and_each_cost_is_that_of_leaving_it_out(
    plain: Path, wished: Path, tmp_path: Path
) -> None:
    ran = link(tmp_path / "all", "--from", plain, *ALL)
    assert tree(tmp_path / "all") == tree(wished)
    there = places(tmp_path / "all")
    assert there["hh-1"] == "SY0003"
    assert there["hh-3"] != "SY0001"
    reasons = {r["huishouden_id"]: r["reden"] for r in read_table(tmp_path / "all" / PLAN)}
    assert reasons["hh-1"] == "vastgezet"
    costs = {row["soort"]: row for row in read_table(tmp_path / "all" / COSTS)}
    for at, kind in ((0, "vast"), (2, "verboden"), (4, "gereserveerd")):
        out = tmp_path / kind
        link(out, *ALL[:at], *ALL[at + 2 :])
        assert costs[kind]["wijze"] == "opgelost"
        assert int(costs[kind]["kosten"]) == value(out) - value(tmp_path / "all")
    moved = sum(places(plain)[h] != code for h, code in there.items())
    assert f"{moved} huishouden(s) naar een andere gemeente" in ran.out
    assert "Wens hh-1 naar SY0003: kost" in ran.out


def test_the_manifest_names_the_old_result_and_no_household(plain: Path, wished: Path) -> None:
    asked = manifest(wished)["parameters"]["link"]
    assert asked["from_sha256"] == sha256((plain / "manifest.json").read_bytes()).hexdigest()
    assert asked["wishes"] == {"vast": 1, "verboden": 1, "gereserveerd": 1}
    public = [data for name, data in tree(wished).items() if "vertrouwelijk" not in name]
    assert not [data for data in public if b"hh-1" in data]


def test_an_explanation_offers_no_place_that_a_wish_closes(plain: Path, wished: Path) -> None:
    names = {row["gemeente_code"]: row["gemeente"] for row in read_table(TOWNS)}
    assert names["SY0001"] in call("explain", plain, "hh-3").out
    assert names["SY0001"] not in call("explain", wished, "hh-3").out
    assert "planner" in call("explain", wished, "hh-1").out


def test_without_a_wish_nothing_moves(plain: Path, tmp_path: Path) -> None:
    ran = link(tmp_path / "r", "--from", plain)
    assert places(tmp_path / "r") == places(plain)
    assert "0 huishouden(s) naar een andere gemeente" in ran.out
    assert not (tmp_path / "r" / WISHES).exists()


@pytest.mark.usefixtures("by_prices")
def test_prices_keep_the_plan_and_cost_the_wishes(tmp_path: Path) -> None:
    link(tmp_path / "old")
    english = call("link", "tiny-koppel", "--out", tmp_path / "en", *ALL, "--lang", "en")
    assert "costs an estimated" in english.out
    ran = link(tmp_path / "new", "--from", tmp_path / "old", *ALL, "--aanbod", "SY0001,1p,3")
    assert places(tmp_path / "new")["hh-1"] == "SY0003"
    assert {row["wijze"] for row in read_table(tmp_path / "new" / COSTS)} == {"prijzen"}
    assert "naar schatting" in ran.out
    # Dropping the wishes again starts from the changed plan, and may go back.
    link(tmp_path / "back", "--from", tmp_path / "new")
    assert not (tmp_path / "back" / COSTS).exists()


@pytest.mark.usefixtures("by_prices")
def test_equal_wishes_in_any_order_give_equal_bytes(tmp_path: Path) -> None:
    link(tmp_path / "old")
    link(tmp_path / "a", "--from", tmp_path / "old", *ALL)
    turned = [word for at in (4, 2, 0) for word in ALL[at : at + 2]]
    link(tmp_path / "b", "--from", tmp_path / "old", *turned, *ALL[:2])
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_an_existing_link_is_never_undone(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)

    def linked(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        done = {"status": "gekoppeld", "gekoppelde_gemeente": "SY0001"}
        return [row | (done if row["huishouden_id"] == "hh-1" else {}) for row in rows]

    change_table(instance / "huishoudens.csv", linked)
    for option in ("--pin", "--forbid"):
        ran = call("link", instance, "--out", tmp_path / "r", option, "hh-1=SY0001", "--json")
        assert (ran.code, ran.codes) == (3, ["wish_of_linked"])


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        (("--pin", "hh-1"), 3, "wish_form"),
        (("--pin", "=SY0001"), 3, "wish_form"),
        (("--reserve", "SY0001,1p"), 3, "wish_form"),
        (("--aanbod", "SY0001,1p,-1"), 3, "wish_form"),
        (("--pin", "hh-99=SY0001"), 3, "what_if_unknown"),
        (("--forbid", "hh-1=SY0099"), 3, "what_if_unknown"),
        (("--reserve", "SY0001,9p,1"), 3, "what_if_unknown"),
        (("--pin", "hh-1=SY0001", "--pin", "hh-1=SY0002"), 3, "wishes_contradict"),
        (("--pin", "hh-1=SY0001", "--forbid", "hh-1=SY0001"), 3, "wishes_contradict"),
        (("--aanbod", "SY0001,1p,1", "--aanbod", "SY0001,1p,2"), 3, "wishes_contradict"),
        (("--pin", "hh-4=SY0001"), 4, "wish_closed"),
        (("--forbid", "hh-4=SY0002"), 4, "wish_leaves_none"),
        (("--reserve", "SY0001,1p,999"), 4, "reserve_beyond_supply"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_a_remedy(
    options: tuple[str, ...], exit_code: int, code: str, tmp_path: Path
) -> None:
    ran = call("link", "tiny-koppel", "--out", tmp_path / "r", *options, "--json")
    assert (ran.code, ran.codes) == (exit_code, [code])
    assert not (tmp_path / "r").exists()


def test_a_wish_about_somebody_who_takes_no_part_is_refused(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    late = {"datum_vergunning": "2021-03-02"}
    change_table(instance / "huishoudens.csv", lambda rows: [row | late for row in rows])
    options = ("--stand-per", "2021-03-01", "--pin", "hh-1=SY0001", "--json")
    ran = call("link", instance, "--out", tmp_path / "r", *options)
    assert (ran.code, ran.codes) == (3, ["wish_of_absent"])


def test_a_conflict_says_which_wishes_touch_it(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    settings = instance / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("zonder_woning = true", "zonder_woning = false"))
    change_table(instance / "aanbod.csv", lambda rows: [row | {"aantal": "9"} for row in rows])
    kinds = {row["woningklasse"] for row in read_table(instance / "woningklassen.csv")}
    none = [word for kind in kinds for word in ("--aanbod", f"SY0002,{kind},0")]
    ran = call("link", instance, "--out", tmp_path / "r", *none, "--json")
    assert (ran.code, ran.codes) == (4, ["conflict_dwellings", "conflict_with_wishes"])


def test_what_is_no_old_result_is_refused(plain: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "r", "--json")
    ran = call("link", "tiny-koppel", *out, "--from", tmp_path)
    assert (ran.code, ran.codes) == (3, ["old_plan_missing"])
    ran = call("link", "tiny-koppel", *out, "--from", plain, "--prices", plain)
    assert (ran.code, ran.codes) == (3, ["from_and_prices"])
    plan = copy(plain, tmp_path / "old") / PLAN
    plan.write_text(plan.read_text(encoding="utf-8").replace("SY0001", "SY0003", 1))
    ran = call("link", "tiny-koppel", *out, "--from", tmp_path / "old")
    assert (ran.code, ran.codes) == (3, ["old_plan_damaged"])


def _edit(path: Path, column: str, value: str, soort: str) -> None:
    rows = [r | ({column: value} if r["soort"] == soort else {}) for r in read_table(path)]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda r: [r[c] for c in list(r)[:4]]))
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "soort", "column", "value", "code"),
    [
        # The plan stays: the changed wish does not hold in it, or was never in it.
        (WISHES, "vast", "gemeente_code", "SY0001", "V6D"),
        (WISHES, "vast", "huishouden_id", "hh-5", "V6E"),
        (WISHES, "verboden", "gemeente_code", "SY0002", "V6D"),
        (WISHES, "vast", "huishouden_id", "hh-99", "V6E"),
        (WISHES, "vast", "woningklasse", "1p", "V6E"),
        (WISHES, "gereserveerd", "aantal", "9", "V5E"),
        (WISHES, "gereserveerd", "aantal", "", "V6E"),
        (WISHES, "gereserveerd", "soort", "iets", "V1H"),
        (COSTS, "vast", "kosten", "-1", "V8G"),
        (COSTS, "vast", "kosten", "999999", "V8G"),
        (COSTS, "vast", "wijze", "geraden", "V8A"),
        (COSTS, "gereserveerd", "aantal", "0", "V8A"),
    ],
)
def test_the_verifier_sees_a_wish_that_does_not_hold(
    file: str, soort: str, column: str, value: str, code: str, wished: Path, tmp_path: Path
) -> None:
    out = copy(wished, tmp_path / "r")
    _edit(out / file, column, value, soort)
    rehash(out)
    ran = call("verify", out)
    assert ran.code == 6
    assert f"{code} " in ran.out + ran.err


@pytest.mark.usefixtures("by_prices")
@pytest.mark.parametrize("soort", ["vast", "verboden", "gereserveerd"])
def test_the_verifier_recomputes_a_cost_by_prices(soort: str, tmp_path: Path) -> None:
    out = tmp_path / "r"
    link(out, *ALL)
    row = next(row for row in read_table(out / COSTS) if row["soort"] == soort)
    _edit(out / COSTS, "kosten", str(int(row["kosten"]) + 1), soort)
    rehash(out)
    assert "V8A" in (ran := call("verify", out)).out + ran.err


def test_the_verifier_sees_wishes_that_are_not_counted(wished: Path, tmp_path: Path) -> None:
    out = copy(wished, tmp_path / "r")
    content = json.loads((out / "manifest.json").read_bytes())
    del content["parameters"]["link"]["wishes"]["vast"]
    (out / "manifest.json").write_bytes(json_bytes(content))
    assert "V1H" in (ran := call("verify", out)).out + ran.err


def test_json_says_what_moved_and_what_each_wish_costs(
    plain: Path, wished: Path, tmp_path: Path
) -> None:
    ran = link(tmp_path / "r", "--from", plain, *ALL, "--json")
    said = ran.json["link"]
    there, before = places(wished), places(plain)
    assert said["moved"] == sum(before[name] != code for name, code in there.items())
    rows = read_table(wished / COSTS)
    assert [(w["kind"], w["household"], w["points"], w["way"]) for w in said["wishes"]] == [
        (row["soort"], row["huishouden_id"], int(row["kosten"]), row["wijze"]) for row in rows
    ]
    assert [w["count"] for w in said["wishes"] if w["kind"] == "gereserveerd"] == [1]
    assert "moved" not in link(tmp_path / "plain", "--json").json["link"]
