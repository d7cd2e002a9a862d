"""Seconds and proven stages of the exchange on generated national problems.

Usage::

    python -m benchmarks.exchange --pairs province --form joint --seeds 1-20
    python -m benchmarks.exchange --pairs all --form bilateral --seeds 1-3
    python -m benchmarks.exchange --pairs all --seeds 1-3 --quick
    python -m benchmarks.exchange --pairs province --form bilateral --seeds 2 --peer cbc --wall 60

CPU seconds count user and system time of the solve, without drawing the problem. ``--quick``
allows no search: a plan with bounds. ``--peer`` gives an engine the third stage in one piece,
with the relief and the level that the earlier stages found, and stops it by the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable

from benchmarks.exchange_instances import make_problem
from models.exchange import Budget, ExchangeOutcome, ExchangeProblem, Form, Stage, solve_exchange
from models.exchange.block import whole_block
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, formulate
from models.exchange.relief import floors
from models.solution import SolverFailedError, Status
from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.milp import solve_with_cbc, solve_with_highs

COUNTED = ("shortfall", "worst", "agreements")
PEERS: dict[str, Callable[..., object]] = {"cbc": solve_with_cbc, "highs": solve_with_highs}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parties", type=int, default=352)
    parser.add_argument("--pairs", choices=("province", "all"), default="province")
    parser.add_argument("--form", choices=[str(form) for form in Form], default="joint")
    parser.add_argument("--seeds", default="1-3", help="one seed or FIRST-LAST")
    parser.add_argument("--lot", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="no search")
    parser.add_argument("--peer", choices=PEERS)
    parser.add_argument("--wall", type=float, default=60.0, help="seconds for a peer")
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    budget = Budget(nodes=0, rounds=0) if asked.quick else Budget()
    proven = 0
    for seed in seeds:
        problem = make_problem(asked.parties, seed, asked.pairs, asked.lot)
        seconds, outcome = _timed(problem, Form(asked.form), budget)
        is_proven = all(outcome.stage(name).status is Status.OPTIMAL for name in COUNTED)
        proven += is_proven
        print(f"seed {seed}: {seconds:.1f} CPU s, {_line(outcome.stages)}", flush=True)
        if asked.peer:
            print(f"    {_peer(problem, outcome, Form(asked.form), asked.peer, asked.wall)}")
    print(f"stages 1 to 3 proven on {proven} of {len(seeds)} seeds")


def _timed(problem: ExchangeProblem, form: Form, budget: Budget) -> tuple[float, ExchangeOutcome]:
    start = time.process_time()
    outcome = solve_exchange(problem, form, budget=budget)
    return time.process_time() - start, outcome


def _line(stages: Iterable[Stage]) -> str:
    """Objective of each stage, with the bound where they differ and a star where proven."""
    words = []
    for stage in stages:
        is_proven = stage.status is Status.OPTIMAL
        value = f"{stage.objective}*" if is_proven else f"{stage.objective} (bound {stage.bound})"
        words.append(f"{stage.name} {value}")
    return ", ".join(words)


def _peer(
    problem: ExchangeProblem, outcome: ExchangeOutcome, form: Form, name: str, wall: float
) -> str:
    block = whole_block(problem)
    relief = problem.total_shortfall - int(outcome.stage("shortfall").objective)
    demand = Demand(relief, floors(block, outcome.stage("worst").objective))
    program = formulate(Model(block, demand, form, Goal.COUNT))
    start = time.perf_counter()
    try:
        answer = run_in_child(
            PEERS[name], program, Limits(nodes=10**9), limits=Limits(wall_seconds=wall)
        )
    except SolverFailedError as error:
        return f"{name}: {error}"
    status, value = getattr(answer, "status", None), getattr(answer, "objective", None)
    return f"{name}: {status} {value} in {time.perf_counter() - start:.1f} s"


if __name__ == "__main__":
    main()
