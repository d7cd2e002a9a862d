"""A finding about a table of a workbook names the workbook and the sheet, whoever finds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.comparing.comparison import compare_keys
from allocator.errors import ConflictError, InputRefusedError
from allocator.merging import merge
from allocator.planning.question import ask as ask_plan
from allocator.quota import compute_quotas
from allocator.reading import Instance
from allocator.region import municipalities_in
from allocator.swapping.potential import region_of
from tests.allocator.mergers.cases import concordance
from tests.allocator.reading.books import WRITERS, sheets_of
from tests.allocator.reading.full import (
    Change,
    both,
    cell,
    full_files,
    gone,
    put_setting,
    read,
    swapped,
    without_column,
)

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
            *("aanbod", "buren", "huishoudens", "koppelgrenzen", "nareis", "passing"),
            *("ruilruimte", "standen", "toezeggingen", "uitruilafspraken"),
        },
    ),
}


CHANGED: dict[str, tuple[Change, Ask, str]] = {
    "negative_quota": (
        cell("correcties.csv", 2, "correctie", "-1000"),
        lambda own, _: compute_quotas(own),
        "correcties",
    ),
    "quota_not_published": (
        both(
            swapped("instance.toml", 'scope = "landelijk"', 'scope = "regio"'),
            swapped("instance.toml", "national_total = 30\n", ""),
        ),
        lambda own, _: compute_quotas(own),
        "vastgesteld",
    ),
    "indicator_missing": (
        without_column("gemeenten.csv", "corporatiewoningen"),
        lambda own, _: compute_quotas(own, key="corporatiewoningen"),
        "gemeenten",
    ),
    "indicator_not_a_number": (
        cell("gemeenten.csv", 3, "corporatiewoningen", "veel"),
        lambda own, _: compute_quotas(own, key="corporatiewoningen"),
        "gemeenten",
    ),
    "indicator_too_low": (
        cell("gemeenten.csv", 3, "corporatiewoningen", "-1"),
        lambda own, _: compute_quotas(own, key="corporatiewoningen"),
        "gemeenten",
    ),
    "unknown_key": (
        put_setting("key", '"kleur"'),
        lambda own, _: compute_quotas(own),
        "instance",
    ),
    "key_needs_all": (
        both(put_setting("scope", '"regio"'), put_setting("key", '"corporatiewoningen"')),
        lambda own, _: compute_quotas(own),
        "instance",
    ),
    "regional_total": (
        both(put_setting("scope", '"regio"'), gone("vastgesteld.csv")),
        lambda own, _: compute_quotas(own),
        "instance",
    ),
    "total_below_claims": (
        both(put_setting("national_total", "2"), put_setting("rounding", '"hill"')),
        lambda own, _: compute_quotas(own),
        "instance",
    ),
    "compare_needs_country": (
        put_setting("scope", '"regio"'),
        lambda own, _: compare_keys(own, ["inwoners"]),
        "instance",
    ),
    "plan_needs_country": (
        put_setting("scope", '"regio"'),
        lambda own, _: ask_plan(own, None, None),
        "instance",
    ),
    "plan_needs_sum": (
        put_setting("rounding", '"wettelijk"'),
        lambda own, _: ask_plan(own, None, None),
        "instance",
    ),
    "merger_backwards": (
        put_setting("structure_year", "2023"),
        lambda own, folder: merger(own, folder),
        "instance",
    ),
}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("code", [*ASKED, *CHANGED])
def test_what_is_found_after_reading_points_at_the_sheet(
    code: str, suffix: str, tmp_path: Path
) -> None:
    files = full_files()
    if code in CHANGED:
        change, ask, sheet = CHANGED[code]
        change(files)
        sheets = {sheet}
    else:
        ask, sheets = ASKED[code]
    book = tmp_path / f"boek{suffix}"
    book.write_bytes(WRITERS[suffix](sheets_of(files)))
    instance = read(book).whole
    with pytest.raises((InputRefusedError, ConflictError)) as refusal:
        ask(instance, tmp_path)
    found = [item for item in refusal.value.findings if item.code == code]
    assert {(item.file, item.sheet) for item in found} == {(book.name, name) for name in sheets}
