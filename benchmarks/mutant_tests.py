"""Which tests are run on a mutant, and in which order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path, PurePosixPath

from benchmarks.mutant_sites import Site

QUICK = 0.5
"""Seconds within which a test counts as quick."""
SLACK = 60.0
"""Seconds beyond four times the usual time before a mutant counts as one that never ends."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What one run of the tests without any mutant showed."""

    tests: dict[str, list[str]]
    """Tests that run a function, by file and function."""
    seconds: dict[str, float]
    """Time of every test [s]."""
    failed: list[str]
    """Tests that fail on probed code."""

    @classmethod
    def read(cls, seen: Path, seconds: Path) -> Watched:
        """Read what the probes and the plugin wrote."""
        noted = json.loads(seconds.read_text(encoding="utf-8"))
        by_test = noted["seconds"]
        tests: dict[str, set[str]] = {}
        for line in seen.read_text(encoding="utf-8").splitlines():
            place, _, test = line.partition("\t")
            if test in by_test:
                tests.setdefault(place, set()).add(test)
        return cls({place: sorted(own) for place, own in tests.items()}, by_test, noted["failed"])

    def near(self, site: Site) -> list[str]:
        """Tests that run the function of a change, in the order in which they are run.

        What no test runs by itself stands outside functions, or runs in a process that knows of
        no test: it gets all tests.
        """
        return self.ordered(self.tests.get(f"{site.file}:{site.place}", self.seconds), site)

    def around(self, site: Site) -> list[str]:
        """Tests of all files of tests that run a watched function of the file of a change.

        What runs a function may have been kept since: a result that is made once for many tests
        is noted with the first of them only.
        """
        own = {
            test.partition("::")[0]
            for place, tests in self.tests.items()
            if place.partition(":")[0] == site.file
            for test in tests
        }
        tests = [test for test in self.seconds if test.partition("::")[0] in own]
        return self.ordered(tests or self.seconds, site)

    def within(self, tests: list[str], most: float) -> list[str]:
        """Leave tests out, from the end, beyond so many seconds; the first always stays."""
        sums = accumulate(self.seconds[test] for test in tests)
        kept = [test for test, so_far in zip(tests, sums, strict=True) if so_far <= most]
        return kept or tests[:1]

    def quickest(self) -> list[str]:
        """The quickest test of every file."""
        best: dict[str, str] = {}
        for test in sorted(self.seconds, key=lambda own: self.seconds[own], reverse=True):
            best[test.partition("::")[0]] = test
        return sorted(best.values())

    def ordered(self, tests: Iterable[str], site: Site) -> list[str]:
        """Quick tests by file, the nearest file first, then the slow ones by their time."""

        def rank(test: str) -> tuple[bool, float, str, float]:
            file, seconds = test.partition("::")[0], self.seconds[test]
            if seconds > QUICK:
                return (True, seconds, file, seconds)
            return (False, -_closeness(file, site.file), file, seconds)

        return sorted(tests, key=rank)

    def patience(self, tests: Iterable[str]) -> float:
        """Seconds after which tests on a mutant count as never ending."""
        return 4 * sum(self.seconds[test] for test in tests) + SLACK


def _closeness(test: str, file: str) -> int:
    """How near a file of tests stands to a file of code: folders in common, and its name."""
    folders, code = PurePosixPath(test).parts[1:-1], PurePosixPath(file)
    pairs = zip(folders, code.with_suffix("").parts, strict=False)
    common = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return 2 * common + (code.stem in PurePosixPath(test).stem)
