"""``[link] eerlijk``: a floor under the fit of each household size, and its price."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import allocator.linking
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document
from tests.cli.calling import call, change_table, copy_instance, read_table

PROOF, FAIRNESS = "certificaat.json", "vertrouwelijk/eerlijkheid.csv"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fair") / "i"
    made: tuple[object, ...] = ("--municipalities", 5, "--households", 24, "--seed", 7)
    assert call("generate", *made, "--out", folder).code == 0
    return folder


def asked(instance: Path, folder: Path, settings: str) -> Path:
    folder.mkdir(parents=True)
    for path in instance.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "instance.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"\n[link]\n{settings}\n")
    return folder


@pytest.fixture(scope="module")
def highest(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("highest")
    there = asked(instance, folder / "i", 'eerlijk = "maxmin"')
    assert call("link", there, "--out", folder / "r").code == 0
    return folder / "r"


def proof(result: Path) -> dict[str, Any]:
    found = json.loads((result / PROOF).read_bytes())["link"]
    assert isinstance(found, dict)
    return found


def shares(result: Path) -> list[int]:
    rows = [row for row in read_table(result / FAIRNESS) if row["soort"] == "personen"]
    sums = [(int(row["passing"]), int(row["beste_passing"])) for row in rows]
    return [1000 * got // best for got, best in sums if best]


def test_the_highest_floor_holds_and_its_price_is_printed(
    instance: Path, highest: Path, tmp_path: Path
) -> None:
    fair = proof(highest)["fair"]
    assert fair["highest"] is True
    assert min(shares(highest)) == fair["level"]
    assert call("link", instance, "--out", tmp_path / "plain").code == 0
    plain = proof(tmp_path / "plain")
    assert "fair" not in plain
    assert fair["without"] == plain["objective"] >= proof(highest)["objective"]
    assert min(shares(tmp_path / "plain")) <= fair["level"]
    ran = call("link", highest.parent / "i", "--out", highest)
    assert "Prijs van eerlijkheid" in ran.out
    said = call("link", highest.parent / "i", "--out", highest, "--json").json["link"]["fair"]
    price = fair["without"] - proof(highest)["objective"]
    assert said == {"thousandths": fair["level"], "highest": True, "price": price}


def test_the_cost_of_a_wish_is_said_to_reckon_without_the_floor(
    instance: Path, highest: Path, tmp_path: Path
) -> None:
    who = read_table(highest / "vertrouwelijk/koppelvoorstel.csv")[0]
    pin = ("--pin", f"{who['huishouden_id']}={who['gemeente_code']}")
    fair = highest.parent / "i"
    assert "rekenen zonder de vloer" in call("link", fair, "--out", tmp_path / "r", *pin).out
    said = call("link", fair, "--out", tmp_path / "r", *pin, "--json").json["link"]
    assert said["wishes_without_floor"] is True
    plain = call("link", instance, "--out", tmp_path / "p", *pin, "--json").json["link"]
    assert "wishes_without_floor" not in plain


def test_a_given_floor_holds(instance: Path, highest: Path, tmp_path: Path) -> None:
    there = asked(instance, tmp_path / "i", 'eerlijk = "vloer"\neerlijk_vloer = 97')
    assert call("link", there, "--out", tmp_path / "r").code == 0
    assert min(shares(tmp_path / "r")) >= 970
    assert proof(tmp_path / "r")["objective"] <= proof(tmp_path / "r")["fair"]["without"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", 1001),
        ("highest", 1),
        ("without", -(10**9)),
        ("without", 10**9),
        ("lost_without", 0),
    ],
)
def test_a_claim_that_does_not_follow_is_refused(
    highest: Path, tmp_path: Path, name: str, value: object
) -> None:
    for path in highest.rglob("*"):
        if path.is_file():
            (tmp_path / path.relative_to(highest)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(highest)).write_bytes(path.read_bytes())

    def change(content: dict[str, Any]) -> None:
        content["link"]["fair"][name] = value

    document(tmp_path, PROOF, change)
    rehash(tmp_path)
    ran = call("verify", tmp_path)
    assert (ran.code, "V8H" in ran.err) == (6, True), ran.err


@pytest.fixture(scope="module")
def climbed(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The highest floor found by prices, beneath the highest that they leave open."""
    folder = tmp_path_factory.mktemp("climbed")
    there = asked(instance, folder / "i", 'eerlijk = "maxmin"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocator.linking, "LEVEL_PAIRS", 3)
        ran = call("link", there, "--out", folder / "r")
    assert ran.code in (0, 5), ran.err
    assert "een van meerdere plannen binnen de marge" in ran.out
    return folder / "r"


def test_the_highest_floor_beyond_the_exact_road_lies_within_its_bound(
    highest: Path, climbed: Path
) -> None:
    fair, exact = proof(climbed)["fair"], proof(highest)["fair"]
    assert fair["highest"] is False
    assert min(shares(climbed)) == fair["level"]
    # Both roads find the same best plan without a floor here, so the same limit holds for both.
    assert fair["lost_without"] == exact["lost_without"]
    assert fair["level"] <= exact["level"] <= fair["level_proof"]["level"] < 1000
    assert call("verify", climbed).code == 0
    household = read_table(climbed / "vertrouwelijk/koppelvoorstel.csv")[0]["huishouden_id"]
    assert call("explain", climbed, household).code == 0


@pytest.mark.parametrize(
    "name", ["level", "highest", "lost_without", "per_lost", "above", "above_fit", "above_prices"]
)
def test_a_level_or_a_bound_on_it_that_does_not_follow_is_refused(
    climbed: Path, tmp_path: Path, name: str
) -> None:
    for path in climbed.rglob("*"):
        if path.is_file():
            (tmp_path / path.relative_to(climbed)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(climbed)).write_bytes(path.read_bytes())

    def change(content: dict[str, Any]) -> None:
        fair = content["link"]["fair"]
        above = fair["level_proof"]
        if name == "above":
            above["level"] -= 1
        elif name == "above_fit":
            above["per_fit"] = dict.fromkeys(above["per_fit"], 1)
        elif name == "above_prices":
            above["lambda"] = dict.fromkeys(above["lambda"], 10**7)
        elif name == "highest":
            fair[name] = True
        else:
            # One thousandth more or less of the level is no longer what the plan gives.
            fair[name] -= 1

    document(tmp_path, PROOF, change)
    rehash(tmp_path)
    ran = call("verify", tmp_path)
    assert (ran.code, "V8" in ran.err) == (6, True), ran.err


@pytest.fixture(scope="module")
def priced(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A floor that costs something, found and proven by prices."""
    folder = tmp_path_factory.mktemp("priced")
    there = asked(instance, folder / "i", 'eerlijk = "vloer"\neerlijk_vloer = 100')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocator.linking, "EXACT_PAIRS", 0)
        ran = call("link", there, "--out", folder / "r", "--lang", "en")
    assert ran.code in (0, 5), ran.err
    assert "it is proven to lie between" in ran.out
    return folder / "r"


def test_a_floor_beyond_the_exact_road_holds_within_a_proven_price(
    priced: Path, tmp_path: Path
) -> None:
    assert min(shares(priced)) == 1000
    assert call("verify", priced).code == 0
    own, fair = proof(priced), proof(priced)["fair"]
    assert own["proof"] == "prices"
    assert max(fair["per_fit"].values()) > 0
    # The exact road says what the best plan with this floor is worth.
    assert call("link", priced.parent / "i", "--out", tmp_path / "exact").code == 0
    best = proof(tmp_path / "exact")
    assert own["objective"] <= best["objective"] <= own["bound"]
    price = best["fair"]["without"] - best["objective"]
    assert fair["without"] - own["bound"] <= price <= fair["bound_without"] - own["objective"]
    household = read_table(priced / "vertrouwelijk/koppelvoorstel.csv")[0]["huishouden_id"]
    assert call("explain", priced, household).code == 0


@pytest.mark.parametrize("name", ["per_fit", "bound_without", "level"])
def test_a_price_of_fit_that_proves_another_bound_is_refused(
    priced: Path, tmp_path: Path, name: str
) -> None:
    for path in priced.rglob("*"):
        if path.is_file():
            (tmp_path / path.relative_to(priced)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(priced)).write_bytes(path.read_bytes())

    def change(content: dict[str, Any]) -> None:
        fair = content["link"]["fair"]
        if name == "per_fit":
            size = max(fair[name], key=fair[name].get)
            fair[name][size] = 0
        else:
            fair[name] = -(10**9)

    document(tmp_path, PROOF, change)
    rehash(tmp_path)
    ran = call("verify", tmp_path)
    assert (ran.code, "V8" in ran.err) == (6, True), ran.err


def test_a_floor_and_a_strict_order_do_not_meet(instance: Path, tmp_path: Path) -> None:
    there = asked(instance, tmp_path / "i", 'eerlijk = "maxmin"\norder = "strikt"')
    ran = call("link", there, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["fair_alone"])


def test_a_floor_that_no_plan_has_is_a_conflict(tmp_path: Path) -> None:
    """The family of four fits best where no dwelling is large enough, and must have one."""
    there = copy_instance("tiny-koppel", tmp_path / "i")
    supply = [(code, kind, "3") for code in ("SY0001", "SY0002") for kind in ("1p", "2p", "4p")]
    names = ("gemeente_code", "woningklasse", "aantal")
    rows = [dict(zip(names, row, strict=True)) for row in supply]
    change_table(there / "aanbod.csv", lambda _: rows)
    stated = (there / "instance.toml").read_text(encoding="utf-8")
    stated = stated.replace(
        "zonder_woning = true", 'zonder_woning = false\neerlijk = "vloer"\neerlijk_vloer = 100'
    )
    (there / "instance.toml").write_text(stated, encoding="utf-8")
    ran = call("link", there, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (4, ["fair_floor_impossible"]), ran.err
