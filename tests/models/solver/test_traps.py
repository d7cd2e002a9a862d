"""Traps of the engines that other tests do not name; docs/reference/traps.md lists all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from models.apportionment import largest_remainder
from models.exchange import Form
from models.exchange.block import build_blocks
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, formulate
from models.linking.choices import all_choices
from models.linking.formulation import formulate as formulate_links
from models.solution import Status
from models.solver.milp import as_pulp, solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED
from models.solver.spare import solve_with_scip
from tests.models.exchange.cases import random_problem
from tests.models.linking.test_exact import region
from tests.models.solver.test_milp import PACKAGES, program

ENGINES = pytest.mark.parametrize("solve", [solve_with_highs, solve_with_cbc, solve_with_scip])


@ENGINES
def test_a_gap_of_a_ten_thousandth_is_not_called_optimal(solve):
    """HiGHS stops by default within 1e-4 and says Optimal all the same."""
    for seed in (0, 1, 7):  # with its default HiGHS calls another packing of the last the best
        rng = np.random.default_rng(seed)
        sizes, worth = rng.integers(20, 60, 12), rng.integers(99_000, 101_000, 12)
        room = int(sizes.sum()) // 2
        made = program([sizes.tolist()], [-UNBOUNDED], [room], worth.tolist(), [1] * 12)
        packed = np.array(list(product((0, 1), repeat=12)))
        best = int((packed @ worth)[packed @ sizes <= room].max())
        answer = solve(made)
        assert (answer.status, answer.objective) == (Status.OPTIMAL, best)


def test_names_in_a_model_never_come_from_data():
    """'H-1' and 'H_1' become one name in an LP file, and names would leave in kept files."""
    problem, variables = as_pulp(PACKAGES)
    assert [variable.name for variable in variables] == ["x0", "x1", "x2"]
    assert {row.name for row in problem.constraints()} == {"r0__1"}


def test_no_choice_opens_more_than_its_true_capacity():
    """A large M lets a choice of 0.0000001 open a closed site, and rounding then closes it."""
    rng, seen = np.random.default_rng(1), 0
    for _ in range(20):
        for block in build_blocks(random_problem(rng, most=6, persons=25)):
            nobody = Demand(0, np.zeros(len(block.givers), dtype=np.int64))
            for form in Form:
                made = formulate(Model(block, nobody, form, Goal.COUNT))
                true = max(int(part.max()) for part in (block.arc_limit, block.give, block.room))
                assert int(np.abs(made.coefficient).max()) <= max(true, block.lot)
                seen += 1
    assert seen >= 20
    problem = region()
    links = formulate_links(problem, all_choices(problem)).program
    true = max(int(problem.sizes.max()), int(problem.dwellings.max()))
    assert int(np.abs(links.coefficient).max()) <= true


def test_shares_that_floats_get_wrong_are_divided_exactly():
    """With floats the third gets 31 and the last 136."""
    weights = [1000, 7000, 13000, 25000, 27000, 56000]
    assert list(largest_remainder(312, weights).parts) == [2, 17, 32, 61, 65, 135]
