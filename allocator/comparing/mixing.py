"""Other weights for the parts of a key: what a percentage point does, and quick mixes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.keys import Key, KeyWeights, key_weights
from allocator.reading.tables import TableData

ZERO = Fraction(0)
POINT = Fraction(1, 100)
"""One percentage point of all weight."""


def weights_of(key: Key) -> tuple[Fraction, ...]:
    """Weight of each part."""
    return tuple(Fraction(part.weight) for part in key.parts)


def reweighted(key: Key, weights: Sequence[Fraction]) -> Key:
    """The same key with other weights for its parts."""
    pairs = zip(key.parts, weights, strict=True)
    parts = tuple(part.model_copy(update={"weight": str(weight)}) for part, weight in pairs)
    return key.model_copy(update={"parts": parts})


def moved(weights: Sequence[Fraction], part: int) -> tuple[Fraction, ...] | None:
    """Weights after one percentage point of their sum went to ``part``.

    The other parts give it up in proportion to their weights, so the sum stays the same. None
    where they have nothing to give, or would change sign.
    """
    everything = sum(weights, ZERO)
    others = everything - weights[part]
    if not others:
        return None
    factor = Fraction(others - everything * POINT, others)
    if factor < 0:
        return None
    return tuple(
        weight + everything * POINT if i == part else weight * factor
        for i, weight in enumerate(weights)
    )


def sensitivity(key: Key, table: TableData, total: int) -> tuple[tuple[Fraction, ...] | None, ...]:
    """What one percentage point more weight for each part does to every exact share.

    Parameters
    ----------
    key, table, total
        As for :func:`allocator.keys.key_weights`.

    Returns
    -------
    tuple
        Per part the change of the exact share of every municipality [persons], shape (n,), as
        :func:`moved` shifts the weights; None for a part that cannot move. The changes of a part
        sum to 0.

    Raises
    ------
    InputRefusedError, ConflictError
        As ``key_weights`` does.

    Notes
    -----
    Computed as a difference of two exact keys, so caps, credits and bounds take part. Without
    these it is linear: a hundredth of the difference between the part's share and that of the
    other parts together.
    """
    if len(key.parts) == 1:
        return (None,)
    here = key_weights(key, table, total).weights
    changes: list[tuple[Fraction, ...] | None] = []
    for part in range(len(key.parts)):
        weights = moved(weights_of(key), part)
        if weights is None:
            changes.append(None)
            continue
        there = key_weights(reweighted(key, weights), table, total).weights
        changes.append(tuple(total * (b - a) for a, b in zip(here, there, strict=True)))
    return tuple(changes)


def is_plain(key: Key) -> bool:
    """Whether the key is a sum of weighted shares and nothing more."""
    capped = any(part.cap is not None for part in key.parts)
    return not (capped or key.credit or key.floor or key.ceiling)


@dataclass(frozen=True, slots=True)
class PlainMix:
    """The shares of a plain key as whole numbers over one denominator: mixes in no time.

    ``numerators`` has shape (parts, n); all rows have the same sum.
    """

    numerators: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, found: KeyWeights) -> PlainMix:
        """Take the shares from a key that was worked out once."""
        whole = math.lcm(*(share.denominator for row in found.contributions for share in row))
        return cls(
            tuple(
                tuple(share.numerator * (whole // share.denominator) for share in row)
                for row in found.contributions
            )
        )

    def mixed(self, weights: Sequence[Fraction]) -> list[int]:
        """Whole weights of the municipalities under these weights of the parts; none below 0."""
        scale = math.lcm(*(weight.denominator for weight in weights))
        factors = [weight.numerator * (scale // weight.denominator) for weight in weights]
        sums = [
            max(0, sum(factor * own for factor, own in zip(factors, column, strict=True)))
            for column in zip(*self.numerators, strict=True)
        ]
        common = math.gcd(*sums) or 1
        return [value // common for value in sums]
