"""What libraries are asked in the engines' names, and what is made of their answers.

No engine runs: each library's function is replaced by one that notes its arguments and answers
by rule. ``expected_asking.toml`` holds the texts; where a question rightly changes, write it anew,
and read what changed::

    python -m tests.models.solver.asking
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pulp
import pytest
import scipy.optimize
from ortools.math_opt.python import mathopt
from scipy.sparse import issparse

from models.solution import SolverDisagreementError, SolverFailedError, Status
from models.solver import milp, selftest
from models.solver.flow import max_flow, min_cost_flow
from models.solver.interior import solve_interior
from models.solver.limits import Limits
from models.solver.linear import Relaxation, solve_relaxation
from models.solver.milp import as_pulp, pulp_claim
from models.solver.peers import as_mathopt, ask_peer
from models.solver.program import UNBOUNDED, Answer, Claim, IntArray, LinearProgram, settle
from models.solver.spare import (
    cheapest_by_highs,
    largest_by_highs,
    relax_with_glop,
    solve_with_scip,
)
from tests.models import tables
from tests.models.deciding import short

TABLE = Path(__file__).with_name("expected_asking.toml")


def drawn(seed: int) -> LinearProgram:
    """A programme of four columns and three rows with limits of every kind and a solution."""
    rng = np.random.default_rng([seed, 13])
    matrix = rng.integers(-4, 5, (3, 4))
    row, column = np.nonzero(matrix)
    lower = rng.integers(-5, 3, 4)
    upper = lower + rng.integers(0, 6, 4)
    lower[rng.random(4) < 0.3] = -UNBOUNDED
    upper[rng.random(4) < 0.3] = UNBOUNDED
    held = matrix @ np.clip(np.arange(4), lower, upper)
    row_lower = held - rng.integers(0, 2, 3) * 3
    row_upper = held + (held > row_lower) * rng.integers(0, 3, 3)
    row_lower[rng.random(3) < 0.3] = -UNBOUNDED
    row_upper[rng.random(3) < 0.3] = UNBOUNDED
    order = rng.permutation(len(row))
    return LinearProgram(
        objective=rng.integers(-9, 10, 4) * (rng.random(4) < 0.8),
        row=row[order],
        column=column[order],
        coefficient=matrix[row, column][order],
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        integral=rng.random(4) < 0.6,
        maximise=bool(seed % 2),
    )


def solution(program: LinearProgram) -> IntArray:
    """Values that keep the rules of a programme that was drawn."""
    return np.clip(np.arange(4), program.lower, program.upper)


def plain(value: Any) -> str:
    """Arguments as text, whole numbers and floats told apart."""
    if issparse(value):
        return plain(value.toarray())
    if isinstance(value, np.ndarray):
        return f"{value.dtype.kind}{value.tolist()}"
    if isinstance(value, dict):
        return " ".join(f"{name}={plain(own)}" for name, own in value.items())
    if isinstance(value, tuple | list):
        return "; ".join(map(plain, value))
    if isinstance(value, scipy.optimize.Bounds):
        return plain([value.lb, value.ub])
    if isinstance(value, scipy.optimize.LinearConstraint):
        return plain([value.A, value.lb, value.ub])
    if isinstance(value, LinearProgram):
        return plain([getattr(value, own.name) for own in fields(value)])
    if isinstance(value, Claim):
        return plain([str(value.status), value.values, value.objective, value.bound])
    return str(value).replace(version("ortools"), "own version")


class Library:
    """A function of a library that notes what it is asked."""

    def __init__(self, answer: Callable[[int], Any]) -> None:
        self.answer, self.asked = answer, list[str]()

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.asked.append(plain([*given, named]))
        return self.answer(len(self.asked))


def always(value: Any) -> Callable[[int], Any]:
    """One answer to every question."""
    return lambda _: value


def said(ask: Callable[[], object]) -> str:
    """What is made of the answers, or why none is given."""
    try:
        return plain(ask())
    except (SolverDisagreementError, SolverFailedError) as error:
        return plain(f"{type(error).__name__}: {error}")


def of_highs(seed: int) -> list[str]:
    """Whole programmes, asked through scipy."""
    program, rng = drawn(seed), np.random.default_rng(seed)
    lines = []
    for status in (0, 1, 2, 3, 4):
        for nodes, bound in ((None, None), (7, np.inf), (None, -5.0), (3, 2.5)):
            found = {"mip_node_count": nodes, "mip_dual_bound": bound, "fun": 3.5}
            values = None if status in (2, 3) or nodes == 7 else rng.integers(0, 9, 4) / 2
            result = scipy.optimize.OptimizeResult(status=status, x=values, **found)
            library = Library(always(result))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(scipy.optimize, "milp", library)
                claim = milp._ask_highs(program, Limits(nodes=40 + status))
            lines.append(f"{len(library.asked)} {plain(claim)}")
    return [*lines, *library.asked]


def relaxed(seed: int) -> list[str]:
    """Relaxations, asked through scipy and of the simplex of ortools."""
    program = drawn(seed)
    above = np.where(program.row_lower == program.row_upper, program.row_lower, -UNBOUNDED)
    limited = LinearProgram(
        program.objective,
        program.row,
        program.column,
        program.coefficient,
        above,
        np.where(program.row_upper >= UNBOUNDED, 4, program.row_upper),
        np.maximum(program.lower, -99),
        program.upper,
        program.integral,
    )
    lines = []
    for solve, own in ((solve_relaxation, program), (solve_interior, limited)):
        for status in (0, 2):
            library = Library(always(linear(own, status)))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(scipy.optimize, "linprog", library)
                lines.append(said(partial(parts, solve, own)))
            lines += library.asked
    return lines


def parts(solve: Callable[[LinearProgram], Any], program: LinearProgram) -> list[Any]:
    """All of a relaxation."""
    found = solve(program)
    return [found.values, found.row_prices, found.objective]


def linear(program: LinearProgram, status: int) -> SimpleNamespace:
    """An answer of ``linprog`` with a price of its own for every row."""
    equal = program.row_lower == program.row_upper
    sides = (~equal & (program.row_upper < UNBOUNDED)).sum()
    sides += (~equal & (program.row_lower > -UNBOUNDED)).sum()
    return SimpleNamespace(
        status=status,
        message="as asked",
        x=np.arange(4) / 4,
        fun=2.25,
        eqlin=SimpleNamespace(marginals=1.0 + np.arange(equal.sum())),
        ineqlin=SimpleNamespace(marginals=10.0 + np.arange(sides)),
    )


def of_cbc(seed: int) -> list[str]:
    """Programmes as pulp writes them, how CBC is called, and what pulp says in the end."""
    program = drawn(seed)
    problem, variables = as_pulp(program)
    lines = [f"problem {str(problem).split()}"]
    for sol_status in (-1, 0, 1, 2, -2):
        for status in (-1, 0, 1):
            problem.sol_status, problem.status = sol_status, status
            for k, variable in enumerate(variables):
                variable.varValue = k / 2
            lines.append(plain(pulp_claim(problem, variables, (-1.0, 1.0)[seed % 2])))

    def end(own: Any) -> None:
        for variable, value in zip(own.variables(), solution(program).tolist(), strict=False):
            asked.append(f"{variable.name} from {variable.varValue}")
            variable.varValue = value
        own.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionOptimal)

    asked, engine = list[str](), SimpleNamespace(actualSolve=end)
    library = Library(lambda _: engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulp, "COIN_CMD", library)
        patch.setattr(pulp.apis.coin_api, "pulp_cbc_path", "cbc")
        starts = (None, solution(program))
        lines += [plain(milp._ask_cbc(program, Limits(nodes=60), own)) for own in starts]
        lines.append(said(lambda: told(ask_peer("cbc", program, 3.0))))
    return [*lines, *library.asked, plain(asked)]


def told(answer: Any) -> list[Any]:
    """All of a peer's answer."""
    return [str(answer.status), answer.objective, answer.bound]


def of_mathopt(seed: int) -> list[str]:
    """Programmes and settings that MathOpt is given, and what is read from its answers."""
    program, asked = drawn(seed), list[str]()
    reasons = mathopt.TerminationReason
    turn = [reasons.OPTIMAL, reasons.FEASIBLE, reasons.INFEASIBLE, reasons.NO_SOLUTION_FOUND]
    turn.append(reasons.OPTIMAL)

    def solve(model: Any, kind: Any, params: Any = None, model_params: Any = None) -> Any:
        asked.append(f"{kind.name} {settings(params, model_params)} {written(model)}")
        reason = turn[len(asked) % 5]
        has = reason in (reasons.OPTIMAL, reasons.FEASIBLE)
        bounds = SimpleNamespace(dual_bound=(np.inf, 7.5)[seed % 2])
        return SimpleNamespace(
            termination=SimpleNamespace(reason=reason, objective_bounds=bounds),
            has_primal_feasible_solution=lambda: has,
            variable_values=lambda own: solution(program)[: len(own)] * 1.0,
            dual_values=lambda own: np.arange(len(own)) + 0.5,
            objective_value=lambda: float(program.value(solution(program))),
        )

    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mathopt, "solve", solve)
        for _ in range(4):
            lines += [said(lambda: parts(relax_with_glop, program))]
            for start in (None, solution(program)):
                lines.append(said(partial(by_scip, program, start)))
            for name in ("cp-sat", "scip", "highs"):
                lines.append(said(partial(peer, name, program)))
    whole, _, _ = as_mathopt(program, all_whole=True)
    return [*lines, *asked[:7], written(whole)]


def by_scip(program: LinearProgram, start: IntArray | None) -> list[Any]:
    """What is made of the answer of SCIP."""
    answer = solve_with_scip(program, Limits(nodes=50), start)
    return [str(answer.status), answer.values, answer.objective]


def settings(params: Any, model_params: Any) -> str:
    """What MathOpt is told beside the model."""
    names = ("node_limit", "relative_gap_tolerance", "absolute_gap_tolerance", "threads")
    found = [getattr(params, name, None) for name in (*names, "time_limit")]
    hints = [] if model_params is None else model_params.solution_hints
    return f"{found} {[list(hint.variable_values.values()) for hint in hints]}"


def written(model: Any) -> str:
    """A model of MathOpt as text."""
    whole = model.export_model()
    columns, rows, goal = whole.variables, whole.linear_constraints, whole.objective
    matrix = whole.linear_constraint_matrix
    numbers = (
        *(columns.lower_bounds, columns.upper_bounds, columns.integers),
        *(rows.lower_bounds, rows.upper_bounds),
        *(matrix.row_ids, matrix.column_ids, matrix.coefficients),
        *(goal.linear_coefficients.ids, goal.linear_coefficients.values),
    )
    return f"{goal.maximize} {[list(own) for own in numbers]}"


def peer(name: str, program: LinearProgram) -> list[Any]:
    """What is made of a peer's answer."""
    return told(ask_peer(name, program, 2.5))


def of_flows(seed: int) -> list[str]:
    """Flows as linear programmes, the same flows of ortools, and false answers."""
    rng = np.random.default_rng(seed)
    tails, heads = rng.integers(0, 5, 12), rng.integers(0, 5, 12)
    room, costs = rng.integers(0, 6, 12), rng.integers(-3, 9, 12)
    flows = np.minimum(room, rng.integers(0, 6, 12))
    supplies = np.bincount(tails, flows, 5) - np.bincount(heads, flows, 5)
    given = (tails, heads, room, costs, supplies.astype(np.int64))
    value, reached = max_flow(tails, heads, room, 0, 4, 5)
    lines = [
        f"cost {int((min_cost_flow(*given) * costs).sum())} most {value} {reached.tolist()}",
        said(lambda: list(cheapest_by_highs(*given) or ("none",))[1:]),
        said(lambda: list(largest_by_highs(tails, heads, room, 0, 4, 5))[:1]),
    ]
    for status, most in ((0, 1), (0, 6), (1, 0), (2, 0)):
        some = np.minimum(room, most).astype(float)
        library = Library(always(linear_flow(status, some)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scipy.optimize, "linprog", library)
            lines.append(said(lambda: list(cheapest_by_highs(*given) or ("none",))))
        lines += library.asked
    return lines


def linear_flow(status: int, flows: np.ndarray) -> SimpleNamespace:
    """An answer of ``linprog`` about a flow."""
    marginals = 3.0 * np.arange(5) * (flows.sum() > 10)
    return SimpleNamespace(status=status, x=flows, eqlin=SimpleNamespace(marginals=marginals))


def claimed(seed: int) -> list[str]:
    """What is said of values that are nearly whole, too large, or worth something else."""
    program, rng, lines = drawn(seed), np.random.default_rng(seed), list[str]()
    for status in ("optimal", "feasible", "infeasible", "unknown"):
        for _ in range(12):
            values = solution(program).astype(float)
            if rng.random() < 0.2:
                values += rng.integers(-1, 2, 4)
            worth = program.value(values.astype(np.int64))
            values += rng.choice([0.0, 0.0, 0.0, 9e-7, 2e-6, 1e16]) * (rng.random(4) < 0.3)
            objective = worth + float(rng.choice([0.0, 0.4, 0.5, -0.6]))
            bound = worth + float(rng.choice([0.0, 0.4, -0.5, 1.0, -3.0]))
            claim = Claim(Status(status), values, objective, bound)
            lines.append(said(partial(settled_text, program, claim)))
    return lines


def settled_text(program: LinearProgram, claim: Claim) -> list[Any]:
    """All of a settled answer."""
    answer = settle(program, claim, "an engine")
    return [str(answer.status), answer.values, answer.objective]


def of_itself(seed: int) -> list[str]:
    """Tiny models of the self-tests, and what is said where engines answer so or so."""
    flow = np.array([1, seed % 2])
    sides = np.array([True, seed % 3 > 0, False])
    answer = Answer((Status.OPTIMAL, Status.FEASIBLE)[seed % 2], None, 220 - seed // 4, "own")
    relaxation = Relaxation(np.zeros(3), np.array([4.0 + seed // 3]), 240.0 + seed // 5)
    result = SimpleNamespace(status=seed // 5, fun=9.0 + seed % 3)
    places = {
        "min_cost_flow": flow,
        "max_flow": (2 - seed // 4, sides),
        "solve_with_cbc": answer,
        "solve_with_highs": answer,
        "solve_relaxation": relaxation,
    }
    libraries = [Library(always(own)) for own in (*places.values(), result)]
    with pytest.MonkeyPatch.context() as patch:
        for name, library in zip(places, libraries, strict=False):
            patch.setattr(selftest, name, library)
        patch.setattr(scipy.optimize, "milp", libraries[-1])
        tests = (selftest.try_cbc, selftest.try_highs)
        works = [
            bool(own()[1]) for own in (*tests, selftest.try_min_cost_flow, selftest.try_max_flow)
        ]
        right = selftest._mixed_is_right(), bool(selftest._relaxation_is_right())
    return [f"{works} {right}", *(plain(own.asked) for own in libraries)]


KINDS = (of_itself, of_highs, relaxed, of_cbc, of_mathopt, of_flows, claimed)


def lines_of(way: Callable[[int], list[str]], seed: int) -> list[str]:
    """The texts of a way, long ones shortened."""
    return [short(text.replace("\\", "")) for text in way(seed)]


ASKING: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(lines_of, own, seed)
    for own in KINDS
    for seed in range(6)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "What libraries are asked; see asking.py.", ASKING)
