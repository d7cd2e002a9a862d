"""The structure of 2020 to that of 2021, with CBS figures, gives the bundled instance exactly.

Inhabitants of 1 January 2020 on the structure of 2020 (CBS; sum of all 355: 17,407,585), and the
split of Haaren from the figures of 1 January 2021 that CBS published in both structures: of its
14,318 inhabitants 2,149 went to Boxtel, 5,824 to Oisterwijk, 1,442 to Tilburg, 4,903 to Vught.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from allocator.merging import merge_instance
from allocator.places import instances_dir
from allocator.planning.recheck import failures_of
from allocator.quota import compute_quotas
from allocator.reading import read_instance
from tests.allocator.mergers.cases import concordance
from tests.allocator.planning.cases import codes_of, put_table, put_text, refused, rows_of

COUNTRY = instances_dir() / "nl-2021-1"
# Code, name, inhabitants of 1 January 2020 (CBS), dwellings 2018 (CBS neighbourhood map).
OLD = [
    ("GM0003", "Appingedam", 11642, 5925),
    ("GM0010", "Delfzijl", 24678, 12241),
    ("GM0024", "Loppersum", 9537, 4687),
    ("GM0757", "Boxtel", 30801, 13333),
    ("GM0788", "Haaren", 14370, 5805),
    ("GM0824", "Oisterwijk", 26245, 11439),
    ("GM0855", "Tilburg", 219789, 97584),
    ("GM0865", "Vught", 26558, 11394),
]
EEMSDELTA = "datum=2021-01-01 nieuwe_naam=Eemsdelta bron=CBS"
SPLIT = "datum=2021-01-01 bron=CBS"
ROWS = (
    f"GM0003 GM1979 1|{EEMSDELTA}",
    f"GM0010 GM1979 1|{EEMSDELTA}",
    f"GM0024 GM1979 1|{EEMSDELTA}",
    f"GM0788 GM0757 2149/14318|{SPLIT} nieuwe_naam=Boxtel",
    f"GM0788 GM0824 5824/14318|{SPLIT} nieuwe_naam=Oisterwijk",
    f"GM0788 GM0855 1442/14318|{SPLIT} nieuwe_naam=Tilburg",
    f"GM0788 GM0865 4903/14318|{SPLIT} nieuwe_naam=Vught",
)


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    with (COUNTRY / "gemeenten.csv").open(encoding="utf-8", newline="") as stream:
        return {row["gemeente_code"]: row for row in csv.DictReader(stream)}


@pytest.fixture
def before(tmp_path: Path, now: dict[str, dict[str, str]]) -> Path:
    """The same country on the structure of 2020: the five changed rows as the eight they were."""
    names = ["gemeente_code", "gemeente", "provincie_code", "inwoners", "inwoners_bron"]
    changed = {"GM1979", *(code for code, *_ in OLD)}
    rows = [
        [row[name] for name in (*names, "woningen")]
        for code, row in now.items()
        if code not in changed
    ]
    for code, name, people, dwellings in OLD:
        province = "PV20" if code < "GM0100" else "PV30"
        rows.append([code, name, province, people, "cbs", dwellings])
    folder = tmp_path / "nl-2020"
    put_table(folder / "gemeenten.csv", [*names, "woningen"], rows)
    text = (COUNTRY / "instance.toml").read_text(encoding="utf-8")
    text = text.replace("structure_year = 2021", "structure_year = 2020")
    put_text(folder / "instance.toml", text)
    return folder


def test_the_whole_country_is_the_bundled_instance(
    tmp_path: Path, before: Path, now: dict[str, dict[str, str]]
) -> None:
    assert len(read_instance(before, ("gemeenten",)).municipalities) == 355
    out = tmp_path / "nl-2021"
    summary = merge_instance(before, concordance(tmp_path, *ROWS), 2021, out)
    made = read_instance(out, ("gemeenten",))
    assert made.settings.structure_year == 2021
    found = {place.code: (place.inhabitants, place.row["inwoners_bron"], place.name)
             for place in made.municipalities}  # fmt: skip
    assert len(found) == 352
    assert found == {
        code: (int(row["inwoners"]), row["inwoners_bron"], row["gemeente"])
        for code, row in now.items()
    }
    totals = summary.figures["totals"]
    assert totals == {
        "inwoners": {"before": 17_407_585, "parts": 17_407_585, "fixed": 0, "after": 17_407_585}
    }
    assert "17.407.585" in "".join(summary.lines("nl"))
    assert not any(failures_of(out).values())


def test_the_parts_of_haaren_are_those_on_paper(tmp_path: Path, before: Path) -> None:
    # 14,370 x 2149/14318 = 2,156.80, x 5824 = 5,845.15, x 1442 = 1,447.24, x 4903 = 4,920.81:
    # whole 2,156 + 5,845 + 1,447 + 4,920 = 14,368, the two left to .81 (Vught) and .80 (Boxtel).
    out = tmp_path / "nl-2021"
    merge_instance(before, concordance(tmp_path, *ROWS), 2021, out)
    rows = rows_of((out / "herleiding" / "delen.csv").read_bytes())
    parts = {row["nieuw_code"]: int(row["aantal"]) for row in rows if row["oud_code"] == "GM0788"}
    assert parts == {"GM0757": 2157, "GM0824": 5845, "GM0855": 1447, "GM0865": 4921}


def test_counts_go_by_the_same_shares(
    tmp_path: Path, before: Path, now: dict[str, dict[str, str]]
) -> None:
    # 5,805 dwellings of Haaren: 871.3, 2,361.2, 584.6, 1,987.8, so 871, 2,361, 585, 1,988.
    out = tmp_path / "nl-2021"
    summary = merge_instance(before, concordance(tmp_path, *ROWS), 2021, out, ("woningen",))
    made = read_instance(out, ("gemeenten",))
    found = {place.code: place.row["woningen"] for place in made.municipalities}
    assert found == {code: row["woningen"] for code, row in now.items()}
    totals = summary.figures["totals"]
    assert isinstance(totals, dict)
    # 2018: 7,740,984 dwellings in the whole country.
    assert totals["woningen"]["before"] == totals["woningen"]["after"] == 7_740_984


def test_the_quotas_of_the_published_half_year_follow(tmp_path: Path, before: Path) -> None:
    out = tmp_path / "nl-2021"
    merge_instance(before, concordance(tmp_path, *ROWS), 2021, out)
    merged = compute_quotas(read_instance(out, ("gemeenten",)))
    bundled = compute_quotas(read_instance(COUNTRY, ("gemeenten",)))
    assert [row.quota for row in merged.rows] == [row.quota for row in bundled.rows]


def test_a_figure_of_the_executive_leads_for_eemsdelta(tmp_path: Path, before: Path) -> None:
    # Invented: 45,860 fixed for Eemsdelta where the parts make 45,857.
    fixed = (f"GM0003 GM1979 1|{EEMSDELTA} vastgestelde_inwoners=45860", *ROWS[1:])
    out = tmp_path / "nl-2021"
    summary = merge_instance(before, concordance(tmp_path, *fixed), 2021, out)
    made = read_instance(out, ("gemeenten",))
    place = made.municipalities[made.index["GM1979"]]
    assert (place.inhabitants, place.row["inwoners_bron"]) == (45_860, "gs")
    (notice,) = [own for own in summary.notices if own.code == "merger_fixed_differs"]
    assert dict(notice.values) == {
        "found": "GM1979", "fixed": "45860", "parts": "45857", "difference": "3",
    }  # fmt: skip
    totals = summary.figures["totals"]
    assert isinstance(totals, dict)
    assert totals["inwoners"] == {
        "before": 17_407_585, "parts": 17_407_585, "fixed": 3, "after": 17_407_588,
    }  # fmt: skip
    assert not any(failures_of(out).values())


def test_a_forgotten_municipality_is_named_with_its_successor(tmp_path: Path, before: Path) -> None:
    path = concordance(tmp_path, *ROWS[1:])
    found = refused(lambda: merge_instance(before, path, 2021, tmp_path / "uit"))
    assert codes_of(found) == ["merger_row_missing"]
    assert dict(found[0].values) == {"found": "GM0003", "year": "2021", "successor": "GM1979"}
    assert not (tmp_path / "uit").exists()
