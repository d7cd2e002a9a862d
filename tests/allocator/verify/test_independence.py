"""The verifier stands alone: no engine, no solver, no table library; its core is small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allocator.verify.core import check
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case, rehash
from tests.allocator.verify.handmade.edit import document, raw
from tests.allocator.verify.handmade.folder import write_result

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "allocator" / "verify"
SOURCES = sorted(PACKAGE.rglob("*.py"))
CORE = sorted((PACKAGE / "core").rglob("*.py"))
BLOCKED = ("models", "cli", "ortools", "pulp", "scipy", "pandas", "highspy", "networkx", "click")
RUN = """
import sys
import allocator  # looks up where the models are, without importing them
before = {{name for name in sys.modules if name.startswith("allocator")}}
for name in {blocked!r}:
    assert name not in sys.modules, name
    sys.modules[name] = None  # an import of it fails from here on
from pathlib import Path
{call}
after = {{name for name in sys.modules if name.startswith("allocator")}}
print(sorted(name for name in after - before if not name.startswith("allocator.verify")))
"""


WHOLE = """from allocator.verify import verify_result
print(sorted(failure.code for failure in verify_result(Path({folder!r}))))"""
ALONE = """from allocator.verify.core import check
print(sorted(failure.code for failure in check(Path({folder!r})).result.log))"""
STUDIES = "allocator.verify.studies"


def run_blocked(folder: Path, call: str = WHOLE, more: tuple[str, ...] = ()) -> list[str]:
    """Verify in a process of its own where the engine and its libraries cannot be imported."""
    script = RUN.format(blocked=BLOCKED + more, call=call.format(folder=str(folder)))
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


@pytest.mark.parametrize(
    "made", [cases.quota_case, cases.swap_case, cases.link_case, cases.run_case, cases.demo_case]
)
def test_the_core_runs_with_the_studies_blocked_too(
    made: Callable[[], Case], tmp_path: Path
) -> None:
    folder = write_result(tmp_path / "result", made())
    assert run_blocked(folder, ALONE, (STUDIES,)) == ["[]", "[]"]
    raw(folder, "taakstellingen.csv", b",PV01,", b",PV02,")
    assert run_blocked(folder, ALONE, (STUDIES,)) == ["['V1C', 'V2A']", "[]"]


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [("order", "strict", "strikt"), ("eerlijk", "fair", "hoogst"), ("wishes", "wishes", {})],
)
def test_the_core_alone_refuses_what_it_leaves_to_a_study(
    name: str, part: str, value: object, tmp_path: Path
) -> None:
    folder = write_result(tmp_path / "result", cases.link_case())
    document(folder, "manifest.json", lambda x: x["parameters"]["link"].update({name: value}))
    assert ("V1K", part) in {(found.code, found.column) for found in check(folder).result.log}


def test_the_core_alone_refuses_a_key_of_its_own(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.quota_case())
    (folder / "invoer/sleutel.toml").write_text('name = "inwoners"\n', encoding="utf-8")
    rehash(folder)
    found = check(folder)
    assert [(failure.code, failure.column) for failure in found.result.log] == [("V1K", "key")]
    assert found.quotas is None


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_it_imports_the_standard_library_numpy_and_itself_only() -> None:
    for path in SOURCES:
        own = "allocator.verify.core." if path in CORE else "allocator.verify."
        for name in imports_of(path):
            known = name.split(".")[0] in {*sys.stdlib_module_names, "numpy"}
            assert known or name.startswith(own), (path.name, name)


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


def test_its_core_is_small_enough_to_be_read_whole() -> None:
    assert len(CORE) > 5
    assert sum(map(code_lines, CORE)) < 900


def test_the_rest_grows_with_the_contract_and_no_faster() -> None:
    # Keys, comparisons, studies of swaps, wishes, papers, the tables beside the links, and the
    # prices that prove a request about household sizes.
    assert sum(map(code_lines, SOURCES)) < 2_800
    assert all(len(path.read_text(encoding="utf-8").splitlines()) < 300 for path in SOURCES)
