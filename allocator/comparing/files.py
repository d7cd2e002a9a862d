"""The result folder of a comparison: inputs, tables, certificate, and what the manifest says."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.canonical import json_bytes
from allocator.comparing.comparison import Comparison, KeyDivision
from allocator.comparing.described import KEYS, key_rows
from allocator.comparing.evenness import MEASURES, measure_rows
from allocator.comparing.stated import manifest_for
from allocator.comparing.tables import (
    GROUPS,
    MUNICIPALITIES,
    SENSITIVITY,
    group_rows,
    municipality_rows,
    sensitivity_rows,
    table_bytes,
)
from allocator.publishing import Files
from allocator.quota import certificate_of
from allocator.results import input_files, quota_files


def compare_files(comparison: Comparison) -> Files:
    """Everything of the result folder but the manifest.

    Returns
    -------
    dict
        Content by path; equal for any order of the input rows and of the keys.
    """
    keys = [own.key for own in comparison.divisions]
    return {
        **input_files(comparison.instance),
        **{f"invoer/sleutels/{key.name}.toml": key.as_toml() for key in keys},
        **quota_files(comparison.law),
        "sleutels.csv": table_bytes(KEYS, key_rows(keys, comparison.instance)),
        "vergelijking.csv": table_bytes(MUNICIPALITIES, municipality_rows(comparison)),
        "vergelijking_groepen.csv": table_bytes(GROUPS, group_rows(comparison)),
        "vergelijking_maten.csv": table_bytes(MEASURES, measure_rows(comparison)),
        "vergelijking_gevoeligheid.csv": table_bytes(SENSITIVITY, sensitivity_rows(comparison)),
        "certificaat.json": json_bytes(certificates(comparison)),
    }


def certificates(comparison: Comparison) -> dict[str, object]:
    """The proof of every division: the law's, and of each key by both roundings."""
    return {
        "quota": certificate_of(comparison.law),
        "keys": {own.name: _proofs(own) for own in comparison.divisions},
    }


def _proofs(own: KeyDivision) -> dict[str, object]:
    proofs: dict[str, object] = {"common": certificate_of(own.common)}
    if own.own is not own.common:
        proofs["own"] = certificate_of(own.own)
    return proofs


def compare_manifest(comparison: Comparison, lang: str) -> Mapping[str, object]:
    """Everything of the manifest but the hashes."""
    own: dict[str, object] = {
        "keys": [own.name for own in comparison.divisions],
        "roundings": {own.name: own.own.rounding for own in comparison.divisions},
    }
    return manifest_for(comparison.instance, comparison.law, lang, "compare", own)
