"""Lines for a terminal: tables that line up, and sentences that break between words."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

NARROW = 80
"""Columns of a terminal that a table should fit, indentation included."""
LEAST = 30
_MOST_INDENT = 12


def aligned(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    indent: str = "  ",
    left: Collection[int] = (0,),
) -> list[str]:
    """Columns under their heads: text to the left, figures to the right.

    Parameters
    ----------
    heads
        A head per column; where the table is wider than a terminal they break between words.
    rows
        Cells as they are printed.
    indent
        Put before every line.
    left
        Which columns hold text.
    """
    cells = [max((len(row[at]) for row in rows), default=0) for at in range(len(heads))]
    widths = [max(width, len(head)) for width, head in zip(cells, heads, strict=True)]
    if len(indent) + sum(widths) + 2 * (len(widths) - 1) > NARROW:
        words = [max(map(len, head.split()), default=0) for head in heads]
        widths = [max(both) for both in zip(cells, words, strict=True)]
    excess = len(indent) + sum(widths) + 2 * (len(widths) - 1) - NARROW
    if excess > 0:
        # What a row is called may take several lines; its figures stand on the first.
        widths[0] = max(min(widths[0], LEAST), widths[0] - excess)
    lines = [line for row in (heads, *rows) for line in _folded(row, widths, row is heads)]
    return [
        indent
        + "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _folded(row: Sequence[str], widths: Sequence[int], is_head: bool) -> list[list[str]]:
    """A row as the lines it takes; what a head says stands just above its column."""
    parts = [
        textwrap.wrap(cell, max(1, width)) if is_head or at == 0 else [cell]
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    deep = max(map(len, parts), default=0)
    blanks = [[""] * (deep - len(part)) for part in parts]
    whole = [
        [*blank, *part] if is_head else [*part, *blank]
        for blank, part in zip(blanks, parts, strict=True)
    ]
    return [[part[at] for part in whole] for at in range(deep)]


def fitted(line: str, width: int) -> list[str]:
    """A line broken between words for a terminal; what follows hangs under what it belongs to.

    A word that is too long for the terminal (a path, a hash) stays whole.
    """
    if len(line) <= width or width < LEAST:
        return [line]
    indent = line[: len(line) - len(line.lstrip())][:_MOST_INDENT]
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
