"""What the page of an audience must know of a result beside its tables; nothing in confidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocator.publishing import Files
from allocator.reporting.audience_counts import table_rows
from allocator.reporting.result import read_json, read_rows, read_toml

_SETTINGS = ("half_year", "scope", "national_total", "national_inhabitants", "synthetic", "regime")


def about(result: Path, files: Files) -> dict[str, Any]:
    """Settings of the result for the manifest of a part.

    Parameters
    ----------
    result
        A verified result with quotas.
    files
        The tables of the part.

    Returns
    -------
    dict
        ``instance`` (half-year, national total and the inhabitants it is divided over, which
        tables are made up), ``command``, ``key``, ``regime``, ``exercise``, ``link_region``,
        ``housed`` and ``what_if`` (whether anybody was housed, or anything changed, and no more),
        ``division`` (method and divisor, so that a reader can recompute a quota), and
        ``outside``: names of municipalities beyond the part that stand in its transfers.
    """
    manifest = read_json(result / "manifest.json")
    parameters = manifest["parameters"]
    link = parameters.get("link", {})
    quotas = read_rows(result / "taakstellingen.csv")
    return {
        "command": parameters["command"],
        "exercise": bool(link.get("oefening", False)),
        "housed": _somebody_is_housed(result),
        "instance": _instance(result, quotas, files),
        "key": parameters.get("key", "inwoners"),
        "link_region": str(link.get("region", "")),
        "outside": _outside(quotas, files),
        "regime": parameters.get("regime", {}),
        "what_if": "what_if" in parameters,
        "division": _division(read_json(result / "certificaat.json")["quota"]),
    }


def _somebody_is_housed(result: Path) -> bool:
    """Whether somebody was housed in the half-year already; how many and where is not said."""
    path = result / "invoer" / "standen.csv"
    rows = read_rows(path) if path.is_file() else []
    return any(int(row.get("realisatie_tot_peildatum") or 0) for row in rows)


def _division(said: Mapping[str, Any]) -> dict[str, Any]:
    known = ("method", "divisor", "divisor_low", "divisor_high", "tied")
    return {name: said[name] for name in known if said.get(name) is not None}


def _instance(result: Path, quotas: list[dict[str, str]], files: Files) -> dict[str, Any]:
    """The settings, as those of a region where the part has not every municipality."""
    settings = read_toml(result / "invoer" / "instance.toml")
    found = {name: settings[name] for name in _SETTINGS if settings.get(name) is not None}
    if found.get("scope") != "regio" and len(table_rows(files, "taakstellingen.csv")) < len(quotas):
        found["scope"] = "regio"
        found["national_inhabitants"] = sum(int(row["inwoners"]) for row in quotas)
    return found


def _outside(quotas: list[dict[str, str]], files: Files) -> Mapping[str, str]:
    inside = {row["gemeente_code"] for row in table_rows(files, "taakstellingen.csv")}
    ends = {
        row[end]
        for row in table_rows(files, "overdrachten.csv")
        for end in ("van_code", "naar_code")
    }
    names = {row["gemeente_code"]: row["gemeente"] for row in quotas}
    return {code: names[code] for code in sorted(ends - inside) if code in names}
