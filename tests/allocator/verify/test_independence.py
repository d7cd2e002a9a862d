"""The verifier stands alone: no engine, no solver, no table library, and small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.edit import raw
from tests.allocator.verify.handmade.folder import write_result

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "allocator" / "verify").glob("*.py"))
BLOCKED = ("models", "cli", "ortools", "pulp", "scipy", "pandas", "highspy", "networkx", "click")
RUN = """
import sys
import allocator  # looks up where the models are, without importing them
before = {{name for name in sys.modules if name.startswith("allocator")}}
for name in {blocked!r}:
    assert name not in sys.modules, name
    sys.modules[name] = None  # an import of it fails from here on
from pathlib import Path
from allocator.verify import verify_result
print(sorted(failure.code for failure in verify_result(Path({folder!r}))))
after = {{name for name in sys.modules if name.startswith("allocator")}}
print(sorted(name for name in after - before if not name.startswith("allocator.verify")))
"""


def run_blocked(folder: Path) -> list[str]:
    """Verify in a process of its own where the engine and its libraries cannot be imported."""
    script = RUN.format(blocked=BLOCKED, folder=str(folder))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_runs_with_the_engine_and_its_libraries_blocked(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.demo_case())
    assert run_blocked(folder) == ["[]", "[]"]
    raw(folder, "taakstellingen.csv", b"Plaats 1", b"Plaats 2")
    assert run_blocked(folder) == ["['V1C', 'V2A']", "[]"]


def test_it_imports_the_standard_library_numpy_and_itself_only() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                known = name.split(".")[0] in {*sys.stdlib_module_names, "numpy"}
                assert known or name.startswith("allocator.verify"), (path.name, name)


def test_it_decides_nothing_by_rounding_of_floats() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"round", "eval", "exec"}, (path.name, node.lineno)


def code_lines(path: Path) -> int:
    """Count the lines that hold code: no blank ones, no comments, no docstrings."""
    text = path.read_text(encoding="utf-8")
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            silent |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(map(str.strip, text.splitlines()), 1)
    return sum(bool(line) and line[0] != "#" and n not in silent for n, line in lines)


def test_it_stays_small_enough_to_be_read_whole() -> None:
    # Quotas, links, wishes and the tables beside them, comparisons, swaps, studies of swaps and
    # requests about sizes: it grows with the contract.
    assert 0 < sum(map(code_lines, SOURCES)) < 2_650
    assert all(len(path.read_text(encoding="utf-8").splitlines()) < 300 for path in SOURCES)
