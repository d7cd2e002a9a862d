"""Transfers stage by stage, each with a bound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from models.exchange.agreements import fewest_agreements
from models.exchange.block import build_blocks, find_conflicts
from models.exchange.cut import find_cut
from models.exchange.finish import part_value, shorten, split_at_cut
from models.exchange.flows import Demand
from models.exchange.leximin import leximin_relief
from models.exchange.model import Goal
from models.exchange.netting import plain_plan
from models.exchange.outcome import (
    ExchangeOutcome,
    Stage,
    check_transfers,
    count_agreements,
    remaining_shortfall,
    worst_remaining,
)
from models.exchange.part import Part
from models.exchange.problem import (
    Budget,
    ExchangeProblem,
    Fairness,
    Form,
    Transfer,
)
from models.exchange.relief import Levelled, Relieved, floors, level_worst, relieve_most
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.progress import report_progress

_STAGES = 5


def solve_exchange(
    problem: ExchangeProblem,
    form: Form = Form.JOINT,
    fairness: Fairness = Fairness.WORST,
    budget: Budget | None = None,
) -> ExchangeOutcome:
    """Find the transfers that relieve the most, most fairly, with the fewest agreements.

    Parameters
    ----------
    problem
        Limits, shortfalls, pairs and pins [persons].
    form
        What counts as one agreement.
    fairness
        What the second stage makes small.
    budget
        How long to search where counting does not prove a stage.

    Returns
    -------
    ExchangeOutcome
        Transfers with the stages ``shortfall`` (least total), ``worst`` (least largest
        remainder per quota), ``agreements`` (fewest), ``persons`` (fewest) and ``distance``
        (least persons-kilometres), each among the plans that are equal in the earlier ones;
        after leximin among those that relieve every party as much.
        Infeasible, with the conflicts, where signed and wished deals clash.

    Raises
    ------
    ValueError
        If leximin is asked for with lots, partner limits or wishes.
    SolverDisagreementError
        If an engine's answer does not survive recomputation.
    SolverFailedError
        If an engine does not answer.

    Notes
    -----
    Order of the pairs does not decide; order of the parties breaks ties. Connected parts of
    the pairs are solved apart: only the second stage joins them, through one common level.
    """
    conflicts = find_conflicts(problem)
    cut = find_cut(problem)
    if conflicts:
        return ExchangeOutcome(
            (), (), cut.givers, cut.takers, cut.size, Status.INFEASIBLE, conflicts
        )
    plan = _Solve(problem, form, budget or Budget())
    plan.run(fairness)
    check_transfers(problem, plan.transfers())
    is_proven = all(stage.status is Status.OPTIMAL for stage in plan.stages)
    status = Status.OPTIMAL if is_proven else Status.FEASIBLE
    return ExchangeOutcome(
        plan.transfers(), tuple(plan.stages), cut.givers, cut.takers, cut.size, status
    )


class _Solve:
    """The stages of one solve, in order, on the blocks of a problem."""

    def __init__(self, problem: ExchangeProblem, form: Form, budget: Budget) -> None:
        self.problem, self.form, self.budget = problem, form, budget
        self.blocks = build_blocks(problem)
        self.relieved: tuple[Relieved, ...] = ()
        self.demands: list[Demand] = []
        self.parts: list[Part] = []
        self.stages: list[Stage] = []

    def transfers(self) -> tuple[Transfer, ...]:
        """Signed and new deals, sorted."""
        plans = self.parts or self.relieved
        new = [deal for plan in plans for deal in plan.block.transfers(plan.flow)]
        return tuple(sorted([*self.problem.signed, *new]))

    def run(self, fairness: Fairness) -> None:
        """Run every stage; again from the start if a later one relieves more by chance.

        That can only happen where the first stage is not proven.
        """
        self.relieved = tuple(relieve_most(block, self.budget) for block in self.blocks)
        while True:
            self.stages = []
            self._report_relief()
            self.level(fairness)
            self.agree()
            self.shorten()
            better = tuple(self._latest(item) for item in self.relieved)
            if sum(b.relief for b in better) <= sum(item.relief for item in self.relieved):
                return
            self.relieved = better

    def _latest(self, item: Relieved) -> Relieved:
        """Plan of the last stage on a block of the first, where it was not parted."""
        for part in self.parts:
            if np.array_equal(part.block.arcs, item.block.arcs) and np.array_equal(
                part.block.givers, item.block.givers
            ):
                return replace(item, flow=part.flow)
        return item

    def _report_relief(self) -> None:
        """First stage: the least total shortfall."""
        self.parts = []
        left = int(remaining_shortfall(self.problem, self.transfers()).sum())
        open_gap = sum(item.bound - item.relief for item in self.relieved)
        by_search = any(item.by_search for item in self.relieved)
        self._add("shortfall", left, left - open_gap, by_search)

    def level(self, fairness: Fairness) -> None:
        """Second stage: the least largest remainder per quota, kept as an upper bound."""
        levelled = level_worst(self.relieved, self._elsewhere(), self.budget)
        self.relieved = levelled.blocks
        self._add_level(levelled)
        self.demands = [
            Demand(item.relief, floors(item.block, levelled.level)) for item in self.relieved
        ]
        if fairness is Fairness.LEXIMIN:
            if not all(block.is_plain for block in self.blocks):
                raise ValueError("leximin is exact only without lots, partner limits and wishes")
            self._spread()

    def _spread(self) -> None:
        """Ask of every giver its part of the leximin plan, and plan for that."""
        spread = [leximin_relief(block) for block in self.blocks]
        self.demands = [Demand(int(floor.sum()), floor) for floor in spread]
        self.relieved = tuple(
            replace(item, flow=plain_plan(item.block, demand))
            for item, demand in zip(self.relieved, self.demands, strict=True)
        )

    def _elsewhere(self) -> Fraction:
        """Largest remainder per quota among parties outside every block."""
        inside = {party for block in self.blocks for party in block.givers.tolist()}
        left = remaining_shortfall(self.problem, self.problem.signed).tolist()
        quota = self.problem.quota.tolist()
        ratios = [
            Fraction(left[i], quota[i])
            for i in range(self.problem.parties)
            if quota[i] and i not in inside
        ]
        return max(ratios, default=Fraction(0))

    def _add_level(self, levelled: Levelled) -> None:
        reached, bound = worst_remaining(self.problem, self.transfers()), levelled.bound
        if reached != levelled.level:
            raise SolverDisagreementError("the largest remainder is not what was solved for")
        common = reached.denominator * bound.denominator
        self._add("worst", int(reached * common), int(bound * common), levelled.by_search, common)

    def agree(self) -> None:
        """Third stage: the fewest agreements, with signed deals counted."""
        for item, demand in zip(self.relieved, self.demands, strict=True):
            for block, own, start in split_at_cut(item.block, item.flow, demand):
                self.parts.append(fewest_agreements(block, own, self.form, start, self.budget))
        reached = count_agreements(self.transfers(), self.form)
        open_gap = sum(part.block.count(part.flow, self.form) - part.bound for part in self.parts)
        by_search = any(part.proof == "search" for part in self.parts)
        self._add("agreements", reached, reached - open_gap, by_search)

    def shorten(self) -> None:
        """Fourth and fifth stage: the fewest persons, then the least distance."""
        for goal in (Goal.PERSONS, Goal.DISTANCE):
            self.parts = [shorten(part, self.form, goal, self.budget) for part in self.parts]
            value = self._signed_value(goal) + sum(part_value(p, goal) for p in self.parts)
            open_gap = sum(part_value(part, goal) - part.bound for part in self.parts)
            by_search = any(part.proof == "search" for part in self.parts)
            self._add(str(goal), value, value - open_gap, by_search)

    def _signed_value(self, goal: Goal) -> int:
        if not self.problem.signed:
            return 0
        pairs, distance = self.problem.open_pairs()
        table = {tuple(pair): int(d) for pair, d in zip(pairs.tolist(), distance, strict=True)}
        return sum(
            persons * (1 if goal is Goal.PERSONS else table[giver, taker])
            for giver, taker, persons in self.problem.signed
        )

    def _add(
        self, name: str, objective: int, bound: int, by_search: bool, denominator: int = 1
    ) -> None:
        status = Status.OPTIMAL if objective == bound else Status.FEASIBLE
        proof = "search" if by_search else "count"
        self.stages.append(Stage(name, status, Bounds(objective, bound), denominator, proof))
        report_progress(len(self.stages), _STAGES)
