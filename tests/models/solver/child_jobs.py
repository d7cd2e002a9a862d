"""Jobs that tests send to a child process; a child can only import top-level functions."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from models.solver.child import run_in_child
from models.solver.limits import Limits
from models.solver.milp import solve_with_cbc
from models.solver.progress import report_progress
from models.solver.roll import at_work


class OddError(Exception):
    def __init__(self, number, colour):
        super().__init__(f"{number} {colour}")


def add(a, b):
    return a + b


def is_numpy_single_threaded():
    return os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]


def describe_temporary_folder():
    folder = Path(tempfile.gettempdir())
    return str(folder), stat.S_IMODE(folder.stat().st_mode)


def largest_core():
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


def raise_value_error():
    raise ValueError("seven is not whole")


def raise_odd_error():
    raise OddError(3, "blue")


def count_to(total):
    for done in range(1, total + 1):
        report_progress(done, total)
    return total


def print_noise():
    print("noise", flush=True)
    os.write(1, b"more noise")
    return "quiet"


def end_by_signal():
    os.kill(os.getpid(), signal.SIGABRT)


def end_by(number):
    os.kill(os.getpid(), number)


def end_with_code():
    print("the engine gave up", file=sys.stderr, flush=True)
    os._exit(3)


def take_memory(count):
    return len(bytearray(count))


def zeros(count):
    return bytes(count)


def refuse(words):
    raise ValueError(words)


class Unreadable:
    def __reduce__(self):
        return refuse, ("not today",)


def unreadable():
    return Unreadable()


def sleep_with_grandchild(pid_file):
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note = f"{os.getpid()} {grandchild.pid} {tempfile.gettempdir()}"
    Path(f"{pid_file}.part").write_text(note)
    Path(f"{pid_file}.part").replace(pid_file)
    time.sleep(600)


def main(pid_file):
    """Wait for a hanging child, as a program would that a user interrupts or kills."""
    try:
        run_in_child(sleep_with_grandchild, pid_file)
    except KeyboardInterrupt:
        sys.exit(130)


def solve_for_ever(pid_file, program):
    Path(pid_file).write_text(str(os.getpid()))
    return solve_with_cbc(program, Limits(nodes=10**9))


def sleep_at_work():
    with at_work("highs"):
        time.sleep(600)
