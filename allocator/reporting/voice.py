"""One language at a time: sentences, numbers and dates as people write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from allocator.reporting.moments import written_date
from allocator.words import number, text


@dataclass(frozen=True, slots=True)
class Voice:
    """Says things in ``lang``."""

    lang: str

    def say(self, key: str, /, **values: object) -> str:
        """Sentence ``key``; whole numbers and dates among the values are written out."""
        return text(key, self.lang, **{name: self.written(value) for name, value in values.items()})

    def written(self, value: object) -> str:
        """A whole number with its separators, a date in words, anything else as it is."""
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value, self.lang)
        if isinstance(value, dt.date):
            return written_date(value, self.lang)
        return str(value)

    def number(self, value: int | Fraction | Decimal, decimals: int = 0) -> str:
        """A number with so many decimals, rounded half up."""
        return number(value, self.lang, decimals)

    def signed(self, value: int) -> str:
        """A whole number with its sign; zero has none."""
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def persons(self, count: int) -> str:
        """1 person, 2 persons."""
        return self.say("report_person" if count == 1 else "report_persons", count=count)

    def households(self, count: int) -> str:
        """1 household, 2 households."""
        return self.say("report_household" if count == 1 else "report_households", count=count)

    def municipalities(self, count: int) -> str:
        """1 municipality, 2 municipalities."""
        one = count == 1
        return self.say("report_municipality" if one else "report_municipalities", count=count)

    def points(self, count: int) -> str:
        """1 point, 2 points."""
        return self.say("report_point" if count == 1 else "report_points", count=count)

    def deals(self, count: int) -> str:
        """1 swap, 2 swaps."""
        return self.say("report_deal" if count == 1 else "report_deals", count=count)
