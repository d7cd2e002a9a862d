"""A result in further forms, published with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allocator.publishing import add_to_result
from allocator.verifying import failures_of


def add_twins(folder: Path, form: str, lang: str) -> list[str]:
    """Add every sheet of the workbook as ``ods`` or ``csv``; the names of the new files.

    Raises
    ------
    AllocatorError
        As the verifier or the disk refuse.
    """
    from allocator.reporting.kinds import book_of
    from allocator.reporting.twins import book_twins

    names: list[str] = []

    def more(copy: Path) -> Mapping[str, bytes]:
        files = book_twins(book_of(copy, lang), form, lang)
        names.extend(sorted(files))
        return files

    add_to_result(folder, more, failures_of)
    return names
