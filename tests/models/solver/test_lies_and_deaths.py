"""A thousand lies are caught, and an engine that dies a hundred times leaves nothing behind."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from models.solution import SolverClockError, SolverDisagreementError, SolverFailedError, Status
from models.solver import milp
from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.milp import solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED, Claim
from models.solver.roll import recording
from tests.models.solver import child_jobs, fakes
from tests.models.solver.test_child import hanging_program, is_alive, wait_for
from tests.models.solver.test_milp import PACKAGES, program

NIGHT = pytest.mark.nightly


def packages(rng):
    """A random program with its best values and worth, by trying everything."""
    count = int(rng.integers(2, 5))
    sizes, worth = rng.integers(1, 30, count), rng.integers(1, 200, count)
    room = int(rng.integers(int(sizes.min()), int(sizes.sum()) + 1))
    fits = [x for x in product((0, 1), repeat=count) if int(np.dot(x, sizes)) <= room]
    best = max(fits, key=lambda x: int(np.dot(x, worth)))
    made = program([sizes.tolist()], [-UNBOUNDED], [room], worth.tolist(), [1] * count)
    return made, np.array(best, dtype=float), float(np.dot(best, worth)), sizes, room


def not_a_number(values, worth, rng):
    values[rng.integers(len(values))] = rng.choice([np.nan, np.inf, -np.inf, 1e300])
    return Claim(Status.OPTIMAL, values, worth, worth)


def short_or_long(values, worth, rng):
    changed = values[:-1] if rng.integers(2) else np.append(values, 0.0)
    return Claim(Status.OPTIMAL, changed, worth, worth)


def not_whole(values, worth, rng):
    values[rng.integers(len(values))] = rng.uniform(0.001, 0.999)
    return Claim(Status.OPTIMAL, values, worth, worth)


def outside_its_column(values, worth, rng):
    values[rng.integers(len(values))] = rng.choice([-1.0, 2.0, 7.0])
    return Claim(Status.OPTIMAL, values, worth, worth)


def worth_something_else(values, worth, rng):
    told = worth + float(rng.choice([-3, -1, 1, 2, 500]))
    return Claim(Status.OPTIMAL, values, told, told)


def better_than_its_bound(values, worth, rng):
    return Claim(Status.FEASIBLE, values, worth, worth - float(rng.integers(1, 50)))


def an_open_gap(values, worth, rng):
    return Claim(Status.OPTIMAL, values, worth, worth + float(rng.integers(1, 50)))


def no_values(_values, worth, rng):
    return Claim(Status.OPTIMAL if rng.integers(2) else Status.FEASIBLE, None, worth, worth)


LIES = (
    not_a_number,
    short_or_long,
    not_whole,
    outside_its_column,
    worth_something_else,
    better_than_its_bound,
    an_open_gap,
    no_values,
)


@pytest.mark.parametrize(("name", "solve"), [("cbc", solve_with_cbc), ("highs", solve_with_highs)])
def test_a_thousand_lies_are_caught(monkeypatch, name, solve):
    rng, believed, told = np.random.default_rng(1), [], Counter()
    for n in range(1000):
        made, values, worth, _, _ = packages(rng)
        lie = LIES[n % len(LIES)](values.copy(), worth, rng)
        monkeypatch.setattr(milp, f"_ask_{name}", lambda *_, lie=lie: lie)
        told[LIES[n % len(LIES)].__name__] += 1
        try:
            solve(made)
        except SolverDisagreementError:
            continue
        believed.append((n, LIES[n % len(LIES)].__name__))
    assert believed == []
    assert min(told.values()) >= 100


def test_a_full_room_overfilled_is_caught(monkeypatch):
    """Everything packed, worth what it is worth: only the row says that it does not fit."""
    rng, tried = np.random.default_rng(2), 0
    while tried < 100:
        made, values, _, sizes, room = packages(rng)
        if int(sizes.sum()) <= room:
            continue
        tried += 1
        worth = float(np.asarray(made.objective).sum())
        lie = Claim(Status.OPTIMAL, np.ones_like(values), worth, worth)
        monkeypatch.setattr(milp, "_ask_highs", lambda *_, lie=lie: lie)
        with pytest.raises(SolverDisagreementError, match="breaks a row"):
            solve_with_highs(made)


def test_noise_is_rounded_and_never_cut_off(monkeypatch):
    """0.9999999 is one: the truth with noise is believed, to the last unit."""
    rng = np.random.default_rng(3)
    for _ in range(200):
        made, values, worth, _, _ = packages(rng)
        noisy = values + rng.uniform(-1e-7, 1e-7, len(values))
        claim = Claim(Status.OPTIMAL, noisy, worth - 1e-6, worth)
        monkeypatch.setattr(milp, "_ask_highs", lambda *_, claim=claim: claim)
        answer = solve_with_highs(made)
        assert answer.values.tolist() == values.astype(int).tolist()


def left_behind():
    """Temporary folders of solves that are still there."""
    return set(Path(tempfile.gettempdir()).glob("allocator-*/"))


@pytest.fixture
def own_temporary_folder(monkeypatch, tmp_path):
    folder = tmp_path / "tijdelijk"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("times", [2, pytest.param(100, marks=NIGHT)])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_killed_engine_is_a_failure_each_time(own_temporary_folder, times, number):
    for _ in range(times):
        with pytest.raises(SolverFailedError, match=signal.Signals(number).name):
            run_in_child(child_jobs.end_by, int(number))
    assert left_behind() == set()


@pytest.mark.parametrize("times", [1, pytest.param(100, marks=NIGHT)])
def test_an_engine_without_memory_is_a_failure_each_time(own_temporary_folder, times):
    for _ in range(times):
        with pytest.raises(SolverFailedError, match="memory"):
            run_in_child(child_jobs.take_memory, 3 << 30, limits=Limits(memory_bytes=1 << 30))
    assert left_behind() == set()


@pytest.mark.parametrize("times", [pytest.param(100, marks=NIGHT)])
@pytest.mark.parametrize("how", fakes.FAULTS)
def test_an_engine_that_fails_is_stood_in_for_each_time(
    own_temporary_folder, monkeypatch, times, how
):
    fakes.boot(monkeypatch, f"highs {how}")
    for _ in range(times):
        with recording() as roll:
            assert run_in_child(fakes.pack, PACKAGES).values.tolist() == [0, 1, 1]
        assert roll.replaced == ["highs"]
    assert left_behind() == set()


@pytest.mark.parametrize("times", [1, pytest.param(100, marks=NIGHT)])
def test_a_hanging_engine_is_ended_each_time(own_temporary_folder, tmp_path, times):
    start = time.monotonic()
    run_in_child(child_jobs.add, 1, 1)
    # However slow the machine, the child gets as far as its hang before the clock ends it.
    limits = Limits(wall_seconds=2 + 4 * (time.monotonic() - start))
    for n in range(times):
        note = tmp_path / f"pids{n}"
        with pytest.raises(SolverClockError, match="stopped after"):
            run_in_child(child_jobs.sleep_with_grandchild, note, limits=limits)
        child, grandchild, _ = note.read_text().split()
        assert wait_for(lambda both=(child, grandchild): not any(map(is_alive, both)), 2.0)
    assert left_behind() == set()


@pytest.mark.parametrize("times", [1, pytest.param(100, marks=NIGHT)])
def test_an_interrupt_gives_the_prompt_back_within_two_seconds(tmp_path, times):
    slowest = 0.0
    for n in range(times):
        running, (child, grandchild, folder) = hanging_program(tmp_path / f"pids{n}")
        start = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=10) == 130
        slowest = max(slowest, time.monotonic() - start)
        assert wait_for(lambda both=(child, grandchild): not any(map(is_alive, both)), 2.0)
        assert not Path(folder).exists()
    print(f"slowest prompt of {times}: {slowest:.2f} s")
    assert slowest < 2.0
