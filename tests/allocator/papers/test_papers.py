"""What the Word files say, whom they are for, and that they are the same each time."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.papers import CLAUSES, papers_of
from tests.allocator.papers.handmade import result, rows_of, tables_of, text_of
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import json_text
from tests.allocator.verify.handmade.edit import document, lines

EVERYONE = ("SY0001", "SY0002", "SY0003", "SY0004")
HEAD = ["Code", "Gemeente", "Taakstelling", "Overdracht", "Gewijzigde taakstelling"]
EXCHANGE = "SY0001,SY0002,samenstelling,5p,2,10,,minder_tekort"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return result(tmp_path_factory.mktemp("papers") / "result")


@pytest.fixture(scope="module")
def papers(folder: Path) -> dict[str, bytes]:
    return papers_of(folder)


def test_a_connected_group_gets_every_paper_once(papers: dict[str, bytes]) -> None:
    per_party = {f"stukken/{kind}-{code}.docx" for kind in ("besluit", "raadsbrief")
                 for code in EVERYONE}  # fmt: skip
    joint = {f"stukken/{kind}-SY0001.docx" for kind in ("agenda", "melding-coa", "melding-gs")}
    assert set(papers) == per_party | joint


def test_the_joint_table_holds_every_party_and_its_sum(papers: dict[str, bytes]) -> None:
    # 20 - 8 = 12; 15 + 8 + 2 = 25; 10 - 2 - 2 = 6; 5 + 2 = 7; 20 + 15 + 10 + 5 = 50.
    assert rows_of(papers["stukken/besluit-SY0003.docx"]) == [
        HEAD,
        ["SY0001", "Plaats 1", "20", "-8", "12"],
        ["SY0002", "Plaats 2", "15", "+10", "25"],
        ["SY0003", "Plaats 3", "10", "-4", "6"],
        ["SY0004", "Plaats 4", "5", "+2", "7"],
        ["Som", "4 gemeenten", "50", "0", "50"],
    ]


def test_the_decisions_differ_in_the_name_of_the_college_only(papers: dict[str, bytes]) -> None:
    def without_names(code: str) -> str:
        said = text_of(papers[f"stukken/besluit-{code}.docx"])
        own = "Plaats " + code[-1]
        others = re.search(r"de colleges van (.*);", said)
        assert others is not None
        assert own not in others[1]
        said = said.replace(others[1], "ANDEREN")
        return re.sub(f"(van|te) {own}([,.])", r"\1 ONS\2", said)

    first, *rest = map(without_names, EVERYONE)
    assert all(other == first for other in rest)
    assert "van ONS," in first


def test_a_decision_has_every_clause(papers: dict[str, bytes]) -> None:
    said = text_of(papers["stukken/besluit-SY0001.docx"])
    for words in (
        "artikel 29, tweede lid, van de Huisvestingswet 2014 (tekst van 1 juli 2015)",
        "het eerste kalenderhalfjaar van 2021, van 1 januari 2021 tot en met 30 juni 2021",
        "Herziening van het landelijke aantal",
        "toezicht uitgaat van de gewijzigde taakstellingen",
        "geen gevolgen voor bestaande koppelingen",
        "[in te vullen door de colleges: geen, of een omschrijving]",
        "een toezegging, geen overdracht",
        "vervalt of wordt kleiner als de taakstelling dan ontoereikend is of de wet wijzigt",
        "nergens geboekt voordat de colleges daarover een nieuw gezamenlijk besluit nemen",
        "kan zijn instemming intrekken totdat alle colleges hebben ondertekend",
        "Melding is geen wettelijk vereiste",
        "juridisch toetsen",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("vast", "blijven de overdrachten in personen gelijk"),
        ("naar-rato", "in dezelfde verhouding als het landelijke aantal, naar beneden afgerond"),
        ("vervalt", "dan vervalt dit besluit en gelden de herziene taakstellingen"),
    ],
)
def test_the_clause_chosen_is_the_only_one(folder: Path, clause: str, words: str) -> None:
    said = text_of(papers_of(folder, clause)["stukken/besluit-SY0001.docx"])
    assert words in said
    assert said.count("Wordt het landelijke aantal") == 1
    assert clause in CLAUSES


def test_an_unknown_clause_is_refused_with_those_that_exist(folder: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        papers_of(folder, "altijd")
    (finding,) = caught.value.findings
    assert finding.code == "papers_no_clause"
    assert finding.file == "--clausule"
    assert "vast, naar-rato, vervalt" in finding.sentence("nl")


def test_every_paper_says_on_every_page_what_it_is(papers: dict[str, bytes]) -> None:
    for name, content in papers.items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            header = archive.read("word/header1.xml").decode()
            body = archive.read("word/document.xml").decode()
        assert "CONCEPT: voorstel, geen besluit" in header, name
        assert "Oefening / synthetische gegevens" in header, name
        assert 'string="oefening / synthetische gegevens"' in header, name
        assert 'w:headerReference w:type="default"' in body, name
        assert "titlePg" not in body, name


def test_real_data_get_no_watermark(tmp_path: Path) -> None:
    case = cases.swap_case()
    case.instance["synthetic"] = False
    for content in papers_of(result(tmp_path / "result", case)).values():
        assert "ynthetisch" not in text_of(content)


def test_what_a_party_declared_is_in_no_paper(tmp_path: Path) -> None:
    """The limits are changed out of recognition, the wish and the price too: nothing moves."""
    folder = result(tmp_path / "result")
    before = papers_of(folder)
    limits = folder / "vertrouwelijk" / "invoer" / "ruilruimte.csv"
    assert limits.is_file()
    limits.write_text("gemeente_code,extra_max,minder_max\nSY0001,77777,88888\n")
    assert papers_of(folder) == before
    limits.unlink()
    assert papers_of(folder) == before


def test_the_same_result_gives_the_same_bytes_without_a_clock(folder: Path) -> None:
    first, second = papers_of(folder), papers_of(folder)
    assert first == second
    for content in first.values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
            core = archive.read("docProps/core.xml").decode()
        assert "creator" not in core
        assert not re.search(r"created|modified|lastModifiedBy", core)


def test_a_pair_has_its_own_decision_when_agreements_are_bilateral(tmp_path: Path) -> None:
    papers = papers_of(result(tmp_path / "result", form="bilateraal"))
    content = papers["stukken/besluit-SY0003-met-SY0002.docx"]
    assert content is not None
    assert rows_of(content)[1:] == [
        ["SY0002", "Plaats 2", "15", "+2", "17"],
        ["SY0003", "Plaats 3", "10", "-2", "8"],
        ["Som", "2 gemeenten", "25", "0", "25"],
    ]
    assert "telt alleen dit besluit mee" in text_of(content)
    # The council and the table see everything together.
    assert rows_of(papers["stukken/raadsbrief-SY0003.docx"])[3][3] == "-4"


def test_an_exercise_has_no_decision_and_no_notice(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["parameters"]["link"] = {"oefening": True}
    (folder / "manifest.json").write_text(json_text(manifest), encoding="utf-8")
    kinds = {name.partition("/")[2].rpartition("-")[0] for name in papers_of(folder)}
    assert kinds == {"agenda", "raadsbrief"}


def test_a_request_about_the_composition_never_leans_on_the_law(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    lines(folder, "overdrachten.csv", lambda rows: rows.insert(2, EXCHANGE))
    content = papers_of(folder)["stukken/verzoek-coa-SY0001.docx"]
    said = text_of(content)
    assert not re.search(r"art(ikel|\.)?\s*29|Huisvestingswet|herverdeling|besluit(?!\b)", said)
    assert rows_of(content)[1] == ["Plaats 1 (SY0001)", "Plaats 2 (SY0002)", "5p", "2", "10"]
    assert "De taakstelling van elke gemeente blijft dezelfde" in said
    # And the request changes nothing in the papers about quotas.
    assert rows_of(papers_of(folder)["stukken/besluit-SY0001.docx"])[1][3] == "-8"


def test_a_request_shows_that_every_municipality_gives_and_gets_as_many(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    back = "SY0002,SY0001,samenstelling,1p,10,10,,minder_tekort"
    lines(folder, "overdrachten.csv", lambda rows: rows.insert(2, EXCHANGE))
    lines(folder, "overdrachten.csv", lambda rows: rows.insert(3, back))
    content = papers_of(folder)["stukken/verzoek-coa-SY0001.docx"]
    assert rows_of(content, 1) == [
        ["Code", "Gemeente", "Huishoudens af", "Personen af", "Huishoudens bij", "Personen bij"],
        ["SY0001", "Plaats 1", "2", "10", "10", "10"],
        ["SY0002", "Plaats 2", "10", "10", "2", "10"],
        ["Som", "2 gemeenten", "12", "20", "12", "20"],
    ]


def test_who_wants_something_in_return_is_named_at_the_table(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    papers = papers_of(folder)
    assert "neemt over: Plaats 2." in text_of(papers["stukken/agenda-SY0001.docx"])
    assert "Alleen met tegenprestatie: " in text_of(papers["stukken/raadsbrief-SY0002.docx"])
    # A council reads the label of its own municipality, and no other's.
    other = text_of(papers["stukken/raadsbrief-SY0001.docx"])
    assert "Voordeel: " in other
    assert "Alleen met tegenprestatie: " not in other
    after = folder / "na_uitruil.csv"
    text = after.read_text(encoding="utf-8").replace("tegenprestatie", "neutraal")
    after.write_text(text, encoding="utf-8")
    said = text_of(papers_of(folder)["stukken/agenda-SY0001.docx"])
    assert "Alleen met een tegenprestatie" not in said


@pytest.mark.parametrize("kind", ["besluit", "raadsbrief", "agenda", "melding-coa", "melding-gs"])
def test_every_paper_on_quotas_says_what_telling_others_is_and_that_a_lawyer_must_look(
    kind: str, papers: dict[str, bytes]
) -> None:
    said = text_of(papers[f"stukken/{kind}-SY0001.docx"]).lower()
    assert "melding is geen wettelijk vereiste" in said
    assert re.search("laat .*juridisch toetsen", said)


def test_a_promise_of_a_return_stands_in_a_table_of_its_own(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    (folder / "toezeggingen_stand.csv").write_text(
        "van_code,naar_code,halfjaar,personen,overgedragen,laagste_taakstelling,oordeel\n"
        "SY0001,SY0002,2022-1,8,8,5,ontoereikend\n"
        "SY0002,SY0001,2022-1,8,0,,geen_overdracht\n",
        encoding="utf-8",
    )
    papers = papers_of(folder)
    row = ["Plaats 2 (SY0002)", "Plaats 1 (SY0001)", "2022-1", "8", "5", "nee"]
    for kind in ("besluit", "agenda", "raadsbrief"):
        own = papers[f"stukken/{kind}-SY0001.docx"]
        assert [rows[1:] for rows in tables_of(own) if rows[0][0] == "Terug van"] == [[row]]
        assert "vervalt of wordt kleiner als de taakstelling dan ontoereikend is" in text_of(own)
    assert len(tables_of(papers["stukken/melding-coa-SY0001.docx"])) == 1


def test_a_deal_that_was_signed_before_is_taken_over_in_words(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    words = "al een besluit getekend"
    assert words not in text_of(papers_of(folder)["stukken/besluit-SY0001.docx"])
    signed = "SY0001,SY0002,herverdeling,,,8,,getekend"
    lines(folder, "overdrachten.csv", lambda rows: rows.__setitem__(1, signed))
    assert f"{words}; dit" in text_of(papers_of(folder)["stukken/besluit-SY0001.docx"])
    stated = "van_code,naar_code,soort,personen,datum\n"
    stated += "SY0001,SY0002,getekend,8,2021-02-12\nSY0003,SY0002,verboden,,2021-03-01\n"
    (folder / "invoer" / "uitruilafspraken.csv").write_text(stated, encoding="utf-8")
    said = text_of(papers_of(folder)["stukken/besluit-SY0001.docx"])
    assert f"{words} (12 februari 2021); dit besluit neemt ze ongewijzigd over" in said


def test_without_transfers_there_is_no_paper(tmp_path: Path) -> None:
    case = cases.swap_case()
    case.transfers = []
    assert papers_of(result(tmp_path / "result", case)) == {}


def test_an_unchecked_text_of_the_law_is_said(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    law = {"law": "Huisvestingswet 2014", "text_of": "2015-07-01", "checked_on": "2020-02-03"}
    document(folder, "manifest.json", lambda m: m["parameters"].update(regime=law))
    said = text_of(papers_of(folder)["stukken/besluit-SY0001.docx"])
    assert "niet gecontroleerd; de laatste controle was op 3 februari 2020" in said


def test_a_name_with_signs_of_its_own_stays_itself(tmp_path: Path) -> None:
    case = cases.swap_case()
    case.rows("gemeenten")[0]["gemeente"] = "'s-Gr & <Zn> {{ 7 * 7 }}"
    said = text_of(papers_of(result(tmp_path / "result", case))["stukken/besluit-SY0001.docx"])
    assert "burgemeester en wethouders van 's-Gr & <Zn> {{ 7 * 7 }}," in said


def begun(folder: Path, **changes: object) -> str:
    """The warning at the top of every paper, the same in all."""
    document(folder, "manifest.json", lambda m: m["parameters"]["regime"].update(changes))
    said = {
        line
        for content in papers_of(folder).values()
        for line in text_of(content).split("\n")
        if line.startswith("Dit halfjaar is")
    }
    assert len(said) <= 1
    return "".join(said)


def real(folder: Path) -> Path:
    """The same result, of a half-year that is not wholly synthetic."""
    path = folder / "invoer" / "instance.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("synthetic = true", 'synthetic = ["aanbod"]', text), encoding="utf-8")
    return folder


def test_every_paper_says_that_the_half_year_is_over(tmp_path: Path) -> None:
    folder = real(result(tmp_path / "result"))
    assert "is voorbij (laatste dag 30 juni 2021)" in begun(folder, checked_on="2024-09-16")
    assert "niet ondertekenen" in begun(folder)


def test_every_paper_says_that_the_half_year_has_begun(tmp_path: Path) -> None:
    folder = real(result(tmp_path / "result"))
    assert "is op 1 januari 2021 begonnen" in begun(folder, checked_on="2021-03-01")
    assert "is op 1 januari 2021 begonnen" in begun(folder, checked_on="2021-06-30")


def test_who_was_housed_already_shows_that_it_has_begun(tmp_path: Path) -> None:
    """Without a date too: the half-year of a wholly made-up instance is none of the calendar."""
    folder = result(tmp_path / "result")
    table = (folder / "invoer" / "standen.csv").read_text(encoding="utf-8")
    assert "realisatie_tot_peildatum" in table
    assert "is op 1 januari 2021 begonnen" in begun(folder)
    head, *rows = [line.split(",") for line in table.splitlines()]
    at = head.index("realisatie_tot_peildatum")
    none = [head, *([*row[:at], "0", *row[at + 1 :]] for row in rows)]
    text = "".join(",".join(row) + "\n" for row in none)
    (folder / "invoer" / "standen.csv").write_text(text, encoding="utf-8")
    assert begun(folder) == ""
    # A generated instance lists its tables: made-up municipalities are enough.
    path = folder / "invoer" / "instance.toml"
    listed = 'synthetic = ["aanbod", "gemeenten"]'
    made_up = path.read_text(encoding="utf-8").replace("synthetic = true", listed)
    path.write_text(made_up, encoding="utf-8")
    assert begun(folder) == ""
