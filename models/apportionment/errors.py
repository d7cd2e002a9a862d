"""Everything that may be wrong with a question, each by its own name."""

from __future__ import annotations

from collections.abc import Sequence


class ApportionmentError(ValueError):
    """Base of all refusals of this package."""


class WeightError(ApportionmentError):
    """A weight cannot be used.

    Attributes
    ----------
    index
        Position of the weight, or ``None`` where the whole list is meant.
    """

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index


class NoWeightsError(WeightError):
    """There is nobody to divide over."""


class FloatWeightError(WeightError):
    """A weight is a binary fraction, whose decimal value nobody wrote down."""


class NotANumberWeightError(WeightError):
    """A weight is NaN."""


class InfiniteWeightError(WeightError):
    """A weight is infinite."""


class NegativeWeightError(WeightError):
    """A weight is below zero."""


class AllZeroWeightsError(WeightError):
    """Every weight is zero, so no share exists."""


class WeightTypeError(WeightError):
    """A weight is neither a whole number nor another exact one."""


class WeightTooLargeError(WeightError):
    """A weight has more digits than the screening can order."""


class TotalError(ApportionmentError):
    """The total is not a whole number of at least zero."""


class TotalTooLargeError(TotalError):
    """The total is beyond what the screening can count."""


class BoundsError(ApportionmentError):
    """A floor or cap is malformed: wrong length, wrong type, negative, floor above cap."""


class BoundsNotAllowedError(BoundsError):
    """The method takes no floors or caps."""


class InfeasibleBoundsError(ApportionmentError):
    """The floors sum to more, or the caps to less, than the total.

    Attributes
    ----------
    total, lower_sum, upper_sum
        The total and both sums; a weight of zero can take no more than its floor.
    """

    def __init__(self, total: int, lower_sum: int, upper_sum: int, reason: str = "") -> None:
        tail = f" ({reason})" if reason else ""
        super().__init__(
            f"total {total} is not between the sum of the floors {lower_sum}"
            f" and the sum of the caps {upper_sum}{tail}"
        )
        self.total = total
        self.lower_sum = lower_sum
        self.upper_sum = upper_sum


class TotalBelowClaimsError(InfeasibleBoundsError):
    """The method gives every positive claim at least one, and the total is too small for it."""


class TieOrderError(ApportionmentError):
    """The tie order is not a permutation of the units."""


class MarginsError(ApportionmentError):
    """The margins of a table are malformed or have different sums."""


class InfeasibleTableError(ApportionmentError):
    """No whole table has these margins and zeros.

    Attributes
    ----------
    rows, columns
        The block that proves it: these rows must put ``needed`` into these columns.
    needed, room
        What the rows ask and what the columns, with the cells between them, can take.
    """

    def __init__(
        self, message: str, rows: Sequence[int], columns: Sequence[int], needed: int, room: int
    ) -> None:
        super().__init__(message)
        self.rows = tuple(rows)
        self.columns = tuple(columns)
        self.needed = needed
        self.room = room


class CertificateError(ApportionmentError):
    """A division does not survive its own check."""
