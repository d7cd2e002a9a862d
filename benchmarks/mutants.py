"""How many small changes of the code the tests notice.

Usage::

    python -m benchmarks.mutants verifier --sample 200 --seed 1
    python -m benchmarks.mutants quota --sample 200 --seed 1
    python -m benchmarks.mutants reader --sample 200 --seed 1
    python -m benchmarks.mutants models --sample 200 --seed 1
    python -m benchmarks.mutants verifier --only allocator/verify/swaps.py --thorough

Works on a copy of the tree. One mutant is one change at one place; the tests that run its line are
run on it (a line that runs when its module is imported gets all tests of the part). It is killed
when a test fails, or does not end within its usual time four times over and a minute. Survivors are
printed with file, line and change: each is either a missing test or a change without effect, and
only reading tells which. ``--thorough`` also runs the other tests of the same files
on survivors.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.mutant_cover import SEEN, WATCHED
from benchmarks.mutant_sites import Site, find_sites

ROOT = Path(__file__).resolve().parent.parent
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "quota": (
        ("allocator/quota.py", "allocator/keys"),
        (
            "tests/golden",
            "tests/allocator/keys",
            "tests/cli/test_quota.py",
            "tests/cli/test_refusals.py",
            "tests/allocator/test_explaining.py",
        ),
    ),
    "verifier": (
        ("allocator/verify",),
        ("tests/allocator/verify", "tests/allocator/planning", "tests/cli/test_swap_studies.py"),
    ),
    "reader": (("allocator/reading",), ("tests/allocator/reading", "tests/cli/test_refusals.py")),
    "apportionment": (
        ("models/apportionment",),
        ("tests/models/apportionment", "tests/properties", "tests/differential"),
    ),
    "models": (
        ("models/exchange", "models/linking", "models/solver"),
        ("tests/models", "tests/differential", "tests/properties"),
    ),
}
"""Code of each part, and the tests that should notice its mutants."""
_SLACK = 60.0
"""Seconds beyond four times the usual time before a mutant counts as one that never ends."""
_PYTEST = (
    *(sys.executable, "-m", "pytest", "-x", "-q", "--tb=no"),
    *("-p", "no:cacheprovider", "-p", "no:randomly"),
)


def main() -> None:
    """Draw mutants, run the tests on each, print the score."""
    asked = _arguments()
    code, tests = PARTS[asked.part]
    sites = [site for file in asked.only or _files(code) for site in find_sites(ROOT, file)]
    drawn = sorted(random.Random(asked.seed).sample(sites, min(asked.sample, len(sites))))
    print(f"{asked.part}: {len(sites)} sites, {len(drawn)} drawn with seed {asked.seed}")
    print(
        "kinds:", ", ".join(f"{k} {n}" for k, n in sorted(Counter(s.kind for s in drawn).items()))
    )
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        survivors = list(_survivors(tree, drawn, tests, asked.thorough))
    killed = len(drawn) - len(survivors)
    print(f"killed {killed} of {len(drawn)} ({100 * killed / max(1, len(drawn)):.1f} %)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="these files of the part")
    parser.add_argument("--thorough", action="store_true", help="more tests on survivors")
    return parser.parse_args()


def _files(code: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for place in code:
        path = ROOT / place
        paths = [path] if path.is_file() else sorted(path.rglob("*.py"))
        found += [str(each.relative_to(ROOT)) for each in paths]
    return found


def _survivors(
    tree: Path, drawn: list[Site], tests: tuple[str, ...], is_thorough: bool
) -> Iterator[Site]:
    """Mutants that no test notices."""
    began = time.monotonic()
    covering = _covering(tree, sorted({site.file for site in drawn}), tests)
    patience = 4 * (time.monotonic() - began) + _SLACK
    print(f"the tests take {time.monotonic() - began:.0f} s when watched", flush=True)
    for number, site in enumerate(drawn, 1):
        path = tree / site.file
        text = path.read_text(encoding="utf-8")
        near = covering.get(f"{path}:{site.line}", list(tests))
        files = sorted({test.partition("::")[0] for test in near})
        path.write_text(site.applied(text), encoding="utf-8")
        try:
            survives = _passes(tree, near, patience) and (
                not is_thorough or _passes(tree, files, patience)
            )
        finally:
            path.write_text(text, encoding="utf-8")
        old = text[site.start : site.end].replace("\n", " ")[:60]
        word = "SURVIVED" if survives else "killed"
        print(f"{number} {word} {site.file}:{site.line} {old!r} -> {site.new!r}", flush=True)
        if survives:
            yield site


def _covering(tree: Path, files: list[str], tests: tuple[str, ...]) -> dict[str, list[str]]:
    """Tests that run each line, fewest first to run; the tests must pass as they are."""
    seen = tree.parent / "seen.json"
    watched = os.pathsep.join(str(tree / file) for file in files)
    extra = {WATCHED: watched, SEEN: str(seen)}
    command = [*_PYTEST, "-p", "benchmarks.mutant_cover", *tests]
    if subprocess.run(command, cwd=tree, env={**os.environ, **extra}, check=False).returncode:
        sys.exit("the tests fail without any mutant")
    covering = dict(json.loads(seen.read_text(encoding="utf-8")))
    names = tree.parent / "names.txt"
    names.write_text("\n".join(sorted({t for own in covering.values() for t in own})), "utf-8")
    check = [*_PYTEST, "--collect-only", f"@{names}"]
    if subprocess.run(check, cwd=tree, capture_output=True, check=False).returncode:
        sys.exit("pytest does not find its own tests by name: a mutant would seem killed")
    return covering


def _passes(tree: Path, tests: list[str], patience: float) -> bool:
    """Whether tests pass on a tree."""
    command = [*_PYTEST, *tests]
    try:
        ran = subprocess.run(command, cwd=tree, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


if __name__ == "__main__":
    main()
