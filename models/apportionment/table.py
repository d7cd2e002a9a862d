"""A two-way question as the search sees it, and what its answer says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.errors import (
    AllZeroWeightsError,
    BoundsError,
    MarginsError,
    NegativeWeightError,
    WeightTooLargeError,
    WeightTypeError,
)
from models.apportionment.intake import Integers, as_integers, read_total
from models.apportionment.limits import read_side
from models.apportionment.method import SIGNPOSTS, Method, Signposts

MAX_CELL_BITS = 250
"""Longest claim of a cell [bits]; its product with a column factor stays within bounds."""


@dataclass(frozen=True, slots=True)
class TwoWayDivision:
    """A table with exact margins, and its proof.

    Attributes
    ----------
    parts
        The table, m rows of k [persons].
    tied
        Cells (row, column) that differ in another table that is as good; empty if the
        table is the only one.
    row_multipliers, column_multipliers
        Positive a_i and b_j with s(x_ij) <= w_ij a_i b_j <= s(x_ij + 1) in every cell;
        a side is dropped where a bound or a claim of zero stops the cell.
    squared
        Whether claims, signposts and multipliers are squared, as for ``hill``.
    """

    parts: tuple[tuple[int, ...], ...]
    tied: tuple[tuple[int, int], ...] = ()
    row_multipliers: tuple[Fraction, ...] = field(kw_only=True, repr=False)
    column_multipliers: tuple[Fraction, ...] = field(kw_only=True, repr=False)
    squared: bool = field(default=False, kw_only=True, repr=False)

    def transposed(self) -> TwoWayDivision:
        """Return the same answer with rows and columns exchanged."""
        return TwoWayDivision(
            tuple(zip(*self.parts, strict=True)),
            tuple(sorted((i, j) for j, i in self.tied)),
            row_multipliers=self.column_multipliers,
            column_multipliers=self.row_multipliers,
            squared=self.squared,
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A checked two-way question.

    Attributes
    ----------
    method, posts
        The method and its signposts.
    weights, lower, upper
        Claims and effective bounds, shape (m, k).
    row_totals, column_totals
        Margins [persons].
    """

    method: Method
    posts: Signposts
    weights: Integers
    lower: Integers
    upper: Integers
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]

    def transposed(self) -> Table:
        """Return the same question with rows and columns exchanged."""
        return Table(
            self.method,
            self.posts,
            self.weights.T,
            self.lower.T,
            self.upper.T,
            self.column_totals,
            self.row_totals,
        )


def read_table(
    method: Method,
    weights: Any,
    row_totals: Sequence[int] | npt.NDArray[Any],
    column_totals: Sequence[int] | npt.NDArray[Any],
    lower: Any,
    upper: Any,
) -> Table:
    """Check a two-way question and complete its bounds by what the method demands."""
    if method not in SIGNPOSTS:
        raise MarginsError(f"{method} is not a divisor method")
    rows, columns = _read_margins(row_totals, column_totals)
    cells = _read_cells(weights, len(rows), len(columns))
    total = sum(rows)
    floors = _read_bounds(lower, cells.shape, "lower", 0)
    caps = _read_bounds(upper, cells.shape, "upper", total + 1)
    if (floors > caps).any():
        i, j = np.argwhere(floors > caps)[0].tolist()
        raise BoundsError(f"cell ({i}, {j}): floor {floors[i, j]} is above its cap or the total")
    positive = cells > 0
    caps = np.where(positive, caps, floors)
    if SIGNPOSTS[method].first_is_free:
        floors = np.where(positive, np.maximum(floors, np.minimum(caps, 1)), floors)
    return Table(method, SIGNPOSTS[method], cells, floors, caps, rows, columns)


def _read_margins(rows: Any, columns: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    margins = tuple(read_total(total) for total in rows), tuple(read_total(c) for c in columns)
    if not margins[0] or not margins[1]:
        raise MarginsError("a table needs at least one row and one column")
    if sum(margins[0]) != sum(margins[1]):
        raise MarginsError(
            f"the row totals sum to {sum(margins[0])}, the column totals to {sum(margins[1])}"
        )
    read_total(sum(margins[0]))
    return margins


def _read_cells(weights: Any, m: int, k: int) -> Integers:
    if len(weights) != m or any(len(row) != k for row in weights):
        raise WeightTypeError(f"the claims are not a table of {m} rows and {k} columns")
    flat = as_integers([value for row in weights for value in _plain(row)])
    if int(flat.min()) < 0:
        at = int(flat.argmin())
        raise NegativeWeightError(f"the weight of cell {divmod(at, k)} is negative", at)
    if int(flat.max()) == 0:
        raise AllZeroWeightsError("every weight is zero, so no share exists")
    if int(flat.max()).bit_length() > MAX_CELL_BITS:
        raise WeightTooLargeError(f"a weight has more than {MAX_CELL_BITS} bits")
    return flat.reshape(m, k)


def _read_bounds(bounds: Any, shape: tuple[int, ...], name: str, missing: int) -> Integers:
    if bounds is None:
        return np.full(shape, missing, dtype=np.int64)
    if len(bounds) != shape[0]:
        raise BoundsError(f"the {name} bounds have {len(bounds)} rows, not {shape[0]}")
    sides = [read_side(row, shape[1], name) for row in bounds]
    ceiling = missing if name == "upper" else 2**62
    return np.array(
        [[missing if v is None else min(v, ceiling) for v in side] for side in sides],
        dtype=np.int64,
    )


def _plain(row: Any) -> list[Any]:
    return row.tolist() if isinstance(row, np.ndarray) else list(row)
