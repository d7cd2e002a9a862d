"""Dwellings of households that were linked before: they hold theirs first."""

from __future__ import annotations

import numpy as np

from models.linking.problem import IntArray
from models.linking.seating import seat_by_municipality


def hold_claims(
    sizes: IntArray,
    municipality: IntArray,
    weights: IntArray,
    class_min: IntArray,
    class_max: IntArray,
    dwellings: IntArray,
) -> IntArray:
    """Give dwellings to households that already have a municipality.

    Parameters
    ----------
    sizes
        Persons per household, shape (H,).
    municipality
        Index of its municipality, shape (H,).
    weights
        What is lost when it has no dwelling, shape (H,), non-negative [points].
    class_min, class_max
        Fewest and most persons that a class suits, shape (S,).
    dwellings
        Dwellings of class s in municipality m, shape (M, S).

    Returns
    -------
    IntArray
        Class of each household, or ``NO_DWELLING``, shape (H,).

    Raises
    ------
    ValueError
        If a weight is negative.

    Notes
    -----
    Per municipality the most weight is housed, of equal weights the lower row; nobody is left
    out whom an exchange could house. With these the tightest classes are used: ranked by their
    most and then their fewest persons, the sum of ranks is the least. With that sum, each row in
    turn holds the tightest class. The order of the first two goals does not matter: some
    assignment attains both [1]_. O(H S²) per distinct size.

    References
    ----------
    .. [1] N. S. Mendelsohn and A. L. Dulmage, "Some generalizations of the problem of distinct
       representatives", Canadian Journal of Mathematics 10 (1958), 230-241.

    Examples
    --------
    Two households, one dwelling that suits both: the weightier holds it.

    >>> one, two = np.array([1]), np.array([2])
    >>> hold_claims(np.array([1, 2]), np.array([0, 0]), np.array([5, 7]), one, two, one[None])
    array([-1,  0])
    """
    if len(weights) and weights.min() < 0:
        raise ValueError("a weight is negative")
    first_come = np.lexsort((np.arange(len(sizes)), -weights))
    return seat_by_municipality(sizes, municipality, first_come, (class_min, class_max), dwellings)
