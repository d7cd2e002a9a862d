"""What is said of swaps beside their tables: what was sought, where, and what terms cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.reporting.account import region_name
from allocator.reporting.result import Result
from allocator.reporting.rows import AfterSwap
from allocator.reporting.voice import Voice


def sought(result: Result, voice: Voice) -> tuple[str, ...]:
    """The law and the rules of a swap, and the order in which plans are compared.

    A part of a result does not say under which terms it was sought, and then nor do we.
    """
    law = voice.say("report_swap_text")
    terms = result.parameters.get("swap")
    if terms is None:
        return (law,)
    second = "report_swap_order_leximin" if terms["leximin"] else "report_swap_order_worst"
    return law, voice.say(f"report_swap_order_{terms['form']}", second=voice.say(second))


def reached(result: Result, voice: Voice) -> Iterator[str]:
    """What a region has of the plan, and what lots, partner limits and deals cost in relief."""
    rows = result.after_swap or ()
    region = str(result.parameters["swap"]["region"] or "")
    if region:
        column, _, value = region.partition("=")
        column, value = column.strip(), value.strip()
        inside = {own.code for own in result.municipalities if own.columns.get(column) == value}
        before, after = _shortfalls([row for row in rows if row.code in inside])
        yield region_sentence(region, len(inside), before, after, voice)
    before, after = _shortfalls(rows)
    yield from flow_sentence(before - after, result.certificate["swap"]["relief"], voice)


def region_sentence(region: str, count: int, before: int, after: int, voice: Voice) -> str:
    """The shortfall of the one part of the country that takes part."""
    return voice.say(
        "report_swap_region",
        region=region_name(region),
        municipalities=voice.municipalities(count),
        before=before,
        after=after,
    )


def flow_sentence(relief: int, most: int, voice: Voice) -> Iterator[str]:
    """How much less is relieved than the most that could flow; nothing where it is as much.

    Parameters
    ----------
    relief
        What the plan relieves [persons].
    most
        The largest flow between the same parties, without lots, partner limits and deals.
    voice
        The language to speak.
    """
    if relief < most:
        yield voice.say("report_swap_below_flow", relief=relief, most=most, less=most - relief)


def _shortfalls(rows: Sequence[AfterSwap]) -> tuple[int, int]:
    return sum(row.shortfall_before for row in rows), sum(row.shortfall_after for row in rows)
