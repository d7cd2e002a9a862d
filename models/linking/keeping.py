"""What is kept back for those who come later: old prices charged as an opportunity cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.linking.problem import IntArray


def charge_of(
    per_person: IntArray,
    per_dwelling: IntArray,
    sizes: IntArray,
    needs_dwelling: NDArray[np.bool_],
    suits: NDArray[np.bool_],
) -> IntArray:
    """What each link takes from later arrivals, shape (H, M) [points].

    Parameters
    ----------
    per_person
        Worth of room for one more person in municipality m, shape (M,), non-negative [points].
    per_dwelling
        Worth of a dwelling of class s in municipality m, shape (M, S), non-negative [points].
    sizes
        Persons per household, shape (H,).
    needs_dwelling
        Whether a household takes a dwelling, shape (H,).
    suits
        Whether class s suits household h, shape (H, S).

    Notes
    -----
    The size times the worth of a person, and for those who take a dwelling the least worth among
    the classes that suit. It is charged to a link without a dwelling in view as well: that
    household holds the first suitable dwelling that comes free there. So the charge depends on
    household and municipality alone, and no road through the problem has to know of it.
    """
    patterns, row = np.unique(suits, axis=0, return_inverse=True)
    least = np.zeros((len(patterns), len(per_person)), dtype=np.int64)
    for k, pattern in enumerate(patterns):
        if pattern.any():
            least[k] = per_dwelling[:, pattern].min(axis=1)
    dwelling = least[row.reshape(-1)] * needs_dwelling[:, None]
    return np.asarray(sizes[:, None] * per_person[None, :] + dwelling, dtype=np.int64)
