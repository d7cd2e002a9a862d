"""The exchange on generated national problems: proof, time, peers, netting, a changed figure.

Usage, one table each::

    python -m benchmarks.exchange national --pairs province --seeds 1-20
    python -m benchmarks.exchange national --pairs all --form bilateral --seeds 1-20
    python -m benchmarks.exchange peers --pairs all --form bilateral --seeds 1-2 --seconds 600
    python -m benchmarks.exchange changed --pairs all --seeds 1-5
    python -m benchmarks.exchange netting --pairs province --seeds 1-20
    python -m benchmarks.exchange regions

CPU seconds are user and system time of the solve with its child processes, without drawing
the problem; wall seconds beside them say how busy the machine was.

``peers`` gives each engine the third stage in one piece, with the relief and the level that our
earlier stages found, on one thread, stopped by the clock. Both run in a child process, whose start
and libraries are not counted. Ours is timed twice: with all five stages, and without the search for
short distances of the last one, which comes after what the peers are asked; even that includes the
stages before it. ``--first`` has each engine find and prove the relief in one piece as well, and
adds that time to its own, as it is in ours.
``changed`` takes away room from the largest takers, one after the other, and allows no search.
``netting`` sets the pairs that trade beside greedy netting of the same net positions, and beside
the bounds: no more than active parties less groups of trading parties, no fewer than the most
active side or half of all active parties. ``regions`` reads flevoland-2021-1 and generates others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.exchange_checks import print_changed, print_netting
from benchmarks.exchange_instances import make_problem
from benchmarks.exchange_regions import print_regions
from benchmarks.exchange_timing import Timed, timed, timed_in_child
from models.exchange import Budget, ExchangeOutcome, ExchangeProblem, Form, Stage, solve_exchange
from models.exchange.block import whole_block
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, formulate
from models.exchange.relief import floors
from models.solution import SolverFailedError, Status
from models.solver.limits import Limits
from models.solver.peers import PEERS, PeerAnswer, ask_peer
from models.solver.program import LinearProgram

COUNTED = ("shortfall", "worst", "agreements")
PATIENCE = 60.0
"""Seconds in which the first three stages should be proven."""
EARLY = Budget(rounds=0, distance_nodes=0)
"""No search for short distances; the first four stages must come out the same to be compared."""
LATE = 60.0
"""Seconds that a peer may take beyond its own clock to stop and answer."""


def main() -> None:
    """Run what the command line asks for."""
    asked = _arguments()
    if asked.table == "regions":
        print_regions(_seeds(asked.seeds))
        return
    form = Form(asked.form)
    problems = (
        (seed, make_problem(asked.parties, seed, asked.pairs, asked.lot))
        for seed in _seeds(asked.seeds)
    )
    if asked.table == "national":
        _print_national(problems, form, Budget(nodes=0, rounds=0) if asked.quick else Budget())
    elif asked.table == "peers":
        for seed, problem in problems:
            names = asked.engines.split(",")
            _print_peers(seed, problem, form, names, asked.seconds, asked.first)
    elif asked.table == "changed":
        print_changed(problems, form)
    else:
        print_netting(problems)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", choices=("national", "peers", "changed", "netting", "regions"))
    parser.add_argument("--parties", type=int, default=352)
    parser.add_argument("--pairs", choices=("province", "all"), default="province")
    parser.add_argument("--form", choices=[str(form) for form in Form], default="joint")
    parser.add_argument("--seeds", default="1-3", help="one seed or FIRST-LAST")
    parser.add_argument("--lot", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="no search")
    parser.add_argument("--engines", default=",".join(PEERS))
    parser.add_argument("--seconds", type=float, default=600.0, help="for each peer's program")
    parser.add_argument("--first", action="store_true", help="peers do the first stage too")
    return parser.parse_args()


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _print_national(
    problems: Iterator[tuple[int, ExchangeProblem]], form: Form, budget: Budget
) -> None:
    seeds, proven, soon = 0, 0, 0
    for seed, problem in problems:
        run = timed(solve_exchange, problem, form, budget=budget)
        is_proven = all(run.answer.stage(name).status is Status.OPTIMAL for name in COUNTED)
        seeds, proven = seeds + 1, proven + is_proven
        soon += is_proven and run.cpu < PATIENCE
        print(f"seed {seed}: {run}, {stages_line(run.answer)}", flush=True)
    print(
        f"stages 1 to 3 proven on {proven} of {seeds} seeds, "
        f"on {soon} in less than {PATIENCE:g} CPU s for all five stages"
    )


def stages_line(outcome: ExchangeOutcome) -> str:
    """Objective of each stage, with the bound where they differ and a star where proven."""
    return ", ".join(_stage_words(stage) for stage in outcome.stages)


def _stage_words(stage: Stage) -> str:
    if stage.status is Status.OPTIMAL:
        return f"{stage.name} {stage.objective}*"
    return f"{stage.name} {stage.objective} (bound {stage.bound})"


def _print_peers(
    seed: int,
    problem: ExchangeProblem,
    form: Form,
    engines: list[str],
    seconds: float,
    with_first: bool,
) -> None:
    ours, early = (_solve(problem, form, budget) for budget in (Budget(), EARLY))
    print(f"seed {seed}: ours {ours}, {stages_line(ours.answer)}", flush=True)
    print(f"    without the last stage's search {early}, {stages_line(early.answer)}", flush=True)
    program = one_piece(problem, ours.answer, form)
    stage = ours.answer.stage("agreements")
    offset = int(stage.objective) - _new_agreements(problem, ours.answer, form)
    for name in engines:
        try:
            before = _first_stage(name, problem, ours.answer, seconds) if with_first else 0.0
            run = _ask(name, program, seconds)
        except SolverFailedError as error:
            print(f"    {name}: {error}", flush=True)
            continue
        if with_first:
            print(f"    {name}: first stage {before:.1f} CPU s", flush=True)
        run = run._replace(cpu=run.cpu + before)
        print(f"    {name}: {run}, {_peer_words(run, ours, early, offset)}", flush=True)


def _solve(problem: ExchangeProblem, form: Form, budget: Budget) -> Timed[ExchangeOutcome]:
    limits = Limits(wall_seconds=PATIENCE * 60)
    return timed_in_child(partial(solve_exchange, budget=budget), problem, form, limits=limits)


def _ask(name: str, program: LinearProgram, seconds: float) -> Timed[PeerAnswer]:
    limits = Limits(wall_seconds=seconds + LATE)
    return timed_in_child(ask_peer, name, program, seconds, limits=limits)


def _first_stage(
    name: str, problem: ExchangeProblem, outcome: ExchangeOutcome, seconds: float
) -> float:
    """CPU seconds in which an engine finds the relief in one piece, or gives up."""
    block = whole_block(problem)
    nobody = Demand(0, np.zeros(len(block.givers), dtype=np.int64))
    # How relief is counted has no form; counting parties would only add columns.
    run = _ask(name, formulate(Model(block, nobody, Form.BILATERAL, Goal.RELIEF)), seconds)
    relief = problem.total_shortfall - int(outcome.stage("shortfall").objective)
    if run.answer.status is Status.OPTIMAL and run.answer.objective != relief:
        raise SystemExit(f"{name} proves a relief of {run.answer.objective}, ours is {relief}")
    if run.answer.status is not Status.OPTIMAL:
        print(f"    {name}: does not prove the first stage in {run}", flush=True)
    return run.cpu


def one_piece(problem: ExchangeProblem, outcome: ExchangeOutcome, form: Form) -> LinearProgram:
    """Third stage of a whole problem as one program, given what the first two stages found."""
    block = whole_block(problem)
    relief = problem.total_shortfall - int(outcome.stage("shortfall").objective)
    demand = Demand(relief, floors(block, outcome.stage("worst").objective))
    return formulate(Model(block, demand, form, Goal.COUNT))


def _new_agreements(problem: ExchangeProblem, outcome: ExchangeOutcome, form: Form) -> int:
    block = whole_block(problem)
    persons = {(giver, taker): amount for giver, taker, amount in outcome.transfers}
    pairs = zip(
        block.givers[block.arcs[:, 0]].tolist(),
        block.takers[block.arcs[:, 1]].tolist(),
        strict=True,
    )
    flow = block.distance * 0
    flow[:] = [persons.get(pair, 0) for pair in pairs]
    return block.count(flow, form)


def _peer_words(
    run: Timed[PeerAnswer],
    ours: Timed[ExchangeOutcome],
    early: Timed[ExchangeOutcome],
    offset: int,
) -> str:
    answer, reached = run.answer, int(ours.answer.stage("agreements").objective)
    if answer.status is Status.OPTIMAL and answer.objective is not None:
        same = "the same" if answer.objective + offset == reached else "NOT the same"
        shares = f"{ours.cpu / run.cpu:.3f} of it, to this stage {early.cpu / run.cpu:.3f}"
        return f"proves {answer.objective + offset}, {same}; ours takes {shares}"
    bound = "untold" if answer.bound is None else f"{answer.bound + offset:.1f}"
    value = "none" if answer.objective is None else str(answer.objective + offset)
    return f"{answer.status}: {value}, bound {bound}; does not prove it"


if __name__ == "__main__":
    main()
