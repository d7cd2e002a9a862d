from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.explaining import (
    Explanation,
    explain_deal,
    explain_household,
    explain_municipality,
    explain_party,
)
from allocator.reporting.division import rounded
from allocator.reporting.explanation import Figure
from tests.allocator.reporting.handmade import Handmade, table


def sentences(explanation: Explanation) -> dict[str, str]:
    """The sentence of every step by its name."""
    return {step.name: step.sentence for step in explanation.steps}


def figure(explanation: Explanation, name: str) -> Figure:
    """A figure that must be there."""
    found = explanation.figure(name)
    assert found is not None, name
    return found


def test_a_municipality_is_explained_from_inhabitants_to_links(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0001", "nl")
    assert [step.name for step in found.steps] == [
        "inhabitants",
        "statutory",
        "formula",
        "one_more",
        "quota",
        "swap",
        "balance",
        "dwellings",
        "shortfall",
        "links",
        "mix",
    ]
    said = sentences(found)
    assert "5.300 : 10.000 × 20 = 10,60, naar boven afgerond 11" in said["statutory"]
    assert "5.300 : 540 = 9,81, naar boven afgerond 10" in said["formula"]
    assert "Bergen (NH.) (2)" in said["swap"]
    assert "Opgave 12, min al gehuisvest 1" in said["shortfall"]
    assert "voorgesteld: 5 huishoudens, samen 9 personen" in said["links"]


def test_what_one_more_inhabitant_changes_is_said_with_its_edges(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().only_quota().write(tmp_path), "GM0001", "nl")
    said = sentences(found)["one_more"]
    assert re.search("blijft 10|wordt 11", said)
    edge = 5_300 + int(figure(found, "inhabitants_to_gain").value)
    assert f"11 vanaf {edge:,} inwoners".replace(",", ".") in said


def test_steps_of_the_law_name_article_and_date(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0001", "en")
    laws = {step.name: step.law for step in found.steps if step.law}
    assert laws["statutory"] == "Huisvestingswet 2014, art. 29 lid 1, text of 1 July 2015"
    assert set(laws) == {"inhabitants", "statutory", "swap"}


def test_the_taker_reads_whom_it_takes_from(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0002", "nl")
    assert "overneemt van de taakstelling van: 's-Gravenhage (2)" in sentences(found)["swap"]
    assert (
        "Van de taakstelling van 8 gaat een voorsprong van 1 persoon af"
        in (sentences(found)["balance"])
    )


def test_a_municipality_outside_the_link_region_reads_so(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0003", "nl")
    assert "geen koppelingen" in sentences(found)["links"]
    assert "geen herverdeling voorgesteld" in sentences(found)["swap"]


def test_expected_households_stand_beside_the_dwellings_of_their_class(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0001", "nl")
    step = next(step for step in found.steps if step.name == "mix")
    assert step.table is not None
    names = [name for name, _ in step.table.columns]
    assert names == ["woningklasse", "huishoudens", "personen", "woningen", "verschil"]
    # Three small dwellings for two singles, two larger ones for two families; one link is bare.
    assert [row[1:] for row in step.table.rows] == [(2, 2, 3, 1), (2, 6, 2, 0), (1, 1, "", "")]
    assert "3p (2–4 personen)" in "\n".join(found.lines())
    steps = found.as_json()["steps"]
    assert isinstance(steps, list)
    assert steps[-1]["table"][0]["woningen"] == 3


def test_a_municipality_without_links_has_no_expected_households(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0003", "nl")
    assert "mix" not in [step.name for step in found.steps]


def test_sizes_are_for_the_municipality_itself_and_not_for_a_page(tmp_path: Path) -> None:
    parts = Handmade()
    # Without swaps: then no plan of the others has to be solved anew.
    del parts.tables["na_uitruil.csv"], parts.tables["overdrachten.csv"]
    parts.tables["vertrouwelijk/verwachte_samenstelling.csv"] = table(
        "gemeente_code,personen,huishoudens,met_woning,zonder_woning,nareis",
        "GM0001,1,3,2,1,0",
        "GM0002,7,1,1,0,0",
    )
    folder = parts.write(tmp_path)
    assert "sizes" not in [s.name for s in explain_municipality(folder, "GM0001", "nl").steps]
    step = explain_party(folder, "GM0001", "nl").steps[-1]
    assert step.table is not None
    assert step.table.rows == ((1, 3, 2, 1, 0),)


def test_quota_alone_is_explained_alone(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().only_quota().write(tmp_path), "GM0001", "nl")
    names = [step.name for step in found.steps]
    assert names == ["inhabitants", "statutory", "formula", "one_more", "quota"]
    assert len(found.notices) == 2


def test_link_alone_has_a_balance_and_no_swap(tmp_path: Path) -> None:
    parts = Handmade()
    del parts.tables["na_uitruil.csv"], parts.tables["overdrachten.csv"]
    found = explain_municipality(parts.write(tmp_path), "GM0001", "nl")
    assert [step.name for step in found.steps][-3:] == ["balance", "links", "mix"]
    assert figure(found, "burden").value == 14


def test_a_correction_gives_its_reason(tmp_path: Path) -> None:
    parts = Handmade()
    parts.row("taakstellingen.csv", "GM0001").update(correctie=3, taakstelling=13)
    parts.tables["invoer/correcties.csv"] = [
        {"gemeente_code": "GM0001", "correctie": 3, "reden": "opgave van eerder"}
    ]
    found = explain_municipality(parts.write(tmp_path), "GM0001", "nl")
    assert "opgave van eerder" in sentences(found)["correction"]
    assert figure(found, "correction").printed == "+3"
    assert "plus de correctie: 13 personen" in sentences(found)["quota"]


@pytest.mark.parametrize(
    ("method", "bounds", "sentence"),
    [
        ("webster", ("6200/13", "10600/21"), "afgerond op het dichtstbijzijnde"),
        ("jefferson", ("3100/7", "450"), "naar beneden afgerond"),
        ("hill", ("9610000/42", "28090000/110"), "kwadraat"),
    ],
)
def test_each_divisor_method_is_told_its_own_way(
    tmp_path: Path, method: str, bounds: tuple[str, str], sentence: str
) -> None:
    parts = Handmade()
    parts.certificate["quota"] |= {
        "method": method,
        "divisor_low": bounds[0],
        "divisor_high": bounds[1],
    }
    parts.row("taakstellingen.csv", "GM0001")["formule"] = 11
    found = explain_municipality(parts.write(tmp_path), "GM0001", "nl")
    said = sentences(found)["formula"]
    assert sentence in said
    assert "BZK" not in said
    assert rounded(Fraction(figure(found, "quotient").value), method) == 11


def test_a_largest_remainder_is_compared_with_the_border(tmp_path: Path) -> None:
    # 10.6, 6.2, 2.3, 0.9: whole parts 18, the two largest remainders .9 and .6 get one more.
    parts = Handmade()
    parts.certificate["quota"] |= {
        "method": "grootste-rest",
        "remainder_low": "3/5",
        "remainder_high": "3/10",
        "divisor_low": None,
        "divisor_high": None,
    }
    for code, formula in zip(("GM0001", "GM0002", "GM0003", "GM0004"), (11, 6, 2, 1), strict=True):
        parts.row("taakstellingen.csv", code)["formule"] = formula
    folder = parts.write(tmp_path)
    up = sentences(explain_municipality(folder, "GM0001", "nl"))["formula"]
    down = sentences(explain_municipality(folder, "GM0003", "nl"))["formula"]
    assert "een rest van 0,600000" in up
    assert "is 0,600000. Deze rest haalt dat, dus 11" in up
    assert "niet haalde is 0,300000. Deze rest haalt het niet, dus 2" in down


def test_the_literal_rounding_needs_no_second_formula(tmp_path: Path) -> None:
    parts = Handmade()
    parts.certificate["quota"] |= {"method": "wettelijk", "divisor_low": None, "divisor_high": None}
    found = explain_municipality(parts.write(tmp_path), "GM0001", "nl")
    assert "formula" not in sentences(found)


def test_a_tie_is_told_to_who_is_in_it(tmp_path: Path) -> None:
    parts = Handmade()
    parts.certificate["quota"] |= {
        "divisor_low": "1600/3",
        "divisor_high": "1600/3",
        "tied": ["GM0001", "GM0002"],
    }
    folder = parts.write(tmp_path)
    tied = explain_municipality(folder, "GM0001", "nl")
    assert "precies op de grens" in sentences(tied)["formula"]
    assert figure(tied, "divisor").printed == "1.600 / 3"
    other = explain_municipality(folder, "GM0003", "nl")
    assert "precies op de grens" not in sentences(other)["formula"]


def test_another_key_is_told_by_its_weight_or_its_share(tmp_path: Path) -> None:
    parts = Handmade()
    parts.parameters["key"] = "huizen"
    for row in parts.tables["invoer/gemeenten.csv"]:
        row["huizen"] = int(row["inwoners"]) // 10
    parts.certificate["quota"] |= {"divisor_low": "53", "divisor_high": "575/10"}
    found = explain_municipality(parts.write(tmp_path / "kolom"), "GM0001", "nl")
    assert "gewicht volgens de sleutel huizen" in sentences(found)["formula"]
    assert figure(found, "weight").value == 530
    parts.parameters["key"] = "eigen.toml"
    found = explain_municipality(parts.write(tmp_path / "bestand"), "GM0001", "nl")
    assert "de sleutel eigen.toml" in sentences(found)["formula"]
    assert found.figure("weight") is None


def test_an_unknown_municipality_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        explain_municipality(Handmade().write(tmp_path), "GM0009", "nl")
    (finding,) = refused.value.findings
    assert "GM0009" in finding.sentence("nl")
    assert "GM0009" in finding.sentence("en")


def test_a_deal_is_explained_for_both_sides(tmp_path: Path) -> None:
    found = explain_deal(Handmade().write(tmp_path), "GM0001", "GM0002", "nl")
    said = sentences(found)
    assert "wordt 2 personen lager" in said["amount"]
    assert "van 3 naar 1" in said["giver"]
    assert "vóór alle afspraken 0 en erna 0" in said["taker"]
    assert any("colleges" in notice for notice in found.notices)


def test_a_deal_tells_nobody_the_limits_of_a_party(tmp_path: Path) -> None:
    found = explain_deal(Handmade().write(tmp_path), "GM0001", "GM0002", "nl")
    said = " ".join(found.lines()).replace(".", "")
    assert "8642" not in said
    assert "7531" not in said


def test_a_deal_the_other_way_round_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        explain_deal(Handmade().write(tmp_path), "GM0002", "GM0001", "en")
    assert refused.value.findings[0].code == "explain_no_deal"
    assert "GM0002" in refused.value.findings[0].sentence("en")


def test_a_household_reads_place_dwelling_fit_and_quota(tmp_path: Path) -> None:
    found = explain_household(Handmade().write(tmp_path), "HHKANARIE17", "nl")
    said = sentences(found)
    assert list(said) == ["place", "dwelling", "fit", "quota"]
    assert "'s-Gravenhage, voor 3 personen" in said["place"]
    assert "klasse 3p, voor 2 tot en met 4 personen" in said["dwelling"]
    # Quota after swaps 8 + backlog 4 - housed 1.
    assert "nog 11 personen te huisvesten" in said["quota"]
    assert any("COA" in notice and "vóór het aanbod" in notice for notice in found.notices)


@pytest.mark.parametrize(
    ("change", "step", "sentence"),
    [
        ({"reden": "nareis"}, "dwelling", "bij het gezinslid wonen"),
        ({"reden": "harde_eis"}, "place", "door een harde eis alleen deze gemeente"),
        ({"reden": "hoogste_punten"}, "place", "meer punten (passing min afstand)"),
        ({"woning_in_zicht": "nee"}, "dwelling", "nog geen passende woning"),
    ],
)
def test_a_household_reads_its_own_case(
    tmp_path: Path, change: dict[str, str], step: str, sentence: str
) -> None:
    parts = Handmade()
    parts.tables["vertrouwelijk/koppelvoorstel.csv"][0].update(change)
    found = explain_household(parts.write(tmp_path), "HHKANARIE17", "nl")
    assert sentence in sentences(found)[step]


@pytest.mark.parametrize(("how", "says_per_adult"), [("som", True), ("gemiddelde", False)])
def test_a_sum_over_adults_is_not_called_a_thousand_at_most(
    tmp_path: Path, how: str, says_per_adult: bool
) -> None:
    parts = Handmade()
    parts.parameters["link"]["volwassenen"] = how
    found = explain_household(parts.write(tmp_path), "HHKANARIE17", "nl")
    (step,) = (step for step in found.steps if step.name == "fit")
    assert ("per volwassene" in step.figures[0].label) == says_per_adult


def test_an_existing_link_is_not_scored_again(tmp_path: Path) -> None:
    parts = Handmade()
    parts.tables["vertrouwelijk/koppelvoorstel.csv"][0]["reden"] = "bestaande_koppeling"
    found = explain_household(parts.write(tmp_path), "HHKANARIE17", "nl")
    assert "fit" not in sentences(found)


def with_chances() -> Handmade:
    """A household of two adults in reception in GM0003, linked to GM0001, open everywhere.

    Fit: adults 800 and 400 in region A (GM0001, GM0002), mean 600; B (GM0003, GM0004) has no row
    for the second, so the mean of its rows, 300, and 300: 300. Distances from (0, 0) in
    kilometres: 10, 0, 0, 5. Points 590, 600, 300, 295.
    """
    parts = Handmade()
    parts.parameters["link"]["region"] = ""
    places = (("A", 6000, 8000), ("A", 0, 0), ("B", 0, 0), ("B", 3000, 4999))
    for row, (region, x, y) in zip(parts.tables["invoer/gemeenten.csv"], places, strict=True):
        row |= {"arbeidsmarktregio": region, "x_rd": x, "y_rd": y}
    parts.tables["invoer/arbeidsmarkt.csv"] = table(
        "arbeidsmarktregio,beroepsgroep,opleiding,waarde,schaal,bron",
        "A,zorg,,0.8,kans,eigen",
        "A,bouw,,0.4,kans,eigen",
        "B,zorg,,0.3,kans,eigen",
    )
    parts.tables["vertrouwelijk/invoer/huishoudens.csv"] = table(
        "huishouden_id,personen,opvang_gemeente,gemeenten_toegestaan,gemeenten_uitgesloten",
        "HHKANARIE17,3,GM0003,,",
    )
    parts.tables["vertrouwelijk/invoer/volwassenen.csv"] = table(
        "huishouden_id,volgnummer,beroepsgroep,opleiding",
        "HHKANARIE17,1,zorg,",
        "HHKANARIE17,2,bouw,",
    )
    parts.tables["vertrouwelijk/koppelvoorstel.csv"][0]["passing"] = 600
    return parts


def points(parts: Handmade, folder: Path) -> list[tuple[str, str]]:
    """Municipalities and points that the household reads, the proposed one first."""
    found = explain_household(parts.write(folder), "HHKANARIE17", "nl")
    return [
        (figure.label, figure.printed)
        for step in found.steps
        if step.name == "alternatives"
        for figure in step.figures
    ]


def test_a_household_reads_the_best_other_places_with_their_points(tmp_path: Path) -> None:
    assert points(with_chances(), tmp_path) == [
        ("'s-Gravenhage", "600 - 10 = 590"),
        ("Bergen (NH.)", "600 - 0 = 600"),
        ("Súdwest-Fryslân", "300 - 0 = 300"),
        ("Zeewolde", "300 - 5 = 295"),
    ]


def test_only_places_that_are_open_are_named(tmp_path: Path) -> None:
    parts = with_chances()
    household = parts.tables["vertrouwelijk/invoer/huishoudens.csv"][0]
    household["gemeenten_uitgesloten"] = "GM0002|GM0004"
    assert [name for name, _ in points(parts, tmp_path / "uit")] == [
        "'s-Gravenhage",
        "Súdwest-Fryslân",
    ]
    household |= {"gemeenten_toegestaan": "GM0001|GM0002|GM0004"}
    assert points(parts, tmp_path / "in") == []
    parts = with_chances()
    parts.parameters["link"]["region"] = "provincie_code=PV28"
    assert [name for name, _ in points(parts, tmp_path / "regio")] == [
        "'s-Gravenhage",
        "Bergen (NH.)",
    ]


def test_outside_scores_lead_over_the_labour_market(tmp_path: Path) -> None:
    parts = with_chances()
    parts.tables["vertrouwelijk/invoer/passing.csv"] = table(
        "huishouden_id,gemeente_code,score,bron",
        "HHKANARIE17,GM0001,0.6,model",
        "HHKANARIE17,GM0004,0.95,model",
    )
    assert points(parts, tmp_path)[:2] == [
        ("'s-Gravenhage", "600 - 10 = 590"),
        ("Zeewolde", "950 - 5 = 945"),
    ]


def test_points_that_do_not_agree_with_the_proposal_are_not_shown(tmp_path: Path) -> None:
    parts = with_chances()
    parts.tables["vertrouwelijk/koppelvoorstel.csv"][0]["passing"] = 601
    assert points(parts, tmp_path) == []


def test_a_household_outside_the_region_reads_that_nothing_was_decided(tmp_path: Path) -> None:
    found = explain_household(Handmade().write(tmp_path), "HH0003", "nl")
    assert "niets besloten of afgewezen" in sentences(found)["not_linked"]


def test_an_unknown_household_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        explain_household(Handmade().write(tmp_path), "HH9999", "nl")
    assert refused.value.findings[0].code == "explain_no_household"


def test_a_result_without_links_knows_no_household(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError):
        explain_household(Handmade().only_quota().write(tmp_path), "HH0003", "nl")


def test_an_explanation_is_the_same_for_machines(tmp_path: Path) -> None:
    found = explain_municipality(Handmade().write(tmp_path), "GM0001", "nl").as_json()
    again = json.loads(json.dumps(found))
    assert again["kind"] == "municipality"
    formula = next(step for step in again["steps"] if step["name"] == "formula")
    assert formula["figures"] == {
        "inhabitants": 5300,
        "divisor": "540",
        "quotient": "265/27",
        "formula": 10,
    }


def test_an_explanation_is_lines_on_a_screen(tmp_path: Path) -> None:
    lines = explain_municipality(Handmade().write(tmp_path), "GM0001", "en").lines()
    assert lines[0] == "How does the figure of 's-Gravenhage (GM0001) come about?"
    assert "   Divisor: 540" in lines
    assert lines[-1].startswith("A swap is decided jointly")
