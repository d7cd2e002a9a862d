"""The exchange on a block as a mixed-integer program, one objective at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand, settle
from models.exchange.problem import Form, IntArray
from models.solution import SolverDisagreementError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, Answer, LinearProgram


class Goal(StrEnum):
    """What a program makes best."""

    ANY = "any"
    RELIEF = "relief"
    COUNT = "count"
    PERSONS = "persons"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A block with what earlier stages ask and what would be better than the plan at hand."""

    block: Block
    demand: Demand
    form: Form
    goal: Goal
    low: int = -UNBOUNDED
    """Least value of the goal that is asked for, or that a bound proves."""
    high: int = UNBOUNDED
    """Largest value of the goal that is asked for, or that a bound proves."""
    most_count: int | None = None
    """Agreements allowed, from the earlier stage."""
    most_persons: int | None = None
    """Persons allowed, from the earlier stage."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Answer of a search: a plan or none, and whether that is the engine's last word."""

    flow: IntArray | None
    is_final: bool


def search(model: Model, nodes: int) -> Found:
    """Look for the best plan of a model within a number of nodes.

    Returns
    -------
    Found
        The best plan found; final if the engine says that none is better, or none exists.

    Raises
    ------
    SolverDisagreementError
        If the pairs that the engine opens do not carry the demand in whole persons.

    Notes
    -----
    Only the choice of pairs is taken from the engine. Amounts are solved again as a flow.
    """
    layout = _Layout(model)
    answer = solve_program(layout.program(), Limits(nodes=nodes))
    is_final = answer.status in (Status.OPTIMAL, Status.INFEASIBLE)
    if answer.values is None:
        return Found(None, is_final)
    return Found(_amounts(model, layout, answer), is_final)


def formulate(model: Model) -> LinearProgram:
    """Return the program of a model, for any engine."""
    return _Layout(model).program()


def _amounts(model: Model, layout: _Layout, answer: Answer) -> IntArray:
    assert answer.values is not None
    persons = answer.values[layout.x]
    relief = int(model.block.relief(persons).sum())
    demand = replace(model.demand, relief=max(relief, model.demand.relief))
    flow = settle(model.block, persons > 0, demand)
    if flow is None or not model.block.keeps_rules(flow):
        raise SolverDisagreementError("an engine opens pairs that cannot carry the plan")
    if not model.low <= _value(model, flow) <= model.high:
        raise SolverDisagreementError("an engine's plan is not as good as it says")
    return flow


def _value(model: Model, flow: IntArray) -> int:
    """Goal of a plan, counted from its amounts."""
    if model.goal is Goal.COUNT:
        return model.block.count(flow, model.form)
    if model.goal is Goal.RELIEF:
        return int(model.block.relief(flow).sum())
    if model.goal is Goal.ANY:
        return model.low
    weight = model.block.distance if model.goal is Goal.DISTANCE else np.ones_like(flow)
    return int((flow * weight).sum())


class _Layout:
    """Columns and rows. Columns: persons x and open y per arc, relief r, changed z per party.

    An arc carries at most its true limit when open: no large constant stands in for it.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        block = model.block
        a, b, e = len(block.givers), len(block.takers), len(block.arcs)
        is_joint = model.form is Form.JOINT and (
            model.goal is Goal.COUNT or model.most_count is not None
        )
        self.x = np.arange(e)
        self.y = np.arange(e) + e
        self.r = np.arange(a) + 2 * e
        self.z = np.arange((a + b) if is_joint else 0) + 2 * e + a
        self.columns = 2 * e + a + len(self.z)
        self.rows: list[IntArray] = []
        self.cols: list[IntArray] = []
        self.vals: list[IntArray] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self._arc_rows()
        self._party_rows()
        if is_joint:
            self._change_rows()
        self._goal_rows()

    def add(
        self, columns: IntArray, values: IntArray, low: int = -UNBOUNDED, high: int = UNBOUNDED
    ) -> None:
        """Add one row."""
        self.rows.append(np.full(len(columns), len(self.low)))
        self.cols.append(columns)
        self.vals.append(values)
        self.low.append(low)
        self.high.append(high)

    def _arc_rows(self) -> None:
        block = self.model.block
        limit = block.arc_limit
        for k in range(len(block.arcs)):
            pair = np.array([self.x[k], self.y[k]])
            self.add(pair, np.array([1, -int(limit[k])]), high=0)
            self.add(pair, np.array([1, -block.lot]), low=0)

    def _party_rows(self) -> None:
        block = self.model.block
        limits = block.has_partner_limits
        for side, most, partners in (
            (0, block.give, block.giver_partners),
            (1, block.room, block.taker_partners),
        ):
            for v in range(len(most)):
                arcs = np.flatnonzero(block.arcs[:, side] == v)
                ones = np.ones(len(arcs), dtype=np.int64)
                self.add(self.x[arcs], ones, high=int(most[v]))
                if limits:
                    self.add(self.y[arcs], ones, high=int(partners[v]))
                if side == 0:
                    columns = np.append(self.x[arcs], self.r[v])
                    self.add(columns, np.append(ones, -1), low=0)
        self.add(self.r, np.ones(len(self.r), dtype=np.int64), low=self.model.demand.relief)

    def _change_rows(self) -> None:
        block = self.model.block
        a = len(block.givers)
        limit = block.arc_limit
        for k, (giver, taker) in enumerate(block.arcs.tolist()):
            for z in (self.z[giver], self.z[a + taker]):
                self.add(np.array([self.y[k], z]), np.array([1, -1]), high=0)
        for side, first, most in ((0, 0, block.give), (1, a, block.room)):
            for v in range(len(most)):
                arcs = np.flatnonzero(block.arcs[:, side] == v)
                whole = min(int(most[v]), int(limit[arcs].sum()))
                columns = np.append(self.x[arcs], self.z[first + v])
                values = np.append(np.ones(len(arcs), dtype=np.int64), -whole)
                self.add(columns, values, high=0)

    def _goal_rows(self) -> None:
        model = self.model
        count = self._count()
        everyone = np.ones(len(self.x), dtype=np.int64)
        if model.most_count is not None:
            self.add(*count, high=model.most_count)
        if model.most_persons is not None:
            self.add(self.x, everyone, high=model.most_persons)
        if model.goal is not Goal.ANY:
            self.add(*self._goal(), model.low, model.high)

    def _count(self) -> tuple[IntArray, IntArray]:
        """Columns and weights of the number of new agreements."""
        if not len(self.z):
            return self.y, np.ones(len(self.y), dtype=np.int64)
        block = self.model.block
        changed = np.concatenate([block.giver_changed, block.taker_changed])
        return self.z[~changed], np.ones(int((~changed).sum()), dtype=np.int64)

    def _goal(self) -> tuple[IntArray, IntArray]:
        """Columns and weights of the goal; relief counts upwards."""
        goal = self.model.goal
        if goal is Goal.ANY:
            return self.x[:0], self.x[:0]
        if goal is Goal.COUNT:
            return self._count()
        if goal is Goal.RELIEF:
            return self.r, np.ones(len(self.r), dtype=np.int64)
        if goal is Goal.PERSONS:
            return self.x, np.ones(len(self.x), dtype=np.int64)
        return self.x, self.model.block.distance

    def program(self) -> LinearProgram:
        """Pack columns and rows."""
        block, demand = self.model.block, self.model.demand
        e = len(block.arcs)
        ones = np.ones(len(self.z), dtype=np.int64)
        columns, values = self._goal()
        objective = np.zeros(self.columns, dtype=np.int64)
        objective[columns] = values
        integral = np.zeros(self.columns, dtype=bool)
        integral[self.y] = integral[self.z] = True
        return LinearProgram(
            objective=objective,
            row=np.concatenate(self.rows).astype(np.int64),
            column=np.concatenate(self.cols).astype(np.int64),
            coefficient=np.concatenate(self.vals).astype(np.int64),
            row_lower=np.array(self.low, dtype=np.int64),
            row_upper=np.array(self.high, dtype=np.int64),
            lower=np.concatenate(
                [np.zeros(e, np.int64), block.wished.astype(np.int64), demand.floor, 0 * ones]
            ),
            upper=np.concatenate([block.arc_limit, np.ones(e, np.int64), block.useful, ones]),
            integral=integral,
            maximise=self.model.goal is Goal.RELIEF,
        )
