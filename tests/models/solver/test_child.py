from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from models.solution import SolverFailedError, SolverMemoryError
from models.solver.child import call_here, run_in_child
from models.solver.limits import Limits
from models.solver.progress import listening
from tests.models.solver import child_jobs

ROOT = Path(__file__).parents[3]


def wait_for(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid):
    """A zombie whose parent is gone too may wait for its reaper; it computes nothing."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_a_child_returns_what_the_function_returns():
    assert run_in_child(child_jobs.add, 2, 3) == 5


def test_a_large_argument_and_result_survive_the_pipe():
    table = np.arange(500_000, dtype=np.int64)
    assert np.array_equal(run_in_child(child_jobs.add, table, 1), table + 1)


def test_a_partial_of_a_function_runs_in_a_child():
    assert run_in_child(functools.partial(child_jobs.add, b=4), 3) == 7


def test_a_local_function_is_refused_before_anything_starts():
    with pytest.raises(ValueError, match="top-level"):
        run_in_child(lambda: 1)


def test_an_exception_of_the_child_comes_back_as_itself():
    with pytest.raises(ValueError, match="seven is not whole") as caught:
        run_in_child(child_jobs.raise_value_error)
    assert "raise_value_error" in caught.value.__notes__[0]


def test_an_exception_that_cannot_travel_comes_back_in_words():
    with pytest.raises(SolverFailedError, match="OddError: 3 blue"):
        run_in_child(child_jobs.raise_odd_error)


def test_progress_arrives_in_order_before_the_result():
    seen = []
    result = run_in_child(child_jobs.count_to, 4, on_progress=lambda *step: seen.append(step))
    assert (result, seen) == (4, [(1, 4), (2, 4), (3, 4), (4, 4)])


def test_whoever_listens_here_hears_of_a_process_that_nobody_else_listens_to():
    seen = []
    with listening(lambda *step: seen.append(step)):
        run_in_child(child_jobs.count_to, 2)
    run_in_child(child_jobs.count_to, 3)
    assert seen == [(1, 2), (2, 2)]


def test_a_call_in_this_process_reports_the_same():
    seen = []
    result = call_here(child_jobs.count_to, 2, on_progress=lambda *step: seen.append(step))
    assert (result, seen) == (2, [(1, 2), (2, 2)])


def test_what_an_engine_prints_does_not_spoil_the_answer(capfd):
    assert run_in_child(child_jobs.print_noise) == "quiet"
    assert capfd.readouterr() == ("", "")


def test_engines_in_a_child_have_one_thread():
    assert run_in_child(child_jobs.is_numpy_single_threaded) == ("1", "1")


def test_the_temporary_folder_is_private_and_removed():
    folder, mode = run_in_child(child_jobs.describe_temporary_folder)
    assert mode == 0o700
    assert not Path(folder).exists()


def test_death_by_signal_is_named_and_is_not_called_impossible():
    with pytest.raises(SolverFailedError, match=r"SIGABRT.*does not mean that no plan exists"):
        run_in_child(child_jobs.end_by_signal)


def test_a_sudden_end_quotes_the_last_words():
    with pytest.raises(SolverFailedError, match=r"ended \(3\).*the engine gave up"):
        run_in_child(child_jobs.end_with_code)


def test_too_much_memory_fails_in_the_child_alone():
    limits = Limits(memory_bytes=1 << 30)
    with pytest.raises(SolverFailedError, match="memory"):
        run_in_child(child_jobs.take_memory, 3 << 30, limits=limits)
    assert run_in_child(child_jobs.take_memory, 1 << 20, limits=limits) == 1 << 20


@pytest.mark.parametrize("size", [100 << 20, 300 << 20])
def test_a_job_that_does_not_fit_says_so_and_not_that_it_ended(size):
    """The larger one ends the child while it is being written: the reason is in the other pipe."""
    limits = Limits(memory_bytes=160 << 20)
    with pytest.raises(SolverMemoryError, match="more memory"):
        run_in_child(child_jobs.add, bytes(size), b"", limits=limits)


def test_an_answer_that_cannot_be_packed_says_so():
    limits = Limits(memory_bytes=700 << 20)
    with pytest.raises(SolverMemoryError, match="more memory"):
        run_in_child(child_jobs.zeros, 400 << 20, limits=limits)


def test_an_answer_that_cannot_be_read_is_a_failure_of_its_own():
    with pytest.raises(SolverFailedError, match="cannot be read: not today"):
        run_in_child(child_jobs.unreadable)


def test_a_hang_is_ended_with_all_that_it_started(tmp_path):
    note = tmp_path / "pids"
    with pytest.raises(SolverFailedError, match=r"stopped after 4 seconds; this does not mean"):
        run_in_child(child_jobs.sleep_with_grandchild, note, limits=Limits(wall_seconds=4))
    child, grandchild, folder = note.read_text().split()
    assert wait_for(lambda: not is_alive(child) and not is_alive(grandchild), 2.0)
    assert not Path(folder).exists()


def hanging_program(note):
    code = f"from tests.models.solver.child_jobs import main; main({str(note)!r})"
    # The program leads a group of its own, as one that was started in a terminal does.
    program = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, process_group=0)
    assert wait_for(note.exists, 20.0)
    return program, note.read_text().split()


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)]
)
def test_however_a_program_ends_nothing_goes_on_computing(tmp_path, sent, code):
    program, (child, grandchild, folder) = hanging_program(tmp_path / "pids")
    start = time.monotonic()
    os.killpg(program.pid, sent)
    assert program.wait(timeout=10) == code
    assert wait_for(lambda: not is_alive(child) and not is_alive(grandchild), 2.0)
    assert wait_for(lambda: not Path(folder).exists(), 2.0)
    assert time.monotonic() - start < 2.0


def test_limits_are_positive():
    with pytest.raises(ValueError, match="positive"):
        Limits(nodes=0)


def test_a_child_that_crashes_leaves_no_core_behind():
    """A core file would hold the households of the problem, wherever the parent allows one."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        assert run_in_child(child_jobs.largest_core) == (0, 0)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
