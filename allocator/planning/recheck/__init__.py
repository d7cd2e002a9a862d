"""Re-check a planning result from its own files, before it is published and ever after.

Own reader, own arithmetic, the standard library and the catalogue of sentences; nothing of the
code that made the result.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from allocator.planning.recheck.course import check_drift
from allocator.planning.recheck.divisions import check_band, check_tiers
from allocator.planning.recheck.folder import Folder, Wrong, read_folder
from allocator.planning.recheck.halfyears import check_next, check_plan
from allocator.planning.recheck.merger import check_merge
from allocator.planning.recheck.replays import check_replay
from allocator.planning.recheck.revision import check_revision
from allocator.planning.recheck.tables import check_table
from allocator.words import LANGUAGES, text

__all__ = ["COMMANDS", "failures_of"]

COMMANDS: dict[str, Callable[[Folder], None]] = {
    "band": check_band,
    "tiers": check_tiers,
    "table": check_table,
    "plan": check_plan,
    "next": check_next,
    "drift": check_drift,
    "revise": check_revision,
    "merge": check_merge,
    "replay": check_replay,
}
"""What is re-checked for each command, by the name in the manifest."""


def failures_of(folder: Path) -> dict[str, tuple[str, ...]]:
    """Sentences of everything found wrong, per language; empty tuples when all is well."""
    wrongs = _wrongs(folder)
    return {
        lang: tuple(text(wrong.key, lang, **wrong.values) for wrong in wrongs) for lang in LANGUAGES
    }


def _wrongs(path: Path) -> list[Wrong]:
    """Hashes first; the content is checked only where every file is what the manifest says."""
    wrongs: list[Wrong] = []
    try:
        folder = read_folder(path, wrongs)
        if not wrongs:
            COMMANDS[folder.command](folder)
    except Exception as error:  # noqa: BLE001 - a malformed folder must not end in a traceback
        wrongs.append(Wrong("recheck_form", {"detail": type(error).__name__}))
    return wrongs
