"""Mergers: an instance on the structure of a later year, by a dated concordance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.merging.files import merge_parameters, merge_summary, merged_files
from allocator.merging.instance import Merged, merge
from allocator.planning.outcome import Outcome, Summary, outcome, publish_outcome
from allocator.planning.recheck import failures_of
from allocator.publishing import refuse_foreign
from allocator.reading import read_instance
from allocator.schema import TABLES
from allocator.words import LANGUAGES

__all__ = ["Merged", "merge", "merge_instance", "merged"]

EVERY_TABLE = tuple(table.name for table in TABLES)


def merged(
    folder: Path,
    concordance: Path,
    structure_year: int,
    counts: Sequence[str] = (),
    lang: str = "nl",
) -> Outcome:
    """Carry an instance to the structure of a later year; nothing is written yet.

    Parameters
    ----------
    folder
        An instance, or the name of a bundled one.
    concordance
        ``herindelingen.csv``.
    structure_year
        The structure of 1 January of this year; the day of the population stays what it is.
    counts
        Columns of ``gemeenten`` that add up over municipalities and go by the same shares.
    lang
        Language of the call, for the manifest.

    Raises
    ------
    InputRefusedError
        If the instance or the concordance is refused.
    """
    made = merge(read_instance(folder, EVERY_TABLE), concordance, structure_year, counts)
    summary = merge_summary(made)
    return outcome(made.instance, merged_files(made), summary, merge_parameters(made), lang)


def merge_instance(
    folder: Path,
    concordance: Path,
    structure_year: int,
    out: Path,
    counts: Sequence[str] = (),
    lang: str = "nl",
) -> Summary:
    """Carry an instance to the structure of a later year and write it as an instance.

    Raises
    ------
    AllocatorError
        As :func:`merged`, the re-check and the disk refuse.
    """
    refuse_foreign(out)
    made = merged(folder, concordance, structure_year, counts, lang)
    return publish_outcome(made, out, _accepted)


def _accepted(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """What the re-check finds wrong, and what the strict reader would refuse."""
    failures = failures_of(folder)
    try:
        read_instance(folder, EVERY_TABLE)
    except InputRefusedError as refusal:
        return {
            lang: (*failures[lang], *(found.line(lang) for found in refusal.findings))
            for lang in LANGUAGES
        }
    return failures
