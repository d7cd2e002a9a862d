"""How long reading a result takes, and how long an answer about a household after that.

``python -m benchmarks.explaining RESULT [ANSWERS]`` asks about evenly spread households, twice:
the second time everything has been said before.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path


def main() -> None:
    """Load, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", type=Path)
    parser.add_argument("answers", type=int, nargs="?", default=200)
    asked = parser.parse_args()
    start = time.perf_counter()
    from allocator.explaining import Explainer
    from allocator.reporting.result import read_rows

    imported = time.perf_counter()
    explainer = Explainer(asked.result, "nl")
    explainer.load_households()
    loaded = time.perf_counter()
    rows = read_rows(asked.result / "vertrouwelijk" / "koppelvoorstel.csv")
    names = [row["huishouden_id"] for row in rows][:: max(1, len(rows) // asked.answers)]
    print(
        f"{len(rows)} households: import {imported - start:.3f} s, load {loaded - imported:.3f} s"
    )
    for turn in ("first", "again"):
        spent = sorted(_seconds(explainer, name) for name in names)
        middle, worst = 1000 * spent[len(spent) // 2], 1000 * spent[-1]
        print(f"{len(names)} answers, {turn}: median {middle:.1f} ms, worst {worst:.1f} ms")


def _seconds(explainer: object, name: str) -> float:
    from allocator.explaining import Explainer

    assert isinstance(explainer, Explainer)
    start = time.perf_counter()
    explainer.household(name).as_json()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
