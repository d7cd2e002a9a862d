"""What a key is made of, as rows: parts, weights, years and sources beside the law's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from allocator.comparing.mixing import weights_of
from allocator.keys import Key
from allocator.keys.definition import STATUTORY, Part
from allocator.reading import Instance

KEYS = (
    "sleutel deel status indicator maal een_plus omgekeerd exponent gewicht gewicht_aandeel"
    " plafond jaar bron_gegevens krediet ondergrens bovengrens geldig_van geldig_tot"
    " titel_nl titel_en bron_nl bron_en"
)


def key_rows(keys: Sequence[Key], instance: Instance) -> list[dict[str, object]]:
    """``sleutels.csv``: one row for each part of each key, sorted by name."""
    ordered = sorted(keys, key=lambda key: key.name)
    return [row for key in ordered for row in _part_rows(key, instance)]


def _part_rows(key: Key, instance: Instance) -> Iterator[dict[str, object]]:
    weights = weights_of(key)
    everything = sum(weights, Fraction(0))
    for number, part in enumerate(key.parts, 1):
        weight = weights[number - 1]
        yield {
            "sleutel": key.name,
            "deel": number,
            "status": key.status,
            "indicator": part.indicator,
            "maal": "|".join(part.times),
            "een_plus": part.one_plus,
            "omgekeerd": "ja" if part.inverse else "nee",
            "exponent": part.exponent,
            "gewicht": weight,
            "gewicht_aandeel": Fraction(weight, everything) if everything else None,
            "plafond": part.cap,
            "jaar": year_of(part, instance),
            "bron_gegevens": source_of(part, instance),
            "krediet": key.credit,
            "ondergrens": key.floor,
            "bovengrens": key.ceiling,
            "geldig_van": key.valid_from,
            "geldig_tot": key.valid_until,
            "titel_nl": key.title.nl,
            "titel_en": key.title.en,
            "bron_nl": key.source.nl,
            "bron_en": key.source.en,
        }


def year_of(part: Part, instance: Instance) -> int | None:
    """Year of the indicator: as the key states it, for inhabitants that of the population date.

    None where neither says: a year is never guessed.
    """
    if part.year is None and part.indicator == STATUTORY:
        return instance.settings.population_date.year
    return part.year


def source_of(part: Part, instance: Instance) -> str:
    """What the instance says of the column, or of the table it stands in."""
    sources = instance.settings.sources
    return sources.get(part.indicator) or sources.get("gemeenten", "")
