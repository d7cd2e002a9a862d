"""The sheet ``instance`` of a form: every setting that people give, with what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from allocator.settings import Settings

Value = str | int | dt.date
ASKED = (
    "name",
    "half_year",
    "scope",
    "national_total",
    "population_date",
    "structure_year",
    "regime",
    "rounding",
    "key",
    "synthetic",
)
"""Settings that stand in every form, also when they are not given yet."""


def settings_rows(settings: Settings | None) -> list[tuple[str, Value]]:
    """Name and value of every setting; an empty value where it is still to be given."""
    given = {} if settings is None else settings.model_dump(exclude_unset=True)
    rows = dict(_flat(given, ""))
    asked = {name: rows.pop(name, "") for name in ASKED}
    return [*asked.items(), *rows.items()]


def _flat(given: Mapping[str, Any], ahead: str) -> Iterator[tuple[str, Value]]:
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{ahead}{name}.")
        elif value is not None:
            yield f"{ahead}{name}", _value(value)


def _value(value: Any) -> Value:
    """As the door reads it back: words for truth, a bar between names."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, tuple | list):
        return "|".join(value)
    assert isinstance(value, str | int | dt.date), value
    return value
