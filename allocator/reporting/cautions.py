"""What every paper, page and sheet of a result says first: what if, and a half-year past."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from allocator.reporting.law import half_year, regime
from allocator.reporting.moments import as_date
from allocator.reporting.result import Result, names_of
from allocator.reporting.voice import Voice

OVER, BEGUN = "over", "begun"


def phase(result: Result) -> str:
    """Whether the half-year is over or has begun, without a clock; empty where neither is known.

    It is over, or has begun, when the law was compared with its source after its last, or first,
    day; and it has begun where somebody was housed in it. Made-up municipalities have no real
    half-year.
    """
    half, checked = half_year(result), as_date(regime(result).get("checked_on"))
    made_up = result.instance.get("synthetic", False)
    is_real = "gemeenten" not in made_up if isinstance(made_up, list) else not made_up
    if is_real and checked is not None and half.end < checked:
        return OVER
    was_housed = any(row.realised for row in result.balances or ())
    # A part of a result has no balances; its manifest says this much of them.
    was_housed |= bool(result.parameters.get("housed", False))
    if was_housed or (is_real and checked is not None and half.start <= checked):
        return BEGUN
    return ""


def cautions(
    result: Result, voice: Voice, codes: Collection[str] | None = None
) -> tuple[tuple[str, str], ...]:
    """Word and sentence of each caution that a proposal asks for.

    Parameters
    ----------
    result
        A result folder that was read.
    voice
        The language to speak.
    codes
        Who reads it: dwellings and refusals of others are not named. None names everything.
    """
    changed = what_if(result, voice, codes)
    found = [(voice.say("report_what_if_word"), changed)] if changed else []
    past = _past(result, voice)
    if past:
        found.append((voice.say("report_half_year_word"), past))
    return tuple(found)


def caution_lines(
    result: Result, voice: Voice, codes: Collection[str] | None = None
) -> tuple[str, ...]:
    """The cautions, a line each; see :func:`cautions`."""
    return tuple(f"{word} {sentence}" for word, sentence in cautions(result, voice, codes))


def what_if_line(result: Result, voice: Voice) -> str:
    """The caution about changed input as one line; empty where nothing was changed."""
    changed = what_if(result, voice)
    return f"{voice.say('report_what_if_word')} {changed}" if changed else ""


def what_if(result: Result, voice: Voice, codes: Collection[str] | None = None) -> str:
    """Say that the input was changed for this computation, and how; see :func:`cautions`."""
    said = result.parameters.get("what_if")
    if not said:
        return ""
    # A part for an audience knows that something was changed, not what.
    named = list(_named(result, voice, said, codes)) if isinstance(said, list) else []
    if not named:
        return voice.say("report_what_if_changed")
    if len(named) < len(said):
        named.append(voice.say("report_what_if_elsewhere"))
    return voice.say("report_what_if_changed_so", changes="; ".join(named))


def _named(
    result: Result, voice: Voice, said: list[str], codes: Collection[str] | None
) -> Iterator[str]:
    names = names_of(result)
    for change in said:
        option, _, written = change.partition(" ")
        one, other, count = (*written.split(","), "", "")[:3]
        is_own = codes is None or one in codes or (other in codes and option != "aanbod")
        if option == "pin" and is_own:
            persons = voice.persons(int(count))
            ends = {"giver": names.get(one, one), "taker": names.get(other, other)}
            yield voice.say("report_what_if_pin", persons=persons, **ends)
        elif option == "forbid" and is_own:
            ends = {"giver": names.get(one, one), "taker": names.get(other, other)}
            yield voice.say("report_what_if_forbid", **ends)
        elif is_own:
            name = names.get(one, one)
            yield voice.say("report_what_if_supply_of", name=name, kind=other, count=int(count))


def _past(result: Result, voice: Voice) -> str:
    """The half-year of a proposal that is over or has begun."""
    is_request = result.left_over is not None
    if result.after_swap is None and not is_request:
        return ""
    half, found = half_year(result), phase(result)
    if found == OVER:
        key = "composition_half_year_over" if is_request else "half_year_over"
        return voice.say(key, half_year=half, end=half.end.isoformat())
    if found == BEGUN:
        return voice.say("report_half_year_begun", half_year=half, start=half.start.isoformat())
    return ""
