"""The one catalogue of what users read, in Dutch and English.

Every entry of ``catalogue/*.toml`` is a table with ``nl`` and ``en``; ``{name}`` is filled in.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files

LANGUAGES = ("nl", "en")
DEFAULT_LANGUAGE = "nl"


class UnknownWordError(KeyError):
    """A text was asked for that the catalogue does not have."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All entries, ``key -> language -> text``.

    Raises
    ------
    ValueError
        If two files define the same key.
    """
    entries: dict[str, dict[str, str]] = {}
    folder = files("allocator") / "catalogue"
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in entries:
                raise ValueError(f"the catalogue has {key!r} twice")
            entries[key] = texts
    return entries


def text(key: str, lang: str, **values: object) -> str:
    """Sentence ``key`` in ``lang`` with ``values`` filled in.

    Raises
    ------
    UnknownWordError
        If the catalogue has no such key or language.
    """
    try:
        sentence = catalogue()[key][lang]
    except KeyError:
        raise UnknownWordError(f"{key} ({lang})") from None
    return sentence.format(**values) if values else sentence


def number(value: int | Fraction | Decimal, lang: str, decimals: int = 0) -> str:
    """Whole or rounded (half up) number as people write it: 13.500 or 13,500; 0,61 or 0.61."""
    scaled = Fraction(value) * 10**decimals
    units = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if scaled < 0 and units else ""
    whole, part = divmod(units, 10**decimals)
    grouped = f"{whole:,}"
    point, comma = (",", ".") if lang == "nl" else (".", ",")
    return sign + grouped.replace(",", comma) + (f"{point}{part:0{decimals}d}" if decimals else "")
