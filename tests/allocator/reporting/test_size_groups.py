"""Fairness by household size as everybody may see it: small counts stay out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.linking.size_groups import size_group_rows
from allocator.reporting.html import write_report
from allocator.verify.studies.small_counts import public_sizes
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.reporting.page import Page
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import call, read_table, write_table

Full = list[tuple[object, ...]]


def full(*groups: tuple[int, int, int]) -> Full:
    """Rows of ``eerlijkheid``: (size, households, housed); fit 60 of 90 points a household."""
    rows: Full = []
    for size, homes, housed in groups:
        fits = (60 * homes, 90 * homes, "0.666667", 0, 0)
        rows.append(("personen", str(size), homes, homes * size, housed, homes, "", *fits))
    homes, housed = (sum(group[i] for group in groups) for i in (1, 2))
    persons = sum(size * own for size, own, _ in groups)
    fits = (60 * homes, 90 * homes, "0.666667", 0, 0)
    return [*rows, ("totaal", "", homes, persons, housed, homes, "", *fits)]


def shown(rows: Full) -> dict[str, tuple[object, ...]]:
    return {str(name): tuple(rest) for name, *rest in size_group_rows(rows)}


def test_groups_of_five_and_more_are_shown_in_full() -> None:
    # 60 of 90 points is 66.67 %, so 67.
    assert shown(full((1, 50, 40), (2, 20, 10))) == {
        "1": (50, 40, 67),
        "2": (20, 10, 67),
        "totaal": (70, 50, 67),
    }


def test_large_households_are_one_group() -> None:
    found = shown(full((1, 50, 50), (7, 3, 3), (8, 1, 1), (12, 2, 2)))
    assert found["7+"] == (6, 6, 67)
    assert set(found) == {"1", "7+", "totaal"}


def test_a_small_group_takes_the_smallest_other_with_it() -> None:
    found = shown(full((1, 50, 50), (2, 9, 9), (3, 4, 4)))
    assert found["3"] == ("x", "x", "x")
    # 4 + 9 = 13 over two groups: each can be 1 to 12.
    assert found["2"] == ("x", "x", "x")
    assert found["1"] == (50, 50, 67)
    assert found["totaal"][0] == 63


def test_two_without_a_dwelling_hide_the_column_when_nobody_else_lacks_one() -> None:
    found = shown(full((1, 50, 50), (2, 20, 18)))
    assert found == {"1": (50, "x", 67), "2": (20, "x", 67), "totaal": (70, "x", 67)}


def test_two_without_a_dwelling_hide_with_the_next_who_lack_one() -> None:
    found = shown(full((1, 90, 50), (2, 20, 18), (3, 30, 24)))
    # 2 + 6 = 8 over two groups: each can be 1 to 7.
    assert found["2"] == (20, "x", 67)
    assert found["3"] == (30, "x", 67)
    assert found["1"] == (90, 50, 67)


def test_a_run_of_a_few_households_says_nothing() -> None:
    assert set(shown(full((1, 2, 2), (2, 1, 1))).values()) == {("x", "x", "x")}


GROUPS = st.dictionaries(
    st.integers(1, 12), st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1
)


def made(drawn: dict[int, tuple[int, int]]) -> Full:
    return full(*((size, homes, min(homes, own)) for size, (homes, own) in sorted(drawn.items())))


@given(GROUPS)
def test_no_subtraction_gives_a_small_count_back(drawn: dict[int, tuple[int, int]]) -> None:
    rows = made(drawn)
    found = shown(rows)
    total = sum(homes for homes, _ in drawn.values())
    groups = {name: cells for name, cells in found.items() if name != "totaal"}
    hidden = [name for name, cells in groups.items() if cells[0] == "x"]
    assert all(cells[0] == "x" or int(str(cells[0])) >= 5 for cells in groups.values())
    if hidden and found["totaal"][0] != "x":
        rest = total - sum(int(str(c[0])) for n, c in groups.items() if n not in hidden)
        # Each of the hidden groups has somebody: it can be 1 to rest - (others).
        assert len(hidden) >= 2
        assert rest - len(hidden) + 1 >= 5
    # How many lack a dwelling in all is known from other tables.
    without = sum(homes - min(homes, own) for homes, own in drawn.values())
    unsaid = [name for name, cells in groups.items() if cells[1] == "x"]
    for cells in groups.values():
        if cells[1] != "x":
            homes, housed = int(str(cells[0])), int(str(cells[1]))
            assert housed == 0 or housed >= 5
            assert homes == housed or homes - housed >= 5
    if unsaid and len(unsaid) < len(groups):
        told = sum(
            int(str(cells[0])) - int(str(cells[1]))
            for name, cells in groups.items()
            if name not in unsaid
        )
        rest = without - told
        assert rest == 0 or (len(unsaid) >= 2 and rest - len(unsaid) + 1 >= 5)


@given(GROUPS)
def test_engine_and_verifier_strike_out_the_same(drawn: dict[int, tuple[int, int]]) -> None:
    rows = made(drawn)
    ours = sorted(tuple(map(str, row)) for row in size_group_rows(rows))
    assert ours == sorted(tuple(map(str, row)) for row in public_sizes(rows))


def test_the_page_shows_every_size_with_a_chart_of_those_that_are_not_hidden(
    tmp_path: Path,
) -> None:
    parts = Handmade().write(tmp_path / "uit")
    lines = ["1,130,100,68", "2,x,x,x", "3,16,x,61", "7+,x,x,x", "totaal,205,x,66"]
    said = "\n".join(["groep,huishoudens,met_woning,procent_passing", *lines, ""])
    (parts / "eerlijkheid_grootte.csv").write_text(said, encoding="utf-8")
    found = Page(write_report(parts, "nl").read_text(encoding="utf-8"))
    table = found.table("tabel-eerlijkheid")
    assert [tuple(row.values()) for row in table] == [
        ("1 persoon", "130", "100", "68"),
        ("2 personen", "x", "x", "x"),
        ("3 personen", "16", "x", "61"),
        ("7 en meer personen", "x", "x", "x"),
    ]
    drawn = found.by_id("grafiek-eerlijkheid-titel")
    assert "procent" in drawn.text
    figure = next(e for e in found.all("svg") if drawn in e.all("title"))
    labels = [e.text for e in figure.all("text") if e.attributes.get("class") == "label"]
    assert labels == ["1 persoon", "3 personen"]
    assert "1 tot en met 4 huishoudens" in found.root.text
    names = found.landmarks()
    assert sorted(names) == sorted(set(names))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "uit", cases.demo_case())


def test_a_count_that_should_be_hidden_is_seen_by_the_verifier(folder: Path) -> None:
    assert call("verify", folder).code == 0
    path = folder / "eerlijkheid_grootte.csv"
    rows = read_table(path)
    assert "x" in {row["huishoudens"] for row in rows}
    rows[0] = {**rows[0], "huishoudens": "2"}
    write_table(path, rows)
    rehash(folder)
    ran = call("verify", folder)
    assert ran.code == 6
    assert "V16A" in ran.err + ran.out
