"""Municipalities that do not exist: inhabitants, places, regions, neighbours."""

from __future__ import annotations

from datetime import date

import numpy as np

from allocator.generating import priors
from allocator.generating.base import BaseTables, GenerateRequestError, Row
from allocator.generating.draft import SOURCE
from allocator.generating.drawing import IntArray, between, stream

_MOST = 9999  # codes SY0001 to SY9999
_MEDIAN_INHABITANTS, _SPREAD = 33_000, 0.85
_FEWEST_INHABITANTS, _MOST_INHABITANTS = 1_000, 870_000
_WEST, _EAST, _SOUTH, _NORTH = 20_000, 270_000, 310_000, 610_000  # RD New [m]
_NEIGHBOURS = 5
_BLOCK = 500


def synthetic_base(municipalities: int, seed: int) -> BaseTables:
    """Make up a country: ``gemeenten``, ``buren``, ``correcties`` and ``woningklassen``.

    Parameters
    ----------
    municipalities
        How many, 1 to 9,999; codes SY0001 and on, provinces PV90 and on (ten at most).
    seed
        Equal seeds give equal countries.

    Raises
    ------
    GenerateRequestError
        If there are no codes for so many municipalities.

    Notes
    -----
    Inhabitants are lognormal around 33,000 and cut off at 1,000 and 870,000, close to the Dutch
    municipalities of 2020. A municipality belongs to the nearest of the chosen centres, for its
    labour-market region and for its province; its neighbours are the five nearest. O(n^2).
    """
    if not 1 <= municipalities <= _MOST:
        raise GenerateRequestError("generate_municipalities", most=_MOST, found=municipalities)
    rng = stream(seed, "gemeenten")
    normal = rng.standard_normal(municipalities)
    drawn = np.rint(_MEDIAN_INHABITANTS * np.exp(_SPREAD * normal)).astype(np.int64)
    inhabitants = np.clip(drawn, _FEWEST_INHABITANTS, _MOST_INHABITANTS)
    x = between(rng, _WEST, _EAST, municipalities)
    y = between(rng, _SOUTH, _NORTH, municipalities)
    regions = min(35, max(min(3, -(-municipalities // 3)), -(-municipalities // 10)))
    region = _nearest_centre(x, y, rng.permutation(municipalities)[:regions])
    province = _nearest_centre(x, y, rng.permutation(municipalities)[: min(10, regions)])
    social = between(rng, 150, 400, municipalities)
    rows = [
        _municipality(
            i, *(int(column[i]) for column in (inhabitants, province, region, x, y, social))
        )
        for i in range(municipalities)
    ]
    tables = {"gemeenten": rows, "woningklassen": dwelling_classes()}
    if municipalities > 1:
        tables["correcties"] = _corrections(inhabitants)
        tables["buren"] = _neighbours(x, y)
    return BaseTables(_settings(municipalities, seed), tables, is_landscape=True)


def _settings(municipalities: int, seed: int) -> dict[str, object]:
    return {
        "name": f"synthetisch-{municipalities}-{seed}",
        "half_year": "2021-1",
        "scope": "landelijk",
        "population_date": date(2020, 1, 1),
        "structure_year": 2021,
        "regime": "huisvestingswet-2014",
        "rounding": "sluitend",
        "key": "inwoners",
        "swap": {"pairs": "provincie"},
        "demo": {"link_region": "provincie_code=PV90"},
    }


def _nearest_centre(x: IntArray, y: IntArray, centres: IntArray) -> IntArray:
    distance = (x[:, None] - x[centres]) ** 2 + (y[:, None] - y[centres]) ** 2
    return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def _municipality(
    i: int, inhabitants: int, province: int, region: int, x: int, y: int, social: int
) -> Row:
    dwellings = inhabitants * 45 // 100
    return {
        "gemeente_code": _code(i),
        "gemeente": f"Voorbeeldgemeente {i + 1}",
        "provincie_code": f"PV{90 + province}",
        "inwoners": str(inhabitants),
        "inwoners_bron": "afgeleid",
        "arbeidsmarktregio": f"Arbeidsmarktregio {region + 1:02d}",
        "coa_regio": f"COA-regio {province // 2 + 1}",
        "regietafel": f"Regietafel {province + 1:02d}",
        "x_rd": str(x),
        "y_rd": str(y),
        "corporatiewoningen": str(dwellings * social // 1000),
        "woningen": str(dwellings),
    }


def _code(i: int) -> str:
    return f"SY{i + 1:04d}"


def _corrections(inhabitants: IntArray) -> list[Row]:
    """One person from the largest to the next: published figures deviate, the sum stays."""
    largest, second = (int(i) for i in np.argsort(-inhabitants, kind="stable")[:2])
    rows: list[Row] = [
        {"gemeente_code": _code(i), "correctie": str(step), "reden": SOURCE}
        for i, step in ((largest, -1), (second, 1))
    ]
    return sorted(rows, key=lambda row: row["gemeente_code"])


def _neighbours(x: IntArray, y: IntArray) -> list[Row]:
    """Pairs of which at least one is among the five nearest of the other."""
    wanted = min(_NEIGHBOURS, len(x) - 1)
    pairs: set[tuple[int, int]] = set()
    for start in range(0, len(x), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(x)))
        distance = (x[block, None] - x) ** 2 + (y[block, None] - y) ** 2
        distance[np.arange(len(block)), block] = np.iinfo(np.int64).max
        nearest = np.argsort(distance, axis=1, kind="stable")[:, :wanted]
        for i, others in zip(block.tolist(), nearest.tolist(), strict=True):
            pairs.update((min(i, j), max(i, j)) for j in others)
    return [{"gemeente_code_a": _code(i), "gemeente_code_b": _code(j)} for i, j in sorted(pairs)]


def dwelling_classes() -> list[Row]:
    """The six classes of the bundled instances; an assumption, there is no national norm."""
    return [
        {
            "woningklasse": name,
            "personen_min": str(fewest),
            "personen_max": str(most),
            "personen_gepland": str(planned),
            "kamers": str(rooms),
            "m2": str(area),
        }
        for name, fewest, most, planned, rooms, area in priors.DWELLING_CLASSES
    ]
