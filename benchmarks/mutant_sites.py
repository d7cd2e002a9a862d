"""Places where one small change of the code should make a test fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from benchmarks.mutant_cover import place_of

_COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_COMPUTED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_JOINED: dict[type[ast.boolop], tuple[str, str]] = {
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
EFFORT = "Effort: "
"""How the docstring of a constant or of a class of settings begins that offers no places."""
_DROPPED = (ast.Expr, ast.Raise, ast.AugAssign, ast.Continue, ast.Break)
"""Statements that a mutant leaves out."""


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One change: the text between two places of a file, and what stands there instead."""

    file: str
    line: int
    start: int
    end: int
    new: str
    kind: str
    place: str
    """Name and line of the function in which the change stands, ``-`` outside any."""

    @property
    def function(self) -> str:
        """Name of that function."""
        return self.place.partition(":")[0]

    def applied(self, text: str) -> str:
        """Return the file with this change."""
        return text[: self.start] + self.new + text[self.end :]


def find_sites(root: Path, file: str) -> list[Site]:
    """Return the changes that a file offers, in the order of its text.

    Parameters
    ----------
    root
        Folder of the code.
    file
        The file, relative to it.

    Returns
    -------
    list of Site
        Comparisons, sums, joins, constants, calls of ``min`` and the like, ``not``, and statements
        left out. Docstrings, annotations, type checks, keywords such as ``frozen``
        and settings of effort offer none.
    """
    text = (root / file).read_text(encoding="utf-8")
    finder = _Finder(file, text)
    found = {(s.start, s.end, s.new): s for s in finder.sites(finder.tree)}
    return sorted(found.values(), key=lambda site: (site.start, site.end, site.new))


class _Finder:
    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.tree = file, text, ast.parse(text)
        self._places: dict[int, str] = {}
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def sites(self, tree: ast.AST) -> Iterator[Site]:
        for node in _walk(tree):
            if isinstance(node, ast.Compare):
                ends = [node.left, *node.comparators]
                for left, op, right in zip(ends, node.ops, ends[1:], strict=False):
                    yield from self._between(left, right, _COMPARED.get(type(op)), "compare")
            elif isinstance(node, ast.BinOp) and not _is_text(node):
                yield from self._between(
                    node.left, node.right, _COMPUTED.get(type(node.op)), "compute"
                )
            elif isinstance(node, ast.BoolOp):
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from self._between(left, right, _JOINED.get(type(node.op)), "join")
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                yield self._site(node, self._text(node.operand), "not")
            elif isinstance(node, ast.Constant):
                yield from self._constant(node)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in _CALLED:
                    yield self._site(node.func, _CALLED[node.func.id], "call")
            elif isinstance(node, _DROPPED) and not _is_note(node):
                yield self._site(node, "pass", "drop")

    def _constant(self, node: ast.Constant) -> Iterator[Site]:
        if isinstance(node.value, bool):
            yield self._site(node, str(not node.value), "constant")
        elif isinstance(node.value, int):
            yield self._site(node, str(node.value + 1), "constant")

    def _between(
        self, left: ast.expr, right: ast.expr, change: tuple[str, str] | None, kind: str
    ) -> Iterator[Site]:
        """Change an operator, which stands alone between two operands and their brackets."""
        if change is None:
            return
        old, new = change
        begin, end = self._end(left), self._begin(right)
        at = self.text.find(old, begin, end)
        if at >= 0:
            line = self.text.count("\n", 0, at) + 1
            yield Site(self.file, line, at, at + len(old), new, kind, self._place_of(line))

    def _site(self, node: ast.expr | ast.stmt, new: str, kind: str) -> Site:
        begin, end = self._begin(node), self._end(node)
        return Site(self.file, node.lineno, begin, end, new, kind, self._place_of(node.lineno))

    def _place_of(self, line: int) -> str:
        if line not in self._places:
            self._places[line] = place_of(self.text, line)
        return self._places[line]

    def _text(self, node: ast.expr) -> str:
        return f"({self.text[self._begin(node) : self._end(node)]})"

    def _begin(self, node: ast.expr | ast.stmt) -> int:
        return self._place(node.lineno, node.col_offset)

    def _end(self, node: ast.expr | ast.stmt) -> int:
        if node.end_lineno is None or node.end_col_offset is None:
            raise ValueError("the parser gives every node an end")
        return self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        """Return the position in the text: the parser counts columns in bytes."""
        first = self._lines[line - 1]
        row = self.text[first : self._lines[line]] if line < len(self._lines) else ""
        return first + len(row.encode()[:column].decode())


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node outside annotations, decorators, settings of effort and blocks for checkers."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        listed = value if isinstance(value, list) else [value]
        for child, after in zip_longest(listed, listed[1:]):
            left_out = _is_typing(child) or _is_guard(child) or _is_effort(child, after)
            if isinstance(child, ast.AST) and not left_out:
                yield from _walk(child)


def _is_effort(node: ast.AST, after: object) -> bool:
    """Whether a constant, or the fields of a class, say in their docstring that they are effort.

    How long a search goes on decides no outcome that anybody is promised: each is checked and its
    gap is proven, whatever the effort.
    """
    if isinstance(node, ast.ClassDef):
        return (ast.get_docstring(node) or "").startswith(EFFORT)
    return (
        isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and str(after.value.value).startswith(EFFORT)
    )


def _is_guard(node: ast.AST) -> bool:
    """Whether a keyword only guards against mistakes in code, such as ``zip(..., strict=True)``."""
    return isinstance(node, ast.keyword) and node.arg in {"frozen", "slots", "strict"}


def _is_typing(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def _is_text(node: ast.BinOp) -> bool:
    """Whether an operand is text, so that the sum is no arithmetic."""
    return any(
        isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in (node.left, node.right)
    )


def _is_note(node: ast.AST) -> bool:
    """Whether a statement is a docstring or an ellipsis."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
