"""Check a two-way table from its definition, in exact fractions, without its search."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NoReturn

from models.apportionment.checking import SIGNPOST_OF
from models.apportionment.errors import CertificateError
from models.apportionment.method import Method
from models.apportionment.table import TwoWayDivision

Cell = tuple[int, int]


def check_two_way(
    division: TwoWayDivision,
    method: Method | str,
    weights: Sequence[Sequence[int]],
    row_totals: Sequence[int],
    column_totals: Sequence[int],
    lower: Any = None,
    upper: Any = None,
) -> None:
    """Check every statement of a two-way table against the question it answers.

    Parameters
    ----------
    division
        The answer to check.
    method, weights, row_totals, column_totals, lower, upper
        The question, as for :func:`divide_two_way`; it is taken to be well-formed.

    Raises
    ------
    CertificateError
        If a margin, a bound, a cell's two inequalities or the tied cells are wrong.

    Notes
    -----
    O(m k) comparisons, and for the ties the reachability of columns.
    """
    method = Method(method)
    _check_margins(division, row_totals, column_totals)
    if min(division.row_multipliers) <= 0 or min(division.column_multipliers) <= 0:
        _refuse("a multiplier is not positive")
    if division.squared != (method is Method.HILL):
        _refuse("only hill has squared multipliers")
    givers: dict[int, list[int]] = {}
    takers: dict[int, list[int]] = {}
    for i, row in enumerate(division.parts):
        for j, x in enumerate(row):
            floor, cap = _limits(method, int(weights[i][j]), _at(lower, i, j), _at(upper, i, j))
            if x < floor or (cap is not None and x > cap):
                _refuse(f"cell ({i}, {j}) is {x}, outside its bounds")
            multiplier = division.row_multipliers[i] * division.column_multipliers[j]
            scaled = int(weights[i][j]) ** (2 if method is Method.HILL else 1) * multiplier
            _check_sides(method, (i, j), x, scaled, (x > floor, x != cap), givers, takers)
    if division.tied != _cells_on_free_cycles(givers, takers):
        _refuse("the tied cells are not those on a cycle of equal claims")


def _refuse(message: str) -> NoReturn:
    raise CertificateError(message)


def _check_margins(
    division: TwoWayDivision, row_totals: Sequence[int], column_totals: Sequence[int]
) -> None:
    rows = [sum(row) for row in division.parts]
    columns = [sum(column) for column in zip(*division.parts, strict=True)]
    if rows != [int(t) for t in row_totals] or columns != [int(t) for t in column_totals]:
        _refuse(f"the margins are {rows} and {columns}")
    shape = len(division.row_multipliers), len(division.column_multipliers)
    if shape != (len(rows), len(columns)):
        _refuse("there is not one multiplier for each row and column")


def _at(bounds: Any, i: int, j: int) -> int | None:
    return None if bounds is None or bounds[i][j] is None else int(bounds[i][j])


def _limits(
    method: Method, weight: int, floor: int | None, cap: int | None
) -> tuple[int, int | None]:
    """Bounds as the method sees them: a claim of zero stands at its floor."""
    floor = floor or 0
    if weight == 0:
        return floor, floor
    if method in {Method.ADAMS, Method.HILL} and cap != 0:
        floor = max(floor, 1)
    return floor, cap


def _check_sides(
    method: Method,
    cell: Cell,
    x: int,
    scaled: Fraction,
    is_open: tuple[bool, bool],
    givers: dict[int, list[int]],
    takers: dict[int, list[int]],
) -> None:
    """Check s(x) <= w a b <= s(x + 1) on the open sides, and note the equalities."""
    may_give, may_take = is_open
    below, above = SIGNPOST_OF[method](x), SIGNPOST_OF[method](x + 1)
    if (may_give and scaled < below) or (may_take and scaled > above):
        _refuse(f"cell {cell}: {scaled} is not between {below} and {above}")
    if may_give and scaled == below:
        givers.setdefault(cell[0], []).append(cell[1])
    if may_take and scaled == above:
        takers.setdefault(cell[0], []).append(cell[1])


def _cells_on_free_cycles(
    givers: dict[int, list[int]], takers: dict[int, list[int]]
) -> tuple[Cell, ...]:
    """Return the cells on a closed walk of moves between equal claims."""
    after: dict[int, set[int]] = {}
    for i, sources in givers.items():
        for source in sources:
            after.setdefault(source, set()).update(takers.get(i, []))
    beyond = {source: _reached_from(source, after) for source in after}
    cells = {
        (i, column)
        for i, sources in givers.items()
        for source in sources
        for target in takers.get(i, [])
        if source in beyond.get(target, set())
        for column in (source, target)
    }
    return tuple(sorted(cells))


def _reached_from(start: int, after: dict[int, set[int]]) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        found = after.get(waiting.pop(), set()) - reached
        reached |= found
        waiting.extend(found)
    return reached
