"""The rule set as the manifest states it: which article, of which date, checked when."""

from __future__ import annotations

from typing import Any

from allocator.period import HalfYear
from allocator.reporting.moments import as_date
from allocator.reporting.result import Result
from allocator.reporting.voice import Voice


def regime(result: Result) -> dict[str, Any]:
    """What the manifest says of the rule set; empty where it says nothing."""
    said = result.parameters.get("regime")
    return said if isinstance(said, dict) else {}


def half_year(result: Result) -> HalfYear:
    """The half-year of the result."""
    return HalfYear.parse(str(result.instance["half_year"]))


def is_checked(result: Result) -> bool:
    """Whether the law in force was compared with its source on or after the first day."""
    checked = as_date(regime(result).get("checked_on"))
    return checked is not None and half_year(result).start <= checked


def law_text(result: Result, voice: Voice) -> str:
    """Law, article and date of the text; empty where the manifest does not say."""
    said = regime(result)
    if not said.get("law"):
        return ""
    text_of = as_date(said.get("text_of"))
    return voice.say(
        "explain_law", law=said["law"], article=said.get("article", ""), date=text_of or "–"
    )


def law_source(result: Result, voice: Voice) -> str:
    """Where the text was found, in the language of the reader."""
    source = regime(result).get("source", "")
    return str(source.get(voice.lang, "")) if isinstance(source, dict) else str(source)
