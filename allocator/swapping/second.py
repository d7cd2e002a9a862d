"""Swaps of a result, searched once more by another engine and set beside it stage by stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from allocator.custody import derived
from allocator.errors import VerificationFailedError
from allocator.reporting.result import refuse
from allocator.solving import answered, solver_trouble
from allocator.swapping import composition
from allocator.swapping.again import read_swap_result
from allocator.swapping.request import read_request
from allocator.swapping.stages import STAGES, StageName
from allocator.verifying import command_of
from allocator.words import LANGUAGES, number, text
from models.exchange import solve_composition, solve_exchange
from models.exchange.outcome import Stage
from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.roll import HIGHS, Roll, recording


class Verdict(StrEnum):
    """What the second search says of a stage."""

    SAME = "same"
    """Both are proven, at one value."""
    OPEN = "open"
    """They do not contradict each other, and one of them is not proven."""
    ELSEWHERE = "elsewhere"
    """An earlier stage ended at another value, so there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One stage as it stands in the result and as the other engine has it; all are made small."""

    name: str
    proof: str
    """``recomputed``, ``counted`` or ``searched``: what the bound in the result rests on."""
    objective: Fraction
    bound: Fraction
    other_objective: Fraction
    other_bound: Fraction
    verdict: Verdict

    @property
    def is_contradiction(self) -> bool:
        """Whether one search reaches what the other calls impossible."""
        return self.verdict is not Verdict.ELSEWHERE and (
            self.other_objective < self.bound or self.objective < self.other_bound
        )


@dataclass(frozen=True, slots=True)
class SecondSearch:
    """What another engine says of the swaps of a result."""

    without: tuple[str, ...]
    """Engines of the result that were not asked again."""
    engines: dict[str, str]
    """Versions of those that answered, by name."""
    stages: tuple[Compared, ...]


def search_again(folder: Path) -> SecondSearch:
    """Search the swaps, or the request, of a verified result without the engine that made it.

    Parameters
    ----------
    folder
        A result of ``swap``, ``run`` or ``demo``; nothing is written in it.

    Returns
    -------
    SecondSearch
        Every stage of both. Where neither rests on a search they are equal anyhow.

    Raises
    ------
    InputRefusedError
        If the result has no swaps or is a part of one.
    VerificationFailedError
        If one search reaches what the other calls impossible.
    SolverGaveNothingError
        If the other engine dies or does not end: that says nothing of the result.
    """
    if command_of(folder) in derived.COMMANDS:
        raise refuse("report_is_part", "manifest.json")
    if not (folder / "na_uitruil.csv").is_file():
        raise refuse("result_without_swaps", folder.name)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    # HiGHS is asked first wherever it may be. Where it did not answer it is itself the other one.
    without = frozenset({HIGHS} & manifest["versions"].keys())
    stated = manifest["parameters"].get("samenstelling")
    with solver_trouble(), recording(Roll(excluded=without)) as roll:
        names, stages = _request(folder) if stated else _swaps(folder)
    certificate = json.loads((folder / "certificaat.json").read_text(encoding="utf-8"))
    proofs = certificate["samenstelling" if stated else "swap"]["proof"]
    compared = _compare(manifest["stages"], proofs, names, stages)
    found = SecondSearch(tuple(sorted(without)), answered(roll), compared)
    _refuse_contradictions(found)
    return found


def _swaps(folder: Path) -> tuple[tuple[StageName, ...], tuple[Stage, ...]]:
    result = read_swap_result(folder)
    terms = result.terms
    outcome = run_in_child(
        solve_exchange, result.problem, terms.counted_as, terms.fairness, limits=Limits()
    )
    return STAGES, outcome.stages


def _request(folder: Path) -> tuple[tuple[StageName, ...], tuple[Stage, ...]]:
    problem = read_request(folder).problem
    return composition.STAGES, run_in_child(solve_composition, problem, limits=Limits()).stages


def _compare(
    stated: list[dict[str, object]],
    proofs: dict[str, str],
    names: tuple[StageName, ...],
    stages: tuple[Stage, ...],
) -> tuple[Compared, ...]:
    """Set the stages side by side; each only counts among plans that are equal before it."""
    ours = {str(stage["name"]): stage for stage in stated}
    theirs = {stage.name: stage for stage in stages}
    compared, is_alike = [], True
    for own in names:
        other = theirs[own.engine]
        value, bound = (Fraction(str(ours[own.name][key])) for key in ("objective", "bound"))
        same = value == bound == other.objective == other.bound
        verdict = Verdict.SAME if same else Verdict.OPEN
        compared.append(
            Compared(
                own.name,
                proofs[own.name],
                value,
                bound,
                other.objective,
                other.bound,
                verdict if is_alike else Verdict.ELSEWHERE,
            )
        )
        is_alike = is_alike and value == other.objective
    return tuple(compared)


def printed(value: Fraction, lang: str) -> str:
    """A value of a stage as people write it; a share stays a fraction."""
    return number(value, lang) if value.denominator == 1 else str(value)


def _refuse_contradictions(found: SecondSearch) -> None:
    wrong = [stage for stage in found.stages if stage.is_contradiction]
    if wrong:
        messages = {
            lang: tuple(
                text(
                    "second_contradicts",
                    lang,
                    stage=text(f"report_stage_{stage.name}", lang),
                    objective=printed(stage.objective, lang),
                    bound=printed(stage.bound, lang),
                    engines=", ".join(found.engines),
                    other=printed(stage.other_objective, lang),
                    other_bound=printed(stage.other_bound, lang),
                )
                for stage in wrong
            )
            for lang in LANGUAGES
        }
        raise VerificationFailedError(messages)
