"""How well a household fits a municipality's labour market, in whole points (0 to 1000)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from allocator.adult_fit import POINTS, LabourMarket, Profile, half_up, of_adults
from allocator.reading import Instance

IntArray = NDArray[np.int64]


def fit_points(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    """Fit of each household row in each municipality of ``inside``, shape (H, M) [points].

    An outside score leads (``passing.csv``), then the labour-market table; without either every
    fit is 0. An unknown profile gets the mean of its region, so that neither is ever low.
    """
    if instance.rows("passing"):
        return _outside_scores(instance, households, inside)
    if instance.rows("arbeidsmarkt"):
        return _labour_market(instance, households, inside)
    return np.zeros((len(households), len(inside)), dtype=np.int64)


def _outside_scores(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    row_of = {row["huishouden_id"]: h for h, row in enumerate(households)}
    column_of = {instance.municipalities[i].code: m for m, i in enumerate(inside)}
    fits = np.zeros((len(households), len(inside)), dtype=np.int64)
    for row in instance.rows("passing"):
        h, m = row_of.get(row["huishouden_id"]), column_of.get(row["gemeente_code"])
        if h is not None and m is not None:
            fits[h, m] = half_up(Fraction(row["score"]) * POINTS)
    return fits


def _labour_market(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    table, how = LabourMarket(instance.rows("arbeidsmarkt")), instance.settings.link.volwassenen
    adults: dict[str, list[Profile]] = {}
    for row in instance.rows("volwassenen"):
        profile = (row["beroepsgroep"], row.get("opleiding", ""))
        adults.setdefault(row["huishouden_id"], []).append(profile)
    regions = [instance.municipalities[i].row.get("arbeidsmarktregio", "") for i in inside]

    @cache
    def across(profiles: tuple[Profile, ...]) -> IntArray:
        # Every adult counts alike: a household is not its most employable member.
        points = {
            region: of_adults([table.points(region, profile) for profile in profiles], how)
            for region in set(regions)
        }
        return np.array([points[region] for region in regions], dtype=np.int64)

    fits = np.zeros((len(households), len(inside)), dtype=np.int64)
    for h, row in enumerate(households):
        own = (row.get("beroepsgroep", ""), row.get("opleiding", ""))
        fits[h] = across(tuple(sorted(adults.get(row["huishouden_id"], [own]))))
    return fits
