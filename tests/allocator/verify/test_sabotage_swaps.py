"""Wrong swaps under lots, partner limits and agreements beforehand are caught and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import Failure, verify_result
from tests.allocator.verify.exact import expected, said
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import (
    Sabotage,
    both,
    in_cell,
    in_document,
    in_parameters,
    in_stage,
    in_swap,
    in_table,
    stage_of,
)
from tests.cli.calling import call, change_table, copy_instance, write_table

SWAPS, DEALS, PROOF, MANIFEST = (
    "overdrachten.csv",
    "invoer/uitruilafspraken.csv",
    "certificaat.json",
    "manifest.json",
)
Made = Callable[[str], Path]


def signed(folder: Path) -> tuple[Path, list[str]]:
    """A signed deal across the border, a wished pair, lots of 2 and two partners at most."""
    instance = copy_instance("tiny-ruil", folder)
    names = ("van_code", "naar_code", "soort", "personen")
    rows = [("SY0001", "SY0004", "getekend", "3"), ("SY0003", "SY0002", "gewenst", "")]
    write_table(instance / "uitruilafspraken.csv", [dict(zip(names, r, strict=True)) for r in rows])
    return instance, ["--lot", "2", "--partners", "2"]


def beyond(folder: Path) -> tuple[Path, list[str]]:
    """A signed deal of one person more than relieves its giver, who lacks 4."""
    instance = copy_instance("tiny-ruil", folder)
    deal = {"van_code": "SY0003", "naar_code": "SY0004", "soort": "getekend", "personen": "5"}
    write_table(instance / "uitruilafspraken.csv", [deal])
    return instance, []


def plain(folder: Path) -> tuple[Path, list[str]]:
    """Nothing but limits: every stage but the distance can be recomputed."""
    return copy_instance("flevoland-2021-1", folder), []


def even(folder: Path, room: int = 6) -> tuple[Path, list[str]]:
    """Room for 6 only: SY0001 keeps 7 of 20 and SY0003 3 of 10, the most even there is."""
    instance = copy_instance("tiny-ruil", folder)

    def tight(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        less = {"extra_max": str(room)}
        return [{**r, **less} if r["gemeente_code"] == "SY0002" else r for r in rows]

    change_table(instance / "ruilruimte.csv", tight)
    return instance, ["--leximin"]


def tied(folder: Path) -> tuple[Path, list[str]]:
    """Room for 5: with 4 of them 8 of 20 are as bad as 4 of 10, and the fifth makes that 3."""
    return even(folder, room=5)


MAKERS = {maker.__name__: maker for maker in (signed, beyond, plain, even, tied)}


def write_swaps(name: str, folder: Path) -> Path:
    """The result of a maker, from the command itself."""
    instance, options = MAKERS[name](folder / "in")
    assert call("swap", instance, "--out", folder / "r", *options).code == 0
    return folder / "r"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The verified result of each maker, made once."""
    return cache(lambda name: write_swaps(name, tmp_path_factory.mktemp(name)))


def row(giver: str, taker: str, persons: int, reason: str) -> str:
    return f"{giver},{taker},herverdeling,,,{persons},,{reason}"


def in_proof(**kinds: str) -> Sabotage:
    return in_document(PROOF, lambda content: content["swap"]["proof"].update(kinds))


def without_proof(content: dict[str, Any]) -> None:
    del content["swap"]["proof"]["uitruil_zwaarst"]


def closed(name: str, value: object) -> Sabotage:
    """Claim that a stage is proven at a value."""
    return in_stage(name, objective=value, bound=value, status="optimal", gap=0)


def opened(name: str, bound: object, gap: float) -> Sabotage:
    """Claim a lower bound than there is, honest about the gap."""
    return in_stage(name, bound=bound, status="feasible", gap=gap)


def far_too_sure(folder: Path) -> None:
    """Call the distance recomputed."""
    in_proof(uitruil_afstand="recomputed")(folder)


KINDS: dict[str, tuple[str, Sabotage, str]] = {
    "a signed deal made smaller": ("signed", in_cell(SWAPS, "SY0001,SY0004", "personen", 2), "V3K"),
    "a signed deal left out": (
        "signed",
        in_table(SWAPS, lambda t: t.remove(row("SY0001", "SY0004", 3, "getekend"))),
        "V3K",
    ),
    "a wish not kept": (
        "signed",
        in_table(SWAPS, lambda t: t.remove(row("SY0003", "SY0002", 4, "gewenst"))),
        "V3K",
    ),
    "an agreement below the lot": (
        "signed",
        in_cell(SWAPS, "SY0003,SY0002", "personen", 1),
        "V3L",
    ),
    "more partners than allowed": ("signed", in_parameters("swap", partners_max=1), "V3M"),
    "a signed deal passed off as a proposal": (
        "signed",
        in_cell(SWAPS, "SY0001,SY0004", "reden", "minder_tekort"),
        "V3J",
    ),
    "a proposal passed off as signed": (
        "signed",
        in_cell(SWAPS, "SY0001,SY0002", "reden", "getekend"),
        "V3J",
    ),
    "a forbidden pair": (
        "signed",
        in_table(DEALS, lambda t: t.insert(1, "SY0001,SY0002,verboden,")),
        "V3D",
    ),
    "a border crossed without an agreement": (
        "signed",
        in_table(DEALS, lambda t: t.remove("SY0001,SY0004,getekend,3")),
        "V3D",
    ),
    "a lot of nothing": ("signed", in_parameters("swap", lot=0), "V1H"),
    "a lot that is no number": ("signed", in_parameters("swap", lot=True), "V1H"),
    "no partners at all": ("signed", in_parameters("swap", partners_max=0), "V1H"),
    "a form that there is not": ("signed", in_parameters("swap", form="driehoek"), "V1H"),
    "leximin with lots": ("signed", in_parameters("swap", leximin=True), "V1H"),
    "more terms than there are": ("signed", in_parameters("swap", prijs=3), "V1H"),
    "another form than was counted": ("plain", in_parameters("swap", form="bilateraal"), "V7D"),
    "a kind of proof that there is not": ("plain", in_proof(uitruil_tekort="zeker"), "V3O"),
    "a stage without a kind of proof": ("plain", in_document(PROOF, without_proof), "V3O"),
    "a distance that nobody can recompute": ("plain", far_too_sure, "V3O"),
    "a level without its witness": ("plain", in_swap(level_givers=[]), "V3O"),
    "a witness that proves nothing": ("plain", in_swap(level_givers=["GM0034"]), "V3O"),
    "a witness that is not there": ("plain", in_swap(level_givers=["GM9999"]), "V3O"),
    "a worst remainder embellished": ("plain", closed("uitruil_zwaarst", "1/37"), "V7D"),
    "a worst remainder as a decimal": ("plain", in_stage("uitruil_zwaarst", bound="0.08"), "V7D"),
    "fewer agreements claimed": ("plain", closed("uitruil_afspraken", 2), "V7D"),
    "fewer persons claimed": ("plain", closed("uitruil_personen", 13), "V7D"),
    "a shorter way claimed": ("plain", closed("uitruil_afstand", 100), "V7D"),
    "a bound beyond the plan": ("plain", in_stage("uitruil_afstand", bound=999), "V3O"),
    "a bound on persons below the relief": (
        "plain",
        opened("uitruil_personen", 13, 0.071429),
        "V3O",
    ),
    "a bound on persons below what is signed": (
        "beyond",
        opened("uitruil_personen", 12, 0.076924),
        "V3O",
    ),
    "a bound on persons beyond what is signed": (
        "beyond",
        in_stage("uitruil_personen", bound=14, gap=0.076924, status="feasible"),
        "V3O",
    ),
    "a bound on the shortfall below the cut": (
        "plain",
        opened("uitruil_tekort", 5, 0.166667),
        "V3O",
    ),
    "a wider target of the agreements": (
        "plain",
        in_stage("uitruil_afspraken", gap_target=1),
        "V7D",
    ),
    "a person taken from whoever is worst off": (
        "even",
        both(
            in_cell(SWAPS, "SY0001,SY0002", "personen", 4),
            in_cell(SWAPS, "SY0003,SY0002", "personen", 2),
        ),
        "V3N",
    ),
    "a stage searched that a cut shows": ("plain", in_proof(uitruil_tekort="searched"), "V3O"),
    "a level searched that a witness shows": ("even", in_proof(uitruil_zwaarst="counted"), "V3O"),
    "persons searched that can be counted": ("even", in_proof(uitruil_personen="searched"), "V3O"),
    "the larger quota helped of two that are as badly off": (
        "tied",
        both(
            in_cell(SWAPS, "SY0001,SY0002", "personen", 5),
            in_table(SWAPS, lambda lines: lines.pop(2)),
        ),
        "V3N",
    ),
}


EXPECTED = expected("swaps")


def sabotaged(name: str, folder: Path, made: Made | None = None) -> tuple[Failure, ...]:
    """Take a result that is right, make it wrong, and return what is said of it."""
    maker, sabotage, _ = KINDS[name]
    sound = made(maker) if made else write_swaps(maker, folder / maker)
    shutil.copytree(sound, folder / "wrong")
    assert verify_result(folder / "wrong") == ()
    sabotage(folder / "wrong")
    rehash(folder / "wrong")
    return verify_result(folder / "wrong")


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_swap_is_caught(name: str, made: Made, tmp_path: Path) -> None:
    failures = sabotaged(name, tmp_path, made)
    assert KINDS[name][2] in {failure.code for failure in failures}
    assert said(failures) == EXPECTED[name]


def test_a_signed_pair_brings_no_more_relief_than_was_signed(tmp_path: Path) -> None:
    """SY0001 keeps 9 of 20 and SY0003 nothing of 10, but their one taker is bound to a person."""
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    deal = {"van_code": "SY0001", "naar_code": "SY0004", "soort": "getekend", "personen": "1"}
    write_table(instance / "uitruilafspraken.csv", [deal])
    for name, code, change in (
        ("gemeenten.csv", "SY0003", {"provincie_code": "PV02"}),
        ("ruilruimte.csv", "SY0002", {"extra_max": "2"}),
    ):
        change_table(instance / name, partial(_changed, code, change))
    assert call("swap", instance, "--out", tmp_path / "r", "--leximin").code == 0
    left = (tmp_path / "r" / "na_uitruil.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[8] for line in left[1:]] == ["9", "0", "0", "0"]
    assert verify_result(tmp_path / "r") == ()


def _changed(code: str, change: dict[str, str], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**row, **change} if row["gemeente_code"] == code else row for row in rows]


def test_a_weaker_claim_is_no_lie(made: Made, tmp_path: Path) -> None:
    """Whoever claims a lower bound than it could, and says so, is right."""
    folder = Path(shutil.copytree(made("plain"), tmp_path / "r"))

    def humble(manifest: dict[str, Any]) -> None:
        stage_of(manifest, "uitruil_afspraken").update(bound=2, status="feasible", gap=0.333334)

    in_document(MANIFEST, humble)(folder)
    rehash(folder)
    assert verify_result(folder) == ()
