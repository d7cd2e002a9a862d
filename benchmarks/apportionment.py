"""How fast the division core is, beside two published packages, in one run.

Run ``python benchmarks/apportionment.py`` or ``python -m benchmarks.apportionment``. Every
figure of ours includes checking the input, the certificate and the tied set; the packages give
the parts alone, in the arithmetic they are fastest in. Weights are drawn log-normally with a
fixed seed. All figures are the least CPU time of several calls: what else the machine does can
only add to it.
"""

# ruff: noqa: E402 - the search path must be mended before the packages are found.
from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

# In place of this folder: the file bears the name of a package it compares with.
sys.path[0] = str(Path(__file__).parents[1])

import numpy as np
import numpy.typing as npt
import votelib.evaluate.proportional as votelib
from apportionment import methods as lackner

from models.apportionment import check_two_way, divide, divide_two_way, webster

Weights = npt.NDArray[np.int64]

LACKNER = {
    "adams": "adams",
    "webster": "saintelague",
    "jefferson": "dhondt",
    "hill": "huntington",
    "largest_remainder": "largest_remainder",
}
VOTELIB = {
    "webster": votelib.HighestAverages("sainte_lague"),
    "jefferson": votelib.HighestAverages("d_hondt"),
    "largest_remainder": votelib.LargestRemainder("hare"),
}
LEAST_RATIO = {"largest_remainder": 25}
LEAST_RATIO_DIVISOR = 500
MOST_MILLISECONDS = 20
MOST_SECONDS_TWO_WAY = 2


def main() -> None:
    """Print every figure with its target."""
    print(f"{'352 units, 13,500':22}{'ours':>12}{'apportionment':>14}{'votelib':>14}{'ratio':>10}")
    for method in LACKNER:
        compare(method, draw(352), 13_500)
    print(f"\n{'milliseconds':26}" + "".join(f"{name:>18}" for name in (*LACKNER, "ceiling")))
    for size, total in ((352, 13_500), (352, 10**7), (10_000, 10**7), (100_000, 10**7)):
        grow(f"{size:,} units, {total:,}", draw(size), total)
    print(f"{'target':26}{MOST_MILLISECONDS:>18} at 100,000 units, each method")
    for bits in (2_500, 20_000):
        # Odd, so that no two claims are in simple proportion.
        long = [w << bits - 25 | 1 for w in draw(352).tolist()]
        grow(f"352 of {bits:,} bits", long, 13_500)
    print(f"\n{'two-way, Webster':22}{'divide s':>12}{'check s':>12}")
    for rows, columns, total in ((342, 2, 13_500), (342, 12, 13_500), (342, 24, 13_500)):
        prove(rows, columns, total)
    print(f"{'target':22}{MOST_SECONDS_TWO_WAY:>12} for 342 x 24, divided and checked")


def draw(size: int) -> Weights:
    """Draw weights that lie as the sizes of towns do."""
    sizes = np.exp(np.random.default_rng(20210101).normal(10.3, 0.85, size))
    return np.maximum(1_000, sizes).astype(np.int64)


def least_seconds(call: Callable[[], object], samples: int = 15) -> float:
    """Return the least CPU time of a call, over samples of at least ten milliseconds."""
    calls, seconds = 1, [timed(call, 1)]
    while seconds[0] * calls < 0.01:
        calls *= 4
        seconds = [timed(call, calls)]
    if seconds[0] > 0.05:
        samples = 5
    seconds += [timed(call, calls) for _ in range(samples - 1)]
    return min(seconds)


def timed(call: Callable[[], object], calls: int) -> float:
    """Return the CPU seconds of one call, averaged over ``calls``."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls


def compare(method: str, weights: Weights, total: int) -> None:
    """Print one method beside the packages that have it."""
    names = [str(unit) for unit in range(weights.size)]
    votes = dict(zip(names, weights.tolist(), strict=True))
    ours = least_seconds(lambda: divide(method, total, weights))
    theirs = [
        least_seconds(lambda: lackner.compute(LACKNER[method], weights, total, parties=names))
    ]
    if method in VOTELIB:
        theirs.append(least_seconds(lambda: VOTELIB[method].evaluate(votes, total)))
    columns = "".join(f"{seconds * 1000:>11.2f} ms" for seconds in theirs)
    ratio, target = min(theirs) / ours, LEAST_RATIO.get(method, LEAST_RATIO_DIVISOR)
    verdict = "" if ratio >= target else "  BELOW"
    print(f"{method:22}{ours * 1e6:>9.1f} µs{columns:28}{ratio:>10.0f}  (target {target}){verdict}")


def grow(name: str, weights: Weights | list[int], total: int) -> None:
    """Print what each method takes on these weights."""
    times = [
        least_seconds(lambda method=method: divide(method, total, weights))  # type: ignore[misc]
        for method in (*LACKNER, "ceiling")
    ]
    line = "".join(f"{seconds * 1000:>18.3f}" for seconds in times)
    print(f"{name:26}{line}")


def prove(rows: int, columns: int, total: int) -> None:
    """Print what a two-way table takes, and its check."""
    rng = np.random.default_rng(20210101)
    mix = rng.dirichlet(np.full(columns, 5.0)) * np.exp(rng.normal(0, 0.4, (rows, columns)))
    weights = (draw(rows)[:, None] * mix).astype(np.int64)
    margins = webster(total, weights.sum(axis=1)).parts, webster(total, weights.sum(axis=0)).parts
    division = divide_two_way("webster", weights, *margins)
    plain = weights.tolist()
    divided = least_seconds(lambda: divide_two_way("webster", weights, *margins))
    checked = least_seconds(lambda: check_two_way(division, "webster", plain, *margins))
    print(f"{f'{rows} x {columns}, {total:,}':22}{divided:>12.3f}{checked:>12.3f}")


if __name__ == "__main__":
    main()
