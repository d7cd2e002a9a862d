"""Beside the core: studies, side tables, papers, and bounds that the core leaves to them.

Everything here imports the core and is never imported by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from allocator.verify.core import Checked, guard
from allocator.verify.core.folder import Result
from allocator.verify.core.links import Links
from allocator.verify.studies.annex import check_annex
from allocator.verify.studies.backtest import check_backtest
from allocator.verify.studies.beside import check_beside
from allocator.verify.studies.comparing import check_comparison
from allocator.verify.studies.composition import check_composition
from allocator.verify.studies.fairness import check_floor
from allocator.verify.studies.keys import key_weights
from allocator.verify.studies.lists import check_lists
from allocator.verify.studies.papers import check_papers, papers_in
from allocator.verify.studies.promises import check_promises
from allocator.verify.studies.strict import check_levels
from allocator.verify.studies.swap_bounds import check_swap_bounds
from allocator.verify.studies.swap_studies import check_potential, check_wishes
from allocator.verify.studies.sweep import check_sweep
from allocator.verify.studies.terms import check_agreements, check_parameters, check_version
from allocator.verify.studies.wishes import apply_wishes, check_costs

__all__ = ["HELPERS", "check_studies", "papers_in"]

HELPERS: dict[str, Callable[..., Any]] = {
    "terms": check_parameters,
    "key": key_weights,
    "wishes": apply_wishes,
    "strict": check_levels,
    "fair": check_floor,
}
"""What the core leaves to a study in the midst of a check."""
_Check = Callable[[Result, Counter[str]], None]
_WITH_QUOTAS: dict[str, tuple[str, _Check]] = {
    "composition": ("V15", check_composition),
    "potential": ("V17", check_potential),
    "wishes": ("V18", check_wishes),
}
_ALONE: dict[str, tuple[str, Callable[[Result], None]]] = {
    "compare": ("V11", check_comparison),
    "sweep": ("V12", check_sweep),
    "backtest": ("V13", check_backtest),
}


def check_studies(found: Checked) -> None:
    """Check what the core left, where the form of the result allows it."""
    result, quotas = found.result, found.changed
    if not found.sound:
        if result.parts and "V1J" not in {failure.code for failure in result.log}:
            guard(result, "V1", check_version)
        return
    if found.quotas and "bijlage" in result.tables:
        guard(result, "V2", check_annex)
    if found.swaps:
        guard(result, "V3", check_agreements, found.swaps)
        guard(result, "V3", check_promises, found.swaps)
        guard(result, "V3", check_swap_bounds, found.swaps.proofs)
    if quotas and "overdrachten" in result.tables:
        guard(result, "V14", check_papers)
    if quotas and found.links:
        guard(result, "V4", _check_links, found.links, quotas)
    for part, (family, check) in _WITH_QUOTAS.items():
        if quotas and part in result.parts:
            guard(result, family, check, quotas)
    for part, (family, alone) in _ALONE.items():
        if part in result.parts:
            guard(result, family, alone)


def _check_links(result: Result, links: Links, quotas: Counter[str]) -> None:
    """V8 and V16: costs of wishes, and the side tables."""
    check_costs(links)
    check_beside(links, quotas)
    check_lists(links)
