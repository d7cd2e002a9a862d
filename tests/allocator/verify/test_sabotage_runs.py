"""Wrong results of links under wishes, caps, orders, floors and charges are caught and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import allocator.linking
from allocator.verify import Failure, verify_result
from allocator.verify.core import links as core_links
from tests.allocator.verify.exact import expected, said
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import (
    COUNTS,
    HOMES,
    LEFT,
    PLAN,
    Sabotage,
    in_cell,
    in_document,
    in_link,
    in_parameters,
    in_table,
)
from tests.cli.calling import Row, call, change_table, copy_instance, write_table

PROOF, COSTS = "certificaat.json", "vertrouwelijk/wensen_kosten.csv"
WISHES = ("--pin", "hh-1=SY0003", "--forbid", "hh-3=SY0001", "--reserve", "SY0002,2p,1")
Made = Callable[[str], Path]


def tiny(folder: Path, settings: str = "") -> Path:
    """The bundled small instance, with other settings of its links."""
    instance = copy_instance("tiny-koppel", folder)
    path = instance / "instance.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[link]\n", f"[link]\n{settings}"), encoding="utf-8")
    return instance


def plain(folder: Path) -> tuple[Path, list[str]]:
    return tiny(folder), []


def wished(folder: Path) -> tuple[Path, list[str]]:
    return tiny(folder), [*WISHES, "--aanbod", "SY0003,4p,1"]


def strict(folder: Path) -> tuple[Path, list[str]]:
    return tiny(folder, 'order = "strikt"\n'), []


def floored(folder: Path) -> tuple[Path, list[str]]:
    return tiny(folder, 'eerlijk = "maxmin"\n'), []


def capped(folder: Path) -> tuple[Path, list[str]]:
    instance = tiny(folder)
    rows = [("SY0002", 4), ("SY0003", 2)]
    named = [{"gemeente_code": c, "personen_max": str(n), "reden": "school vol"} for c, n in rows]
    write_table(instance / "koppelgrenzen.csv", named)
    return instance, []


def ahead(folder: Path) -> tuple[Path, list[str]]:
    """Two who are more than they are now: one fits nothing then but the largest, one nothing."""
    settings = 'vooruit_plaatsen = true\nvooruit_plaatsen_reden = "binnen drie maanden"\n'
    instance = tiny(folder, settings)
    coming = {"hh-1": "3", "hh-3": "9"}

    def change(rows: list[Row]) -> list[Row]:
        return [{**r, "verwachte_nareizigers": coming.get(r["huishouden_id"], "")} for r in rows]

    change_table(instance / "huishoudens.csv", change)
    change_table(instance / "aanbod.csv", lambda rows: [{**r, "aantal": "2"} for r in rows])
    return instance, []


def kept(folder: Path) -> tuple[Path, list[str]]:
    """On a day; one link stands, one comes later, and a charge for whoever comes after."""
    instance = tiny(folder)
    late = {"hh-1": "2021-03-02", "hh-4": "2021-03-09"}
    stands = {"status": "gekoppeld", "gekoppelde_gemeente": "SY0002", "vaste_gemeente": ""}

    def arrive(rows: list[Row]) -> list[Row]:
        return [
            {**r, "gekoppelde_gemeente": "", "datum_vergunning": late.get(name, "2021-02-01")}
            | (stands if name == "hh-4" else {})
            for r in rows
            for name in [r["huishouden_id"]]
        ]

    change_table(instance / "huishoudens.csv", arrive)
    codes, kinds = ("SY0001", "SY0002", "SY0003"), ("1p", "2p", "4p")
    per_person = dict(zip(codes, (3, 11, 0), strict=True))
    dwellings = {c: {k: 7 * i + 13 * j for j, k in enumerate(kinds)} for i, c in enumerate(codes)}
    prices = {"scale": 1, "lambda": per_person, "mu": dwellings}
    path = folder / "later.json"
    path.write_text(json.dumps({"link": prices}), encoding="utf-8")
    return instance, ["--stand-per", "2021-03-01", "--keep-for", str(path)]


MAKERS = {own.__name__: own for own in (plain, wished, strict, floored, capped, ahead, kept)}


def write_links(name: str, folder: Path) -> Path:
    """The result of a maker, from the command itself; by prices where the name says so."""
    maker, _, road = name.partition(" ")
    instance, options = MAKERS[maker](folder / "in")
    with pytest.MonkeyPatch.context() as patch:
        if road:
            patch.setattr(allocator.linking, "EXACT_PAIRS", 0)
        ran = call("link", instance, "--out", folder / "r", *options)
    assert ran.code in (0, 5), ran.err
    return folder / "r"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The result of each maker, made once."""
    return cache(lambda name: write_links(name, tmp_path_factory.mktemp(name.replace(" ", "-"))))


def repriced(scale: int = 1, more: Sabotage = lambda _: None) -> Sabotage:
    """Prices by hand and a bound of 0, so that what is said does not hang on what was found."""
    per_person = {"SY0001": -12 * scale, "SY0002": 35 * scale, "SY0003": 4 * scale}
    dwellings = {
        "SY0001": {"1p": 310 * scale, "2p": 90 * scale, "4p": 900 * scale},
        "SY0002": {"1p": 0, "2p": 70 * scale + 1, "4p": 40 * scale},
        "SY0003": {"1p": 5 * scale, "4p": 2},
    }
    known = {"scale": scale, "lambda": per_person, "mu": dwellings, "price_bound": 0}

    def change(folder: Path) -> None:
        in_link(**known)(folder)
        more(folder)

    return change


def in_levels(name: str, **values: Any) -> Sabotage:
    return in_document(PROOF, lambda content: content["link"]["levels"][name].update(values))


def in_keep(part: str, **values: Any) -> Sabotage:
    return in_document(PROOF, lambda content: content["link"]["keep"][part].update(values))


def in_wishes(change: Callable[[list[str]], Any]) -> Sabotage:
    return in_table("vertrouwelijk/invoer/wensen.csv", change)


# name: whose result, what is done to it, one of the failures that must be named.
KINDS: dict[str, tuple[str, Sabotage, str]] = {
    **{
        f"other prices of a plan that is {name}": (name, repriced(7), "V8D")
        for name in ("plain", "wished", "floored", "capped", "ahead", "kept")
    },
    **{
        f"prices beyond 64 bits of a plan that is {name}": (name, repriced(10**17), "V8D")
        for name in ("plain", "capped", "kept")
    },
    "other prices of a level": (
        "strict",
        in_levels(
            "koppeling_woning",
            **{"lambda": {"SY0001": 3, "SY0002": 0, "SY0003": -2}, "mu": {}},
            scale=3,
            price_bound=0,
            bound=0,
            proof="prices",
        ),
        "V8D",
    ),
    "a weight of a level of nothing": (
        "strict",
        in_levels("koppeling_taakstelling", weights={"woning": 0, "taakstelling": 1}),
        "V8E",
    ),
    "more said of a level": ("strict", in_levels("koppeling_woning", opmerking=1), "V8D"),
    "a pin that is not kept": ("wished", in_cell(PLAN, "hh-1", "gemeente_code", "SY0001"), "V6D"),
    "a pin that was no reason": ("wished", in_cell(PLAN, "hh-1", "reden", "verdeling"), "V7A"),
    "a wish that is not stated": (
        "wished",
        repriced(more=in_wishes(lambda t: t.pop(1))),
        "V1H",
    ),
    "a wish of somebody unknown": (
        "wished",
        in_wishes(lambda t: t.__setitem__(4, t[4].replace("hh-3", "hh-9"))),
        "V6E",
    ),
    "a cost embellished": ("wished", in_cell(COSTS, "hh-1", "kosten", -1), "V8G"),
    "a household beyond a cap": (
        "capped",
        repriced(more=in_cell(PLAN, "hh-1", "gemeente_code", "SY0002")),
        "V5H",
    ),
    "a cap lowered": (
        "capped",
        in_cell("invoer/koppelgrenzen.csv", "SY0002", "personen_max", 3),
        "V5H",
    ),
    "a cap of nobody": (
        "capped",
        in_cell("invoer/koppelgrenzen.csv", "SY0003", "personen_max", 0),
        "V5H",
    ),
    "no room for who comes later": (
        "ahead",
        in_cell(PLAN, "hh-1", "verwachte_woningklasse", "2p"),
        "V5D",
    ),
    "fewer to come than there were": (
        "ahead",
        in_cell(HOMES, "hh-1", "verwachte_nareizigers", 1),
        "V5D",
    ),
    "a household that comes later": (
        "kept",
        in_cell(HOMES, "hh-2", "datum_vergunning", "2021-03-02"),
        "V4C",
    ),
    "a household that came on the day": (
        "kept",
        in_cell(HOMES, "hh-1", "datum_vergunning", "2021-03-01"),
        "V4B",
    ),
    "another day": ("kept", in_parameters("link", stand_per="2021-03-02"), "V4B"),
    "a later household that was outside": (
        "kept",
        in_cell(LEFT, "hh-1", "reden", "buiten_regio"),
        "V4A",
    ),
    "a link that stands dropped from the counts": (
        "kept",
        in_cell(COUNTS, "SY0002,", "personen", 0),
        "V10A",
    ),
    "a charge below zero": ("kept", in_keep("lambda", SY0001=-1), "V8E"),
    "another charge": ("kept", in_keep("lambda", SY0001=4), "V8D"),
    "another charge of a class": (
        "kept",
        in_keep("mu", SY0001={"1p": 9, "2p": 13, "4p": 26}),
        "V8D",
    ),
    "a scale of truth": ("plain", in_link(scale=True), "V8E"),
    "a scale that is no whole number": ("plain", in_link(scale=1.0), "V8E"),
    "a proof that says nothing of prices": (
        "plain",
        in_document(PROOF, lambda content: content["link"].pop("price_bound")),
        "V8D",
    ),
    "a proof that says more": ("plain", in_link(opmerking=1), "V8D"),
}
EXPECTED = expected("runs")


def sabotaged(name: str, folder: Path, made: Made | None = None) -> tuple[Failure, ...]:
    """Take a result that is right, make it wrong, and return what is said of it."""
    maker, sabotage, _ = KINDS[name]
    sound = made(maker) if made else write_links(maker, folder / maker)
    shutil.copytree(sound, folder / "wrong")
    sabotage(folder / "wrong")
    rehash(folder / "wrong")
    return verify_result(folder / "wrong")


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_run_is_caught(name: str, made: Made, tmp_path: Path) -> None:
    failures = sabotaged(name, tmp_path, made)
    assert KINDS[name][2] in {failure.code for failure in failures}
    assert said(failures) == EXPECTED[name]


@pytest.mark.parametrize("road", ["", " by prices"])
@pytest.mark.parametrize("name", MAKERS)
def test_a_right_run_passes(
    name: str, road: str, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(f"{name}{road}")
    assert verify_result(folder) == ()
    # Households are looked at so many at a time, which changes nothing.
    for together in (1, 2):
        monkeypatch.setattr(core_links, "_CHUNK", together)
        assert verify_result(folder) == ()
