"""A changed run solved from the plan and the prices of an earlier result."""

from __future__ import annotations

from functools import partial

from allocator.canonical import sha256
from allocator.linking.arrays import Arrays
from allocator.linking.earlier import Earlier
from allocator.linking.old_plan import OldPlan
from models.linking.again import solve_again
from models.linking.outcome import LinkOutcome
from models.linking.problem import LinkProblem
from models.solver.child import run_in_child
from models.solver.limits import Limits


def solve_from_old(
    arrays: Arrays, problem: LinkProblem, earlier: Earlier, old: OldPlan
) -> LinkOutcome:
    """Keep the old plan, repair it where it no longer holds, prove it with the old prices.

    Where nothing but wishes differs from the old run, only the municipalities of those wishes
    and what they touch are improved; otherwise the whole plan may improve.
    """
    plan = old.as_plan(arrays.task, arrays.at, arrays.classes)
    again = partial(solve_again, changed=_changed(arrays, old))
    return run_in_child(again, problem, earlier.prices, plan, limits=Limits()).outcome


def _changed(arrays: Arrays, old: OldPlan) -> tuple[int, ...] | None:
    """Municipalities of wishes that came or went; nothing when more than wishes differs."""
    from allocator.results import input_files

    mine = {name: sha256(content) for name, content in input_files(arrays.instance).items()}
    # The settings are compared as they stand in the file; a quota follows from these tables too.
    if mine != old.inputs or old.asked.get("quota") != "taakstelling":
        return None
    stand_per = arrays.options.stand_per
    day = stand_per.isoformat() if stand_per else None
    kept = arrays.kept_for.sha256 if arrays.kept_for else None
    if (day, kept) != (old.asked.get("stand_per"), old.asked.get("keep_sha256")):
        return None
    codes = {wish.municipality for wish in set(arrays.wishes) ^ set(old.wishes)}
    return tuple(sorted(arrays.at[code] for code in codes if code in arrays.at))
