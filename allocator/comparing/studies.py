"""The studies from read to published: keys, a grid, past half-years, two results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from allocator.comparing.backtest import backtest
from allocator.comparing.backtest_files import backtest_files, backtest_manifest
from allocator.comparing.comparison import compare_keys, split_rounding
from allocator.comparing.files import compare_files, compare_manifest
from allocator.comparing.grid import read_grid
from allocator.comparing.result_files import result_comparison_files, result_comparison_manifest
from allocator.comparing.result_saying import result_comparison_json, result_comparison_lines
from allocator.comparing.results import compare_results
from allocator.comparing.saying import (
    backtest_json,
    backtest_lines,
    comparison_json,
    comparison_lines,
    sweep_json,
    sweep_lines,
)
from allocator.comparing.sweep import Progress, sweep
from allocator.comparing.sweep_files import sweep_files, sweep_manifest
from allocator.findings import Finding
from allocator.publishing import Files, publish, refuse_foreign, with_manifest
from allocator.reading import read_instance
from allocator.reading.instance import find_instance
from allocator.results import QUOTA_TABLES
from allocator.verifying import failures_of, verify_or_refuse
from allocator.words import text

Step = Callable[[str], None]
"""Told the catalogue key of each step as it begins."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a study was asked for; ``out`` is none where nothing is to be written."""

    out: Path | None
    rounding: str = "sluitend"
    lang: str = "nl"
    step: Step = lambda _key: None


@dataclass(frozen=True, slots=True)
class Study:
    """What came out: sentences, the same for machines, and what did not stop it."""

    lines: tuple[str, ...]
    content: dict[str, object]
    notices: tuple[Finding, ...] = ()


def study_keys(instance: Path, keys: Sequence[str], asked: Asked) -> Study:
    """Keys side by side; a key may be asked for as ``KEY=ROUNDING``.

    Raises
    ------
    AllocatorError
        As the reading, a key, a division, the verifier or the disk refuse.
    """
    _begin(asked)
    country = read_instance(instance, QUOTA_TABLES)
    asked.step("step_quota")
    pairs = [split_rounding(key) for key in keys]
    own = {key: rounding for key, rounding in pairs if rounding is not None}
    found = compare_keys(country, [key for key, _ in pairs], asked.rounding, own)
    _publish(compare_files(found), compare_manifest(found, asked.lang), asked)
    notices = (*country.notices, *found.notices)
    lines, content = comparison_lines(found, asked.lang), comparison_json(found, asked.lang)
    return _study(lines, content, asked, notices)


def study_results(before: Path, after: Path, asked: Asked) -> Study:
    """Two results beside each other, each verified first; written only where asked.

    Raises
    ------
    AllocatorError
        As the verifier or the disk refuse.
    """
    if asked.out is not None:
        refuse_foreign(asked.out)
    asked.step("step_verify")
    for folder in (before, after):
        verify_or_refuse(folder)
    asked.step("step_compare")
    found = compare_results(before, after)
    if asked.out is not None:
        manifest = result_comparison_manifest(found, (before, after), asked.lang)
        _publish(result_comparison_files(found), manifest, asked)
    places = (f"{before} ({found.names[0]})", f"{after} ({found.names[1]})")
    lines = result_comparison_lines(replace(found, names=places), asked.lang)
    if asked.out is not None:
        lines.append(text("results_written", asked.lang, out=asked.out))
    content = {"exit_code": 0, **result_comparison_json(found)}
    return Study((*lines, text("proposal_not_decision", asked.lang)), content)


def study_grid(
    instance: Path,
    grid: Path,
    asked: Asked,
    workers: int = 1,
    on_progress: Progress | None = None,
) -> Study:
    """A key over a grid of weights; the same for any number of workers.

    Raises
    ------
    AllocatorError
        As the reading, the grid, a division, a worker, the verifier or the disk refuse.
    """
    _begin(asked)
    country = read_instance(instance, QUOTA_TABLES)
    points = read_grid(grid)
    asked.step("step_sweep")
    table = sweep(country, points, asked.rounding, workers, on_progress)
    _publish(sweep_files(table), sweep_manifest(table, asked.lang), asked)
    notices = (*country.notices, *table.law.notices)
    return _study(sweep_lines(table, asked.lang), sweep_json(table), asked, notices)


def study_past(folder: Path | None, keys: Sequence[str], asked: Asked) -> Study:
    """Past half-years; by default those that come with the program.

    Raises
    ------
    AllocatorError
        As the reading, a key, the verifier or the disk refuse.
    """
    _begin(asked)
    table = backtest(keys, asked.rounding, find_instance(folder) if folder else None)
    _publish(backtest_files(table), backtest_manifest(table, asked.lang), asked)
    return _study(backtest_lines(table, asked.lang), backtest_json(table), asked)


def _begin(asked: Asked) -> None:
    refuse_foreign(cast("Path", asked.out))
    asked.step("step_read")


def _publish(files: Files, manifest: Mapping[str, object], asked: Asked) -> None:
    asked.step("step_write")

    def verify(folder: Path) -> Mapping[str, tuple[str, ...]]:
        asked.step("step_verify")
        return failures_of(folder)

    publish(with_manifest(files, manifest), cast("Path", asked.out), verify)


def _study(
    lines: list[str], content: dict[str, object], asked: Asked, notices: tuple[Finding, ...] = ()
) -> Study:
    """Say where it stands, before the sentence that closes."""
    written = text("screen_written", asked.lang, out=asked.out)
    said = (*lines[:-1], written, lines[-1])
    return Study(said, {"exit_code": 0, **content, "out": str(asked.out)}, notices)
