from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.reporting.html import explained_code, write_report
from allocator.reporting.result import load_result
from tests.allocator.reporting.handmade import CANARIES, Handmade, table
from tests.allocator.reporting.nationwide import nationwide
from tests.allocator.reporting.page import Element, Page, dutch, english

ROOT = Path(__file__).parents[3]


def report(parts: Handmade, folder: Path, lang: str = "nl", code: str | None = None) -> Page:
    """The parsed page of a result."""
    return Page(write_report(parts.write(folder), lang, code).read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["nl", "en"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return report(Handmade(), tmp_path_factory.mktemp("hand"), request.param)


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(nationwide().write(tmp_path_factory.mktemp("nl")), "nl", "GM0034")


def classes(element: Element) -> list[str]:
    return element.attributes.get("class", "").split()


# What the page may do


def test_the_page_loads_nothing(page: Page) -> None:
    for element in page.root.everything():
        for name in ("src", "srcset", "data", "poster", "action", "background"):
            assert name not in element.attributes, element.tag
        if "href" in element.attributes:
            assert element.attributes["href"].startswith("#")
        assert element.tag not in {"img", "link", "iframe", "object", "embed", "image", "use"}
    style = page.all("style")[0].text
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_may_run_one_script_and_no_other(page: Page) -> None:
    (policy,) = [
        element.attributes["content"]
        for element in page.all("meta")
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (block,) = page.all(tag)
        digest = b64encode(hashlib.sha256(block.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_no_element_has_a_style_or_a_handler_of_its_own(page: Page) -> None:
    for element in page.root.everything():
        names = [name for name in element.attributes if name == "style" or name.startswith("on")]
        assert names == [], element.tag


# Structure


def test_headings_are_in_order(page: Page) -> None:
    levels = [
        int(element.tag[1]) for element in page.root.everything() if re.match(r"h\d$", element.tag)
    ]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_reference_on_the_page_has_its_target(page: Page) -> None:
    names = [e.attributes["id"] for e in page.root.everything() if "id" in e.attributes]
    assert len(names) == len(set(names))
    wanted = set()
    for element in page.root.everything():
        for attribute in ("aria-labelledby", "aria-describedby", "for"):
            wanted.update(element.attributes.get(attribute, "").split())
        if element.attributes.get("href", "").startswith("#"):
            wanted.add(element.attributes["href"][1:])
    assert wanted <= set(names)


def test_the_first_link_skips_to_the_content(page: Page) -> None:
    assert page.all("a")[0].attributes["href"] == "#" + page.all("main")[0].attributes["id"]


def test_every_table_has_a_caption_and_heads_with_a_scope(page: Page) -> None:
    tables = page.all("table")
    assert len(tables) >= 7
    for found in tables:
        assert found.inside[0].tag == "caption"
        assert found.inside[0].text.strip()
        for head in found.all("th"):
            assert head.attributes["scope"] in {"col", "row"}
        widths = {len(row.inside) for row in found.all("tr")}
        assert len(widths) == 1


def test_a_table_that_scrolls_can_be_reached_by_keyboard(page: Page) -> None:
    for element in page.root.everything():
        if "scroll" in classes(element):
            assert element.attributes["tabindex"] == "0"
            assert element.attributes["role"] == "region"
            assert element.attributes["aria-labelledby"]


def drawings(page: Page, kind: str) -> list[Element]:
    found = page.all("svg")
    return [own for own in found if own.attributes["class"].split()[-1] == kind]


def test_the_map_and_the_charts_are_pictures_with_a_text(page: Page) -> None:
    assert len(drawings(page, "map")) == 1
    assert len(page.all("svg")) == 1 + len(drawings(page, "chart"))
    for drawing in page.all("svg"):
        assert drawing.attributes["role"] == "img"
        assert page.by_id(drawing.attributes["aria-labelledby"]).text.strip()
        assert page.by_id(drawing.attributes["aria-describedby"]).text.strip()
        assert drawing.all("a") == []


def test_a_tile_says_its_value_in_words_too(page: Page) -> None:
    for tile in drawings(page, "map")[0].all("g"):
        printed = [entry.text for entry in tile.all("text")]
        assert tile.all("title")[0].text.endswith(f": {printed[1]}")


def test_the_page_says_its_language(tmp_path: Path) -> None:
    for lang, heading in (("nl", "Huisvesting van"), ("en", "Housing of")):
        found = report(Handmade(), tmp_path / lang, lang)
        assert found.all("html")[0].attributes["lang"] == lang
        assert found.all("h1")[0].text.startswith(heading)
        assert found.all("h1")[0].text.endswith("2021")


def test_sources_in_dutch_are_marked_so_on_an_english_page(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path, "en")
    for meaning in found.by_id("bronnen").all("dd"):
        assert meaning.attributes["lang"] == "nl"


# Colours

SHADE = re.compile(r"\.(k\d) rect\{fill:(#[0-9a-f]{6})\}")


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    bent = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * bent[0] + 0.7152 * bent[1] + 0.0722 * bent[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_can_be_told_from_its_ground(page: Page) -> None:
    style = page.all("style")[0].text
    named = dict(re.findall(r"--taak-(\w+(?:-\w+)?):(#[0-9a-f]{3,6})", style))
    for ground in ("#ffffff", named["tint"], named["note"]):
        for ink in (named["ink"], named["soft"], named["accent"]):
            assert contrast(ink, ground) >= 4.5
    shades = dict(SHADE.findall(style))
    assert len(shades) == 5
    for name, shade in shades.items():
        assert contrast("#ffffff" if name in {"k3", "k4"} else "#10202f", shade) >= 4.5


# What the page says


def test_big_numbers_come_first(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path)
    section = found.all("section")[0]
    cards = {
        card.all("dt")[0].text: card.all("dd")[0].text
        for card in section.all("div")
        if "card" in classes(card)
    }
    assert cards == {
        "Landelijk totaal": "20",
        "Som van de taakstellingen": "20",
        "Controle van de som": "verschil: 0",
        "Verschoven taakstelling": "2 personen",
        "Verwacht tekort": "van 4 naar 2",
        "Som na herverdeling": "verschil: 0",
        "Gekoppeld of voorgesteld": "8 huishoudens",
        "Zonder koppelvoorstel": "1 huishouden",
    }
    header = found.all("header")[0].text
    assert "Voorstel, geen besluit." in header
    assert "woningaanbod, huishoudens" in header


def test_a_sum_that_does_not_close_is_shown_as_it_is(tmp_path: Path) -> None:
    parts = Handmade()
    parts.row("taakstellingen.csv", "GM0001")["taakstelling"] = 13
    assert "verschil: +3" in report(parts, tmp_path).by_id("inhoud").text


def test_reference_dates_have_their_full_names(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path)
    rows = found.by_id("datums").all("div")
    dates = [row.all("dd")[0].text for row in rows]
    assert dates == [
        "1 januari 2020",
        "1 oktober 2020",
        "1 april 2021",
        "1 juli 2021",
        "31 juli 2021",
    ]
    assert rows[0].all("dt")[0].text == "Peildatum inwoners"


def test_the_dates_of_a_second_half_year_lie_half_a_year_on(tmp_path: Path) -> None:
    parts = Handmade()
    parts.instance = parts.instance.replace("2021-1", "2021-2")
    rows = report(parts, tmp_path, "en").by_id("datums").all("dd")
    assert [row.text for row in rows[1:]] == [
        "1 April 2021",
        "1 October 2021",
        "1 January 2022",
        "31 January 2022",
    ]


def test_the_literal_and_the_closing_figure_stand_side_by_side(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path)
    rows = found.table("tabel-taakstellingen")
    assert [(row["Letter van de wet"], row["Sluitend"]) for row in rows] == [
        ("11", "10"),
        ("7", "6"),
        ("3", "3"),
        ("1", "1"),
    ]
    said = found.by_id("inhoud").text
    assert "niet de letter van art. 29 lid 1 en niet door BZK bevestigd" in said
    assert "samen op 22: 2 meer dan het landelijke totaal van 20" in said


def test_provinces_add_up_to_the_whole(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path)
    rows = found.table("tabel-provincies")
    heads = ("Provincie", "Letter van de wet", "Sluitend", "Taakstelling", "Na herverdeling")
    assert [tuple(row[head] for head in heads) for row in rows] == [
        ("Fryslân", "3", "3", "3", "3"),
        ("Flevoland", "1", "1", "1", "1"),
        ("Zuid-Holland", "18", "16", "16", "16"),
    ]
    assert found.by_id("tabel-provincies").all("tfoot")[0].all("td")[-3].text == "20"


def test_swaps_are_listed_with_what_they_do(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path)
    assert found.table("tabel-herverdelingen") == [
        {
            "Van": "'s-Gravenhage",
            "Naar": "Bergen (NH.)",
            "Personen": "2",
            "Reden": "minder verwacht tekort",
        }
    ]
    first, second = found.table("tabel-na-uitruil")[:2]
    assert (first["Verandering"], first["Tekort vóór"], first["Tekort na"]) == ("-2", "3", "1")
    assert (second["Verandering"], second["Oordeel"]) == ("+2", "alleen met tegenprestatie")


@pytest.mark.parametrize(
    ("form", "leximin", "said"),
    [
        ("regiobesluit", False, ("wie er het slechtst", "de minste gemeenten met een verandering")),
        ("bilateraal", True, ("de gelijkste verdeling", "de minste paren die ruilen")),
    ],
)
def test_the_order_in_which_plans_are_compared_is_that_of_the_run(
    form: str, leximin: bool, said: tuple[str, str], tmp_path: Path
) -> None:
    parts = Handmade()
    parts.parameters["swap"] |= {"form": form, "leximin": leximin}
    text = report(parts, tmp_path).by_id("inhoud").text
    steps = ["het kleinste totale", *said, "de minste verschoven personen", "de kortste afstand"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_what_terms_cost_in_relief_is_said_and_nothing_where_they_cost_nothing(
    tmp_path: Path,
) -> None:
    """2 of 4 are relieved; where 2 could be, nothing was lost."""
    parts = Handmade()
    assert "had het met" not in report(parts, tmp_path / "one").by_id("inhoud").text
    parts.certificate["swap"]["relief"] = 3
    text = report(parts, tmp_path / "two").by_id("inhoud").text
    assert "daalt met 2 personen" in text
    assert "had het met 3 kunnen dalen: die voorwaarden kosten 1." in text


def test_a_result_of_one_region_says_so_with_its_own_sums(tmp_path: Path) -> None:
    """'s-Gravenhage alone: 3 short becomes 1, where all four together go from 4 to 2."""
    parts = Handmade()
    parts.parameters["swap"]["region"] = "provincie_code=PV28"
    text = report(parts, tmp_path).by_id("inhoud").text
    assert "alleen binnen Zuid-Holland (2 gemeenten): hun verwacht tekort 3 wordt 1." in text
    assert "gaat van 4 naar 2" in text


def test_a_composition_agreement_is_counted_but_not_mixed_in(tmp_path: Path) -> None:
    parts = Handmade()
    other = dict(parts.tables["overdrachten.csv"][0]) | {"soort": "samenstelling", "personen": 9}
    parts.tables["overdrachten.csv"].append(other)
    found = report(parts, tmp_path)
    assert len(found.table("tabel-herverdelingen")) == 1
    assert "1 samenstellingsafspraken" in found.by_id("inhoud").text


def test_links_are_counts_per_municipality_and_class(tmp_path: Path) -> None:
    assert report(Handmade(), tmp_path).table("tabel-koppelingen") == [
        {
            "Gemeente": "'s-Gravenhage",
            "Klasse 1p": "2",
            "Klasse 3p": "2",
            "Zonder eigen woning in zicht": "1",
            "Huishoudens": "5",
            "Personen": "9",
        },
        {
            "Gemeente": "Bergen (NH.)",
            "Klasse 1p": "1",
            "Klasse 3p": "2",
            "Zonder eigen woning in zicht": "0",
            "Huishoudens": "3",
            "Personen": "8",
        },
    ]


def test_no_household_reaches_the_page(tmp_path: Path) -> None:
    for lang in ("nl", "en"):
        path = write_report(Handmade().write(tmp_path / lang), lang)
        content = path.read_text(encoding="utf-8")
        assert not [canary for canary in CANARIES if canary in content]


def test_the_limits_of_one_party_reach_nobody(tmp_path: Path) -> None:
    said = report(Handmade(), tmp_path).root.text
    assert "8.642" not in said
    assert "7.531" not in said


def test_a_result_of_quotas_alone_has_a_page(tmp_path: Path) -> None:
    said = report(Handmade().only_quota(), tmp_path).root.text
    assert "Deze uitkomst bevat geen voorstel tot herverdeling." in said
    assert "Deze uitkomst bevat geen koppelvoorstellen." in said


def test_without_coordinates_the_page_says_why_there_is_no_map(tmp_path: Path) -> None:
    parts = Handmade()
    for row in parts.tables["invoer/gemeenten.csv"]:
        row["x_rd"] = ""
    found = report(parts, tmp_path)
    assert drawings(found, "map") == []
    assert "Er is geen kaart" in found.root.text


def test_a_region_says_that_no_total_was_divided(tmp_path: Path) -> None:
    parts = Handmade().only_quota()
    parts.instance = parts.instance.replace('"landelijk"', '"regio"').replace(
        "national_total = 20\n", ""
    )
    parts.certificate["quota"] = {"method": "sluitend", "total": None, "statutory_sum": None}
    for row in parts.tables["taakstellingen.csv"]:
        row |= {"exact_aandeel": "", "formule": "", "vastgesteld": row["taakstelling"]}
    parts.tables["invoer/vastgesteld.csv"] = table(
        "gemeente_code,taakstelling,bron,datum",
        *(f"GM000{index},{quota},brief,2020-10-01" for index, quota in enumerate((10, 6, 3, 1), 1)),
    )
    found = report(parts, tmp_path)
    assert "er is geen landelijk totaal verdeeld" in found.root.text
    assert "Letter van de wet" not in found.table("tabel-taakstellingen")[0]
    assert dutch(found.figures()["published"]) == 10
    assert "1 oktober 2020" in found.by_id("inhoud").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda parts: parts.parameters.update(key="corporatiewoningen"), "De verdeelsleutel is"),
        (lambda parts: None, "De afronding is sluitend"),
        (
            lambda parts: parts.row("taakstellingen.csv", "GM0001").update(correctie=2),
            "correcties toegepast bij 1 gemeente, samen +2 personen",
        ),
        (lambda parts: None, "alleen gezocht binnen een provincie"),
    ],
)
def test_what_differs_from_the_law_is_said(
    tmp_path: Path, change: Callable[[Handmade], None], sentence: str
) -> None:
    parts = Handmade()
    change(parts)
    assert sentence in report(parts, tmp_path).root.text


def test_another_key_is_called_by_its_title_with_its_source(tmp_path: Path) -> None:
    parts = Handmade()
    parts.parameters["key"] = "woningen"
    folder = parts.write(tmp_path)
    (folder / "invoer" / "sleutel.toml").write_text(
        'name = "woningen"\n[title]\nnl = "Naar woningen"\nen = "By dwellings"\n'
        '[source]\nnl = "een <nota>"\nen = "a paper"\n',
        encoding="utf-8",
    )
    said = Page(write_report(folder, "nl").read_text(encoding="utf-8")).root.text
    assert "De verdeelsleutel is Naar woningen; de wet verdeelt naar inwoners" in said
    assert "Bron van de verdeelsleutel: een <nota>" in said


def test_the_law_that_nobody_checked_is_said_so_on_top(tmp_path: Path) -> None:
    parts = Handmade()
    found = report(parts, tmp_path / "wel")
    assert "niet gecontroleerd" not in found.all("header")[0].text
    parts.parameters["regime"]["checked_on"] = "2020-12-31"
    found = report(parts, tmp_path / "niet")
    assert "Geldend recht niet gecontroleerd." in found.all("header")[0].text


def test_a_mixture_of_real_and_made_up_data_is_called_an_exercise(tmp_path: Path) -> None:
    parts = Handmade()
    assert "Oefening." not in report(parts, tmp_path / "niet").all("header")[0].text
    parts.parameters["link"]["oefening"] = True
    assert "Oefening." in report(parts, tmp_path / "wel").all("header")[0].text


def test_notices_of_the_run_and_of_the_tables_are_listed(tmp_path: Path) -> None:
    parts = Handmade()
    parts.parameters["notices"] = [{"nl": "Eén melding.", "en": "One notice."}, "Los gezegd."]
    said = report(parts, tmp_path, "en").root.text
    assert "One notice." in said
    assert "Eén melding." not in said
    assert "Los gezegd." in said
    assert "The number of inhabitants of 1 municipality was derived" in said


def proofs_of(parts: Handmade, folder: Path) -> list[str]:
    rows = report(parts, folder).table("tabel-stappen")
    return [row["Waarop de grens rust"] for row in rows]


def test_each_step_says_whose_word_its_bound_is(tmp_path: Path) -> None:
    recomputed, engines = "uit deze map nagerekend", "twee rekenkernen, die hetzelfde zeggen"
    parts = Handmade()
    *swaps, links = proofs_of(parts, tmp_path / "a")
    assert swaps == [
        recomputed,
        "geteld door het programma",
        "één zoekende rekenkern; verify kan een tweede laten zoeken",
    ]
    assert links == engines
    parts.certificate["link"]["price_bound"] = 12346
    assert proofs_of(parts, tmp_path / "b")[-1] == engines
    parts.certificate["link"]["price_bound"] = 12345
    assert proofs_of(parts, tmp_path / "c")[-1] == recomputed
    parts.certificate["link"] |= {"price_bound": 12346, "proof": "prices"}
    assert proofs_of(parts, tmp_path / "d")[-1] == recomputed


def test_only_public_input_is_listed_with_its_checksum(tmp_path: Path) -> None:
    files = [row["Bestand"] for row in report(Handmade(), tmp_path).table("tabel-invoer")]
    assert "invoer/gemeenten.csv" in files
    assert not [file for file in files if "vertrouwelijk" in file]


# Recomputing on paper


@pytest.mark.parametrize(("lang", "read"), [("nl", dutch), ("en", english)])
def test_one_number_can_be_recomputed_from_the_page_alone(
    tmp_path: Path, lang: str, read: Callable[[str], Fraction]
) -> None:
    found = report(Handmade(), tmp_path, lang)
    said = {name: read(text) for name, text in found.figures().items() if "×" not in text}
    share = said["inhabitants"] / said["inhabitants_all"] * said["national_total"]
    assert ceil(share) == said["statutory"] == 11
    assert ceil(said["inhabitants"] / said["divisor"]) == said["formula"] == said["quota"] == 10
    assert ceil(said["quotient"]) == said["formula"]
    assert said["quota"] + said["transfer"] == said["changed_quota"] == 8
    assert said["changed_quota"] + said["backlog"] - said["lead"] == said["burden"] == 12
    dwellings = [text for text in found.figures().values() if "×" in text]
    products = [re.findall(r"\d+", text) for text in dwellings]
    assert len(products) > 1
    assert all(int(count) * int(each) == int(product) for count, each, product in products)
    assert sum(int(product) for _, _, product in products) == said["placeable"]
    left = said["burden"] - said["realised"] - said["follow_on"] - said["placeable"]
    assert max(0, left) == said["shortfall_after"] == 1


def test_every_municipality_can_be_recomputed_from_the_national_page(national: Path) -> None:
    found = Page(national.read_text(encoding="utf-8"))
    divisor = dutch(found.figures()["divisor"])
    total, everyone = (
        dutch(found.figures()[name]) for name in ("national_total", "inhabitants_all")
    )
    rows = found.table("tabel-taakstellingen")
    assert len(rows) == 352
    for row in rows:
        people = dutch(row["Inwoners"])
        assert ceil(people / divisor) == dutch(row["Sluitend"]) == dutch(row["Taakstelling"])
        assert ceil(people / everyone * total) == dutch(row["Letter van de wet"])
    assert sum(dutch(row["Taakstelling"]) for row in rows) == total == 13_500
    assert sum(dutch(row["Inwoners"]) for row in rows) == everyone


def test_the_explained_municipality_is_the_largest_of_the_link_region(tmp_path: Path) -> None:
    parts = Handmade()
    assert explained_code(load_result(parts.write(tmp_path / "regio"))) == "GM0001"
    parts.parameters["link"]["region"] = "provincie_code=PV21"
    assert explained_code(load_result(parts.write(tmp_path / "ander"))) == "GM0003"
    parts.parameters["link"]["region"] = ""
    parts.tables["taakstellingen.csv"].reverse()
    assert explained_code(load_result(parts.write(tmp_path / "geen"))) == "GM0001"


def test_another_municipality_can_be_asked_for(tmp_path: Path) -> None:
    found = report(Handmade(), tmp_path, code="GM0004")
    assert dutch(found.figures()["quota"]) == 1
    with pytest.raises(InputRefusedError):
        write_report(tmp_path, "nl", "GM9999")


def test_dutch_and_english_numbers(tmp_path: Path) -> None:
    rows = report(Handmade(), tmp_path / "nl").table("tabel-taakstellingen")
    assert (rows[0]["Inwoners"], rows[0]["Exact aandeel"]) == ("5.300", "10,600")
    rows = report(Handmade(), tmp_path / "en", "en").table("tabel-taakstellingen")
    assert (rows[0]["Inhabitants"], rows[0]["Exact share"]) == ("5,300", "10.600")


# Hostile text

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</style></script><b>",
    "{{ 7 * 7 }}{% raw %}",
    "' onmouseover='alert(3)",
    "&lt;i&gt;",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_text(tmp_path: Path, name: str) -> None:
    parts = Handmade()
    for file in ("invoer/gemeenten.csv", "taakstellingen.csv"):
        parts.row(file, "GM0001")["gemeente"] = name
    parts.instance = parts.instance.replace('"met de hand"', f"'''{name}'''")
    parts.parameters["notices"] = [name]
    for row in parts.tables["koppelingen_per_gemeente.csv"]:
        row["woningklasse"] = row["woningklasse"].replace("3p", name)
    found = report(parts, tmp_path)
    assert found.table("tabel-taakstellingen")[0]["Gemeente"] == name
    assert found.table("tabel-koppelingen")[0][f"Klasse {name}"] == "2"
    assert [entry.text for entry in found.by_id("bronnen").all("dd")][1] == name
    assert len(found.all("script")) == len(found.all("style")) == 1
    assert found.all("img") == found.all("b") == found.all("i") == []
    for element in found.root.everything():
        assert not [key for key in element.attributes if key.startswith("on")]


# Size and sameness


def test_the_national_page_is_small(national: Path) -> None:
    assert national.stat().st_size < 600_000


def test_equal_results_give_equal_pages(tmp_path: Path) -> None:
    pages = [write_report(Handmade().write(tmp_path / name), "nl") for name in ("a", "b")]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert not list(tmp_path.glob("*/.*"))


def test_the_page_does_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from allocator.reporting.html import write_report\n"
        "write_report(pathlib.Path(sys.argv[1]), 'nl')\n"
    )
    pages = []
    for seed in ("1", "2"):
        folder = Handmade().write(tmp_path / seed)
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", code, str(folder)], env=environment, check=True)
        pages.append((folder / "rapport.html").read_bytes())
    assert pages[0] == pages[1]
