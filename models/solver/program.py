"""A linear program in whole numbers, and what an engine's answer to it is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.solution import SolverDisagreementError, Status

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

UNBOUNDED = 1 << 62
"""Stands for "no limit" in bounds of rows and columns, with a minus for lower ones."""

INTEGRALITY_TOLERANCE = 1e-6
_EXACT_IN_FLOAT = 1 << 53


@dataclass(frozen=True, slots=True, eq=False)
class LinearProgram:
    """Whole numbers throughout; N columns, R rows, Z entries.

    Columns that are not declared integral must take whole values by themselves once the
    integral ones are fixed, as in a transport problem.

    Raises
    ------
    ValueError
        If shapes do not agree, an array is not of whole numbers, an entry stands twice or
        outside the matrix, or a number is too large for an engine that computes in floats.
    """

    objective: IntArray
    """Value of each column, shape (N,)."""
    row: IntArray
    """Row of each entry, shape (Z,)."""
    column: IntArray
    """Column of each entry, shape (Z,)."""
    coefficient: IntArray
    """Value of each entry, shape (Z,)."""
    row_lower: IntArray
    """Least activity of each row, shape (R,)."""
    row_upper: IntArray
    """Largest activity of each row, shape (R,)."""
    lower: IntArray
    """Least value of each column, shape (N,)."""
    upper: IntArray
    """Largest value of each column, shape (N,)."""
    integral: NDArray[np.bool_]
    """Which columns an engine must keep whole, shape (N,)."""
    maximise: bool = True

    def __post_init__(self) -> None:
        columns, rows = len(self.objective), len(self.row_lower)
        for name, length in (
            ("objective", columns),
            ("lower", columns),
            ("upper", columns),
            ("row_lower", rows),
            ("row_upper", rows),
            ("row", len(self.row)),
            ("column", len(self.row)),
            ("coefficient", len(self.row)),
        ):
            values = getattr(self, name)
            if values.dtype.kind != "i" or values.shape != (length,):
                raise ValueError(f"{name} must be whole numbers of shape ({length},)")
            finite = values[np.abs(values) < UNBOUNDED]
            if len(finite) and int(np.abs(finite).max()) >= _EXACT_IN_FLOAT:
                raise ValueError(f"{name} holds a number that floats do not hold exactly")
        if self.integral.dtype != np.bool_ or self.integral.shape != (columns,):
            raise ValueError(f"integral must be truth values of shape ({columns},)")
        self._check_entries(columns, rows)

    def _check_entries(self, columns: int, rows: int) -> None:
        if not len(self.row):
            return
        if self.row.min() < 0 or self.row.max() >= rows:
            raise ValueError("an entry lies outside the rows")
        if self.column.min() < 0 or self.column.max() >= columns:
            raise ValueError("an entry lies outside the columns")
        if len(np.unique(self.row * columns + self.column)) != len(self.row):
            raise ValueError("an entry stands twice")

    def with_objective(self, objective: IntArray, maximise: bool) -> LinearProgram:
        """Return the same rows with another goal, shape (N,)."""
        return replace(self, objective=objective, maximise=maximise)

    def with_row(
        self, columns: IntArray, coefficients: IntArray, lower: int, upper: int
    ) -> LinearProgram:
        """Return the program with one more row, given by its entries and limits."""
        row = np.full(len(columns), len(self.row_lower), dtype=np.int64)
        return replace(
            self,
            row=np.concatenate([self.row, row]),
            column=np.concatenate([self.column, columns]),
            coefficient=np.concatenate([self.coefficient, coefficients]),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
        )

    def activity(self, values: IntArray) -> IntArray:
        """Value of each row at whole ``values``, shape (R,), in exact arithmetic."""
        size = np.abs(self.coefficient.astype(float) * values[self.column])
        total = np.zeros(len(self.row_lower), dtype=np.int64)
        if float(size.sum()) >= 2.0**62:
            raise SolverDisagreementError("a solution is too large to recompute")
        np.add.at(total, self.row, self.coefficient * values[self.column])
        return total

    def value(self, values: IntArray) -> int:
        """Objective at whole ``values``, in exact arithmetic."""
        return sum(a * b for a, b in zip(self.objective.tolist(), values.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What an engine says, as it says it."""

    status: Status
    """``OPTIMAL`` only where the engine says that it closed its gap."""
    values: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None
    """What no solution can beat, if the engine tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An engine's claim after rounding and recomputation in whole numbers.

    That the values meet every row and are worth ``objective`` is known; that nothing is better
    (``OPTIMAL``), or that nothing exists (``INFEASIBLE``), is still the engine's word.
    """

    status: Status
    values: IntArray | None
    objective: int | None
    engine: str


def settle(program: LinearProgram, claim: Claim, engine: str) -> Answer:
    """Turn a claim into an answer, or refuse it.

    Parameters
    ----------
    program
        What was asked.
    claim
        What the engine said.
    engine
        Its name and version.

    Returns
    -------
    Answer
        Whole values that meet every bound and row.

    Raises
    ------
    SolverDisagreementError
        If there are too few or too many values, one is not a number or further than 1e-6 from
        a whole one, a bound or row is broken, the objective is another than claimed, the
        engine's own bound is beaten, or a status comes without what it promises.
    """
    if claim.values is None:
        if claim.status in (Status.OPTIMAL, Status.FEASIBLE):
            raise SolverDisagreementError(f"{engine} says {claim.status} and shows no values")
        return Answer(claim.status, None, None, engine)
    if claim.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Answer(claim.status, None, None, engine)
    values = rounded(claim.values, len(program.objective), engine)
    _check_limits("column", values, program.lower, program.upper, engine)
    _check_limits("row", program.activity(values), program.row_lower, program.row_upper, engine)
    objective = program.value(values)
    if claim.objective is not None and not abs(claim.objective - objective) < 0.5:
        raise SolverDisagreementError(
            f"{engine} says {claim.objective:g}, its solution is worth {objective}"
        )
    _check_own_bound(program, claim, objective, engine)
    return Answer(claim.status, values, objective, engine)


def rounded(values: FloatArray, length: int, engine: str) -> IntArray:
    """Round values that are whole but for float noise.

    Parameters
    ----------
    values
        An engine's solution.
    length
        How many values there must be.
    engine
        Its name, for the message.

    Returns
    -------
    IntArray
        The nearest whole numbers, shape (length,).

    Raises
    ------
    SolverDisagreementError
        If the length differs, or a value is not a number or not nearly whole.
    """
    if values.shape != (length,):
        raise SolverDisagreementError(f"{engine} gives {values.size} of {length} values")
    # Truncation would lose a household at 0.9999999; rounding without a check would hide 0.6.
    if not (np.abs(values) < _EXACT_IN_FLOAT).all():
        raise SolverDisagreementError(f"{engine} gives a value that is not a usable number")
    nearest = np.rint(values)
    if (np.abs(values - nearest) > INTEGRALITY_TOLERANCE).any():
        raise SolverDisagreementError(f"{engine} gives a value that is not whole")
    return nearest.astype(np.int64)


def _check_limits(
    what: str, values: IntArray, lower: IntArray, upper: IntArray, engine: str
) -> None:
    if ((values < lower) | (values > upper)).any():
        raise SolverDisagreementError(f"{engine} gives a solution that breaks a {what}")


def _check_own_bound(program: LinearProgram, claim: Claim, objective: int, engine: str) -> None:
    if claim.bound is None:
        return
    beaten = objective - claim.bound if program.maximise else claim.bound - objective
    slack = 0.5 + 1e-9 * abs(objective)
    if not beaten < slack:
        raise SolverDisagreementError(f"{engine} gives a bound that its own solution beats")
    if claim.status is Status.OPTIMAL and not -beaten < slack:
        raise SolverDisagreementError(f"{engine} says optimal with its gap open")
