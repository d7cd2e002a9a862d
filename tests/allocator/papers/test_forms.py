"""What a paper says of withdrawing and of who decides, as one decision or as one per pair."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.papers import papers_of
from allocator.verify import verify_result
from tests.allocator.papers.handmade import result, text_of, with_papers
from tests.allocator.verify.handmade.edit import lines

REST = "kunnen de andere colleges een nieuw gezamenlijk besluit nemen"


def said_in(folder: Path) -> dict[str, str]:
    return {name[8:-5]: text_of(content) for name, content in papers_of(folder).items()}


def test_who_withdraws_leaves_the_others_their_transfers(tmp_path: Path) -> None:
    # 1 gives to 2, 3 gives to 2 and to 4: whoever goes, a transfer of others is left.
    folder = result(tmp_path / "result")
    for code in ("SY0001", "SY0004"):
        said = said_in(folder)[f"besluit-{code}"]
        assert "komt het besluit voor geen van de gemeenten tot stand" in said
        assert f"Trekt één college zich terug, dan {REST}" in said
        assert "waaraan die gemeente niet deelneemt: die kunnen zonder haar doorgaan" in said


def test_without_the_one_that_all_deal_with_nothing_is_left(tmp_path: Path) -> None:
    folder = result(tmp_path / "result")
    lines(folder, "overdrachten.csv", lambda rows: rows.pop())
    said = said_in(folder)["besluit-SY0001"]
    assert f"een ander dan dat van Plaats 2, dan {REST}" in said
    lines(folder, "overdrachten.csv", lambda rows: rows.pop())
    assert REST not in said_in(folder)["besluit-SY0001"]


@pytest.mark.parametrize("kind", ["agenda", "raadsbrief", "melding-coa", "melding-gs", "besluit"])
def test_a_paper_on_pairs_speaks_of_both_and_never_of_all(kind: str, tmp_path: Path) -> None:
    papers = said_in(result(tmp_path / "result", form="bilateraal"))
    for name, said in papers.items():
        if name.startswith(kind):
            assert "alle colleges" not in said, name
            assert "totdat allen" not in said, name
            assert REST not in said, name
            assert "beide" in said, name


def test_agenda_and_council_letter_name_the_pairs_that_decide(tmp_path: Path) -> None:
    papers = said_in(result(tmp_path / "result", form="bilateraal"))
    pairs = "Plaats 1 en Plaats 2; Plaats 2 en Plaats 3; Plaats 3 en Plaats 4."
    agenda, letter = papers["agenda-SY0001"], papers["raadsbrief-SY0003"]
    assert f"Paren, elk met een eigen besluit: {pairs}" in agenda
    assert "om de 3 besluiten, een per paar van gemeenten, te nemen" in agenda
    assert f"Elk paar van gemeenten neemt een eigen besluit: {pairs}" in letter
    assert "de andere paren staan daar los van" in letter
    assert "andere paren van gemeenten staan daar los van" in papers["besluit-SY0003-met-SY0002"]
    joint = said_in(result(tmp_path / "joint"))
    assert not any("paar van gemeenten neemt" in said or "Paren" in said for said in joint.values())
    assert "totdat alle colleges hebben ondertekend" in joint["raadsbrief-SY0003"]


@pytest.mark.parametrize("form", ["regiobesluit", "bilateraal"])
def test_papers_of_a_star_verify(form: str, tmp_path: Path) -> None:
    """The sentence that names the one in the middle is the same in every decision."""
    folder = result(tmp_path / "result", form=form)
    lines(folder, "overdrachten.csv", lambda rows: rows.pop())
    with_papers(folder)
    assert not [f for f in verify_result(folder) if f.code.startswith("V14")]
