"""``werkboek.xlsx``: the public tables of a result for people who live in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allocator.reporting import account, composition, grids
from allocator.reporting.book import Book, book_bytes
from allocator.reporting.cautions import caution_lines
from allocator.reporting.fairness import size_fairness_grid
from allocator.reporting.figures import Totals, totals
from allocator.reporting.grid import Grid
from allocator.reporting.input_grids import input_grids
from allocator.reporting.law import half_year, is_checked
from allocator.reporting.result import Result, load_result
from allocator.reporting.study_grids import study_grids
from allocator.reporting.swap_account import reached
from allocator.reporting.voice import Voice

WORKBOOK_FILE = "werkboek.xlsx"


def write_workbook(folder: Path, lang: str) -> Path:
    """Write ``werkboek.xlsx`` into a result folder, whole or not at all.

    Parameters
    ----------
    folder
        A result folder; only its public tables are read.
    lang
        ``nl`` or ``en``.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read.
    """
    content = workbook_bytes(load_result(folder), lang)
    beside = folder / f".{WORKBOOK_FILE}.part"
    beside.write_bytes(content)
    return beside.replace(folder / WORKBOOK_FILE)


def workbook_bytes(result: Result, lang: str) -> bytes:
    """The workbook as bytes; equal results give equal bytes."""
    return book_bytes(result_book(result, Voice(lang)), Voice(lang))


def result_book(result: Result, voice: Voice) -> Book:
    """What the workbook of a result says."""
    return Book(
        _title(result, voice),
        tuple(_warnings(result, voice)),
        tuple(_figures(result, totals(result), voice)),
        tuple(sheets(result, voice)),
    )


def sheets(result: Result, voice: Voice) -> Iterator[tuple[str, Grid]]:
    """Every sheet after the first: its name and its table."""
    yield voice.say("report_sheet_quotas"), grids.quota_grid(result, voice)
    yield voice.say("report_sheet_provinces"), grids.province_grid(result, voice)
    if result.after_swap is not None:
        yield voice.say("report_sheet_transfers"), grids.transfer_grid(result, voice)
        yield voice.say("report_sheet_after"), grids.after_swap_grid(result, voice)
    if result.promises:
        yield voice.say("report_sheet_promises"), grids.promise_grid(result, voice)
    if result.left_over is not None:
        yield voice.say("report_sheet_sizes"), composition.move_grid(result, voice)
        yield voice.say("report_sheet_left"), composition.left_over_grid(result, voice)
    if result.links is not None:
        yield voice.say("report_sheet_links"), grids.link_grid(result, voice)
    fair = size_fairness_grid(result, voice)
    if fair is not None:
        yield voice.say("fair_sheet"), fair
    yield from study_grids(result, voice)
    yield from input_grids(result, voice)


def _title(result: Result, voice: Voice) -> str:
    half = half_year(result)
    return voice.say(f"report_title_half_{half.half}", year=str(half.year))


def _warnings(result: Result, voice: Voice) -> Iterator[str]:
    yield voice.say("report_proposal") + " " + voice.say("report_proposal_long")
    if account.is_exercise(result):
        yield voice.say("report_exercise") + " " + voice.say("report_exercise_long")
    made_up = account.synthetic_tables(result, voice)
    if made_up:
        said = voice.say("report_synthetic_long", tables=", ".join(made_up))
        yield voice.say("report_synthetic") + " " + said
    yield from caution_lines(result, voice)
    if result.after_swap is not None:
        yield from reached(result, voice)
    if not is_checked(result):
        yield voice.say("report_law_not_checked", half_year=half_year(result))
    if result.certificate["quota"]["method"] == "sluitend":
        yield voice.say("report_closing_label")


def _figures(result: Result, sums: Totals, voice: Voice) -> Iterator[tuple[str, int | str]]:
    entries = (
        ("report_card_total", sums.national_total),
        ("report_card_sum", sums.quota_sum),
        ("report_card_sum_difference", sums.difference),
        ("report_statutory_sum", sums.statutory_sum),
        ("report_card_shifted_persons", sums.shifted),
        ("report_swap_count", sums.deals),
        ("report_shortfall_before", sums.shortfall_before),
        ("report_shortfall_after", sums.shortfall_after),
        ("report_left_before", sums.left_before),
        ("report_left_after", sums.left_after),
        ("report_linked_households", sums.linked_households),
        ("report_linked_persons", sums.linked_persons),
        ("report_households_not_linked", sums.not_linked),
    )
    for label, value in entries:
        if value is not None:
            yield voice.say(label), value
    for stage in account.stage_grid(result, voice).rows:
        yield str(stage[0]), "; ".join(str(said) for said in (stage[1], stage[4]) if said)
    for term in account.dates(result, voice):
        yield term.word, term.meaning
