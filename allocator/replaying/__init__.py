"""A half-year again, week by week, beside the half-year known in advance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from allocator.errors import ConflictError, SolverGaveNothingError
from allocator.link_options import LinkOptions
from allocator.linking.arrays import Arrays
from allocator.linking.conflicts import conflict_findings
from allocator.linking.households import divide_households
from allocator.planning.outcome import Outcome, outcome
from allocator.quota import compute_quotas
from allocator.reading import read_instance
from allocator.replaying.calendar import WEEKS_IN_VIEW, Calendar, calendar_of, in_view
from allocator.replaying.figures import Figures, figures_of
from allocator.replaying.files import replay_files
from allocator.replaying.says import replay_summary
from allocator.results import LINK_TABLES, QUOTA_TABLES, input_files
from allocator.solving import solver_trouble, stand_ins
from models.linking.caps import why_no_plan
from models.linking.online import Weeks, side_by_side
from models.linking.problem import LinkProblem
from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.roll import recording

__all__ = ["ReplayOptions", "replay_instance"]


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What is asked of a replay."""

    weeks: int = 26
    weeks_in_view: int = WEEKS_IN_VIEW
    """Dwellings that come available within so many weeks count as in view."""
    keep_for: Path | None = None
    """Certificate or result with the scarcity prices to keep back by."""
    lang: str = "nl"


def replay_instance(path: Path, options: ReplayOptions) -> Outcome:
    """Link an instance week by week under three policies, and once with everything known.

    Parameters
    ----------
    path
        An instance with households, supply and classes.
    options
        Weeks, view and prices.

    Returns
    -------
    Outcome
        ``herhaling.csv``, ``herhaling_gemeenten.csv``, ``herhaling_samenvatting.csv`` and the
        inputs; no row of it is about one household.

    Raises
    ------
    InputRefusedError
        If the instance or the prices are refused.
    ConflictError
        If a household has no open municipality, or no plan of the half-year keeps the caps.
    SolverGaveNothingError
        If no plan was found with everything known.
    """
    tables = (*QUOTA_TABLES, *LINK_TABLES)
    instance = read_instance(path, tables, ("gemeenten", "aanbod", "woningklassen", "huishoudens"))
    quotas = [row.quota for row in compute_quotas(instance).rows]
    task = divide_households(instance, "")
    arrays = Arrays(instance, task, quotas, LinkOptions(prices=options.keep_for))
    calendar = calendar_of(instance, task, options.weeks, options.weeks_in_view)
    with recording() as roll:
        figures = _run(arrays, calendar, instance.settings.link.marge_deel)
    asked = {
        "weeks": options.weeks,
        "weeks_in_view": options.weeks_in_view,
        "arrivals": calendar.source,
    }
    if arrays.earlier is not None:
        asked["keep_sha256"] = arrays.earlier.sha256
    summary = replay_summary(figures, calendar)
    summary = replace(summary, notices=(*summary.notices, *stand_ins(roll)))
    files = {**input_files(instance), **replay_files(figures, calendar)}
    return outcome(instance, files, summary, {"replay": asked}, options.lang, roll)


def _run(arrays: Arrays, calendar: Calendar, margin_part: int) -> Figures:
    # A week may always link without a dwelling in view: it does not know what comes.
    problem = replace(arrays.problem(), may_lack_dwelling=True)
    weeks = Weeks(
        problem=problem,
        arrival=calendar.arrival,
        in_view=in_view(arrays, problem, calendar),
        margin_part=margin_part,
        stated=arrays.earlier.prices if arrays.earlier else None,
    )
    with solver_trouble():
        known, done = run_in_child(side_by_side, weeks, limits=Limits())
        if known.plan is None:
            _refuse_caps(arrays, problem)
            raise SolverGaveNothingError("no plan was found within the budget")
    return figures_of(arrays, weeks, known, done)


def _refuse_caps(arrays: Arrays, problem: LinkProblem) -> None:
    """Name the caps that not even a half-year known in advance can keep."""
    if problem.quota.most is None:
        return
    found = run_in_child(why_no_plan, problem, limits=Limits())
    if found.conflict is not None:
        findings = conflict_findings(found, arrays.task, arrays, problem)
        raise ConflictError(findings.errors)
