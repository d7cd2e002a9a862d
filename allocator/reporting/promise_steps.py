"""What a promised return comes to, as a step of an explanation."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from allocator.reporting.explanation import Figure, Step
from allocator.reporting.result import Result
from allocator.reporting.rows import Promise
from allocator.reporting.voice import Voice


def promise_steps(result: Result, parties: Collection[str], voice: Voice) -> Iterator[Step]:
    """At most one step: the promises of which all these are a party."""
    own = [
        row for row in result.promises or () if {*parties} <= {row.giver, row.taker} and row.moved
    ]
    if own:
        names = {row.code: row.name for row in result.quotas}
        figures = tuple(_figure(row, names, voice) for row in own)
        law = voice.say("explain_swap_law")
        title = voice.say("report_promise_heading")
        yield Step("promises", title, voice.say("report_promise_text"), figures, law)


def _figure(row: Promise, names: dict[str, str], voice: Voice) -> Figure:
    label = voice.say(
        "explain_promise",
        taker=names.get(row.taker, row.taker),
        giver=names.get(row.giver, row.giver),
        half_year=row.half_year,
    )
    lowest = (
        voice.say("explain_promise_unknown") if row.lowest is None else voice.number(row.lowest)
    )
    printed = voice.say(
        "explain_promise_figure",
        persons=voice.persons(row.persons),
        lowest=lowest,
        standing=voice.say(f"report_promise_{row.standing}"),
    )
    return Figure(f"promise_{row.giver}_{row.taker}", label, printed, row.persons)
