"""One printed page about one municipality, for a council: figures first, then why."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.explaining import municipality_explanation
from allocator.reporting import account
from allocator.reporting.cautions import cautions
from allocator.reporting.explanation import Explanation, Step
from allocator.reporting.html import asset, csp_hash, environment, printed_footer
from allocator.reporting.law import half_year, is_checked
from allocator.reporting.moments import last_day
from allocator.reporting.result import Result
from allocator.reporting.voice import Voice

FEWEST = 5
"""Ours: fewer linked households than this are not counted out for a council."""
CARDS = (
    "statutory",
    "quota",
    "transfer",
    "changed_quota",
    "burden",
    "placeable",
    "shortfall_before",
    "shortfall_after",
    "linked_households",
)


@dataclass(frozen=True, slots=True)
class Card:
    """One big number."""

    label: str
    printed: str


def council_file(code: str) -> str:
    """Name of the sheet inside a result folder."""
    return f"raadsblad-{code}.html"


def council_page(result: Result, code: str, lang: str) -> str:
    """The sheet as text: self-contained, without a script, made to print on one A4.

    Parameters
    ----------
    result
        A result as read; it holds no household.
    code
        Municipality code.
    lang
        ``nl`` or ``en``.

    Raises
    ------
    InputRefusedError
        If the result does not have the municipality.
    """
    voice = Voice(lang)
    explanation = municipality_explanation(result, code, lang)
    first = cautions(result, voice, (code,))
    css = asset(environment(voice), "raadsblad.css") + printed_footer(result, voice)
    page = (
        environment(voice)
        .get_template("raadsblad.html.j2")
        .render(
            lang=lang,
            result=result,
            code=code,
            name=next(row.name for row in result.quotas if row.code == code),
            half_year=half_year(result),
            last_day=last_day(half_year(result)),
            cards=_cards(explanation, voice),
            # The sheet is about quota and burden; who comes by size is not for a public gallery.
            steps=[_step(s, explanation, voice) for s in explanation.steps if s.table is None],
            cautions=first,
            # Said above already.
            notices=explanation.notices[len(first) :],
            synthetic=account.synthetic_tables(result, voice),
            exercise=account.is_exercise(result),
            law_checked=is_checked(result),
            css=css,
            css_hash=csp_hash(css),
        )
    )
    return page if page.endswith("\n") else page + "\n"


def _cards(explanation: Explanation, voice: Voice) -> list[Card]:
    found = [figure for name in CARDS if (figure := explanation.figure(name)) is not None]
    few = voice.say("council_few", fewest=FEWEST)
    return [
        Card(
            figure.label,
            few if figure.name == "linked_households" and _few(explanation) else figure.printed,
        )
        for figure in found
    ]


def _few(explanation: Explanation) -> bool:
    figure = explanation.figure("linked_households")
    return figure is not None and 0 < int(figure.value) < FEWEST


def _step(step: Step, explanation: Explanation, voice: Voice) -> Step:
    """A step without its figures; what would count out a few households says so instead."""
    counts = {figure.name for figure in step.figures}
    if "linked_households" in counts and _few(explanation):
        said = voice.say("council_few_links", fewest=FEWEST)
        return Step(step.name, step.title, said, (), step.law)
    return Step(step.name, step.title, step.sentence, (), step.law)
