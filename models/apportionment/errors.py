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
    total
        What was to be divided [persons].
    lower_sum
        Sum of the floors, with the one that the method owes every positive claim.
    upper_sum
        Sum of the caps, a zero weight counted at its floor; ``None`` without a cap.
    """

    reason = ""

    def __init__(self, total: int, lower_sum: int, upper_sum: int | None) -> None:
        caps = "there is no cap" if upper_sum is None else f"the caps sum to {upper_sum}"
        super().__init__(
            f"the total is {total}, the floors sum to {lower_sum}, {caps}{self.reason}"
        )
        self.total = total
        self.lower_sum = lower_sum
        self.upper_sum = upper_sum


class TotalBelowClaimsError(InfeasibleBoundsError):
    """The method gives every positive claim at least one, and the total is too small for it."""

    reason = ": this method gives every positive claim at least one"


class TieOrderError(ApportionmentError):
    """The tie order is not a permutation of the units."""


class MarginsError(ApportionmentError):
    """The margins of a table are malformed or have different sums."""


class InfeasibleTableError(ApportionmentError):
    """No whole table has these margins and zeros.

    Attributes
    ----------
    rows, columns
        The block that proves it: what these rows must place finds too little room in these
        columns and in the cells of these rows outside them.
    needed, room
        What the rows must place, and the most they can [persons].
    """

    def __init__(self, rows: Sequence[int], columns: Sequence[int], needed: int, room: int) -> None:
        super().__init__(
            f"rows {tuple(rows)} must place {needed}, but columns {tuple(columns)}"
            f" and the open cells outside them take at most {room}"
        )
        self.rows = tuple(rows)
        self.columns = tuple(columns)
        self.needed = needed
        self.room = room


class GroupsError(ApportionmentError):
    """The groups of a tiered division are malformed."""


class HistoryError(ApportionmentError):
    """Periods or a history do not fit together."""


class CertificateError(ApportionmentError):
    """A division does not survive its own check."""
