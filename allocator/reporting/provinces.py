"""Names of the twelve provinces by CBS code; a name is a fact and the same in every language."""

from __future__ import annotations

PROVINCES = {
    "PV20": "Groningen",
    "PV21": "Fryslân",
    "PV22": "Drenthe",
    "PV23": "Overijssel",
    "PV24": "Flevoland",
    "PV25": "Gelderland",
    "PV26": "Utrecht",
    "PV27": "Noord-Holland",
    "PV28": "Zuid-Holland",
    "PV29": "Zeeland",
    "PV30": "Noord-Brabant",
    "PV31": "Limburg",
}


def province_name(code: str) -> str:
    """Name of a province, or its code where CBS has no such province."""
    return PROVINCES.get(code, code)
