"""Write a whole result folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.allocator.verify.handmade.case import (
    PRIVATE,
    SETTINGS,
    Case,
    csv_text,
    input_text,
    json_text,
    rehash,
    toml_text,
)
from tests.allocator.verify.handmade.links import link_part
from tests.allocator.verify.handmade.quotas import quota_rows
from tests.allocator.verify.handmade.swaps import swap_part


def write_result(folder: Path, case: Case) -> Path:
    """Write the result folder of a case."""
    rows, quotas, quota_certificate = quota_rows(case)
    header = "gemeente_code gemeente provincie_code inwoners exact_aandeel formule correctie"
    files = {"taakstellingen.csv": csv_text(header + " taakstelling vastgesteld", rows)}
    certificate: dict[str, Any] = {"quota": quota_certificate}
    stages: list[dict[str, Any]] = [{"name": "taakstelling", "status": "optimal", "gap_target": 0}]
    parameters: dict[str, Any] = {
        "command": case.command,
        "key": case.key,
        "rounding": case.rounding,
    }
    parameters |= {"seed": case.instance["seed"], "lang": "nl"}
    if case.command in ("swap", "run", "demo"):
        more, quotas, certificate["swap"], swap_stages = swap_part(case, quotas)
        files |= more
        stages += swap_stages
        pairs = case.instance.get("swap", {}).get("pairs", "provincie")
        terms = {"form": "regiobesluit", "lot": 1, "partners_max": None, "leximin": False}
        terms |= case.instance.get("swap", {})
        parameters["swap"] = terms | {"pairs": pairs, "region": case.swap_region}
    if case.command in ("link", "run", "demo"):
        more, certificate["link"], link_stage = link_part(case, quotas)
        files |= more
        stages.append(link_stage)
        quota = "taakstelling" if case.command == "link" else "na_uitruil"
        settings = SETTINGS | case.instance.get("link", {})
        parameters["link"] = {"region": case.link_region, "quota": quota, **settings}
    files["certificaat.json"] = json_text(certificate)
    for name, table in case.tables.items():
        files[f"{'vertrouwelijk/' * (name in PRIVATE)}invoer/{name}.csv"] = input_text(name, table)
    files["invoer/instance.toml"] = toml_text(case.instance)
    manifest = {
        "name": case.instance["name"],
        "inputs": {},
        "outputs": {},
        "parameters": parameters,
    }
    manifest |= {"versions": {"allocator": "0.1.0"}, "stages": stages, "retention": ""}
    files["manifest.json"] = json_text(manifest)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    rehash(folder)
    return folder
