"""Templates of a user: used, sandboxed, and refused by name when they cannot be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from allocator.errors import InputRefusedError
from allocator.papers import KINDS, papers_of, write_templates
from allocator.papers.wordfile import base_template, template_from
from allocator.verify import verify_result
from tests.allocator.papers.handmade import in_part, result, text_of, with_papers

ONE = "stukken/besluit-SY0001.docx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return result(tmp_path_factory.mktemp("templates") / "result")


def refusal(folder: Path, templates: Path) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        papers_of(folder, templates=templates)
    return [finding.line("nl") for finding in caught.value.findings]


def own(templates: Path, line: str, kind: str = "besluit") -> Path:
    """A template with one line of ours added in Word's own way, by the library for it."""
    write_templates(templates)
    document = docx.Document(str(templates / f"{kind}.docx"))
    document.paragraphs[0].insert_paragraph_before(line)
    document.core_properties.author = "Iemand"
    document.save(str(templates / f"{kind}.docx"))
    return templates


def test_our_templates_can_be_taken_and_changed(folder: Path, tmp_path: Path) -> None:
    templates = own(tmp_path / "eigen", "Ons kenmerk voor {{ gemeente.naam }}: 2021/7")
    papers = papers_of(folder, templates=templates)
    assert "Ons kenmerk voor Plaats 1: 2021/7" in text_of(papers[ONE])
    assert papers == papers_of(folder, templates=templates)
    with zipfile.ZipFile(io.BytesIO(papers[ONE])) as archive:
        assert b"Iemand" not in b"".join(map(archive.read, archive.namelist()))
    # What was not changed is what we would have written.
    same = papers_of(folder)
    assert papers["stukken/agenda-SY0001.docx"] == same["stukken/agenda-SY0001.docx"]


def test_papers_from_a_users_template_are_verified_like_ours(tmp_path: Path) -> None:
    templates = own(tmp_path / "eigen", "Ons kenmerk: 2021/7")
    folder = with_papers(result(tmp_path / "result"), templates=templates)
    assert verify_result(folder) == ()


def test_a_template_that_drops_a_row_is_caught(tmp_path: Path) -> None:
    templates = tmp_path / "eigen"
    write_templates(templates)
    cut = "{%tr for rij in partijen[1:] %}"
    change = lambda xml: xml.replace("{%tr for rij in partijen %}", cut)  # noqa: E731
    in_part(templates / "agenda.docx", "word/document.xml", change)
    folder = with_papers(result(tmp_path / "result"), templates=templates)
    assert {failure.code for failure in verify_result(folder)} == {"V14B"}


def test_templates_once_given_are_never_overwritten(tmp_path: Path) -> None:
    assert len(write_templates(tmp_path / "eigen")) == len(KINDS)
    (tmp_path / "eigen" / "agenda.docx").write_bytes(b"mine")
    assert write_templates(tmp_path / "eigen") == ()
    assert (tmp_path / "eigen" / "agenda.docx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "line",
    [
        "{% for x in partijen %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_a_template_that_cannot_or_may_not_is_refused(
    folder: Path, tmp_path: Path, line: str
) -> None:
    (said,) = refusal(folder, own(tmp_path / "eigen", line))
    assert said.startswith("besluit.docx: fout papers_template_broken: ")


@pytest.mark.parametrize("field", ["gemeente.nmaa", "nmaa"])
def test_a_field_that_does_not_exist_is_named_in_our_words(
    folder: Path, tmp_path: Path, field: str
) -> None:
    (said,) = refusal(folder, own(tmp_path / "eigen", "{{ " + field + " }}"))
    assert said.startswith("besluit.docx: fout papers_template_field: het veld 'nmaa' bestaat niet")


def test_names_and_files_that_are_none_of_ours_are_refused_together(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "brief.docx").write_bytes(base_template("agenda"))
    (tmp_path / "agenda.docx").write_bytes(b"no zip")
    said = refusal(folder, tmp_path)
    assert [line.split(":")[0] for line in said] == ["agenda.docx", "brief.docx"]
    assert "papers_template_unreadable" in said[0]
    assert "papers_template_unknown" in said[1]
    assert "besluit.docx" in said[1]


def test_a_file_that_unpacks_without_end_is_never_unpacked(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "agenda.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    (said,) = refusal(folder, tmp_path)
    assert "papers_template_unreadable" in said


def test_a_folder_without_templates_is_refused(folder: Path, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nergens"):
        (said,) = refusal(folder, place)
        assert "papers_no_templates" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_base_template_is_a_word_file_with_named_tables(kind: str) -> None:
    document = docx.Document(io.BytesIO(base_template(kind)))
    assert document.tables
    assert document.paragraphs[-1].text
    for table in document.tables:
        caption = table._tbl.tblPr.xpath("w:tblCaption/@w:val")
        assert caption
        assert len(caption[0]) > 20, "said to those who cannot see the table"
        assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")


def test_a_row_of_another_width_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="3 cells in a table of 2 columns"):
        template_from("[table 50 50: Two columns of figures]\n| a | b | c |")
