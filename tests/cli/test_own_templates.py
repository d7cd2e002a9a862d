"""A user's own Word templates: refused by name before anything is written, whatever is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.papers.wordfile import base_template
from allocator.verify import verify_result
from tests.allocator.papers.handmade import in_part
from tests.cli.calling import Ran, call

BODY, HEADER, FOOTER = "word/document.xml", "word/header1.xml", "word/footer1.xml"
EFFECT = (
    "Code | Gemeente | Taakstelling | Overdracht | Gewijzigde taakstelling"
    " | Verwacht tekort zonder | Verwacht tekort met"
)


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("templates") / "out"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    return out


@pytest.fixture
def folder(swapped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(swapped, tmp_path / "out"))


def drafted(folder: Path, templates: Path) -> Ran:
    return call("papers", folder, "--sjablonen", templates)


def template(templates: Path, kind: str, change: Callable[[Path], object] | None = None) -> Path:
    templates.mkdir(exist_ok=True)
    path = templates / f"{kind}.docx"
    path.write_bytes(base_template(kind))
    if change is not None:
        change(path)
    return templates


def other(part: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda path: in_part(path, part, lambda text: text.replace(old, new))


def without_header(path: Path) -> None:
    for part in (HEADER, FOOTER):
        in_part(path, part, lambda text: text.replace("voorstel, geen besluit", ""))


CASES: dict[str, tuple[str, Callable[[Path], object], str, str]] = {
    "a head in other words": (
        "agenda",
        other(BODY, ">Verwacht tekort met<", ">Tekort met<"),
        "papers_template_table",
        f"'{EFFECT}'",
    ),
    "a head of another table": (
        "besluit",
        other(BODY, ">Naar<", ">Naar toe<"),
        "papers_template_table",
        "'Van | Naar | Personen'",
    ),
    "a table too many": (
        "agenda",
        lambda path: in_part(path, BODY, twice),
        "papers_template_extra",
        f"'{EFFECT}'",
    ),
    "a row too few": (
        "agenda",
        other(BODY, "for rij in partijen", "for rij in partijen[1:]"),
        "papers_template_rows",
        f"'{EFFECT}'",
    ),
    "no mark": ("melding-gs", without_header, "papers_template_mark", "'voorstel, geen besluit'"),
    "a sentence of its own figures": (
        "besluit",
        other(BODY, "gelet op artikel", "onder nummer {{ gemeente.code }}, gelet op artikel"),
        "papers_template_unequal",
        "SY0002",
    ),
    "no name": (
        "besluit",
        other(BODY, "{{ gemeente.naam }}", "deze gemeente"),
        "papers_template_words",
        "ontbreekt 'Alfa'",
    ),
    "hidden text": (
        "raadsbrief",
        other(BODY, "<w:r><w:t", "<w:r><w:rPr><w:vanish/></w:rPr><w:t"),
        "papers_template_hidden",
        "w:vanish",
    ),
}


def twice(text: str) -> str:
    table = text[text.index("<w:tbl>") : text.index("</w:tbl>") + len("</w:tbl>")]
    return text.replace(table, table + "<w:p/>" + table, 1)


@pytest.mark.parametrize("name", CASES)
def test_a_template_that_cannot_give_a_sound_paper_is_refused_by_name(
    name: str, folder: Path, tmp_path: Path
) -> None:
    kind, change, code, words = CASES[name]
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ran = drafted(folder, template(tmp_path / "eigen", kind, change))
    assert ran.code == 3, ran.err
    assert f"{kind}.docx: fout {code}: " in ran.err
    assert words in ran.err
    assert ran.err.count(f"fout {code}") == 1
    after = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eigen", "out"]


def test_a_request_that_leans_on_the_law_is_refused_by_its_template(tmp_path: Path) -> None:
    from tests.cli.test_composition import write_instance

    folder = tmp_path / "r"
    ran = call("swap", write_instance(tmp_path / "in"), "--samenstelling", "--out", folder)
    assert ran.code == 0, ran.err
    lean = other(BODY, "Dit is een verzoek.", "Dit rust op artikel 29.")
    ran = drafted(folder, template(tmp_path / "eigen", "verzoek-coa", lean))
    assert ran.code == 3
    assert "verzoek-coa.docx: fout papers_template_law: 'artikel 29' mag niet" in ran.err
    assert not (folder / "stukken").exists()


def test_what_word_leaves_beside_an_open_template_is_no_template(
    folder: Path, tmp_path: Path
) -> None:
    templates = template(tmp_path / "eigen", "agenda")
    (templates / "~$agenda.docx").write_bytes(b"lock")
    assert drafted(folder, templates).code == 0
    assert verify_result(folder) == ()


def test_capitals_in_the_name_of_a_template_do_not_matter(folder: Path, tmp_path: Path) -> None:
    templates = template(tmp_path / "eigen", "agenda", other(BODY, "Te bespreken", "Agendapunten"))
    (templates / "agenda.docx").rename(templates / "Agenda.DOCX")
    assert drafted(folder, templates).code == 0
    (paper,) = (folder / "stukken").glob("agenda-*.docx")
    from tests.allocator.papers.handmade import text_of

    assert "Agendapunten" in text_of(paper.read_bytes())
    # Called as the user calls it where it is refused, and never doubled by ours.
    call("papers", folder, "--geef-sjablonen", templates)
    assert not (templates / "agenda.docx").exists()
    in_part(templates / "Agenda.DOCX", BODY, lambda text: text.replace(">Overdracht<", ">Gift<"))
    ran = drafted(folder, templates)
    assert (ran.code, "Agenda.DOCX: fout papers_template_table" in ran.err) == (3, True)


def test_two_templates_that_differ_in_capitals_alone_are_refused(
    folder: Path, tmp_path: Path
) -> None:
    templates = template(tmp_path / "eigen", "agenda")
    shutil.copy(templates / "agenda.docx", templates / "Agenda.docx")
    ran = drafted(folder, templates)
    assert ran.code == 3
    assert "agenda.docx: fout papers_template_twice: dit sjabloon is er al als Agenda" in ran.err
