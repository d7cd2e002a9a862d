"""The tables of a sweep, as ``docs/reference/comparison.md`` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tomli_w

from allocator.canonical import csv_bytes, json_bytes
from allocator.comparing.comparison import formula_of
from allocator.comparing.described import KEYS, key_rows
from allocator.comparing.figures import decimals, optional_decimals
from allocator.comparing.stated import manifest_for
from allocator.comparing.sweep import SweepTable
from allocator.comparing.tables import Row, table_bytes
from allocator.keys import bundled_keys
from allocator.keys.definition import STATUTORY
from allocator.publishing import Files
from allocator.quota import certificate_of
from allocator.results import input_files, quota_files

RANGES = (
    "gemeente_code gemeente provincie_code inwoners wettelijke_sleutel laagste hoogste spreiding"
    " punt_laagste punt_hoogste"
)
POINTS = "hoger lager gelijk personen_verschoven gini_inwoners"


def sweep_files(table: SweepTable) -> Files:
    """Everything of the result folder but the manifest; the same for any number of workers."""
    keys = [bundled_keys()[STATUTORY], *([] if table.key.is_statutory else [table.key])]
    weights = [f"gewicht_{number}" for number in range(1, len(table.key.parts) + 1)]
    return {
        **input_files(table.instance),
        **{f"invoer/sleutels/{key.name}.toml": key.as_toml() for key in keys},
        "invoer/raster.toml": _grid_bytes(table),
        **quota_files(table.law),
        "certificaat.json": json_bytes({"quota": certificate_of(table.law)}),
        "sleutels.csv": table_bytes(KEYS, key_rows(keys, table.instance)),
        "raster.csv": table_bytes(RANGES, _range_rows(table)),
        "raster_punten.csv": table_bytes(
            " ".join(("punt", *weights, POINTS)), _point_rows(table, weights)
        ),
        "raster_personen.csv": csv_bytes(
            ("gemeente_code", "punt", "personen"),
            (
                (place.code, point.number, point.persons[i])
                for i, place in enumerate(table.instance.municipalities)
                for point in table.points
            ),
        ),
    }


def sweep_manifest(table: SweepTable, lang: str) -> Mapping[str, object]:
    """Everything of the manifest but the hashes."""
    own: dict[str, object] = {
        "key": table.key.name,
        "points": len(table.points),
        "left_out": table.left_out,
    }
    return manifest_for(table.instance, table.law, lang, "sweep", own)


def _grid_bytes(table: SweepTable) -> bytes:
    """The grid with sorted keys; the key by its name, not by where its file was."""
    content = {**table.grid.model_dump(mode="json"), "key": table.key.name}
    return tomli_w.dumps({name: content[name] for name in sorted(content)}).encode("utf-8")


def _range_rows(table: SweepTable) -> Iterator[Row]:
    law = formula_of(table.law)
    for place, now, own in zip(table.instance.municipalities, law, table.ranges, strict=True):
        yield {
            "gemeente_code": place.code,
            "gemeente": place.name,
            "provincie_code": place.province,
            "inwoners": place.inhabitants,
            "wettelijke_sleutel": now,
            "laagste": own.least,
            "hoogste": own.most,
            "spreiding": own.most - own.least,
            "punt_laagste": own.least_at,
            "punt_hoogste": own.most_at,
        }


def _point_rows(table: SweepTable, weights: list[str]) -> Iterator[Row]:
    for point in table.points:
        yield {
            "punt": point.number,
            **dict(zip(weights, point.weights, strict=True)),
            "hoger": point.higher,
            "lager": point.lower,
            "gelijk": len(point.persons) - point.higher - point.lower,
            "personen_verschoven": decimals(point.shifted),
            "gini_inwoners": optional_decimals(point.gini),
        }
