"""Rule sets with dates: which law governs a half-year and when its text was last checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from allocator.period import HalfYear


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule set."""

    name: str
    first: HalfYear
    last: HalfYear | None
    checked_on: date
    law: str
    article: str
    text_of: date
    source: dict[str, str]

    def covers(self, half_year: HalfYear) -> bool:
        """Whether the rule set governs ``half_year``."""
        return self.first <= half_year and (self.last is None or half_year <= self.last)

    def is_checked_for(self, half_year: HalfYear) -> bool:
        """Whether the text was compared with a source on or after the first day of it."""
        return half_year.start <= self.checked_on

    def as_parameters(self, half_year: HalfYear) -> dict[str, object]:
        """What the manifest says of the rule set."""
        return {
            "name": self.name,
            "checked_on": self.checked_on.isoformat(),
            "is_checked": self.is_checked_for(half_year),
            "law": self.law,
            "article": self.article,
            "text_of": self.text_of.isoformat(),
            "source": self.source,
        }


@cache
def regimes() -> dict[str, Regime]:
    """All rule sets by name."""
    content = (files("allocator") / "parameters" / "regimes.toml").read_text(encoding="utf-8")
    found = {}
    for name, entry in tomllib.loads(content).items():
        found[name] = Regime(
            name=name,
            first=HalfYear.parse(entry["from"]),
            last=HalfYear.parse(entry["until"]) if "until" in entry else None,
            checked_on=entry["checked_on"],
            law=entry["law"],
            article=entry["article"],
            text_of=entry["text_of"],
            source={"nl": entry["source_nl"], "en": entry["source_en"]},
        )
    return found
