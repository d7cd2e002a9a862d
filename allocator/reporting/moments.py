"""Dates as people write them, and the reference dates of a half-year, each by its full name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allocator.period import HalfYear

LOCALES = {"nl": "nl_NL", "en": "en_GB"}


def written_date(day: dt.date, lang: str) -> str:
    """A date in words: 1 januari 2020."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y", locale=LOCALES[lang]))


def as_date(value: Any) -> dt.date | None:
    """A date as TOML or JSON gives it, None when there is none."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def last_day(half: HalfYear) -> dt.date:
    """Last day of a half-year."""
    return dt.date(half.year, 6, 30) if half.half == 1 else dt.date(half.year, 12, 31)


def reference_dates(half: HalfYear) -> tuple[tuple[str, dt.date], ...]:
    """Catalogue key and day of every reference date that follows from the half-year."""
    first = half.half == 1
    announced = dt.date(half.year - 1, 10, 1) if first else dt.date(half.year, 4, 1)
    after = dt.date(half.year, 7, 1) if first else dt.date(half.year + 1, 1, 1)
    return (
        ("report_date_announced", announced),
        ("report_date_links", dt.date(half.year, 4 if first else 10, 1)),
        ("report_date_supervision", after),
        ("report_date_trailing", dt.date(after.year, after.month, 31)),
    )
