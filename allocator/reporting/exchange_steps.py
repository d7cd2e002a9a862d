"""A request about household sizes between two municipalities, explained from both sides."""

from __future__ import annotations

from allocator.reporting.cautions import caution_lines
from allocator.reporting.composition import listed_sizes
from allocator.reporting.explanation import Explanation, Step, whole
from allocator.reporting.result import Result, names_of
from allocator.reporting.rows import AfterSwap, Transfer
from allocator.reporting.voice import Voice

EXCHANGE = "samenstelling"


def exchange_explanation(result: Result, one: str, other: str, voice: Voice) -> Explanation | None:
    """What two municipalities exchange, and what each has of all its agreements.

    Parameters
    ----------
    result
        A result folder that was read.
    one, other
        Municipality codes, in any order: an exchange goes both ways.
    voice
        The language to speak.

    Returns
    -------
    Explanation or None
        None where the request to COA moves nothing between the two.
    """
    moves = [row for row in result.transfers or () if row.kind == EXCHANGE]
    between = [row for row in moves if {row.giver, row.taker} == {one, other}]
    if not between:
        return None
    names = names_of(result)
    given = [_given(result, between, ends, voice) for ends in ((one, other), (other, one))]
    rows = {row.code: row for row in result.left_over or ()}
    sides = [_side(names[code], rows[code], voice) for code in (one, other) if code in rows]
    law = voice.say("explain_composition_law")
    what = Step("exchange", voice.say("explain_exchange_title"), " ".join(given), (), law)
    title = voice.say("explain_exchange_why", one=names[one], other=names[other])
    said = (voice.say("explain_proposal"), voice.say("explain_who_decides_composition"))
    notices = (*caution_lines(result, voice, (one, other)), *said)
    return Explanation("exchange", f"{one} {other}", title, (what, *sides), notices)


def _given(result: Result, between: list[Transfer], ends: tuple[str, str], voice: Voice) -> str:
    names, (giver, taker) = names_of(result), ends
    own = [row for row in between if (row.giver, row.taker) == ends]
    return voice.say(
        "explain_exchange_way" if own else "explain_exchange_no_way",
        giver=names[giver],
        taker=names[taker],
        households=listed_sizes(own, voice),
        persons=voice.persons(sum(row.persons for row in own)),
    )


def _side(name: str, row: AfterSwap, voice: Voice) -> Step:
    figures = (
        whole(voice, "left_before", row.shortfall_before),
        whole(voice, "left_after", row.shortfall_after),
    )
    sentence = voice.say("explain_exchange_side", name=name)
    title = voice.say("explain_deal_giver_title", name=name)
    return Step(f"side_{row.code}", title, sentence, figures)
