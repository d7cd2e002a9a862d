"""The package decides in whole numbers: a lint, and the examples in its docstrings."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import models.apportionment

FOLDER = Path(models.apportionment.__file__).parent
MAY_SCREEN = "screening.py"
INEXACT_NAMES = {
    *("float", "round", "float16", "float32", "float64", "longdouble", "complex"),
    *("true_divide", "sqrt", "log", "log2", "log10", "exp", "exp2", "pow", "hypot"),
    *("mean", "average", "std", "linalg"),
}


def inexact_parts(source: str) -> list[str]:
    """Return every expression that divides, or names a float or what makes one."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if is_inexact(node)]


def is_inexact(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    if isinstance(node, ast.Name):
        return node.id in INEXACT_NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in INEXACT_NAMES or (
            node.attr == "divide" and ast.unparse(node.value) in {"np", "numpy"}
        )
    return False


def test_only_the_screening_file_uses_floats() -> None:
    found = {
        path.name: inexact_parts(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.rglob("*.py"))
    }
    assert len(found) > 10
    screening = found.pop(MAY_SCREEN)
    assert screening, "the lint would not see a float"
    assert {name: parts for name, parts in found.items() if parts} == {}


def test_the_lint_sees_what_it_must() -> None:
    seen = ["a / b", "a /= b", "float(a)", "round(a)", "0.5", "x.astype(np.float64)"]
    seen += ["np.sqrt(a)", "math.sqrt(a)", "np.divide(a, b)", "list(map(float, a))", "a.mean()"]
    passed = ["a // b", "a //= b", "Fraction(a, b)", "isqrt(a)", "5", "int(a)", "divide(a, b, c)"]
    assert [text for text in seen if not inexact_parts(text)] == []
    assert [text for text in passed if inexact_parts(text)] == []


def test_every_example_in_the_package_is_true() -> None:
    attempted = 0
    for module in pkgutil.iter_modules(models.apportionment.__path__, "models.apportionment."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        attempted += result.attempted
    assert attempted > 15
