from __future__ import annotations

import stat
import time
from pathlib import Path

import numpy as np
import pytest

from models.solution import SolverDisagreementError, SolverFailedError, Status
from models.solver import milp
from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.linear import solve_relaxation
from models.solver.milp import cbc_version, highs_version, solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED, Claim, LinearProgram
from tests.models.solver.child_jobs import solve_for_ever

BOTH = pytest.mark.parametrize("solve", [solve_with_cbc, solve_with_highs])


def whole(*values):
    return np.array(values, dtype=np.int64)


def program(matrix, row_lower, row_upper, objective, upper, *, free=(), maximise=True):
    matrix = np.array(matrix, dtype=np.int64)
    row, column = np.nonzero(matrix)
    integral = np.ones(len(objective), dtype=np.bool_)
    integral[list(free)] = False
    return LinearProgram(
        whole(*objective),
        row,
        column,
        matrix[row, column],
        whole(*row_lower),
        whole(*row_upper),
        np.zeros(len(objective), dtype=np.int64),
        whole(*upper),
        integral,
        maximise,
    )


# Values 60, 100, 120 at 10, 20, 30 of 50: 100 + 120 = 220.
PACKAGES = program([[10, 20, 30]], [-UNBOUNDED], [50], (60, 100, 120), (1, 1, 1))
# 2x = 3 has a fraction and no whole number.
ODD = program([[2]], [3], [3], (1,), (9,))
# x >= 5 and x <= 9 against x <= 3.
EMPTY = program([[1]], [5], [9], (1,), (3,))


def halving(items=50, rows=5):
    """Divide numbers in halves as equal as can be, five times at once: hard to prove."""
    rng = np.random.default_rng(3)
    weights = rng.integers(1, 99_999, (rows, items))
    slack = -np.eye(rows, dtype=np.int64)
    half = weights.sum(axis=1) // 2
    return program(
        np.vstack([np.hstack([weights, slack]), np.hstack([-weights, slack])]),
        [-UNBOUNDED] * (2 * rows),
        [*half, *-half],
        [0] * items + [1] * rows,
        [1] * items + [UNBOUNDED] * rows,
        free=range(items, items + rows),
        maximise=False,
    )


@BOTH
def test_the_best_packages_are_found(solve):
    answer = solve(PACKAGES)
    assert (answer.status, answer.objective) == (Status.OPTIMAL, 220)
    assert answer.values.tolist() == [0, 1, 1]


@BOTH
def test_minimising_is_not_maximising(solve):
    # 3x + 2y >= 7 at 4 and 3 each: x = 1, y = 2 costs 10.
    answer = solve(program([[3, 2]], [7], [UNBOUNDED], (4, 3), (9, 9), maximise=False))
    assert (answer.status, answer.objective, answer.values.tolist()) == (Status.OPTIMAL, 10, [1, 2])


@BOTH
def test_a_row_with_two_limits_keeps_both(solve):
    rows = [[1, 1], [1, 0]]
    most = solve(program(rows, [2, 1], [3, UNBOUNDED], (1, 1), (9, 9)))
    least = solve(program(rows, [2, 1], [3, UNBOUNDED], (1, 1), (9, 9), maximise=False))
    assert (most.objective, least.objective) == (3, 2)


@BOTH
@pytest.mark.parametrize("impossible", [ODD, EMPTY])
def test_impossible_programs_are_called_so_and_show_no_values(solve, impossible):
    answer = solve(impossible)
    assert (answer.status, answer.values, answer.objective) == (Status.INFEASIBLE, None, None)


@BOTH
def test_a_search_cut_short_is_never_called_optimal(solve):
    answer = solve(halving(), Limits(nodes=5))
    assert answer.status is Status.FEASIBLE
    assert answer.objective == halving().value(answer.values)


@BOTH
def test_more_nodes_never_give_a_worse_solution(solve):
    few, many = (solve(halving(), Limits(nodes=nodes)) for nodes in (1, 40))
    assert many.objective <= few.objective


@BOTH
def test_a_search_gives_the_same_solution_again(solve):
    first, second = (solve(halving(), Limits(nodes=10)).values for _ in range(2))
    assert first.tolist() == second.tolist()


def test_cbc_begins_with_the_solution_it_is_given():
    begun = solve_with_highs(halving(), Limits(nodes=40)).values
    again = solve_with_cbc(halving(), Limits(nodes=1), begun)
    assert again.objective <= halving().value(begun)
    assert solve_with_cbc(halving(), Limits(nodes=1)).objective > again.objective


@pytest.mark.parametrize("maximise", [True, False])
@pytest.mark.parametrize("sign", [-1, 1])
def test_cbc_improves_on_the_solution_it_is_given_whatever_the_sign_of_its_value(maximise, sign):
    """CBC 2.10.3 calls the given solution the best when it maximises and the value is negative."""
    rows = np.zeros((9, 16), dtype=np.int64)
    for who, place in np.ndindex(4, 4):
        column = 4 * who + place
        rows[who, column] = rows[4 + place, column] = 1
        rows[8, column] = 7 + 3 * place
    # Four to four places; those who stay are worth a point, or cost one.
    stay = np.eye(4, dtype=np.int64).ravel()
    move = np.roll(np.eye(4, dtype=np.int64), 1, axis=1).ravel()
    limits = [1] * 8 + [0], [1] * 8 + [46]
    asked = program(rows, *limits, sign * stay, [1] * 16, maximise=maximise)
    staying_is_best = (sign == 1) == maximise
    answer = solve_with_cbc(asked, Limits(), move if staying_is_best else stay)
    assert answer.status is Status.OPTIMAL
    assert answer.objective == (4 * sign if staying_is_best else 0)


def test_engines_agree_on_random_programs():
    rng = np.random.default_rng(11)
    seen = {Status.OPTIMAL: 0, Status.INFEASIBLE: 0}
    for _ in range(60):
        rows, columns = int(rng.integers(1, 4)), int(rng.integers(2, 6))
        asked = program(
            rng.integers(-4, 6, (rows, columns)),
            rng.integers(-3, 5, rows),
            rng.integers(5, 12, rows),
            rng.integers(-9, 10, columns),
            rng.integers(1, 5, columns),
        )
        cbc, highs = solve_with_cbc(asked), solve_with_highs(asked)
        assert (cbc.status, cbc.objective) == (highs.status, highs.objective)
        seen[cbc.status] += 1
    assert seen[Status.OPTIMAL] >= 30
    assert seen[Status.INFEASIBLE] >= 1


def test_versions_name_what_answers():
    assert cbc_version().startswith("cbc 2.")
    assert highs_version().startswith("highs 1.")
    assert solve_with_cbc(PACKAGES).engine == cbc_version()
    assert solve_with_highs(PACKAGES).engine == highs_version()


def test_the_files_of_cbc_lie_in_a_private_folder_and_go(monkeypatch, tmp_path):
    import pulp

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []
    solve = pulp.COIN_CMD.solve_CBC

    def look(self, *arguments, **options):
        seen.append((Path(self.tmpDir).parent, stat.S_IMODE(Path(self.tmpDir).stat().st_mode)))
        return solve(self, *arguments, **options)

    monkeypatch.setattr(pulp.COIN_CMD, "solve_CBC", look)
    assert solve_with_cbc(PACKAGES).objective == 220
    assert seen == [(tmp_path, 0o700)]
    assert list(tmp_path.iterdir()) == []


def test_a_cbc_that_dies_is_a_failure_and_leaves_nothing(monkeypatch, tmp_path):
    dying = tmp_path / "cbc"
    dying.write_text("#!/bin/sh\nexit 3\n")
    dying.chmod(0o700)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setattr("pulp.apis.coin_api.pulp_cbc_path", str(dying))
    with pytest.raises(SolverFailedError, match="CBC stopped"):
        solve_with_cbc(PACKAGES)
    assert list(scratch.iterdir()) == []


def members_of(group):
    """Processes of a group, zombies aside."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[2] == group and fields[0] not in "ZX":
            found.append(entry.parent.name)
    return found


def test_a_cbc_that_never_ends_is_ended_with_its_parent(tmp_path):
    note = tmp_path / "pid"
    limits = Limits(wall_seconds=5)
    with pytest.raises(SolverFailedError, match="does not mean that no plan exists"):
        run_in_child(solve_for_ever, note, halving(80, 8), limits=limits)
    # A killed process is gone once the kernel has had time for it.
    for _ in range(100):
        if not members_of(note.read_text()):
            break
        time.sleep(0.1)
    assert members_of(note.read_text()) == []


# What a lying engine could say of PACKAGES, whose best is (0, 1, 1) at 220.
LIES = [
    (Claim(Status.OPTIMAL, np.array([0.0, 0.6, 1.0]), 180.0), "not whole"),
    (Claim(Status.OPTIMAL, np.array([0.0, np.nan, 1.0]), 220.0), "not a usable number"),
    (Claim(Status.OPTIMAL, np.array([0.0, np.inf, 1.0]), 220.0), "not a usable number"),
    (Claim(Status.OPTIMAL, np.array([0.0, 1e300, 1.0]), 220.0), "not a usable number"),
    (Claim(Status.OPTIMAL, np.array([1.0, 1.0]), 160.0), "2 of 3 values"),
    (Claim(Status.OPTIMAL, np.array([1.0, 1.0, 1.0]), 280.0), "breaks a row"),
    (Claim(Status.OPTIMAL, np.array([0.0, 2.0, 0.0]), 200.0), "breaks a column"),
    (Claim(Status.OPTIMAL, np.array([0.0, -1.0, 1.0]), 20.0), "breaks a column"),
    (Claim(Status.OPTIMAL, np.array([1.0, 1.0, 0.0]), 220.0), "worth 160"),
    (Claim(Status.OPTIMAL, np.array([1.0, 1.0, 0.0]), np.nan), "worth 160"),
    (Claim(Status.OPTIMAL, np.array([1.0, 1.0, 0.0]), 160.0, 220.0), "gap open"),
    (Claim(Status.FEASIBLE, np.array([0.0, 1.0, 1.0]), 220.0, 200.0), "beats"),
    (Claim(Status.OPTIMAL), "shows no values"),
    (Claim(Status.FEASIBLE), "shows no values"),
]


@pytest.mark.parametrize(("name", "solve"), [("cbc", solve_with_cbc), ("highs", solve_with_highs)])
@pytest.mark.parametrize(("lie", "match"), LIES)
def test_a_lying_engine_is_caught(monkeypatch, name, solve, lie, match):
    monkeypatch.setattr(milp, f"_ask_{name}", lambda *_: lie)
    with pytest.raises(SolverDisagreementError, match=match):
        solve(PACKAGES)


@BOTH
def test_values_that_are_whole_but_for_noise_are_rounded_not_truncated(monkeypatch, solve):
    noisy = Claim(Status.OPTIMAL, np.array([1e-9, 0.9999999, 1.0000001]), 219.99999)
    for name in ("cbc", "highs"):
        monkeypatch.setattr(milp, f"_ask_{name}", lambda *_: noisy)
    answer = solve(PACKAGES)
    assert (answer.values.tolist(), answer.objective) == ([0, 1, 1], 220)


def test_values_of_a_search_that_found_nothing_are_wiped(monkeypatch):
    left_over = Claim(Status.UNKNOWN, np.array([0.5, 0.5, 0.5]), 140.0)
    monkeypatch.setattr(milp, "_ask_cbc", lambda *_: left_over)
    answer = solve_with_cbc(PACKAGES)
    assert (answer.status, answer.values, answer.objective) == (Status.UNKNOWN, None, None)


# One package x in {0, 1}, and y + z = 3 x with both worth 1: any split is as good.
SPLIT = program([[3, -1, -1]], [0], [0], (0, 1, 1), (1, 3, 3), free=(1, 2))


def test_fractions_of_free_columns_are_moved_to_a_whole_corner(monkeypatch):
    between = Claim(Status.OPTIMAL, np.array([1.0, 1.5, 1.5]), 3.0)
    monkeypatch.setattr(milp, "_ask_cbc", lambda *_: between)
    answer = solve_with_cbc(SPLIT)
    assert answer.objective == 3
    assert sorted(answer.values.tolist()) in ([0, 1, 3], [1, 1, 2])


def test_fractions_that_no_corner_mends_are_refused(monkeypatch):
    broken = Claim(Status.OPTIMAL, np.array([0.0, 1.5, 1.5]), 3.0)
    monkeypatch.setattr(milp, "_ask_cbc", lambda *_: broken)
    with pytest.raises(SolverDisagreementError, match="worth 0"):
        solve_with_cbc(SPLIT)


@pytest.mark.parametrize(
    ("name", "bad", "match"),
    [
        ("objective", np.array([1.5, 2.0, 3.0]), "whole numbers"),
        ("objective", whole(1, 2), "shape"),
        ("coefficient", whole(1, 2, 1 << 53), "exactly"),
        ("column", whole(0, 1, 3), "outside the columns"),
        ("row", whole(0, 0, 1), "outside the rows"),
        ("column", whole(0, 1, 1), "twice"),
        ("integral", whole(1, 1, 1), "truth values"),
    ],
)
def test_a_program_that_an_engine_would_misread_is_refused(name, bad, match):
    from dataclasses import replace

    with pytest.raises(ValueError, match=match):
        replace(PACKAGES, **{name: bad})


def test_a_program_without_rows_is_solved():
    none = whole()
    free = LinearProgram(
        whole(2, -1), none, none, none, none, none, whole(0, 0), whole(5, 5), np.ones(2, np.bool_)
    )
    for solve in (solve_with_cbc, solve_with_highs):
        assert solve(free).values.tolist() == [5, 0]


def test_a_program_that_highs_fails_on_with_presolve_is_answered_without():
    """HiGHS 1.12.0 ends in "solve error" here; no solution exists."""
    free = [UNBOUNDED] * 10
    program = LinearProgram(
        whole(
            *(360, 82, 141, 296, 147, 0, 0, 0, 0, 0, -3640, -3060, 0, 0, 0),
            *(-60, -60, -60, -200, -200, -200, -40, -40, -40, -150, -150, -150),
        ),
        whole(
            *(0, 0, 1, 1, 2, 3, 7, 4, 6, 5, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 9, 13, 14, 13),
            *(14, 10, 11, 12, 15, 16, 16, 17, 18, 19, 19, 19, *[17, 18, 19] * 4),
        ),
        whole(
            *(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 10, 11, 10, 11, 0, 2),
            *(12, 13, 14, 12, 13, 14, 5, 6, 7, 8, 9, *range(15, 27)),
        ),
        whole(
            *([1] * 10 + [-1] * 5 + [1] * 5 + [-1, -1, 1, 1, -1, -1, -1, -1, -1, 1, 1, 1]),
            *([4, 3, 1, 3, 4] + [1] * 6 + [-1] * 6),
        ),
        whole(*([1] * 3 + [0] * 10 + [-UNBOUNDED] * 3 + [1, 2, 6, 2])),
        whole(*([1] * 3 + [0] * 12 + [1, 1, 2, 6, 2])),
        whole(*[0] * 27),
        whole(*([1] * 5 + free + [1, 2, 0, 0, 4, 0, 0, 0, 2, 0, 0, 4])),
        np.ones(27, dtype=np.bool_),
    )
    assert solve_with_highs(program).status is Status.INFEASIBLE
    assert solve_with_cbc(program).status is Status.INFEASIBLE


def test_a_program_that_presolve_of_highs_calls_infeasible_is_asked_again_without():
    """HiGHS 1.12.0 says "infeasible" of a plan of 12 kilometres for three persons."""
    made = LinearProgram(
        whole(6, 4, 0, 0, 0, 0, 0, 0),
        whole(
            *(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, 8, 9, 9, 10, 11, 11, 12, 12),
            *(13, 13, 13, 14, 14, 14, 15, 15, 15),
        ),
        whole(
            *(0, 3, 0, 3, 1, 4, 1, 4, 2, 5, 2, 5, 0, 1, 0, 1, 6, 2, 2, 7, 0, 1, 2, 6, 7),
            *(3, 4, 5, 0, 1, 2, 0, 1, 2),
        ),
        whole(
            *(1, -2, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1, 1, 1, -1, 1, 1, -1, 1, 1, 1, 1, 1),
            *(1, 1, 1, 1, 1, 1, 6, 4, 0),
        ),
        whole(*[-UNBOUNDED, 0] * 5, -UNBOUNDED, -UNBOUNDED, 3, -UNBOUNDED, -UNBOUNDED, 12),
        whole(*[0, UNBOUNDED] * 3, 3, UNBOUNDED, 2, UNBOUNDED, 2, 1, UNBOUNDED, 2, 3, 15),
        whole(*[0] * 8),
        whole(2, 1, 1, 1, 1, 1, 3, 2),
        np.array([False] * 3 + [True] * 3 + [False] * 2),
        maximise=False,
    )
    for solve in (solve_with_cbc, solve_with_highs):
        answer = solve(made)
        assert (answer.status, answer.objective) == (Status.OPTIMAL, 12)


def test_a_relaxation_gives_value_and_prices_in_the_direction_of_its_goal():
    relaxed = solve_relaxation(PACKAGES)
    # 10 and 20 whole and 20 of 30: 60 + 100 + 80; one more unit of room brings 120 / 30.
    assert relaxed.objective == pytest.approx(240)
    assert relaxed.row_prices.tolist() == pytest.approx([4])
    # Least 4x + 3y with 3x + 2y >= 7 and x + y <= 9: x = 7/3; one more to reach costs 4/3.
    asked = program(
        [[3, 2], [1, 1]], [7, -UNBOUNDED], [UNBOUNDED, 9], (4, 3), (9, 9), maximise=False
    )
    relaxed = solve_relaxation(asked)
    assert relaxed.objective == pytest.approx(28 / 3)
    assert relaxed.row_prices.tolist() == pytest.approx([4 / 3, 0])


def test_a_relaxation_without_an_optimum_is_a_failure():
    with pytest.raises(SolverFailedError, match="relaxation"):
        solve_relaxation(EMPTY)
    with pytest.raises(SolverFailedError, match="relaxation"):
        solve_relaxation(program([[-1]], [-UNBOUNDED], [0], (1,), (UNBOUNDED,)))
