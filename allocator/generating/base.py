"""What a made-up instance stands on: municipalities, and whatever real tables there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import AllocatorError
from allocator.reading import Instance, read_instance
from allocator.schema import TABLES

Row = dict[str, str]
Tables = dict[str, list[Row]]

MADE = ("standen", "huishoudens", "aanbod", "nareis", "ruilruimte", "arbeidsmarkt")
"""Tables that are drawn when they are not there, in the order in which they build on each other."""

KEPT = ("gemeenten", "vastgesteld", "correcties", "standen", "woningklassen", "buren")
"""Tables of a base that stay as they are, also where they are made up in part."""


class GenerateRequestError(AllocatorError):
    """The request cannot be met; ``key`` is the sentence that says why, with its ``values``."""

    exit_code = 2

    def __init__(self, key: str, **values: int) -> None:
        super().__init__(f"{key}: {values}")
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class BaseTables:
    """Settings as in ``instance.toml`` and the tables that stay as they are.

    ``is_landscape`` when the municipalities themselves are made up; ``settings`` then lacks
    ``national_total``, which follows from the number of households.
    """

    settings: dict[str, object]
    tables: Tables
    is_landscape: bool = False


def base_from_instance(folder: Path) -> BaseTables:
    """Take over an instance without the made-up tables that are drawn anew.

    Kept are the tables of ``KEPT``, and of the others what the instance does not declare
    synthetic.

    Raises
    ------
    InputRefusedError
        If the folder is not an instance, or one of the tables that stay has an error.
    """
    settings = _read(folder, ("gemeenten",)).settings
    real = [table.name for table in TABLES if not settings.is_synthetic(table.name)]
    instance = _read(folder, {*KEPT, *real})
    return BaseTables(
        settings.model_dump(exclude_unset=True),
        {name: [dict(row) for row in data] for name, data in instance.tables.items()},
    )


def _read(folder: Path, tables: Collection[str]) -> Instance:
    """The one place that knows how an instance is read."""
    return read_instance(folder, tables)
