"""How many small changes of the code the tests notice.

Usage::

    python -m benchmarks.mutants verifier --sample 200 --seed 1
    python -m benchmarks.mutants studies --sample 200 --seed 1
    python -m benchmarks.mutants quota --sample 200 --seed 1
    python -m benchmarks.mutants reader --sample 200 --seed 1
    python -m benchmarks.mutants models --sample 200 --seed 1
    python -m benchmarks.mutants verifier --only allocator/verify/core/swaps.py --thorough
    python -m benchmarks.mutants models --sample 80 --seed 6 --numbers 3 17

Works on a copy of the tree. One mutant is one change at one place; the tests that run its function
are run on it (what runs when its module is imported gets all tests of the part), the nearest and
quickest first, up to the first that fails. It is killed when a test fails, or when they do not end
within their usual time four times over and a minute. Survivors are printed with file, line and
change: each is either a missing test or a change without effect, and only reading tells which.
``--thorough`` also runs the tests of the rest of the file on survivors; ``--numbers`` runs these of
the drawn mutants only, as after a test was written; ``--within`` leaves tests out that go beyond so
many seconds for one mutant, so that the score it gives is at most what all tests would give.
"""

from __future__ import annotations

import argparse
import contextlib
import math
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

from benchmarks.mutant_cover import SECONDS, SEEN, probed
from benchmarks.mutant_runs import QUIET, load_libraries, passes
from benchmarks.mutant_sites import Site, find_sites
from benchmarks.mutant_tests import Watched

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
        ("allocator/verify/__init__.py", "allocator/verify/masking.py", "allocator/verify/core"),
        ("tests/allocator/verify",),
    ),
    "studies": (
        ("allocator/verify/studies",),
        (
            *("tests/allocator/verify", "tests/allocator/planning"),
            # Tables beside the links are verified where links are made.
            *("tests/cli/test_swap_studies.py", "tests/cli/test_link_*.py"),
        ),
    ),
    "reader": (
        ("allocator/reading",),
        (
            "tests/allocator/reading",
            "tests/allocator/test_places_in_workbooks.py",
            "tests/cli/test_refusals.py",
        ),
    ),
    "apportionment": (
        ("models/apportionment",),
        ("tests/models/apportionment", "tests/properties", "tests/differential"),
    ),
    "models": (
        ("models/exchange", "models/linking", "models/solver"),
        (
            *("tests/models/exchange", "tests/models/linking", "tests/models/solver"),
            *("tests/differential/test_exchange*.py", "tests/differential/test_linking*.py"),
            "tests/properties/test_exchange.py",
        ),
    ),
}
"""Code of each part, and the tests that should notice its mutants."""
_PYTEST = (sys.executable, "-m", "pytest", *QUIET)


def main() -> None:
    """Draw mutants, run the tests on each, print the score."""
    asked = _arguments()
    code, patterns = PARTS[asked.part]
    tests = tuple(str(p.relative_to(ROOT)) for each in patterns for p in sorted(ROOT.glob(each)))
    sites = [site for file in asked.only or _files(code) for site in find_sites(ROOT, file)]
    # In the order of the draw: where a run is broken off, what was run is a random sample too.
    drawn = random.Random(asked.seed).sample(sites, min(asked.sample, len(sites)))
    print(f"{asked.part}: {len(sites)} sites, {len(drawn)} drawn with seed {asked.seed}")
    kinds = Counter(site.kind for site in drawn)
    print("kinds:", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    chosen = {n: s for n, s in enumerate(drawn, 1) if not asked.numbers or n in asked.numbers}
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        survivors = list(_survivors(tree, chosen, tests, asked))
    killed = len(chosen) - len(survivors)
    print(f"killed {killed} of {len(chosen)} ({100 * killed / max(1, len(chosen)):.1f} %)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="these files of the part")
    parser.add_argument("--thorough", action="store_true", help="more tests on survivors")
    parser.add_argument("--numbers", nargs="*", type=int, help="these of the drawn mutants")
    parser.add_argument("--within", type=float, default=math.inf, help="seconds of tests a mutant")
    return parser.parse_args()


def _files(code: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for place in code:
        path = ROOT / place
        paths = [path] if path.is_file() else sorted(path.rglob("*.py"))
        found += [str(each.relative_to(ROOT)) for each in paths]
    return found


def _survivors(
    tree: Path, chosen: dict[int, Site], tests: tuple[str, ...], asked: argparse.Namespace
) -> Iterator[Site]:
    """Mutants that no test notices."""
    began = time.monotonic()
    watched = _watched(tree, list(chosen.values()), tests)
    load_libraries()
    if _ends(tree, watched, watched.quickest()) != "SURVIVED":
        sys.exit("tests fail in a process that was not started anew: a mutant would seem killed")
    print(f"the tests take {time.monotonic() - began:.0f} s when watched", flush=True)
    for number, site in chosen.items():
        path = tree / site.file
        text = path.read_text(encoding="utf-8")
        began = time.monotonic()
        with _changed(path, site.applied(text)):
            word = _ends(tree, watched, watched.within(watched.near(site), asked.within))
            if word == "SURVIVED" and asked.thorough:
                word = _ends(tree, watched, watched.around(site))
        old = " ".join(text[site.start : site.end].split())[:60]
        seconds = f"{time.monotonic() - began:.0f} s"
        where = f"{site.file}:{site.line} {site.function}"
        print(f"{number} {word} {where} {old!r} -> {site.new!r} ({seconds})", flush=True)
        if word == "SURVIVED":
            yield site


def _watched(tree: Path, sites: list[Site], tests: tuple[str, ...]) -> Watched:
    """Run the tests once as they are, which they must pass, and note what they run."""
    seen, seconds = tree.parent / "seen.txt", tree.parent / "seconds.json"
    seen.touch()
    with contextlib.ExitStack() as stack:
        for file in {site.file for site in sites}:
            places = {site.place for site in sites if site.file == file}
            text = (tree / file).read_text(encoding="utf-8")
            stack.enter_context(_changed(tree / file, probed(text, file, places)))
        command = [*_PYTEST[:-1], "-p", "benchmarks.mutant_cover", *tests]
        extra = {SEEN: str(seen), SECONDS: str(seconds)}
        subprocess.run(command, cwd=tree, env={**os.environ, **extra}, check=False)
    watched = Watched.read(seen, seconds)
    # A probe may break a rule about the text of the code; without it every test must pass.
    if (
        watched.failed
        and subprocess.run([*_PYTEST, _listed(tree, watched.failed)], cwd=tree).returncode
    ):
        sys.exit("tests fail without any mutant")
    names = _listed(tree, list(watched.seconds))
    check = [*_PYTEST, "--collect-only", names]
    if subprocess.run(check, cwd=tree, capture_output=True, check=False).returncode:
        sys.exit("pytest does not find its own tests by name: a mutant would seem killed")
    return watched


@contextlib.contextmanager
def _changed(path: Path, text: str) -> Iterator[None]:
    """Give a file another text for a while; then it is what it was, for compiled files too."""
    before, known = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
        os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


def _ends(tree: Path, watched: Watched, tests: list[str]) -> str:
    """How tests end on a tree with a mutant."""
    outcome = passes(tree, _listed(tree, tests), watched.patience(tests))
    return {True: "SURVIVED", False: "killed", None: "killed (never ends)"}[outcome]


def _listed(tree: Path, tests: list[str]) -> str:
    """Write names of tests to a file, as pytest takes them: they may be too many for a command."""
    names = tree.parent / "names.txt"
    names.write_text("\n".join(tests), encoding="utf-8")
    return f"@{names}"


if __name__ == "__main__":
    main()
