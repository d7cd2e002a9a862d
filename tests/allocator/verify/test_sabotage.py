"""Wrong results of many kinds, each with its hashes corrected, are caught and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import Failure, verify_result
from tests.allocator.verify.exact import expected, said
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case, rehash
from tests.allocator.verify.handmade.edit import (
    COUNTS,
    HOMES,
    LEFT,
    PLAN,
    Sabotage,
    both,
    cell,
    document,
    field,
    in_cell,
    in_document,
    in_link,
    in_parameters,
    in_stage,
    in_swap,
    in_table,
    raw,
)
from tests.allocator.verify.handmade.edit import stage_of as stage
from tests.allocator.verify.handmade.folder import write_result

QUOTAS, SWAPS, AFTER = "taakstellingen.csv", "overdrachten.csv", "na_uitruil.csv"
PROOF, MANIFEST = "certificaat.json", "manifest.json"


def exchange_places(folder: Path) -> None:
    """Let two households trade municipality and class."""
    first, second = "hh-1", "hh-5"
    for column in ("gemeente_code", "verwachte_woningklasse", "woning_in_zicht"):
        a, b = field(folder, PLAN, first, column), field(folder, PLAN, second, column)
        if a != b:
            cell(folder, PLAN, first, column, b)
            cell(folder, PLAN, second, column, a)


def move_a_person(folder: Path) -> None:
    """Take a person from one quota to another, wherever the table says it."""
    for code, change in (("SY0003", -1), ("SY0004", 1)):
        for column in ("formule", "taakstelling"):
            cell(folder, QUOTAS, code, column, int(field(folder, QUOTAS, code, column)) + change)


def forge_objective(folder: Path) -> None:
    """Claim one point more, everywhere."""

    def proof(content: dict[str, Any]) -> None:
        content["link"]["objective"] += 1
        content["link"]["bound"] += 1

    def manifest(content: dict[str, Any]) -> None:
        stage(content, "koppeling")["objective"] += 1
        stage(content, "koppeling")["bound"] += 1

    document(folder, PROOF, proof)
    document(folder, MANIFEST, manifest)


def swap_a_cut(content: dict[str, Any]) -> None:
    givers = content["swap"]["cut_givers"]
    content["swap"]["cut_givers"] = ["SY0001"] if not givers else []


# name: the case, what is done to its result, one of the failures that must be named.
KINDS: dict[str, tuple[Callable[[], Case], Sabotage, str]] = {
    "a fairer share": (
        cases.link_case,
        in_cell("vertrouwelijk/eerlijkheid.csv", "personen,1", "aandeel_passing", "1.000000"),
        "V16A",
    ),
    "a small count told": (
        cases.link_case,
        in_cell("eerlijkheid_grootte.csv", "1", "huishoudens", 2),
        "V16A",
    ),
    "a size left out": (
        cases.link_case,
        in_table("vertrouwelijk/eerlijkheid.csv", lambda t: t.pop(2)),
        "V16B",
    ),
    "a dwelling that was never possible": (
        cases.link_case,
        in_cell("vertrouwelijk/eerlijkheid.csv", "totaal", "woning_mogelijk", 7),
        "V16A",
    ),
    "a worse rule of thumb": (
        cases.link_case,
        in_cell("vuistregel.csv", "vuistregel", "waarde", -99999),
        "V16A",
    ),
    "a size that nobody has": (
        cases.link_case,
        in_table("vertrouwelijk/verwachte_samenstelling.csv", lambda t: t.pop(1)),
        "V16B",
    ),
    "a proposal under another region": (
        cases.link_case,
        in_table(
            "vertrouwelijk/regievoerders.csv",
            lambda t: t.__setitem__(1, "A," + t[1].partition(",")[2]),
        ),
        "V16C",
    ),
    "a lower goal": (cases.link_case, in_cell("fasering.csv", "totaal", "doel", 1), "V16A"),
    "a region of its own": (
        cases.link_case,
        in_table("fasering.csv", lambda t: t.insert(-1, t[-2].replace("PV02", "PV03"))),
        "V16C",
    ),
    "a trait that explains nothing": (
        cases.link_case,
        in_cell("kenmerken.csv", "beroepsgroep", "aandeel_passing", "0.000000"),
        "V16A",
    ),
    "a household dropped": (cases.link_case, in_table(PLAN, lambda t: t.pop(2)), "V4B"),
    "a household doubled": (cases.link_case, in_table(PLAN, lambda t: t.insert(2, t[2])), "V9E"),
    "a household in both lists": (
        cases.link_case,
        in_table(LEFT, lambda t: t.append("hh-1,buiten_regio")),
        "V4C",
    ),
    "a household invented": (
        cases.link_case,
        in_table(PLAN, lambda t: t.append("hh-99" + t[-1][4:])),
        "V4C",
    ),
    "a household left out for no reason": (
        cases.link_case,
        both(
            in_table(PLAN, lambda t: t.pop(1)),
            in_table(LEFT, lambda t: t.append("hh-1,buiten_regio")),
        ),
        "V4C",
    ),
    "another reason for being left out": (
        cases.regional_link_case,
        in_cell(LEFT, "hh-5", "reden", "vergeten"),
        "V4A",
    ),
    "two households trade places": (cases.link_case, exchange_places, "V7A"),
    "a closed municipality": (
        cases.link_case,
        in_cell(PLAN, "hh-4", "gemeente_code", "SY0001"),
        "V6D",
    ),
    "an existing link moved": (
        cases.link_case,
        in_cell(PLAN, "hh-6", "gemeente_code", "SY0002"),
        "V6D",
    ),
    "an unknown municipality": (
        cases.link_case,
        in_cell(PLAN, "hh-4", "gemeente_code", "SY0099"),
        "V6D",
    ),
    "more dwellings than there are": (
        cases.link_case,
        both(
            in_cell(PLAN, "hh-4", "verwachte_woningklasse", "4p"),
            in_cell(PLAN, "hh-4", "woning_in_zicht", "ja"),
        ),
        "V5E",
    ),
    "a class that does not fit": (
        cases.link_case,
        in_cell(PLAN, "hh-4", "verwachte_woningklasse", "1p"),
        "V5D",
    ),
    "an unknown class": (
        cases.link_case,
        in_cell(PLAN, "hh-4", "verwachte_woningklasse", "9p"),
        "V5D",
    ),
    "an existing link without its dwelling": (
        cases.link_case,
        in_cell(PLAN, "hh-6", "verwachte_woningklasse", ""),
        "V5F",
    ),
    "joining family in a dwelling": (
        cases.link_case,
        in_cell(PLAN, "hh-8", "verwachte_woningklasse", "2p"),
        "V5D",
    ),
    "a dwelling in view that is not": (
        cases.link_case,
        in_cell(PLAN, "hh-4", "woning_in_zicht", "ja"),
        "V5A",
    ),
    "no dwelling where that is not allowed": (
        cases.housed_case,
        in_cell(PLAN, "hh-2", "verwachte_woningklasse", ""),
        "V5G",
    ),
    "another reason": (cases.link_case, in_cell(PLAN, "hh-4", "reden", "verdeling"), "V7A"),
    "better fit": (cases.link_case, in_cell(PLAN, "hh-3", "passing", 999), "V7A"),
    "a link moved in the counts": (
        cases.link_case,
        both(
            in_cell(COUNTS, "SY0002,", "huishoudens", 0),
            in_cell(COUNTS, "SY0002,2p", "huishoudens", 2),
        ),
        "V10A",
    ),
    "a row of the counts dropped": (cases.link_case, in_table(COUNTS, lambda t: t.pop(1)), "V10B"),
    "a forged objective": (cases.link_case, forge_objective, "V8D"),
    "a forged bound": (cases.worst_case, in_link(bound=-3000), "V8D"),
    "a forged bound of the prices": (cases.link_case, in_link(price_bound=99999), "V8D"),
    "a forged price per person": (cases.link_case, in_link(**{"lambda": {"SY0001": 77}}), "V8D"),
    "a price below zero": (cases.link_case, in_link(mu={"SY0001": {"1p": -1}}), "V8E"),
    "a price that is no whole number": (
        cases.link_case,
        in_link(mu={"SY0001": {"1p": 0.5}}),
        "V8E",
    ),
    "a price of nobody": (cases.link_case, in_link(**{"lambda": {"SY0099": 1}}), "V8E"),
    "a price of an unknown class": (cases.link_case, in_link(mu={"SY0001": {"9p": 1}}), "V8E"),
    "a scale of zero": (cases.link_case, in_link(scale=0), "V8E"),
    "prices passed off as an exact proof": (cases.worst_case, in_link(proof="milp"), "V8D"),
    "a proof of another name": (cases.link_case, in_link(proof="eerlijk"), "V8D"),
    "optimal that is not": (cases.worst_case, in_stage("koppeling", status="optimal"), "V7D"),
    "a gap of nothing": (cases.worst_case, in_stage("koppeling", gap=0), "V7D"),
    "a wider target": (cases.worst_case, in_stage("koppeling", gap_target=0.5), "V7D"),
    "a wider target of the swaps": (
        cases.swap_case,
        in_stage("uitruil_tekort", gap_target=0.0015),
        "V7D",
    ),
    "a target that is no number": (
        cases.swap_case,
        in_stage("uitruil_tekort", gap_target=False),
        "V7D",
    ),
    "a manifest with more to say": (
        cases.swap_case,
        in_document(MANIFEST, lambda m: m.update(opmerking="x")),
        "V1H",
    ),
    "a stage without its bound": (
        cases.swap_case,
        in_document(MANIFEST, lambda m: stage(m, "uitruil_tekort").pop("bound")),
        "V7D",
    ),
    "a first stage that is not done": (
        cases.quota_case,
        in_stage("taakstelling", status="feasible"),
        "V7D",
    ),
    "a stage that says more": (cases.link_case, in_stage("koppeling", opmerking="x"), "V7D"),
    "a stage without its gap": (
        cases.link_case,
        in_document(MANIFEST, lambda m: stage(m, "koppeling").pop("gap")),
        "V7D",
    ),
    "the last dwelling that an existing link lacks": (
        cases.link_case,
        both(
            in_table("invoer/aanbod.csv", lambda t: t.remove("SY0001,1p,1")),
            in_cell(PLAN, "hh-6", "verwachte_woningklasse", ""),
        ),
        "V5F",
    ),
    "a stage removed": (
        cases.swap_case,
        in_document(MANIFEST, lambda m: m["stages"].pop()),
        "V7D",
    ),
    "another seed": (cases.link_case, in_parameters("", seed=8), "V1H"),
    "another name": (cases.link_case, in_document(MANIFEST, lambda m: m.update(name="x")), "V1H"),
    "an unknown language": (cases.link_case, in_parameters("", lang="fr"), "V1H"),
    "another weight than the instance's": (
        cases.demo_case,
        in_parameters("link", tekort_eerste=60),
        "V1H",
    ),
    "another region than the instance's": (
        cases.demo_case,
        in_parameters("link", region="provincie_code=PV02"),
        "V1H",
    ),
    "a region in a run of the whole": (
        cases.run_case,
        in_parameters("link", region="provincie_code=PV01"),
        "V1H",
    ),
    "a certificate with more to prove": (
        cases.link_case,
        in_document(PROOF, lambda content: content.update(swap={})),
        "V1H",
    ),
    "a municipality with neither a share nor a quota": (
        cases.published_case,
        in_table("invoer/vastgesteld.csv", lambda t: t.pop()),
        "V2E",
    ),
    "another quota than the command's": (
        cases.demo_case,
        in_parameters("link", quota="taakstelling"),
        "V1H",
    ),
    "other pairs than the instance's": (
        cases.swap_case,
        in_parameters("swap", pairs="alle"),
        "V1H",
    ),
    "a region that is no column": (cases.swap_case, in_parameters("swap", region="x=y"), "V3Z"),
    "a key that nobody can recompute": (cases.quota_case, in_parameters("", key="aanbod"), "V2E"),
    "another rounding": (cases.quota_case, in_parameters("", rounding="webster"), "V2A"),
    "a rounding that there is not": (cases.quota_case, in_parameters("", rounding="x"), "V2Z"),
    "inhabitants edited": (
        cases.quota_case,
        in_cell("invoer/gemeenten.csv", "SY0003", "inwoners", 4101),
        "V2A",
    ),
    "a household's size edited": (cases.link_case, in_cell(HOMES, "hh-5", "personen", 2), "V5D"),
    "supply edited": (
        cases.swap_case,
        in_cell("invoer/aanbod.csv", "SY0001,1p", "aantal", 5),
        "V3A",
    ),
    "more municipalities than persons": (
        cases.quota_case,
        lambda folder: raw(folder, "invoer/instance.toml", b"total = 24", b"total = 4"),
        "V2E",
    ),
    "a household with nowhere to go": (
        cases.link_case,
        in_cell(HOMES, "hh-4", "vaste_gemeente", "SY0099"),
        "V6D",
    ),
    "a person moved between quotas": (cases.quota_case, move_a_person, "V2A"),
    "a municipality dropped": (cases.quota_case, in_table(QUOTAS, lambda t: t.pop()), "V2B"),
    "a municipality invented": (
        cases.quota_case,
        in_table(QUOTAS, lambda t: t.append("SY0099" + t[-1][6:])),
        "V2C",
    ),
    "a correction below nothing": (
        cases.quota_case,
        in_cell("invoer/correcties.csv", "SY0001", "correctie", -99),
        "V2F",
    ),
    "a wider interval of divisors": (
        cases.quota_case,
        in_document(PROOF, lambda c: c["quota"].update(divisor_high="99999")),
        "V2D",
    ),
    "a tie denied": (
        cases.tied_case,
        in_document(PROOF, lambda c: c["quota"].update(tied=[])),
        "V2D",
    ),
    "a statutory surplus denied": (
        cases.quota_case,
        in_document(PROOF, lambda c: c["quota"].update(statutory_surplus=None)),
        "V2D",
    ),
    "a transfer dropped": (cases.swap_case, in_table(SWAPS, lambda t: t.pop()), "V3A"),
    "a transfer to another province": (
        cases.swap_case,
        in_cell(SWAPS, "SY0001", "naar_code", "SY0005"),
        "V3D",
    ),
    "a transfer beyond the giver's limit": (
        cases.swap_case,
        in_cell(SWAPS, "SY0003", "personen", 6),
        "V3F",
    ),
    "a transfer beyond the taker's limit": (
        cases.swap_case,
        in_cell(SWAPS, "SY0001", "personen", 20),
        "V3G",
    ),
    "a transfer of persons with an open link": (
        cases.swap_case,
        in_table(SWAPS, lambda t: t.append("SY0004,SY0002,herverdeling,,,1,,minder_tekort")),
        "V3F",
    ),
    "a giver that also takes": (
        cases.swap_case,
        in_table(SWAPS, lambda t: t.append("SY0004,SY0001,herverdeling,,,1,,minder_tekort")),
        "V3E",
    ),
    "a shortfall that rises": (
        cases.swap_case,
        in_table(SWAPS, lambda t: t.append("SY0004,SY0003,herverdeling,,,9,,minder_tekort")),
        "V3H",
    ),
    "a transfer of nobody": (
        cases.swap_case,
        in_table(SWAPS, lambda t: t.insert(1, "SY0001,SY0000,herverdeling,,,0,,minder_tekort")),
        "V3J",
    ),
    "a transfer of another kind": (
        cases.swap_case,
        in_cell(SWAPS, "SY0001", "soort", "samenstelling"),
        "V3J",
    ),
    "a verdict embellished": (
        cases.swap_case,
        in_cell(AFTER, "SY0004", "oordeel", "voordeel"),
        "V3A",
    ),
    "a cut that leaks": (cases.swap_case, in_document(PROOF, swap_a_cut), "V3I"),
    "a cut with a stranger": (cases.swap_case, in_swap(cut_takers=["SY0099"]), "V3I"),
    "a smaller relief": (cases.swap_case, in_swap(relief=1), "V3I"),
    "a scenario left out": (cases.swap_case, in_swap(scenarios=["midden"]), "V3I"),
}


EXPECTED = expected("results")


def sabotaged(name: str, folder: Path) -> tuple[Failure, ...]:
    """Write a result that is right, make it wrong, and return what is said of it."""
    make, sabotage, _ = KINDS[name]
    write_result(folder, make())
    assert verify_result(folder) == ()
    sabotage(folder)
    rehash(folder)
    return verify_result(folder)


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_result_is_caught(name: str, tmp_path: Path) -> None:
    failures = sabotaged(name, tmp_path / "result")
    assert KINDS[name][2] in {failure.code for failure in failures}
    assert said(failures) == EXPECTED[name]


def test_two_cuts_side_by_side_do_not_hide_a_better_plan(tmp_path: Path) -> None:
    """A plan that relieves less than it could cannot call itself the best."""
    case = cases.swap_case()
    case.transfers = case.transfers[:1]
    folder = write_result(tmp_path / "result", case)
    assert verify_result(folder) == ()  # honest: the stage says feasible
    document(folder, MANIFEST, lambda m: stage(m, "uitruil_tekort").update(status="optimal"))
    rehash(folder)
    assert {failure.code for failure in verify_result(folder)} == {"V7D"}


def test_a_cut_may_not_deny_a_pair_that_could_swap(tmp_path: Path) -> None:
    """Nothing is swapped, and a cut that adds up says that nothing could be: it leaks."""
    case = cases.swap_case()
    case.transfers = []
    folder = write_result(tmp_path / "result", case)
    in_swap(cut_givers=["SY0001", "SY0003", "SY0005"], cut_takers=[], relief=0)(folder)

    def claim(manifest: dict[str, Any]) -> None:
        found = stage(manifest, "uitruil_tekort")
        found.update(bound=found["objective"], status="optimal", gap=0)

    document(folder, MANIFEST, claim)
    rehash(folder)
    failures = verify_result(folder)
    assert {(failure.code, failure.column) for failure in failures} == {("V3I", "cut_givers")}
