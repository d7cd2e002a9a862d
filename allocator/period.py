"""Half-years and the dates that hang on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """A calendar half-year: ``HalfYear(2021, 1)`` runs from 1 January up to 1 July 2021."""

    year: int
    half: int

    @classmethod
    def parse(cls, text: str) -> HalfYear:
        """Read ``"2021-1"``.

        Raises
        ------
        ValueError
            If ``text`` is not a year and a half (1 or 2).
        """
        match = re.fullmatch(r"([12][0-9]{3})-([12])", text)
        if match is None:
            raise ValueError(f"not a half-year: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """As in files: 2021-1."""
        return f"{self.year}-{self.half}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def link_date(self) -> date:
        """Day by which COA must have linked enough persons: 1 April or 1 October."""
        # COA, "Huisvesting vergunninghouders" for municipalities: these have three months after
        # a link, so links made later excuse a municipality that falls short.
        return date(self.year, 4 if self.half == 1 else 10, 1)

    @property
    def population_date(self) -> date:
        """Day whose inhabitants count."""
        # Huisvestingswet 2014 art. 29(1), text of 2015-07-01: 1 January of the calendar year
        # before the one in which the half-year lies.
        return date(self.year - 1, 1, 1)
