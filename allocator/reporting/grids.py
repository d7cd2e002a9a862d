"""The tables of the report and the workbook, built from a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from allocator.reporting.division import statutory_figure
from allocator.reporting.grid import Cell, Column, Grid, Kind, columns, without_empty_columns
from allocator.reporting.provinces import province_name
from allocator.reporting.result import Result, names_of
from allocator.reporting.rows import AfterSwap, Quota
from allocator.reporting.voice import Voice

TEXT, NUMBER, SIGNED = Kind.TEXT, Kind.NUMBER, Kind.SIGNED

SIZE_CLASSES = (20_000, 50_000, 100_000, 250_000)
"""Borders between the size classes of municipalities [inhabitants]."""


def per_thousand(persons: int, inhabitants: int) -> Fraction | None:
    """Persons per 1,000 inhabitants, None without inhabitants."""
    return Fraction(1000 * persons, inhabitants) if inhabitants else None


def quota_grid(result: Result, voice: Voice) -> Grid:
    """Every municipality: literal figure, figure of the formula, corrections, quota."""
    heads = columns(
        voice.lang,
        ("report_municipality_head", TEXT),
        ("report_code_head", TEXT),
        ("report_province_head", TEXT),
        ("report_inhabitants_head", NUMBER),
        ("report_exact_head", Kind.DECIMALS3),
        ("report_statutory_head", NUMBER),
        (f"report_formula_{_method(result)}_head", NUMBER),
        ("report_correction_head", SIGNED),
        ("report_published_head", NUMBER),
        ("report_published_difference_head", SIGNED),
        ("report_quota_head", NUMBER),
        ("report_per_thousand_head", Kind.DECIMALS3),
    )
    rows = tuple(_quota_row(result, row) for row in result.quotas)
    total = _quota_totals(result, rows, voice)
    caption = voice.say("report_quota_caption")
    return without_empty_columns(Grid("tabel-taakstellingen", caption, heads, rows, total, True))


def _method(result: Result) -> str:
    return str(result.certificate["quota"]["method"]).replace("-", "_")


def _quota_row(result: Result, row: Quota) -> tuple[Cell, ...]:
    differs = None
    if row.published is not None and row.formula is not None:
        differs = row.published - row.formula
    return (
        row.name,
        row.code,
        province_name(row.province),
        row.inhabitants,
        row.exact_share,
        statutory_figure(result, row),
        row.formula,
        row.correction or None,
        row.published,
        differs,
        row.quota,
        per_thousand(row.quota, row.inhabitants),
    )


def _quota_totals(
    result: Result, rows: tuple[tuple[Cell, ...], ...], voice: Voice
) -> tuple[Cell, ...]:
    quota = sum(row.quota for row in result.quotas)
    people = sum(row.inhabitants for row in result.quotas)
    sums = [_sum(row[index] for row in rows) for index in (5, 6, 7, 8, 9)]
    label = voice.say("report_total_row")
    return (label, None, None, people, None, *sums, quota, per_thousand(quota, people))


def _sum(cells: Iterable[Cell]) -> int | None:
    said = [cell for cell in cells if isinstance(cell, int)]
    return sum(said) if said else None


def province_grid(result: Result, voice: Voice) -> Grid:
    """Subtotals per province."""
    caption = voice.say("report_province_caption")
    groups = _grouped(result, lambda row: (row.province, province_name(row.province)))
    return _subtotals("tabel-provincies", caption, "report_province_head", result, groups, voice)


def size_grid(result: Result, voice: Voice) -> Grid:
    """Subtotals per size class of municipalities."""
    caption = voice.say("report_size_caption")
    groups = _grouped(result, lambda row: _size_class(row.inhabitants, voice))
    return _subtotals("tabel-grootte", caption, "report_size_head", result, groups, voice)


def _size_class(inhabitants: int, voice: Voice) -> tuple[str, str]:
    borders = (0, *SIZE_CLASSES)
    place = max(index for index, border in enumerate(borders) if inhabitants >= border)
    if place == 0:
        return "0", voice.say("report_size_least", high=SIZE_CLASSES[0])
    if place == len(SIZE_CLASSES):
        return str(place), voice.say("report_size_most", low=borders[place])
    return str(place), voice.say("report_size_between", low=borders[place], high=borders[place + 1])


Groups = dict[tuple[str, str], list[Quota]]


def _grouped(result: Result, group: Callable[[Quota], tuple[str, str]]) -> Groups:
    found: Groups = {}
    for row in result.quotas:
        found.setdefault(group(row), []).append(row)
    return dict(sorted(found.items()))


def _subtotals(
    name: str, caption: str, first: str, result: Result, groups: Groups, voice: Voice
) -> Grid:
    heads = columns(
        voice.lang,
        (first, TEXT),
        ("report_count_head", NUMBER),
        ("report_inhabitants_head", NUMBER),
        ("report_statutory_head", NUMBER),
        (f"report_formula_{_method(result)}_head", NUMBER),
        ("report_quota_head", NUMBER),
        ("report_changed_head", NUMBER),
        ("report_per_thousand_head", Kind.DECIMALS3),
    )
    changed = {row.code: row.changed_quota for row in result.after_swap or ()}
    rows = tuple(
        _subtotal(label, members, result, changed) for (_, label), members in groups.items()
    )
    total = _subtotal(voice.say("report_total_row"), list(result.quotas), result, changed)
    return without_empty_columns(Grid(name, caption, heads, rows, total))


def _subtotal(
    label: str, members: list[Quota], result: Result, changed: dict[str, int]
) -> tuple[Cell, ...]:
    people, quota = sum(row.inhabitants for row in members), sum(row.quota for row in members)
    after = sum(changed.get(row.code, row.quota) for row in members) if changed else None
    return (
        label,
        len(members),
        people,
        _sum(statutory_figure(result, row) for row in members),
        _sum(row.formula for row in members),
        quota,
        after,
        per_thousand(quota, people),
    )


def transfer_grid(result: Result, voice: Voice) -> Grid:
    """Every proposed swap: who hands how much to whom."""
    heads = columns(
        voice.lang,
        ("report_giver_head", TEXT),
        ("report_taker_head", TEXT),
        ("report_moved_head", NUMBER),
        ("report_reason_head", TEXT),
    )
    names = names_of(result)
    deals = [row for row in result.transfers or () if row.kind == "herverdeling"]
    rows = tuple(
        (
            names.get(deal.giver, deal.giver),
            names.get(deal.taker, deal.taker),
            deal.persons,
            voice.say(f"report_swap_reason_{deal.reason}"),
        )
        for deal in deals
    )
    total = (voice.say("report_total_row"), None, sum(deal.persons for deal in deals), None)
    caption = voice.say("report_transfer_caption")
    return Grid("tabel-herverdelingen", caption, heads, rows, total, len(rows) > 20)


def promise_grid(result: Result, voice: Voice) -> Grid:
    """Every promised return: from whom to whom, when, how much, and whether it will fit."""
    heads = columns(
        voice.lang,
        ("report_promise_from_head", TEXT),
        ("report_promise_to_head", TEXT),
        ("report_promise_when_head", TEXT),
        ("report_promise_persons_head", NUMBER),
        ("report_promise_moved_head", NUMBER),
        ("report_promise_lowest_head", NUMBER),
        ("report_promise_standing_head", TEXT),
    )
    names = {row.code: row.name for row in result.quotas}
    rows = tuple(
        (
            names.get(own.taker, own.taker),
            names.get(own.giver, own.giver),
            own.half_year,
            own.persons,
            own.moved,
            own.lowest,
            voice.say(f"report_promise_{own.standing}"),
        )
        for own in result.promises or ()
    )
    return Grid("tabel-toezeggingen", voice.say("report_promise_caption"), heads, rows)


def shortfall_grid(result: Result, voice: Voice) -> Grid:
    """Expected shortfall of every province before and after swaps."""
    heads = columns(
        voice.lang,
        ("report_province_head", TEXT),
        ("report_before_head", NUMBER),
        ("report_after_head", NUMBER),
    )
    provinces = {row.code: row.province for row in result.quotas}
    sums: dict[str, list[int]] = {}
    for row in result.after_swap or ():
        both = sums.setdefault(provinces[row.code], [0, 0])
        both[0] += row.shortfall_before
        both[1] += row.shortfall_after
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (province_name(code), *both) for code, both in sorted(sums.items())
    )
    before, after = (sum(both[i] for both in sums.values()) for i in (0, 1))
    total: tuple[Cell, ...] = (voice.say("report_total_row"), before, after)
    return Grid("tabel-tekorten", voice.say("report_shortfall_caption"), heads, rows, total)


def after_swap_grid(result: Result, voice: Voice) -> Grid:
    """Every municipality after swaps: net change and expected shortfall before and after."""
    heads = columns(
        voice.lang,
        ("report_municipality_head", TEXT),
        ("report_quota_head", NUMBER),
        ("report_change_head", SIGNED),
        ("report_changed_head", NUMBER),
        ("report_backlog_head", NUMBER),
        ("report_lead_head", NUMBER),
        ("report_placeable_head", NUMBER),
        ("report_before_head", NUMBER),
        ("report_after_head", NUMBER),
        ("report_verdict_head", TEXT),
    )
    names = {row.code: row.name for row in result.quotas}
    after = result.after_swap or ()
    rows = tuple(_after_row(row, names.get(row.code, row.code), voice) for row in after)
    sums = [_sum(row[index] for row in rows) for index in range(1, 9)]
    total = (voice.say("report_total_row"), *sums, None)
    caption = voice.say("report_after_caption")
    return Grid("tabel-na-uitruil", caption, heads, rows, total, True)


def _after_row(row: AfterSwap, name: str, voice: Voice) -> tuple[Cell, ...]:
    return (
        name,
        row.quota,
        row.transfer,
        row.changed_quota,
        row.backlog,
        row.lead,
        row.placeable,
        row.shortfall_before,
        row.shortfall_after,
        voice.say(f"report_verdict_{row.verdict}"),
    )


def link_grid(result: Result, voice: Voice) -> Grid:
    """Households per municipality and dwelling class, and persons; counts and nothing else."""
    links = result.links or ()
    kinds = list(dict.fromkeys(row.dwelling_class for row in links if row.dwelling_class))
    codes = list(dict.fromkeys(row.code for row in links))
    names = {row.code: row.name for row in result.quotas}
    households = {(row.code, row.dwelling_class): row.households for row in links}
    persons: dict[str, int] = {}
    for row in links:
        persons[row.code] = persons.get(row.code, 0) + row.persons
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            names.get(code, code),
            *(households.get((code, kind), 0) for kind in (*kinds, "")),
            sum(households.get((code, kind), 0) for kind in (*kinds, "")),
            persons[code],
        )
        for code in codes
    )
    heads = columns(voice.lang, ("report_municipality_head", TEXT))
    heads += tuple(Column(voice.say("report_class_head", name=kind)) for kind in kinds)
    heads += columns(
        voice.lang,
        ("report_no_dwelling_head", NUMBER),
        ("report_households_head", NUMBER),
        ("report_persons_head", NUMBER),
    )
    sums = [_sum(row[index] for row in rows) for index in range(1, len(heads))]
    total = (voice.say("report_total_row"), *sums)
    caption = voice.say("report_link_caption")
    return Grid("tabel-koppelingen", caption, heads, rows, total, len(rows) > 20)
