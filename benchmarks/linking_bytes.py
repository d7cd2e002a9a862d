"""The same links to the byte: run after run, in any row order, with one worker and with two.

Usage::

    python -m benchmarks.linking_bytes 400x12 1000x60 2000x120 --runs 20
    python -m benchmarks.linking_bytes national --runs 4
    python -m benchmarks.linking_bytes 14000x704 --runs 2

Draws an instance of that size (or takes ``nl-2021-1``), and links it by the command line: the first
run as it is, the others in turn with the rows of every table in one of three orders and with one
worker or two. Every file of every result is compared with that of the first.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.composition import cpu_seconds

ROOT = Path(__file__).resolve().parent.parent
ORDERS = ("as they are", "turned round", "at random")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="HOUSEHOLDSxMUNICIPALITIES or national")
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    for size in asked.sizes:
        with tempfile.TemporaryDirectory(prefix="bytes-") as folder:
            _compare(size, asked.runs, Path(folder))


def _compare(size: str, runs: int, folder: Path) -> None:
    instance = _instance(size, folder / "in")
    ways, first, seen, different = list(product(ORDERS, (1, 2))), "", set(), 0
    before = cpu_seconds()
    for run in range(runs):
        order, workers = ways[run % len(ways)]
        given = Path(shutil.copytree(instance, folder / f"in{run}"))
        _put_in_order(given, order, run)
        result = folder / f"out{run}"
        _call("link", str(given), "--out", str(result), "--workers", str(workers))
        digest = _digest(result)
        first = first or digest
        different += digest != first
        seen.add((order, workers))
        shutil.rmtree(given)
        shutil.rmtree(result)
    print(
        f"{size}: {runs} runs in {len(seen)} ways (row order, workers), {different} differ "
        f"from the first, {(cpu_seconds() - before) / runs:.1f} CPU s each, sha256 {first[:16]}",
        flush=True,
    )
    if different:
        sys.exit(1)


def _instance(size: str, folder: Path) -> Path:
    if size == "national":
        return ROOT / "instances" / "nl-2021-1"
    households, municipalities = size.split("x")
    _call(
        *("generate", "--municipalities", municipalities, "--households", households),
        *("--seed", "1", "--out", str(folder)),
    )
    return folder


def _put_in_order(folder: Path, order: str, seed: int) -> None:
    """Rewrite every table with its rows in another order."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        if order == ORDERS[1]:
            rows.reverse()
        elif order == ORDERS[2]:
            random.Random(seed).shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _digest(result: Path) -> str:
    """Hash of the names and bytes of all files of a result."""
    whole = hashlib.sha256()
    for path in sorted(path for path in result.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(result)} {content}\n".encode())
    return whole.hexdigest()


def _call(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words, "--quiet"],
        check=False,
        capture_output=True,
        text=True,
    )
    # 5 says that a bound was not reached: a result all the same.
    if done.returncode not in (0, 5):
        raise SystemExit(f"{' '.join(words)}: {done.returncode}\n{done.stderr}")


if __name__ == "__main__":
    main()
