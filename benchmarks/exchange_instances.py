"""Seeded exchange problems of national size, drawn from rough figures of the Netherlands.

Inhabitants are lognormal around 33,000; the quota averages 40 persons; expected capacity is
normally spread around 0.95 (seed 1) or 1.1 (other seeds) times the quota; three in ten parties
carry a backlog of 5 to 60 per cent of their quota. Nobody gives or takes more than half its
quota, nor gives more than it is short of. Draws follow one generator in a fixed order, so that
a seed means the same problem everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.exchange import ExchangeProblem

PROVINCES = 12
MEAN_QUOTA = 40
SHARE = 2
"""One over the part of a quota that may move."""

IntArray = NDArray[np.int64]


class Towns(NamedTuple):
    """What is drawn per party."""

    place: NDArray[np.float64]
    quota: IntArray
    to_house: IntArray
    capacity: IntArray


def make_problem(
    parties: int = 352, seed: int = 1, pairs: str = "province", lot: int = 5
) -> ExchangeProblem:
    """Draw one problem; ``pairs`` is ``province`` (nearest of twelve centres) or ``all``."""
    rng = np.random.default_rng(seed + 5000)
    towns = _draw_towns(rng, parties, mean_capacity=0.95 if seed == 1 else 1.1)
    province = np.zeros(parties, dtype=np.int64)
    if pairs == "province":
        centres = rng.uniform([0, 0], [200, 300], (PROVINCES, 2))
        province = _squares(towns.place, centres).argmin(axis=1)
    short = np.maximum(towns.to_house - towns.capacity, 0)
    give = np.minimum(short, towns.quota // SHARE)
    take = np.minimum(np.maximum(towns.capacity - towns.to_house, 0), towns.quota // SHARE)
    joined = (give > 0)[:, None] & (take > 0)[None, :] & (province[:, None] == province[None, :])
    allowed = np.argwhere(joined).astype(np.int64)
    away = np.sqrt(_squares(towns.place, towns.place))[allowed[:, 0], allowed[:, 1]]
    return ExchangeProblem(
        give_limit=give,
        take_limit=take,
        shortfall=short,
        quota=towns.quota,
        pairs=allowed,
        distance=np.rint(away).astype(np.int64),
        lot=lot,
    )


def _draw_towns(rng: np.random.Generator, parties: int, mean_capacity: float) -> Towns:
    inhabitants = np.clip(rng.lognormal(np.log(33_000), 0.85, parties), 1_000, 870_000).round()
    place = rng.uniform([0, 0], [200, 300], (parties, 2))
    shares = inhabitants / inhabitants.sum()
    quota = np.maximum(1, np.round(shares * MEAN_QUOTA * parties)).astype(np.int64)
    ratio = np.clip(rng.normal(mean_capacity, 0.35, parties), 0.1, 2.2)
    behind = rng.random(parties) < 0.3
    backlog = np.where(behind, np.round(quota * rng.uniform(0.05, 0.6, parties)), 0)
    return Towns(
        place,
        quota,
        quota + backlog.astype(np.int64),
        np.round(quota * ratio).astype(np.int64),
    )


def _squares(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distance between each two places, in kilometres."""
    return np.asarray(((left[:, None, :] - right[None, :, :]) ** 2).sum(axis=2))
