"""Sums, keys, columns and places of the core of the verifier, each to its edge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allocator.verify import verify_result
from allocator.verify.core import check, quotas
from allocator.verify.core import folder as form
from allocator.verify.core.reader import Log, Stop, Table
from allocator.verify.core.reader import read_table as read_rows
from allocator.verify.studies import HELPERS
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import cell, in_document
from tests.allocator.verify.handmade.folder import write_result


def test_sums_that_64_bits_might_not_hold_are_counted_in_unlimited_numbers(tmp_path: Path) -> None:
    links = check(write_result(tmp_path / "result", cases.link_case()), **HELPERS).links
    assert links is not None
    links.rule["keep_sha256"] = "x"
    links.found["keep"] = {"lambda": {"SY0001": 50}, "mu": {"SY0002": {"1p": 20}}}
    links.per_fit, links.per_lost = [5, 2, 0], 7
    most = max(int(fit.max()) for fit in links.fits)
    links.distances = [*links.distances[:-1], links.distances[-1] + most]
    far = max(int(row.max()) for row in links.distances)
    # The dearest price is 900, the dearest charge 50, and the largest household has 4 persons.
    points = 2 * (far + far + 50 + 4 * 50)
    lacking = max(links.lacking)

    def reach(scale: int) -> int:
        return points * scale + (900 + 4 * 900) + 5 * far + (3 * scale + 7) * lacking

    last = (2**62 - 1 - reach(0)) // (reach(1) - reach(0))
    for scale, kind in ((1, np.int64), (last, np.int64), (last + 1, object)):
        links._read_prices(links.found | {"scale": scale}, (2, 3, 1))
        assert links.reach == reach(scale)
        assert links.type is kind
        assert links.prices.dtype == kind


@pytest.mark.parametrize("change", ["none", "used", "opens"])
def test_a_plan_that_differs_from_its_bound_by_other_than_the_parts_is_wrong(
    change: str, tmp_path: Path
) -> None:
    """The identity is of the verifier's own sums: it fails when one of these is changed."""
    links = check(write_result(tmp_path / "result", cases.link_case()), **HELPERS).links
    assert links is not None
    quotas = links.result.totals("taakstellingen", "formule")[0]
    if change == "used":
        links.used[0, 0] += 1
    elif change == "opens":
        # Where hh-3 is no longer counts as open, so that it seems to get more than the best.
        links.opens[2] = np.arange(4) == 2
        assert links.place[2] != 2
    links.bound(links.found | {"lambda": {"SY0003": 9999}}, quotas)
    wrong = [] if change == "none" else [("V8F", "certificaat.json")]
    assert [(own.code, own.file) for own in links.log] == wrong


def test_a_key_of_its_own_has_the_name_that_was_asked_and_gets_the_total(tmp_path: Path) -> None:
    given = []

    def weigh(content: bytes, rows: Table, total: int) -> list[int]:
        given.append((content, rows.size, total))
        return [int(text) for text in rows["inwoners"]]

    for case, size, total in ((cases.quota_case(), 5, 24), (cases.published_case(), 2, 0)):
        folder = write_result(tmp_path / str(total), case)
        for name, failures in (("inwoners", []), ("anders", [("V2A", "manifest.json", "key")])):
            text = f'name = "{name}"\n'
            (folder / "invoer/sleutel.toml").write_text(text, encoding="utf-8")
            rehash(folder)
            found = check(folder, key=weigh).result.log
            assert [(own.code, own.file, own.column) for own in found] == failures
            assert given[-1] == (text.encode(), size, total)
    # Nobody weighs anything: there is nothing to divide a total by.
    with pytest.raises(Stop):
        quotas.divide("sluitend", [0, 0], 3)


def test_columns_that_begin_alike_may_be_any_number() -> None:
    head = "punt,gewicht_a,gewicht_b,hoger,lager,gelijk,personen_verschoven,gini_inwoners"
    for header in (head, head.replace("gewicht_a,", ""), head.replace("gewicht_a", "gewicht_")):
        log = Log()
        read_rows("raster_punten", "raster_punten.csv", f"{header}\n".encode(), log)
        assert log == []
    for header in (head.replace("gewicht_a", "gewicht"), head.replace("gewicht_a", "Gewicht_a")):
        log = Log()
        read_rows("raster_punten", "raster_punten.csv", f"{header}\n".encode(), log)
        assert [own.code for own in log] == ["V9B"]


def test_a_place_needs_both_coordinates() -> None:
    rows = {"gemeente_code": ("A", "B", "C"), "x_rd": ("7", "", "8"), "y_rd": ("9", "9", "")}
    result = form.Result(tables={"gemeenten": Table("gemeenten.csv", 3, rows)})
    assert result.spots == {"A": (7, 9)}


def test_wrong_hashes_lists_and_parameters_together_do_not_hide_the_content(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.quota_case())
    cell(folder, "taakstellingen.csv", "SY0003", "inwoners", 99)
    (folder / "rapport.html").write_text("x", encoding="utf-8")
    in_document("manifest.json", lambda content: content["parameters"].update(seed=8))(folder)
    found = {own.code for own in verify_result(folder)}
    assert found == {"V1C", "V1D", "V1H", "V2A"}
