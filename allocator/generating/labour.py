"""Chances of work by region and occupation: ``arbeidsmarkt``."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import Row
from allocator.generating.draft import SOURCE, Draft
from allocator.generating.drawing import IntArray, between

_FEWEST, _MOST = 10, 950  # per mille
_EVERY = 3  # of three occupations one is also given by education


def make_labour_market(draft: Draft, rng: Generator) -> list[Row]:
    """Draw a chance per labour-market region and occupation, for some by education too.

    The best region stands to the worst as published (1.5), the rest of the differences is
    between occupations and between a region and an occupation.
    """
    regions = sorted(set(draft.places.region) - {""})
    factor = _region_factors(len(regions), rng)
    low, high = priors.OCCUPATION_IN_REGION
    rows: list[Row] = []
    for region, own in zip(regions, factor, strict=True):
        noise = between(rng, low, high, len(priors.OCCUPATIONS))
        for i, (occupation, _, suits) in enumerate(priors.OCCUPATIONS):
            chance = priors.WORK_PER_1000 * int(own) * suits * int(noise[i]) // 10**9
            rows.append(_row(region, occupation, chance, ""))
            if i % _EVERY == 0:
                rows += [
                    _row(region, occupation, chance * better // 1000, education)
                    for education, _, better in priors.EDUCATIONS
                ]
    return sorted(
        rows, key=lambda row: (row["arbeidsmarktregio"], row["beroepsgroep"], row["opleiding"])
    )


def _region_factors(count: int, rng: Generator) -> IntArray:
    """Evenly spaced from the worst to the best region, in a drawn order, per mille."""
    if count == 1:
        return np.asarray([1000], dtype=np.int64)
    span = priors.REGION_BEST - priors.REGION_WORST
    steps = priors.REGION_WORST + np.arange(count) * span // max(1, count - 1)
    return np.asarray(rng.permutation(steps), dtype=np.int64)


def _row(region: str, occupation: str, chance: int, education: str) -> Row:
    return {
        "arbeidsmarktregio": region,
        "beroepsgroep": occupation,
        "waarde": f"0.{min(max(chance, _FEWEST), _MOST):03d}".rstrip("0"),
        "schaal": "kans",
        "bron": SOURCE,
        "opleiding": education,
    }
