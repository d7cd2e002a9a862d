"""The layers, as a test: who may import whom, and how large a piece may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("allocator", "models")
LONGEST_FUNCTION, LONGEST_FILE = 60, 400
# The parent of a solve reads from a file what its child last said.
CHILD = "models/solver/child.py"
SOLVERS = {"pulp", "ortools", "scipy", "highspy"}
# Dutch words of the domain; models/ speaks of rows, columns, units and classes.
DUTCH = re.compile(
    r"gemeent|taakstelling|huishoud|woning|provinc|inwoner|verdeel|uitruil|koppel|achterstand"
    r"|voorsprong|nareis|ruilruimte|tekort|afrond|wettelijk|sluitend|grootste|aanbod|vergunning",
    re.IGNORECASE,
)


class Import(NamedTuple):
    """One imported module; ``late`` when it is not imported with the file."""

    file: str
    module: str
    late: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@cache
def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, folders
    return found


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imports(*folders: str) -> list[Import]:
    return [
        item
        for path in sources(*folders)
        for item in _imports(name_of(path), parsed(path), late=False)
    ]


def _imports(file: str, node: ast.AST, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = late or isinstance(child, ast.FunctionDef) or _is_for_types(child)
        if isinstance(child, ast.Import):
            yield from (Import(file, alias.name, late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{file} imports by a relative name"
            yield Import(file, child.module or "", late)
            yield from (Import(file, f"{child.module}.{a.name}", late) for a in child.names)
        else:
            yield from _imports(file, child, inside)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def functions() -> Iterator[tuple[str, int]]:
    """Name and length of every function; the docstring may be as long as it needs to be."""
    for path in [ROOT / "cli.py", *sources(*PACKAGES)]:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                yield f"{name_of(path)}:{node.name}", length_of(node)


def length_of(node: ast.FunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return lines
    said = node.body[0]
    return lines - ((said.end_lineno or said.lineno) - said.lineno + 1)


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield node.lineno, function.id
            elif isinstance(function, ast.Attribute):
                yield node.lineno, f".{function.attr}"


def test_models_knows_nothing_of_what_is_above_it() -> None:
    banned = {"allocator", "cli", "pandas", "click", "rich", "instances", "jinja2"}
    assert [item for item in imports("models") if item.top in banned] == []


def test_only_the_rooms_of_the_commands_know_the_command() -> None:
    inside = "allocator/commands/"
    strangers = [
        item
        for item in imports("allocator")
        if not item.file.startswith(inside)
        and (item.top == "click" or item.module.startswith("allocator.commands"))
    ]
    assert strangers == []
    assert [item for item in imports("allocator", "models") if item.top == "cli"] == []


def test_the_bundled_data_is_imported_by_nobody() -> None:
    everything = [*imports("models", "allocator"), *_imports("cli", parsed(ROOT / "cli.py"), False)]
    assert [item for item in everything if item.top == "instances"] == []
    assert list((ROOT / "instances").rglob("*.py")) == []


def test_only_the_solver_folder_imports_solvers() -> None:
    elsewhere = [
        item
        for item in imports("models", "allocator")
        if item.top in SOLVERS and not item.file.startswith("models/solver/")
    ]
    drawn = ("allocator/generating/", "allocator/reporting/")
    assert [
        item
        for item in elsewhere
        if not (item.top == "scipy" and item.late and item.file.startswith(drawn))
    ] == []


def test_the_verifier_stands_alone() -> None:
    own = {"numpy", *sys.stdlib_module_names}
    strangers = [
        item
        for item in imports("allocator/verify")
        if item.top not in own and not item.module.startswith("allocator.verify")
    ]
    assert strangers == []


def test_the_verifier_loads_no_engine() -> None:
    program = (
        "import sys; import allocator.verify; "
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in "
        "{'models', 'pulp', 'ortools', 'scipy', 'pydantic', 'pandas', 'click', 'cli'} "
        "or name.startswith('allocator.') and not name.startswith('allocator.verify')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_command_starts_without_loading_an_engine() -> None:
    program = (
        "import sys; import cli; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'numpy', 'scipy', 'ortools', 'pulp', 'pandas', 'pydantic', 'jinja2', 'babel'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_models_touches_no_file_and_prints_nothing() -> None:
    banned = {
        "print", "open", "input", "exit", ".read_text", ".write_text", ".read_bytes",
        ".write_bytes", ".mkdir", ".unlink", ".now", ".today", ".getenv",
    }  # fmt: skip
    found = [
        (name_of(path), line, called)
        for path in sources("models")
        for line, called in calls(parsed(path))
        if called in banned and name_of(path) != CHILD
    ]
    assert found == []


def test_models_knows_no_clock_path_or_surroundings() -> None:
    banned = {"pathlib", "datetime", "time", "logging", "random", "secrets", "sqlite3", "csv"}
    found = [
        item
        for item in imports("models")
        if item.top in banned and not item.file.startswith("models/solver/")
    ]
    assert found == []


def test_allocator_never_prints_or_exits() -> None:
    banned = {"print", "input", "exit", ".exit"}
    found = [
        (name_of(path), line, called)
        for path in sources("allocator")
        for line, called in calls(parsed(path))
        # How every command ends: with an exit code.
        if called in banned and name_of(path) != "allocator/commands/session.py"
    ]
    assert found == []


def test_models_speaks_no_dutch() -> None:
    found = [
        (name_of(path), number, line.strip())
        for path in sources("models")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if DUTCH.search(line.replace("taakstelling-allocator", ""))
    ]
    assert found == []


# Ours: floats may pick candidates in this file only; every one is then compared in whole numbers.
MAY_SCREEN = "models/apportionment/screening.py"
QUOTA_CODE = [
    *sources("models/apportionment", "allocator/keys", "allocator/comparing"),
    ROOT / "allocator" / "quota.py",
]


def test_quota_code_decides_in_whole_numbers_and_fractions() -> None:
    found = [
        (name_of(path), ast.unparse(node))
        for path in QUOTA_CODE
        if name_of(path) != MAY_SCREEN
        for node in ast.walk(parsed(path))
        if is_inexact(node)
    ]
    assert found == []


def is_inexact(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div)
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return called in {"float", "round", "math.sqrt"} or called.endswith((".float64", ".mean"))
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def test_the_test_for_exactness_sees_what_it_must() -> None:
    seen = ["a / b", "a /= b", "float(a)", "round(a)", "0.5", "math.sqrt(a)", "np.float64(a)"]
    passed = ["a // b", "a //= b", "Fraction(a, b)", "isqrt(a)", "5", "int(a)"]
    assert all(any(map(is_inexact, ast.walk(ast.parse(text)))) for text in seen)
    assert not any(any(map(is_inexact, ast.walk(ast.parse(text)))) for text in passed)


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: size for name, size in functions() if size > LONGEST_FUNCTION} == {}


def test_nine_functions_in_ten_are_under_thirty_lines() -> None:
    sizes = [size for _, size in functions()]
    assert sum(size < 30 for size in sizes) * 10 >= 9 * len(sizes)


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [ROOT / "cli.py", *sources(*PACKAGES)]
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in [ROOT / "cli.py", *sources(*PACKAGES)]
        for node in public(parsed(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    method
                    for method in node.body
                    if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
                )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_the_package_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text('"""Not ours."""\n', encoding="utf-8")
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import allocator"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "'models'" in done.stderr
    assert "taakstelling-allocator" in done.stderr
