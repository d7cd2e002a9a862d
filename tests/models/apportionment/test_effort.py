"""How hard the search works: few counts whatever the total, and few moves in a table."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from models.apportionment import Method, divide_two_way
from models.apportionment import two_way as two_way_module
from models.apportionment.intake import read_claims
from models.apportionment.limits import effective_limits
from models.apportionment.long_weights import LongScreen
from models.apportionment.method import SIGNPOSTS
from models.apportionment.screening import Screen
from tests.models.apportionment.test_two_way import national_table

LONG = 400
"""Bits that make a weight longer than double precision screens."""


def search(
    kind: type[Any], method: Method, total: int, weights: list[int], bounds: tuple[Any, Any]
) -> tuple[int, int]:
    """Return how many counts a search takes and how many claims it leaves undecided."""
    posts, claims, places = SIGNPOSTS[method], read_claims(weights, total), []
    limits = effective_limits(total, claims, *bounds, everyone=posts.first_is_free)

    class Counted(kind):  # type: ignore[misc]
        def _counts(self, place: Any) -> Any:
            places.append(place)
            return super()._counts(place)

    below, above = Counted(posts, claims.weights, limits).window(total)
    assert int(below.sum()) <= total <= int(above.sum())
    return len(places), int((above - below).sum())


def draw(size: int) -> list[int]:
    """Draw weights that lie as the sizes of towns do."""
    sizes = np.exp(np.random.default_rng(size).normal(10.3, 0.85, size))
    return np.maximum(900, sizes).astype(np.int64).tolist()


def binding(total: int, weights: list[int]) -> tuple[list[int], list[int | None]]:
    """Cap a third of the units at half their share and lift another third to 5/4 of it."""
    shares = [w * total // sum(weights) for w in weights]
    lower = [5 * share // 4 if at % 3 == 1 else 0 for at, share in enumerate(shares)]
    return lower, [share // 2 + 1 if at % 3 == 0 else None for at, share in enumerate(shares)]


def efforts(kind: type[Any], bits: int, sizes: tuple[int, ...], are_bound: bool) -> np.ndarray:
    """Return counts and undecided claims in sixteenths of n, for each total and method."""
    found = []
    for size in sizes:
        weights = [w << bits | 1 for w in draw(size)]
        for total in (2 * size, 7 * size + 1, 40 * size, 10**7, 2**50):
            bounds = binding(total, weights) if are_bound else (None, None)
            for method in SIGNPOSTS:
                counts, undecided = search(kind, method, total, weights, bounds)
                found.append((counts, 16 * undecided // max(size, 128)))
    return np.array(found)


@pytest.mark.parametrize(
    ("kind", "bits", "sizes", "are_bound", "most", "in_all", "widest"),
    [
        (Screen, 0, (6, 352, 3_000), False, 5, 230, 12),
        (Screen, 0, (6, 352, 3_000), True, 11, 325, 3),
        (LongScreen, LONG, (6, 100), False, 52, 755, 1),
        (LongScreen, LONG, (6, 100), True, 50, 740, 1),
    ],
)
def test_a_window_takes_few_counts_whatever_the_total(
    kind: type[Any],
    bits: int,
    sizes: tuple[int, ...],
    are_bound: bool,
    most: int,
    in_all: int,
    widest: int,
) -> None:
    counts, undecided = efforts(kind, bits, sizes, are_bound).T
    assert counts.max() <= most
    assert counts.sum() <= in_all
    assert undecided.max() <= widest


@pytest.mark.parametrize(
    ("kind", "weight", "size", "total", "most"),
    [
        (Screen, 7, 100, 50, 52),
        (Screen, 7, 3_000, 10**7 + 1, 40),
        (LongScreen, 7 << LONG, 100, 50, 72),
    ],
)
def test_equal_claims_end_the_search(
    kind: type[Any], weight: int, size: int, total: int, most: int
) -> None:
    # No multiplier cuts between them, so the search ends where nothing lies between its ends.
    for method in (Method.WEBSTER, Method.JEFFERSON):
        counts, undecided = search(kind, method, total, [weight] * size, (None, None))
        assert (counts <= most, undecided) == (True, size)


def signpost(method: Method, x: int) -> Fraction:
    """Return s(x), for ``hill`` its square; written out here once more."""
    return {
        Method.ADAMS: Fraction(x - 1),
        Method.WEBSTER: Fraction(2 * x - 1, 2),
        Method.JEFFERSON: Fraction(x),
        Method.HILL: Fraction(x * (x - 1)),
    }[method]


@pytest.mark.parametrize("method", SIGNPOSTS)
def test_long_weights_are_counted_exactly_at_every_multiplier(method: Method) -> None:
    dice = random.Random(8)
    weights = [1, 2, 3, 5, 7, 2**400 + 1, 3 * 2**399]
    limits = effective_limits(2**49, read_claims(weights, 2**49), None, None, everyone=False)
    free = replace(limits, upper=np.array([10**300] * 7, dtype=object))
    screen = LongScreen(SIGNPOSTS[method], np.array(weights, dtype=object), free)
    for exponent in (-402, -399, -2, -1, 0, 1, 2, 3, 40, 64, 65, 66, 70):
        for digits in (0, 1, 2**63, dice.getrandbits(64), 2**64 - 1):
            y = (1 + Fraction(digits, 2**64)) * Fraction(2) ** exponent
            counts = screen._counts((exponent << 64) + digits)
            for w, x in zip(weights, counts, strict=True):
                claim = (w * y) ** 2 if method is Method.HILL else w * y
                assert x == 0 or signpost(method, x) <= claim
                assert claim < signpost(method, x + 1)


@pytest.mark.parametrize(("method", "most_moves"), [("webster", 110), ("jefferson", 600)])
def test_a_national_table_takes_few_moves_and_one_proof(
    monkeypatch: pytest.MonkeyPatch, method: str, most_moves: int
) -> None:
    calls: Counter[str] = Counter()
    for name in ("shortest_moves", "prove_table"):
        plain = getattr(two_way_module, name)

        def counted(*asked: Any, name: str = name, plain: Callable[..., Any] = plain) -> Any:
            calls[name] += 1
            return plain(*asked)

        monkeypatch.setattr(two_way_module, name, counted)
    divide_two_way(method, *national_table())
    assert calls["prove_table"] == 1
    assert calls["shortest_moves"] <= most_moves
