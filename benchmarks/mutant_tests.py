"""Which tests are run on a mutant, and in which order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath

from benchmarks.mutant_sites import Site

QUICK = 0.5
"""Seconds within which a test counts as quick."""
SLACK = 60.0
"""Seconds beyond four times the usual time before a mutant counts as one that never ends."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What one run of the tests without any mutant showed."""

    lines: dict[str, list[str]]
    """Tests that run a line, by file and line."""
    seconds: dict[str, float]
    """Time of every test while watched [s]."""

    @classmethod
    def read(cls, seen: Path) -> Watched:
        """Read what the plugin wrote."""
        data = json.loads(seen.read_text(encoding="utf-8"))
        return cls(data["lines"], data["seconds"])

    def near(self, site: Site, tree: Path) -> list[str]:
        """Tests that run the line of a change, in the order in which they are run.

        A line that no test runs by itself stands at the level of a module, or is only run by
        another process: it gets all tests.
        """
        return self.ordered(self.lines.get(f"{tree / site.file}:{site.line}", self.seconds), site)

    def around(self, site: Site, tree: Path) -> list[str]:
        """Tests that run any line of the file of a change, and the others of their files.

        What runs a line may have been kept since: a result that is made once for many tests is
        noted with the first of them only.
        """
        own = {
            test.partition("::")[0]
            for line, tests in self.lines.items()
            if line.rpartition(":")[0] == str(tree / site.file)
            for test in tests
        }
        tests = [test for test in self.seconds if test.partition("::")[0] in own]
        return self.ordered(tests or self.seconds, site)

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
