"""What the terminal says of a run: sentences and figures, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.errors import (
    AllocatorError,
    ConflictError,
    InputRefusedError,
    VerificationFailedError,
)
from allocator.quota import QuotaTable
from allocator.region import municipalities_in
from allocator.reporting.result import COMPOSITION
from allocator.reporting.swap_account import flow_sentence, region_sentence
from allocator.reporting.synthetic import made_up_lines
from allocator.reporting.voice import Voice
from allocator.words import number, text
from allocator.work import Run

if TYPE_CHECKING:
    from allocator.linking import LinkProposal
    from allocator.swapping import SwapProposal
    from allocator.swapping.composition import CompositionProposal

FINDINGS_SHOWN = 20
SHORTFALLS = ("shortfall_before", "shortfall_after")


def summary(run: Run, lang: str) -> list[str]:
    """The run in a few lines: figures, sum check, what is proven, where it stands."""
    lines = [text("screen_title", lang, name=run.instance.settings.name, half_year=_period(run))]
    lines += _quota_lines(run.quotas, lang)
    if run.swaps is not None:
        swaps = run.swaps
        lines += [*_swap_lines(swaps, lang), *_promise_lines(run, swaps, lang)]
        lines += _region_lines(run, swaps, lang)
        relief = swaps.shortfall_before - swaps.shortfall_after
        lines += flow_sentence(relief, swaps.outcome.relief_bound, Voice(lang))
        lines += _leximin_lines(run.swaps, lang)
        lines += _against_lines(run, lang)
    if run.composition is not None:
        lines += _composition_lines(run.composition, lang)
    if run.links is not None:
        lines += _link_lines(run.links, run, lang)
    if run.request.command in ("swap", COMPOSITION):
        lines += made_up_lines(run.instance, lang)
    lines.append(text("screen_written", lang, out=run.request.out))
    lines.append(text("proposal_not_decision", lang))
    return lines


def _period(run: Run) -> str:
    return run.instance.settings.half_year


def _quota_lines(quotas: QuotaTable, lang: str) -> list[str]:
    figures = {"units": number(len(quotas.rows), lang), "sum": number(quotas.sum, lang)}
    if quotas.total is None:
        return [text("screen_quota_regional", lang, **figures)]
    surplus = quotas.surplus or 0
    statutory = number(quotas.statutory_sum or 0, lang)
    lines = [
        text(
            "screen_quota",
            lang,
            **figures,
            rounding=quotas.rounding,
            total=number(quotas.total, lang),
            difference=number(quotas.sum - quotas.total, lang),
        ),
        text(
            "screen_statutory",
            lang,
            statutory=statutory,
            surplus=number(surplus, lang),
        ),
    ]
    if quotas.rounding == "sluitend":
        lines.append(text("label_sluitend", lang))
    if quotas.tied:
        lines.append(text("screen_tied", lang, codes=", ".join(quotas.tied)))
    return lines


def _swap_lines(swaps: SwapProposal, lang: str) -> list[str]:
    return [
        text(
            "screen_swap",
            lang,
            transfers=text(
                "screen_transfer" if len(swaps.transfers) == 1 else "screen_transfers",
                lang,
                count=number(len(swaps.transfers), lang),
            ),
            persons=Voice(lang).persons(sum(item.persons for item in swaps.transfers)),
            before=number(swaps.shortfall_before, lang),
            after=number(swaps.shortfall_after, lang),
            difference=number(sum(row.change for row in swaps.rows), lang),
        ),
    ]


def _region_lines(run: Run, swaps: SwapProposal, lang: str) -> list[str]:
    """What the region had and has: every other figure counts the whole instance."""
    if not swaps.terms.region:
        return []
    inside = municipalities_in(run.instance, swaps.terms.region)
    rows = [row for row, is_inside in zip(swaps.rows, inside, strict=True) if is_inside]
    before, after = (sum(getattr(row, name) for row in rows) for name in SHORTFALLS)
    return [region_sentence(swaps.terms.region, len(rows), before, after, Voice(lang))]


def _promise_lines(run: Run, swaps: SwapProposal, lang: str) -> list[str]:
    """Later returns beside the plan, and that they are none of it."""
    names = {place.code: f"{place.name} ({place.code})" for place in run.instance.municipalities}
    lines = [
        text(
            "screen_promise",
            lang,
            giver=names[own.giver],
            taker=names[own.taker],
            half_year=own.half_year,
            persons=Voice(lang).persons(own.persons),
            lowest=_lowest(own.lowest, lang),
            standing=text(f"report_promise_{own.standing}", lang),
        )
        for own in swaps.promises
    ]
    return [*lines, text("screen_promises", lang)] if lines else []


def _lowest(quota: int | None, lang: str) -> str:
    return text("explain_promise_unknown", lang) if quota is None else number(quota, lang)


def _leximin_lines(swaps: SwapProposal, lang: str) -> list[str]:
    """What the most even spread costs in agreements."""
    plain = swaps.agreements_without_leximin
    if plain is None:
        return []
    own = int(swaps.outcome.stage("agreements").objective)
    values = {"own": own, "plain": plain, "more": own - plain}
    return [text("screen_leximin", lang, **{k: number(v, lang) for k, v in values.items()})]


def _composition_lines(found: CompositionProposal, lang: str) -> list[str]:
    figures = {
        "count": len(found.outcome.packages),
        "households": sum(move.households for move in found.moves),
        "before": found.left_before,
        "after": found.left_after,
        "bound": int(found.outcome.stage("left_over").bound),
    }
    shown = {name: number(figure, lang) for name, figure in figures.items()}
    return [text("screen_composition", lang, **shown), text("screen_composition_request", lang)]


def _against_lines(run: Run, lang: str) -> list[str]:
    """What a change costs or saves, stage by stage."""
    lines = [
        text(
            "screen_against",
            lang,
            stage=text(f"report_stage_{name}", lang),
            old=_amount(old, lang),
            new=_amount(new, lang),
            difference=("+" if new > old else "") + _amount(new - old, lang),
        )
        for name, (old, new) in run.differences.items()
    ]
    if run.request.against is not None and run.swaps is not None:
        from allocator.swapping.whatif import form_of

        forms = {"old": form_of(run.request.against), "new": run.swaps.terms.form}
        if forms["old"] != forms["new"]:
            lines.append(text("screen_against_forms", lang, **forms))
    return lines


def _amount(value: Fraction, lang: str) -> str:
    return number(value.numerator, lang) if value.denominator == 1 else str(value)


def _link_lines(links: LinkProposal, run: Run, lang: str) -> list[str]:
    from allocator.linking import EXISTING
    from allocator.linking.says import beside_lines

    proposed = [link for link in links.links if link.reason != EXISTING]
    return [
        text(
            "screen_link",
            lang,
            households=number(len(proposed), lang),
            persons=number(sum(link.persons for link in proposed), lang),
            lacking=number(sum(not link.has_dwelling for link in proposed), lang),
            outside=number(len(links.not_linked), lang),
        ),
        *_gap_lines(run.stages, bool(links.levels), lang),
        *_fair_lines(links, lang),
        *_wish_lines(links, lang),
        *([] if links.basis is None else beside_lines(links.basis, lang)),
    ]


def _gap_lines(stages: Iterable[Mapping[str, object]], is_strict: bool, lang: str) -> Iterator[str]:
    """What is proven of the links: one line, or one for each goal of a strict order."""
    for stage in stages:
        name, gap = str(stage["name"]), Fraction(str(stage.get("gap", 0)))
        if name.startswith("koppeling"):
            plain = "screen_gap_open" if gap else "screen_gap"
            yield text(
                f"screen_level_{name}" if is_strict else plain,
                lang,
                objective=number(int(str(stage["objective"])), lang),
                bound=number(int(str(stage["bound"])), lang),
                gap=text("report_gap", lang, percent=number(100 * gap, lang, 4)) if gap else "0",
            )


def _fair_lines(links: LinkProposal, lang: str) -> Iterator[str]:
    """The floor under each household size, and its price."""
    price = _price_of_fairness(links)
    if links.fair is not None and price is not None:
        level = number(Fraction(links.fair.level, 10), lang, 1)
        yield text("screen_fair", lang, level=level, price=number(price, lang))
        bounds, plain = links.outcome.bounds, links.fair.plain.bounds
        if links.fair.per_fit is not None and bounds is not None and plain is not None:
            low, high = max(0, plain.objective - bounds.bound), plain.bound - bounds.objective
            ends = {"low": number(low, lang), "high": number(high, lang)}
            yield text("screen_fair_between", lang, **ends)
        if links.fair.highest is not None:
            most = number(Fraction(links.fair.highest.level, 10), lang, 1)
            yield text("screen_fair_bound", lang, bound=most)
        if links.fair.is_highest:
            yield text("screen_fair_highest", lang)


def _price_of_fairness(links: LinkProposal) -> int | None:
    if links.fair is None or links.fair.plain.bounds is None or links.outcome.bounds is None:
        return None
    return links.fair.plain.bounds.objective - links.outcome.bounds.objective


def _wish_lines(links: LinkProposal, lang: str) -> list[str]:
    """What each wish costs, and how many households go elsewhere than in the old plan."""
    lines = []
    for cost in links.costs:
        wish = cost.wish
        about = wish.household or f"{wish.count} × {wish.dwelling}"
        kind = text(f"wish_{wish.kind}", lang, about=about, code=wish.municipality)
        key = f"screen_wish_{cost.way}"
        lines.append(text(key, lang, wish=kind, points=number(cost.points, lang)))
    if links.costs and links.fair is not None:
        lines.append(text("screen_wish_fair", lang))
    if links.moved is not None:
        lines.append(text("screen_moved", lang, count=number(links.moved, lang)))
    return lines


def summary_json(run: Run, lang: str) -> dict[str, object]:
    """The same for machines."""
    content: dict[str, object] = {
        "command": run.request.command,
        "name": run.instance.settings.name,
        "out": str(run.request.out),
        "exit_code": run.exit_code,
        "quota": {
            "municipalities": len(run.quotas.rows),
            "sum": run.quotas.sum,
            "total": run.quotas.total,
            "rounding": run.quotas.rounding,
            "statutory_sum": run.quotas.statutory_sum,
            "surplus": run.quotas.surplus,
            "tied": list(run.quotas.tied),
        },
        "stages": run.stages,
        "notices": [notice.as_json(lang) for notice in run.notices],
    }
    if run.swaps is not None:
        content["swap"] = {
            "transfers": len(run.swaps.transfers),
            "persons": sum(item.persons for item in run.swaps.transfers),
            "shortfall_before": run.swaps.shortfall_before,
            "shortfall_after": run.swaps.shortfall_after,
        }
        if run.swaps.promises:
            content["promises"] = [
                {
                    "giver": own.giver,
                    "taker": own.taker,
                    "half_year": own.half_year,
                    "persons": own.persons,
                    "moved": own.moved,
                    "lowest_quota": own.lowest,
                    "standing": str(own.standing),
                }
                for own in run.swaps.promises
            ]
        if run.differences:
            content["against"] = {
                name: {"old": str(old), "new": str(new)}
                for name, (old, new) in run.differences.items()
            }
    if run.composition is not None:
        content["samenstelling"] = {
            "agreements": len(run.composition.outcome.packages),
            "households": sum(move.households for move in run.composition.moves),
            "left_over_before": run.composition.left_before,
            "left_over_after": run.composition.left_after,
        }
    if run.links is not None:
        content["link"] = _link_json(run.links)
    return content


def _link_json(links: LinkProposal) -> dict[str, object]:
    """Counts, and what the wishes of a run moved and cost; a wish names what it is about."""
    content: dict[str, object] = {
        "linked": len(links.links),
        "not_linked": len(links.not_linked),
        "without_dwelling": sum(not link.has_dwelling for link in links.links),
    }
    if links.moved is not None:
        content["moved"] = links.moved
    if links.fair is not None:
        fair: dict[str, object] = {
            "thousandths": links.fair.level,
            "highest": links.fair.is_highest,
            "price": _price_of_fairness(links),
        }
        if links.fair.highest is not None:
            fair["thousandths_at_most"] = links.fair.highest.level
        content["fair"] = fair
    if links.costs:
        if links.fair is not None:
            content["wishes_without_floor"] = True
        content["wishes"] = [
            {
                "kind": cost.wish.kind,
                "household": cost.wish.household,
                "municipality": cost.wish.municipality,
                "dwelling_class": cost.wish.dwelling,
                "count": int(cost.wish.count) if cost.wish.count else None,
                "points": cost.points,
                "way": cost.way,
            }
            for cost in links.costs
        ]
    return content


def trouble(error: AllocatorError, lang: str) -> list[str]:
    """Why a run ended without a result, and what to do."""
    if isinstance(error, InputRefusedError | ConflictError):
        lines = [finding.line(lang) for finding in error.findings]
        more = len(lines) - FINDINGS_SHOWN
        shown = lines[:FINDINGS_SHOWN]
        if more > 0:
            shown.append(text("screen_more", lang, count=number(more, lang)))
        key = "screen_conflict" if isinstance(error, ConflictError) else "screen_refused"
        return [*shown, text(key, lang)]
    if isinstance(error, VerificationFailedError):
        lines = list(error.messages.get(lang, ()))[:FINDINGS_SHOWN]
        place = [text("screen_quarantine", lang, path=error.quarantine)] if error.quarantine else []
        return [*lines, text("screen_not_verified", lang), *place]
    # Every other error names its own sentence.
    key, values = getattr(error, "key", "screen_solver_nothing"), getattr(error, "values", {})
    return [text(key, lang, **values)]


def trouble_json(error: AllocatorError, lang: str) -> dict[str, object]:
    """The same for machines."""
    content: dict[str, object] = {"exit_code": error.exit_code, "message": trouble(error, lang)}
    if isinstance(error, InputRefusedError | ConflictError):
        content["findings"] = [finding.as_json(lang) for finding in error.findings]
    return content
