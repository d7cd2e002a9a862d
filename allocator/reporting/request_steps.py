"""What a municipality sees of a request about household sizes beside its own packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.reporting.explanation import Figure, Step
from allocator.reporting.voice import Voice

if TYPE_CHECKING:
    from allocator.swapping.request import RequestView


def request_steps(view: RequestView, names: dict[str, str], voice: Voice) -> Iterator[Step]:
    """Every scenario, the dwellings by class, and the request without it; ``names`` by code."""
    yield _scenarios(view, voice)
    yield _dwellings(view, voice)
    yield _without(view, names, voice)


def _scenarios(view: RequestView, voice: Voice) -> Step:
    figures = []
    for scenario, (before, after) in view.left.items():
        label = voice.say(f"explain_scenario_{scenario}")
        printed = voice.say("explain_before_after", before=before, after=after)
        figures.append(Figure(f"left_{scenario}", label, printed, after))
    verdict = "explain_request_better" if view.is_better else "explain_request_equal"
    sentence = f"{voice.say('explain_request_scenarios')} {voice.say(verdict)}"
    return Step("scenarios", voice.say("explain_request_scenarios_title"), sentence, tuple(figures))


def _dwellings(view: RequestView, voice: Voice) -> Step:
    figures = tuple(
        Figure(
            f"dwellings_{name}",
            voice.say("explain_request_class", name=name),
            voice.number(count),
            count,
        )
        for name, count in view.dwellings.items()
    )
    key = "explain_request_dwellings" if figures else "explain_request_no_dwellings"
    return Step("dwellings", voice.say("explain_request_dwellings_title"), voice.say(key), figures)


def _without(view: RequestView, names: dict[str, str], voice: Voice) -> Step:
    title = voice.say("explain_without_title")
    if not view.partners:
        return Step("without", title, voice.say("explain_request_without_nothing"))
    sentence = voice.say(
        "explain_request_without",
        partners=", ".join(names.get(code, code) for code in view.partners),
        standing=voice.number(view.standing),
        total_with=view.total[0],
        total_without=view.total[1],
    )
    if view.worse:
        worse = ", ".join(names.get(code, code) for code in view.worse)
        sentence += " " + voice.say("explain_request_worse", names=worse)
    return Step("without", title, sentence)
