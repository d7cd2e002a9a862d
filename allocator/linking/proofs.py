"""What proves the links: prices and bounds for the certificate, stages for the manifest."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.linking.proposal import LEVELS, MILP, PRICES, LinkProposal
from allocator.results import stage_entry
from models.linking.ordered import Level
from models.linking.outcome import LinkOutcome
from models.linking.problem import IntArray
from models.solution import Bounds, Status

_TARGETS = {MILP: 0, PRICES: 0.0015}


def link_stages(links: LinkProposal) -> Iterator[dict[str, object]]:
    """Each stage of the links for the manifest: one, or three where the order is strict."""
    whole = links.fit_points + links.penalties
    if not links.levels:
        assert links.outcome.bounds is not None
        status, bounds = links.outcome.status, links.outcome.bounds
        yield stage_entry(LEVELS[-1], status, bounds, _TARGETS[links.road], whole)
    for name, level in zip(LEVELS, links.levels, strict=bool(links.levels)):
        bounds = Bounds(level.objective, level.bound)
        status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
        scale = whole if name == LEVELS[-1] else None
        yield stage_entry(name, status, bounds, _TARGETS[level_road(level)], scale)


def link_certificate(proposal: LinkProposal) -> dict[str, object]:
    """What ``certificaat.json`` says of the links: prices, bounds, and weights of each level."""
    keep = proposal.keep
    content: dict[str, object] = {}
    if keep:
        content["keep"] = _named(proposal, keep.per_person, keep.per_dwelling)
    if not proposal.levels:
        outcome = proposal.outcome
        assert outcome.bounds is not None
        content |= _proof(proposal, outcome, outcome.bounds) | {"proof": proposal.road}
        return content | _fair(proposal)
    proofs = [_level_proof(proposal, level) for level in proposal.levels]
    return content | proofs[-1] | {"levels": dict(zip(LEVELS[:-1], proofs[:-1], strict=True))}


def _fair(proposal: LinkProposal) -> dict[str, object]:
    """The floor, and the best plan without it; nothing where none was asked for."""
    fair = proposal.fair
    if fair is None or fair.plain.bounds is None:
        return {}
    own: dict[str, object] = {"level": fair.level, "highest": fair.is_highest}
    own |= {"without": fair.plain.bounds.objective, "lost_without": fair.plain_lost}
    if fair.per_fit is not None and proposal.basis is not None:
        sizes = sorted({*proposal.basis.problem.sizes.tolist()})
        own["bound_without"] = fair.plain.bounds.bound
        own["per_fit"] = dict(zip(map(str, sizes), fair.per_fit.tolist(), strict=True))
        if fair.highest is not None:
            above = fair.highest
            own["per_lost"] = fair.per_lost
            own["level_proof"] = {
                "scale": above.prices.scale,
                **_named(proposal, above.prices.per_person, above.prices.per_dwelling),
                "level": above.level,
                "per_fit": dict(zip(map(str, sizes), above.per_fit.tolist(), strict=True)),
                "per_lost": above.per_lost,
            }
    return {"fair": own}


def _level_proof(proposal: LinkProposal, level: Level) -> dict[str, object]:
    bounds = Bounds(level.objective, level.bound)
    weights = {"woning": level.weights.dwelling, "taakstelling": level.weights.quota}
    return {
        **_proof(proposal, level.outcome, bounds),
        "proof": level_road(level),
        "price_bound": level.price_bound,
        "weights": weights,
    }


def level_road(level: Level) -> str:
    """What proves a level: an engine's word where it says more than the prices do."""
    return MILP if level.objective == level.bound != level.price_bound else PRICES


def _proof(proposal: LinkProposal, outcome: LinkOutcome, bounds: Bounds) -> dict[str, object]:
    prices = outcome.prices
    assert prices is not None
    return {
        "scale": prices.scale,
        **_named(proposal, prices.per_person, prices.per_dwelling),
        "objective": bounds.objective,
        "bound": bounds.bound,
        "price_bound": outcome.price_bound,
    }


def _named(proposal: LinkProposal, persons: IntArray, dwellings: IntArray) -> dict[str, object]:
    """Prices by municipality, and by municipality and class."""
    codes, classes = proposal.municipalities, proposal.classes
    return {
        "lambda": {code: int(price) for code, price in zip(codes, persons, strict=True)},
        "mu": {
            code: dict(zip(classes, map(int, row), strict=True))
            for code, row in zip(codes, dwellings, strict=True)
        },
    }
