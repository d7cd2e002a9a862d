"""A finding about a table of a workbook names the workbook and the sheet, whoever finds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.merging import merge
from allocator.reading import Instance
from allocator.region import municipalities_in
from allocator.swapping.potential import region_of
from tests.allocator.mergers.cases import concordance
from tests.allocator.reading.books import WRITERS, sheets_of
from tests.allocator.reading.full import full_files, read

Ask = Callable[[Instance, Path], object]


def merger(instance: Instance, folder: Path, *counts: str) -> object:
    # The first of the three is gone, and other tables still name it.
    return merge(instance, concordance(folder, "SY0001 SY0002 1"), 2022, counts)


ASKED: dict[str, tuple[Ask, set[str]]] = {
    "unknown_region_column": (lambda own, _: municipalities_in(own, "kleur=rood"), {"gemeenten"}),
    "unknown_region": (lambda own, _: municipalities_in(own, "coa_regio=rood"), {"gemeenten"}),
    "unknown_grouping": (lambda own, _: region_of(own, "kleur"), {"gemeenten"}),
    "merger_no_count": (lambda own, folder: merger(own, folder, "kleur"), {"gemeenten"}),
    "merger_table_left": (
        merger,
        {
            *("aanbod", "buren", "huishoudens", "nareis", "passing", "ruilruimte", "standen"),
            *("toezeggingen", "uitruilafspraken"),
        },
    ),
}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("code", ASKED)
def test_what_is_found_after_reading_points_at_the_sheet(
    code: str, suffix: str, tmp_path: Path
) -> None:
    book = tmp_path / f"boek{suffix}"
    book.write_bytes(WRITERS[suffix](sheets_of(full_files())))
    instance = read(book).whole
    ask, sheets = ASKED[code]
    with pytest.raises(InputRefusedError) as refusal:
        ask(instance, tmp_path)
    found = [item for item in refusal.value.findings if item.code == code]
    assert {(item.file, item.sheet) for item in found} == {(book.name, name) for name in sheets}
