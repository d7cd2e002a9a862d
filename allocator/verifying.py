"""The verifier's word in both languages, and whether a result's inputs are those of an instance."""

from __future__ import annotations

import json
from pathlib import Path

from allocator.canonical import settings_bytes, table_bytes
from allocator.custody import derived
from allocator.errors import VerificationFailedError
from allocator.planning import recheck as planning
from allocator.publishing import MANIFEST
from allocator.reading import read_instance
from allocator.schema import TABLES
from allocator.steady import steadily
from allocator.verify import verify_result
from allocator.words import LANGUAGES, text


def failures_of(folder: Path) -> dict[str, tuple[str, ...]]:
    """Sentences of every failed check, per language; empty tuples when all is well."""
    if command_of(folder) in planning.COMMANDS:
        return planning.failures_of(folder)
    if command_of(folder) in derived.COMMANDS:
        return derived.failures_of(folder)
    failures = verify_result(folder)
    return {lang: tuple(failure.text(lang) for failure in failures) for lang in LANGUAGES}


def command_of(folder: Path) -> str:
    """The command that a manifest names; empty where it names none."""
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())["parameters"]["command"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ""
    return stated if isinstance(stated, str) else ""


def verify_or_refuse(folder: Path, instance: Path | None = None) -> None:
    """Re-check a result from its own files, and against an instance where one is given.

    Again, where another process put another result in its place meanwhile.

    Raises
    ------
    VerificationFailedError
        With every failed check, or if the folder is no result.
    InputRefusedError
        If the instance itself is refused.
    """
    steadily(folder, lambda: _verify_or_refuse(folder, instance))


def _verify_or_refuse(folder: Path, instance: Path | None) -> None:
    if not (folder / MANIFEST).is_file():
        raise VerificationFailedError(
            {lang: (text("not_a_result", lang, path=folder),) for lang in LANGUAGES}
        )
    failures = failures_of(folder)
    if not any(failures.values()) and instance is not None:
        failures = differences_from(folder, instance)
    if any(failures.values()):
        raise VerificationFailedError(failures)


def differences_from(folder: Path, instance: Path) -> dict[str, tuple[str, ...]]:
    """Inputs of a result that are not, to the byte, those of an instance.

    Raises
    ------
    InputRefusedError
        If the instance itself is refused.
    """
    copies = {
        table.name: folder / place / table.file
        for table in TABLES
        for place in ("invoer", "vertrouwelijk/invoer")
        if (folder / place / table.file).is_file()
    }
    original = read_instance(instance, set(copies))
    different = [
        path.relative_to(folder).as_posix()
        for name, path in sorted(copies.items())
        if name not in original.tables or path.read_bytes() != table_bytes(original.tables[name])
    ]
    settings = folder / "invoer" / "instance.toml"
    if not settings.is_file() or settings.read_bytes() != settings_bytes(original.settings):
        different.append("invoer/instance.toml")
    return {
        lang: tuple(text("input_differs", lang, file=name) for name in different)
        for lang in LANGUAGES
    }
