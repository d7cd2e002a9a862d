"""A paper that says something else than the tables is caught, hashes corrected or not."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.verify import check_names, verify_result
from tests.allocator.papers.handmade import in_part, result, with_papers
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import json_text, rehash
from tests.allocator.verify.handmade.edit import lines

BODY, HEADER = "word/document.xml", "word/header1.xml"
Change = Callable[[Path], object]


def replaced(name: str, part: str, old: str, new: str) -> Change:
    return lambda papers: in_part(papers / name, part, lambda text: text.replace(old, new, 1))


def renamed(old: str, new: str) -> Change:
    return lambda papers: (papers / old).rename(papers / new)


def filled(name: str, content: bytes) -> Change:
    return lambda papers: (papers / name).write_bytes(content)


def bomb(papers: Path) -> None:
    with zipfile.ZipFile(papers / "agenda-SY0001.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(BODY, b"0" * 50_000_000)


def understated(papers: Path) -> None:
    """A bomb that lies about its size in the list of contents."""
    path = papers / "agenda-SY0001.docx"
    bomb(papers)
    size = (50_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))


def doubled(papers: Path) -> None:
    path = papers / "agenda-SY0001.docx"
    with zipfile.ZipFile(path) as archive:
        body = archive.read(BODY)
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(BODY, body)


def entity(papers: Path) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "1">]><w:document'
    in_part(papers / "agenda-SY0001.docx", BODY, lambda t: t.replace("<w:document", doctype, 1))


def without_rows(text: str) -> str:
    """Take the first row of figures away."""
    start = text.index("<w:tr>", text.index("<w:tr>") + 1)
    return text[:start] + text[text.index("</w:tr>", start) + len("</w:tr>") :]


def everywhere(name: str, old: str, new: str) -> Change:
    return lambda papers: in_part(papers / name, BODY, lambda text: text.replace(old, new))


def in_cell(what: str) -> Change:
    """Something beside the first ``25`` of the decision: its text stays the same to a reader."""
    return replaced("besluit-SY0002.docx", BODY, ">25</w:t>", f">25</w:t>{what}")


def copied(one: str, other: str) -> Change:
    return lambda papers: (papers / other).write_bytes((papers / one).read_bytes())


def without_article_eight(text: str) -> str:
    start = text.rindex("<w:p", 0, text.index("kan zijn instemming intrekken"))
    return text[:start] + text[text.index("</w:p>", start) + len("</w:p>") :]


KINDS: dict[str, tuple[Change, str]] = {
    "a quota": (replaced("besluit-SY0002.docx", BODY, ">25<", ">26<"), "V14C"),
    "a transfer": (replaced("melding-coa-SY0001.docx", BODY, ">-8<", ">-7<"), "V14C"),
    "a sum": (replaced("melding-gs-SY0001.docx", BODY, ">50<", ">51<"), "V14B"),
    "a name": (replaced("besluit-SY0001.docx", BODY, ">Plaats 3<", ">Plaats 4<"), "V14B"),
    "a shortfall": (replaced("agenda-SY0001.docx", BODY, ">12<", ">11<"), "V14C"),
    "the shortfall a council sees": (
        replaced("raadsbrief-SY0001.docx", BODY, ">4<", ">0<"),
        "V14C",
    ),
    "a pair": (replaced("besluit-SY0001.docx", BODY, "Plaats 2 (SY0002)", "Plaats 5"), "V14C"),
    "a row gone": (lambda p: in_part(p / "agenda-SY0001.docx", BODY, without_rows), "V14B"),
    "a head in other words": (
        replaced("besluit-SY0001.docx", BODY, ">Overdracht<", ">Cadeau<"),
        "V14A",
    ),
    "no longer a proposal": (
        lambda p: [
            in_part(
                p / "besluit-SY0001.docx",
                part,
                lambda text: text.replace("voorstel, geen besluit", "definitief"),
            )
            for part in (HEADER, "word/footer1.xml")
        ],
        "V14E",
    ),
    "no watermark": (
        replaced("agenda-SY0001.docx", HEADER, ">Oefening / synthetische gegevens", ">Echt"),
        "V14E",
    ),
    "of a stranger": (renamed("besluit-SY0001.docx", "besluit-SY0005.docx"), "V14G"),
    "of another party of the group": (
        renamed("agenda-SY0001.docx", "agenda-SY0002.docx"),
        "V14G",
    ),
    "of a pair where the group decides": (
        renamed("besluit-SY0001.docx", "besluit-SY0001-met-SY0002.docx"),
        "V14G",
    ),
    "another paper under this name": (
        renamed("raadsbrief-SY0001.docx", "melding-gs-SY0001.docx"),
        "V14A",
    ),
    "a decision on another article": (
        replaced("besluit-SY0003.docx", BODY, "artikel 29, tweede", "artikel 30, tweede"),
        "V14K",
    ),
    "a decision without its withdrawal": (
        lambda p: in_part(p / "besluit-SY0003.docx", BODY, without_article_eight),
        "V14K",
    ),
    "a sentence more in one decision": (
        replaced("besluit-SY0002.docx", BODY, ">De taakstellingen worden", ">Ook 20. Deze worden"),
        "V14K",
    ),
    "the decision of a neighbour": (copied("besluit-SY0002.docx", "besluit-SY0003.docx"), "V14K"),
    "the decision of the first": (copied("besluit-SY0001.docx", "besluit-SY0002.docx"), "V14K"),
    "the name of another executive": (
        everywhere("besluit-SY0001.docx", "van Plaats 1,", "van Plaats 9,"),
        "V14K",
    ),
    "without its own name": (
        lambda p: in_part(
            p / "besluit-SY0001.docx",
            BODY,
            lambda text: re.sub("(van|te) Plaats 1", "ons", text),
        ),
        "V14L",
    ),
    "another half-year": (everywhere("besluit-SY0004.docx", "2021", "2022"), "V14L"),
    "a symbol for a digit": (in_cell('<w:sym w:font="Symbol" w:char="F031"/>'), "V14M"),
    "a hyphen that is not read": (in_cell("<w:noBreakHyphen/>"), "V14M"),
    "a field with another result": (
        in_cell('</w:r><w:fldSimple w:instr="= 20"/><w:r>'),
        "V14M",
    ),
    "a figure that is not shown": (
        replaced("besluit-SY0002.docx", BODY, "<w:r><w:t", "<w:r><w:rPr><w:vanish/></w:rPr><w:t"),
        "V14M",
    ),
    "a row that is not shown": (
        replaced("agenda-SY0001.docx", BODY, "<w:cantSplit/>", "<w:cantSplit/><w:hidden/>"),
        "V14M",
    ),
    "a mark that is not shown": (
        replaced("agenda-SY0001.docx", HEADER, "<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>"),
        "V14M",
    ),
    "a name that is none": (renamed("agenda-SY0001.docx", "geheim.docx"), "V1B"),
    "no zip at all": (filled("agenda-SY0001.docx", b"PK\x03\x04 nothing"), "V14D"),
    "empty": (filled("agenda-SY0001.docx", b""), "V14D"),
    "unpacking without end": (bomb, "V14D"),
    "lying about its size": (understated, "V14D"),
    "two bodies": (doubled, "V14D"),
    "entities": (entity, "V14D"),
    "broken xml": (replaced("agenda-SY0001.docx", BODY, "</w:body>", "</w:bod>"), "V14D"),
}


def of_papers(folder: Path) -> set[str]:
    """Failures of papers alone: where a test bends the rest of the result too."""
    return {failure.code for failure in verify_result(folder) if failure.code[:3] == "V14"}


@pytest.mark.parametrize("name", KINDS)
def test_a_paper_with_something_else_is_caught(name: str, tmp_path: Path) -> None:
    change, code = KINDS[name]
    folder = with_papers(result(tmp_path / "result"))
    assert verify_result(folder) == ()
    change(folder / "stukken")
    rehash(folder)
    failures = verify_result(folder)
    assert code in {failure.code for failure in failures}, failures


def test_a_table_is_called_by_its_head(tmp_path: Path) -> None:
    """As who reads the paper knows it: by no name that only the verifier has."""
    folder = with_papers(result(tmp_path / "result"))
    replaced("besluit-SY0001.docx", BODY, ">Naar<", ">Heen<")(folder / "stukken")
    replaced("agenda-SY0001.docx", BODY, ">12<", ">11<")(folder / "stukken")
    rehash(folder)
    said = "\n".join(failure.text() for failure in verify_result(folder))
    assert "verwacht Van | Naar | Personen" in said
    assert "kolom Code | Gemeente | Taakstelling | Overdracht" in said


def test_hidden_text_that_is_switched_off_is_none(tmp_path: Path) -> None:
    folder = with_papers(result(tmp_path / "result"))
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t'
    replaced("agenda-SY0001.docx", BODY, "<w:r><w:t", shown)(folder / "stukken")
    rehash(folder)
    assert verify_result(folder) == ()


def test_the_words_in_which_a_decision_differs_are_named(tmp_path: Path) -> None:
    folder = with_papers(result(tmp_path / "result"))
    KINDS["a decision on another article"][0](folder / "stukken")
    rehash(folder)
    (failure,) = verify_result(folder)
    assert (failure.file, failure.key, failure.found, failure.expected) == (
        "stukken/besluit-SY0003.docx", "Plaats 1", "30,", "29,",
    )  # fmt: skip


def test_a_name_within_another_and_a_word_that_all_share_are_no_difference(tmp_path: Path) -> None:
    """``Plaats 1`` stands in ``Plaats 11``, and every decision has the letterhead of one party."""
    case = cases.swap_case()
    case.rows("gemeenten")[1]["gemeente"] = "Plaats 11"
    folder = with_papers(result(tmp_path / "result", case))
    for path in (folder / "stukken").glob("besluit-*.docx"):
        in_part(path, BODY, lambda text: text.replace(">gelet op", ">p/a Plaats 1, gelet op", 1))
    rehash(folder)
    assert of_papers(folder) == set()


def test_without_a_corrected_hash_the_paper_is_caught_twice(tmp_path: Path) -> None:
    folder = with_papers(result(tmp_path / "result"))
    replaced("besluit-SY0002.docx", BODY, ">25<", ">26<")(folder / "stukken")
    codes = {failure.code for failure in verify_result(folder)}
    assert {"V1C", "V14B", "V14C"} <= codes


@pytest.mark.parametrize("form", ["regiobesluit", "bilateraal"])
def test_papers_of_both_forms_are_sound_and_the_check_is_named(form: str, tmp_path: Path) -> None:
    folder = result(tmp_path / "result", form=form)
    assert "V14" not in {name.split()[0] for name in check_names(folder)}
    with_papers(folder)
    assert of_papers(folder) == set()
    assert "V14" in {name.split()[0] for name in check_names(folder)}


def test_a_pair_without_a_transfer_has_no_decision(tmp_path: Path) -> None:
    folder = with_papers(result(tmp_path / "result", form="bilateraal"))
    renamed("besluit-SY0001-met-SY0002.docx", "besluit-SY0001-met-SY0004.docx")(folder / "stukken")
    rehash(folder)
    assert of_papers(folder) == {"V14G", "V14I"}


@pytest.mark.parametrize("form", ["regiobesluit", "bilateraal"])
def test_a_party_without_its_draft_is_missed(form: str, tmp_path: Path) -> None:
    """Whichever paper is lost, if others of its kind are there; a kind may lack altogether."""
    folder = with_papers(result(tmp_path / "result", form=form))
    papers = sorted(path.name for path in (folder / "stukken").iterdir())
    for name in papers:
        path, content = folder / "stukken" / name, (folder / "stukken" / name).read_bytes()
        path.unlink()
        rehash(folder)
        kind = name.partition("-")[0]
        is_last = not list((folder / "stukken").glob(f"{kind}*"))
        is_last |= kind == "melding" and not list((folder / "stukken").glob(f"{name[:11]}*"))
        failures = [f for f in verify_result(folder) if f.code[:3] == "V14"]
        assert [(f.code, f.file) for f in failures] == (
            [] if is_last else [("V14I", f"stukken/{name}")]
        )
        path.write_bytes(content)


@pytest.mark.parametrize(
    "words", ["art. 29 lid 2", "artikel negenentwintig", "artikel 28", "de Huisvestingswet"]
)
def test_a_request_that_leans_on_the_law_is_caught(words: str, tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    row = "SY0001,SY0002,samenstelling,5p,2,10,,minder_tekort"
    lines(folder, "overdrachten.csv", lambda rows: rows.insert(2, row))
    with_papers(folder)
    # The row itself is checked elsewhere; of the papers nothing is wrong.
    assert of_papers(folder) == set()
    cite = replaced("verzoek-coa-SY0001.docx", BODY, "Dit is een verzoek.", f"Zie {words}.")
    cite(folder / "stukken")
    rehash(folder)
    assert of_papers(folder) == {"V14F"}


def test_an_exercise_with_a_decision_is_caught(tmp_path: Path) -> None:
    folder = with_papers(result(tmp_path / "result", cases.demo_case()))
    assert verify_result(folder) == ()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["parameters"]["link"]["oefening"] = True
    (folder / "manifest.json").write_text(json_text(manifest), encoding="utf-8")
    codes = {failure.code for failure in verify_result(folder)}
    assert codes == {"V14H"}


def test_papers_beside_a_result_without_swaps_do_not_belong(tmp_path: Path) -> None:
    folder = result_without_swaps(tmp_path)
    assert "V1B" in {failure.code for failure in verify_result(folder)}


def result_without_swaps(tmp_path: Path) -> Path:
    from tests.allocator.verify.handmade.folder import write_result

    folder = write_result(tmp_path / "result", cases.quota_case())
    donor = with_papers(result(tmp_path / "donor"))
    (folder / "stukken").mkdir()
    name = "stukken/agenda-SY0001.docx"
    (folder / name).write_bytes((donor / name).read_bytes())
    rehash(folder)
    return folder
