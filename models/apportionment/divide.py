"""The one door to all methods, and a function named after each."""

from __future__ import annotations

from models.apportionment.division import Division
from models.apportionment.divisor import divide_by_divisor
from models.apportionment.errors import BoundsNotAllowedError
from models.apportionment.intake import (
    Claims,
    IntegerSequence,
    read_claims,
    read_ranks,
    read_total,
)
from models.apportionment.limits import Bounds, effective_limits
from models.apportionment.method import SIGNPOSTS, Method
from models.apportionment.remainder import (
    divide_by_ceiling,
    divide_by_remainder,
    quota_violations,
)


def divide(
    method: Method | str,
    total: int,
    weights: IntegerSequence,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Divide ``total`` over units in proportion to ``weights``, exactly and with a proof.

    Parameters
    ----------
    method
        One of :class:`Method`.
    total
        Units to divide [persons].
    weights
        Claims, shape (n,): non-negative whole numbers. A claim of zero gets its floor.
        Bring fractions and decimals to whole numbers with :func:`integer_weights`.
    lower, upper
        Floors and caps, shape (n,) [persons]; an entry ``None`` is no bound for that unit.
    tie_order
        Permutation of the units, first served first: a recorded lot or a rule. Without it
        equal claims go to the lower index. The same order at every total keeps the
        methods monotone.

    Returns
    -------
    Division
        Parts, tied units, certificate, quota violations and surplus.

    Raises
    ------
    WeightError
        If a weight is no whole number, negative, NaN or infinite, or all are zero.
    TotalError
        If the total is no whole number of at least zero, or beyond 2**50.
    BoundsError
        If a bound is malformed, or the method takes none.
    InfeasibleBoundsError
        If the bounds cannot hold, with both sums; ``TotalBelowClaimsError`` where ``adams``
        or ``hill`` owe every positive claim one and the total is too small for that.
    TieOrderError
        If the tie order is not a permutation.

    Notes
    -----
    O(n) apart from the sorting of near-equal claims; independent of ``total``. Divisor
    methods with bounds give x_i = clip(round(w_i/d), l_i, u_i). Largest remainder with
    bounds clips the exact shares first (water-filling) and then rounds those.

    Examples
    --------
    >>> divide("adams", 11, [5, 3, 2])
    Division(parts=(6, 3, 2), tied=(0, 1, 2))
    >>> divide("jefferson", 3, [2, 1, 1], tie_order=[2, 1, 0])
    Division(parts=(1, 1, 1), tied=(0, 1, 2))
    """
    method = Method(method)
    total = read_total(total)
    claims = read_claims(weights, total)
    if method is Method.CEILING:
        return _ceiling(total, claims, lower, upper)
    if method is Method.LARGEST_REMAINDER:
        return _largest_remainder(total, claims, lower, upper, tie_order)
    return _by_divisor(method, total, claims, lower, upper, tie_order)


def _ceiling(total: int, claims: Claims, lower: Bounds, upper: Bounds) -> Division:
    if lower is not None or upper is not None:
        raise BoundsNotAllowedError("rounding each share up by itself takes no bounds")
    parts, certificate = divide_by_ceiling(total, claims)
    surplus = int(parts.sum()) - total
    return Division(tuple(parts.tolist()), certificate=certificate, surplus=surplus)


def _largest_remainder(
    total: int,
    claims: Claims,
    lower: Bounds,
    upper: Bounds,
    tie_order: IntegerSequence | None,
) -> Division:
    ranks = None if tie_order is None else read_ranks(tie_order, claims.weights.size)
    if lower is None and upper is None:
        parts, cut, tied = divide_by_remainder(total, claims, None, ranks)
        return Division(tuple(parts.tolist()), tied, certificate=cut)
    limits = effective_limits(total, claims, lower, upper, everyone=False)
    parts, cut, tied = divide_by_remainder(total, claims, limits, ranks)
    outside = quota_violations(total, claims, parts)
    return Division(tuple(parts.tolist()), tied, certificate=cut, quota_violations=outside)


def _by_divisor(
    method: Method,
    total: int,
    claims: Claims,
    lower: Bounds,
    upper: Bounds,
    tie_order: IntegerSequence | None,
) -> Division:
    posts = SIGNPOSTS[method]
    ranks = read_ranks(tie_order, claims.weights.size)
    limits = effective_limits(total, claims, lower, upper, everyone=posts.first_is_free)
    parts, interval, tied = divide_by_divisor(posts, total, claims, limits, ranks)
    outside = quota_violations(total, claims, parts)
    return Division(tuple(parts.tolist()), tied, certificate=interval, quota_violations=outside)


def adams(
    total: int,
    weights: IntegerSequence,
    *,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Divide so that each part is a share over a common divisor, rounded up.

    See :func:`divide` for parameters, results and refusals.

    Examples
    --------
    >>> adams(4, [22, 25, 686, 9]).parts
    (1, 1, 1, 1)
    """
    return divide(Method.ADAMS, total, weights, lower, upper, tie_order)


def webster(
    total: int,
    weights: IntegerSequence,
    *,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Divide so that each part is a share over a common divisor, rounded to the nearest.

    See :func:`divide` for parameters, results and refusals.

    Examples
    --------
    >>> webster(3, [5, 5])
    Division(parts=(2, 1), tied=(0, 1))
    """
    return divide(Method.WEBSTER, total, weights, lower, upper, tie_order)


def jefferson(
    total: int,
    weights: IntegerSequence,
    *,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Divide so that each part is a share over a common divisor, rounded down.

    See :func:`divide` for parameters, results and refusals.

    Examples
    --------
    >>> jefferson(17, [1, 3]).parts
    (4, 13)
    """
    return divide(Method.JEFFERSON, total, weights, lower, upper, tie_order)


def hill(
    total: int,
    weights: IntegerSequence,
    *,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Divide so that no transfer brings two units' persons per claim closer in ratio.

    See :func:`divide` for parameters, results and refusals.

    Examples
    --------
    >>> hill(10, [1, 4, 16]).certificate
    DivisorInterval(low=Fraction(32, 7), high=Fraction(128, 21), squared=True)
    """
    return divide(Method.HILL, total, weights, lower, upper, tie_order)


def largest_remainder(
    total: int,
    weights: IntegerSequence,
    *,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> Division:
    """Give each its exact share rounded down and the rest to the largest fractions.

    See :func:`divide` for parameters, results and refusals.

    Examples
    --------
    >>> largest_remainder(20, [55, 17, 4])
    Division(parts=(15, 4, 1), tied=(0, 1))
    """
    return divide(Method.LARGEST_REMAINDER, total, weights, lower, upper, tie_order)


def ceiling(total: int, weights: IntegerSequence) -> Division:
    """Round every exact share up by itself; ``surplus`` says by how much the sum overshoots.

    Parameters
    ----------
    total
        Units to divide [persons].
    weights
        Claims, shape (n,), as for :func:`divide`.

    Returns
    -------
    Division
        Parts that sum to ``total + surplus``.

    Raises
    ------
    WeightError, TotalError
        As for :func:`divide`.

    Examples
    --------
    >>> ceiling(10, [1, 1, 1]).surplus
    2
    """
    return divide(Method.CEILING, total, weights)
