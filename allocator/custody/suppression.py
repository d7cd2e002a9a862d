"""Small counts of households hidden, so that no sum gives a hidden one back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

THRESHOLD = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """Households and persons of one class in one municipality; None where hidden."""

    code: str
    kind: str
    households: int | None
    persons: int | None


def suppress(
    cells: Sequence[Cell], threshold: int = THRESHOLD
) -> tuple[list[Cell], dict[str, tuple[int, int] | None]]:
    """Hide small cells, and as many others as keep the hidden ones apart.

    Parameters
    ----------
    cells
        One per municipality and class, with counts.
    threshold
        A count from 1 up to this one, not included, is small [households or persons].

    Returns
    -------
    list of Cell
        In the same order, hidden ones with None. Nothing tells whether a cell was hidden for
        itself or for another.
    dict
        Sum of each class (households, persons) over all municipalities; None where hidden.

    Notes
    -----
    Sums are given per class only, and a cell with nobody in it is shown. So of k >= 2 hidden
    cells that sum to S each can be anything from 1 to S - k + 1, whatever the others are. Where
    that is less than ``threshold`` values, the smallest visible cell that is not zero (then the
    lowest code) is hidden too, and where there is none the sum itself.
    """
    by_class: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_class[cell.kind].append(cell)
    hidden: set[tuple[str, str]] = set()
    sums: dict[str, tuple[int, int] | None] = {}
    for kind, column in by_class.items():
        chosen, is_safe = _hidden_of(column, threshold)
        hidden |= {(code, kind) for code in chosen}
        total = sum(_counts(cell)[0] for cell in column), sum(_counts(cell)[1] for cell in column)
        sums[kind] = total if is_safe else None
    shown = [
        Cell(cell.code, cell.kind, None, None) if (cell.code, cell.kind) in hidden else cell
        for cell in cells
    ]
    return shown, sums


def _counts(cell: Cell) -> tuple[int, int]:
    return cell.households or 0, cell.persons or 0


def _hidden_of(column: Sequence[Cell], threshold: int) -> tuple[set[str], bool]:
    """Codes to hide in one class, and whether its sum may be shown."""
    filled = sorted((cell for cell in column if _counts(cell)[0] > 0), key=_order)
    hidden = [cell for cell in filled if min(_counts(cell)) < threshold]
    others = [cell for cell in filled if min(_counts(cell)) >= threshold]
    while hidden and not _are_apart(hidden, threshold):
        if not others:
            return {cell.code for cell in hidden}, False
        hidden.append(others.pop(0))
    return {cell.code for cell in hidden}, True


def _are_apart(hidden: Sequence[Cell], threshold: int) -> bool:
    """Whether the sum leaves every hidden cell enough values."""
    total = sum(_counts(cell)[0] for cell in hidden)
    return len(hidden) >= 2 and total - len(hidden) + 1 >= threshold


def _order(cell: Cell) -> tuple[int, int, str]:
    return (*_counts(cell), cell.code)
