"""What a municipality sees of the swaps: scenarios, its own limits, and the plan without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.reporting.explanation import Figure, Step, whole
from allocator.reporting.voice import Voice

if TYPE_CHECKING:
    from allocator.swapping.deals import DealAlternative
    from allocator.swapping.parties import Alternative, PartyView
    from allocator.swapping.proposal import Transfer


def party_steps(view: PartyView, names: dict[str, str], voice: Voice) -> Iterator[Step]:
    """Steps that only this municipality should read; ``names`` by code."""
    yield _scenarios(view, voice)
    yield _limits(view, voice)
    yield _without(view, names, voice)


def _scenarios(view: PartyView, voice: Voice) -> Step:
    figures = []
    for scenario, (before, after) in view.shortfall.items():
        label = voice.say(f"explain_scenario_{scenario}")
        printed = voice.say("explain_before_after", before=before, after=after)
        figures.append(Figure(f"shortfall_{scenario}", label, printed, after))
    # Without a deal nobody takes over, so no label says anything of it.
    label = f"report_verdict_{view.label}_long" if view.deals else "report_verdict_no_deal"
    sentence = f"{voice.say('explain_scenarios')} {voice.say(label)}"
    return Step("scenarios", voice.say("explain_scenarios_title"), sentence, tuple(figures))


def _limits(view: PartyView, voice: Voice) -> Step:
    gives, takes = view.gives_at_most, view.takes_at_most
    sentence = voice.say("explain_own_limits", gives=min(gives.values()), takes=min(takes.values()))
    if view.compensation:
        sentence += " " + voice.say("explain_own_compensation", words=view.compensation)
    figures = (
        whole(voice, "gives_declared", gives["declared"]),
        whole(voice, "gives_left", min(gives["quota"], gives["left"])),
        whole(voice, "takes_declared", takes["declared"]),
        whole(voice, "takes_slack", takes["slack"]),
    )
    return Step("own_limits", voice.say("explain_own_limits_title"), sentence, figures)


def _without(view: PartyView, names: dict[str, str], voice: Voice) -> Step:
    title = voice.say("explain_without_title")
    other = view.alternative
    if other is None:
        return Step("without", title, voice.say("explain_without_nothing"))
    fallen = _listed(other.fallen, names, voice)
    total = other.objectives["uitruil_tekort"]
    sentence = voice.say(
        "explain_without",
        fallen=fallen,
        standing=voice.deals(other.standing),
        own_with=other.own[0],
        own_without=other.own[1],
        total_with=int(total[0]),
        total_without=int(total[1]),
    )
    said = (sentence, *_changes(other, names, voice))
    return Step("without", title, " ".join(said), tuple(stage_figures(other.objectives, voice)))


def _changes(
    other: Alternative | DealAlternative, names: dict[str, str], voice: Voice
) -> Iterator[str]:
    """How the best plan of the others differs from the plan without what falls."""
    for key, deals in (("added", other.added), ("dropped", other.dropped)):
        if deals:
            yield voice.say(f"explain_deal_{key}", deals=_listed(deals, names, voice))


def deal_step(other: DealAlternative, names: dict[str, str], voice: Voice) -> Step:
    """What the plan is without one agreement, and the best plan that does without."""
    total = other.objectives["uitruil_tekort"]
    sentences = [
        voice.say(
            "explain_deal_without",
            standing=voice.deals(other.standing),
            total_with=int(total[0]),
            total_left=other.left,
        ),
        voice.say("explain_deal_next", total_without=int(total[1])),
        *_changes(other, names, voice),
    ]
    figures = [
        Figure(
            f"shortfall_{code}",
            voice.say("explain_deal_shortfall", name=names.get(code, code)),
            voice.say("explain_with_without", one=with_it, two=without_it),
            without_it,
        )
        for code, (with_it, without_it) in other.shortfall.items()
    ]
    figures += stage_figures(other.objectives, voice)
    title = voice.say("explain_deal_without_title")
    return Step("without", title, " ".join(sentences), tuple(figures))


def _listed(deals: Sequence[Transfer], names: dict[str, str], voice: Voice) -> str:
    return ", ".join(
        f"{names.get(deal.giver, deal.giver)} → {names.get(deal.taker, deal.taker)}"
        f" ({voice.number(deal.persons)})"
        for deal in deals
    )


def stage_figures(
    objectives: Mapping[str, tuple[Fraction, Fraction]], voice: Voice
) -> Iterator[Figure]:
    """Every stage with and without."""
    for name, (one, two) in objectives.items():
        printed = voice.say(
            "explain_with_without", one=_printed(one, voice), two=_printed(two, voice)
        )
        yield Figure(f"without_{name}", voice.say(f"report_stage_{name}"), printed, str(two))


def _printed(value: Fraction, voice: Voice) -> str:
    return voice.number(value.numerator) if value.denominator == 1 else str(value)
