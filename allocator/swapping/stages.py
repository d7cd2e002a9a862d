"""The stages of a swap proposal as the manifest and the certificate have them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from models.exchange import ExchangeOutcome
from models.exchange.outcome import Stage


class StageName(NamedTuple):
    """A stage by both its names, and the gap up to which a result counts as done."""

    name: str
    engine: str
    gap_target: int


# The distance only picks among plans that are equal in all that counts: its gap is printed and
# never marks a result.
STAGES = (
    StageName("uitruil_tekort", "shortfall", 0),
    StageName("uitruil_zwaarst", "worst", 0),
    StageName("uitruil_afspraken", "agreements", 0),
    StageName("uitruil_personen", "persons", 0),
    StageName("uitruil_afstand", "distance", 1),
)


def stage_entries(outcome: ExchangeOutcome) -> list[dict[str, object]]:
    """Entries of ``stages`` in the manifest."""
    return [entry(own, outcome.stage(own.engine)) for own in STAGES]


def entry(own: StageName, stage: Stage) -> dict[str, object]:
    """One stage of the manifest."""
    is_fraction = own.engine == "worst"
    value, bound = stage.objective, stage.bound
    return {
        "name": own.name,
        "status": str(stage.status),
        "objective": str(value) if is_fraction else int(value),
        "bound": str(bound) if is_fraction else int(bound),
        "gap": _gap(value, bound),
        "gap_target": own.gap_target,
    }


def _gap(value: Fraction, bound: Fraction) -> float | int:
    """Fraction by which the bound may beat the plan, rounded up to six decimals."""
    if value == bound:
        return 0
    millionths = abs(value - bound) * 10**6 / max(Fraction(1), abs(value))
    return float(f"{-(-millionths.numerator // millionths.denominator)}e-6")
