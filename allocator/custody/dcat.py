"""``dcat.jsonld``: what the open tables are, for a data catalogue (DCAT-AP-NL 3.0).

States what follows from the result; who publishes it, under which address and licence, is for
the authority and stays out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from allocator.canonical import json_bytes
from allocator.period import HalfYear
from allocator.words import LANGUAGES, text

DCAT_FILE = "dcat.jsonld"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CSV = "http://publications.europa.eu/resource/authority/file-type/CSV"
_THEME = "http://publications.europa.eu/resource/authority/data-theme/SOCI"


def dcat_bytes(result: Path, hashes: Iterable[tuple[str, str]]) -> bytes:
    """Metadata of the open tables of a result.

    Parameters
    ----------
    result
        The result that they come from; its ``invoer/instance.toml`` is read.
    hashes
        File name and SHA-256 of each open table.
    """
    settings = tomllib.loads((result / "invoer" / "instance.toml").read_text(encoding="utf-8"))
    half_year = HalfYear.parse(settings["half_year"])
    dataset = {
        "@type": "dcat:Dataset",
        "dct:title": _said("dcat_title", half_year=str(half_year), name=settings["name"]),
        "dct:description": _said("dcat_description"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(half_year.start.isoformat()),
            "dcat:endDate": _day(half_year.end.isoformat()),
        },
        "dcat:theme": {"@id": _THEME},
        "dcat:distribution": [_distribution(name, known) for name, known in sorted(hashes)],
    }
    return json_bytes({"@context": _CONTEXT, **dataset})


def _said(key: str, **values: object) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": text(key, lang, **values)} for lang in LANGUAGES]


def _day(value: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": value}


def _distribution(name: str, known: str) -> dict[str, object]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dct:format": {"@id": _CSV},
        "spdx:checksum": {
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": known,
        },
    }
