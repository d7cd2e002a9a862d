"""A large link result: one plan, not the best, worked out in arrays and honest about its gap."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np

from tests.allocator.verify.handmade.beside import Home, Plan, Town, beside_files, penalty_of
from tests.allocator.verify.handmade.case import (
    PRIVATE,
    SETTINGS,
    csv_text,
    input_text,
    json_text,
    rehash,
    stage,
    toml_text,
)
from tests.allocator.verify.handmade.cases import CLASSES, base_instance, towns
from tests.allocator.verify.handmade.lists import Row, list_files

JOBS = [f"beroep {i}" for i in range(20)]
KINDS = [row["woningklasse"] for row in CLASSES]


def large_tables(homes: int, places: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    draw = random.Random(seed)
    codes = [f"SY{i + 1:04d}" for i in range(places)]
    regions = [f"Regio {draw.randrange(35)}" for _ in codes]
    spots = {axis: [draw.randrange(300_000) for _ in codes] for axis in ("x_rd", "y_rd")}
    tables: dict[str, list[dict[str, Any]]] = {
        "gemeenten": towns([1000] * places, arbeidsmarktregio=regions, **spots)
    }
    quota = 2 * homes // places
    tables["vastgesteld"] = [
        {"gemeente_code": code, "taakstelling": quota, "bron": "x", "datum": "2021-01-01"}
        for code in codes
    ]
    tables["woningklassen"] = CLASSES
    tables["aanbod"] = [
        {"gemeente_code": code, "woningklasse": kind, "aantal": draw.randrange(8)}
        for code in codes
        for kind in KINDS
    ]
    tables["arbeidsmarkt"] = [
        {
            "arbeidsmarktregio": region,
            "beroepsgroep": job,
            "waarde": f"0.{draw.randrange(1000):03d}",
            "schaal": "kans",
            "bron": "x",
        }
        for region in sorted(set(regions))
        for job in JOBS
    ]
    tables["huishoudens"] = [
        {
            "huishouden_id": f"h{i:06d}",
            "personen": draw.choice([1, 1, 1, 2, 3, 5]),
            "weken_wachtend": draw.randrange(90),
            "opvang_gemeente": draw.choice(codes),
            "beroepsgroep": draw.choice(JOBS),
        }
        for i in range(homes)
    ]
    return tables


def penalty(persons: Any, target: int, margin: int) -> Any:
    short, over = np.maximum(0, target - persons), np.maximum(0, persons - target)
    low = 60 * np.minimum(short, margin) + 200 * np.maximum(0, short - margin)
    return low + 40 * np.minimum(over, margin) + 150 * np.maximum(0, over - margin)


def towns_of(codes: list[str], target: int) -> list[Town]:
    return [Town(c, "PV01", target, target, 0, penalty_of(SETTINGS, target)) for c in codes]


def kinds_of() -> dict[str, tuple[int, int]]:
    return {row["woningklasse"]: (row["personen_min"], row["personen_max"]) for row in CLASSES}


def write_large(folder: Path, homes: int, places: int, seed: int = 1) -> Path:
    tables = large_tables(homes, places, seed)
    draw = np.random.default_rng(seed)
    people, cities = tables["huishoudens"], tables["gemeenten"]
    codes = [row["gemeente_code"] for row in cities]
    kans = {
        (r["arbeidsmarktregio"], r["beroepsgroep"]): int(r["waarde"][2:])
        for r in tables["arbeidsmarkt"]
    }
    by_job = {job: [kans[c["arbeidsmarktregio"], job] for c in cities] for job in JOBS}
    fit = np.array([by_job[home["beroepsgroep"]] for home in people])
    spots = [(c["x_rd"], c["y_rd"]) for c in cities]
    away = [[math.isqrt((a - c) ** 2 + (b - d) ** 2) // 1000 for c, d in spots] for a, b in spots]
    points = fit - np.array([away[codes.index(home["opvang_gemeente"])] for home in people])
    sizes = np.array([home["personen"] for home in people])
    lacking = [
        (500 + 10 * min(home["weken_wachtend"], 60)) * (home["personen"] + 3) for home in people
    ]
    # Everybody to a place of high points, with a dwelling as long as there is one.
    best = points.max(axis=1)
    place = np.where(
        draw.random(homes) < 0.7, points.argmax(axis=1), draw.integers(places, size=homes)
    )
    free = {(row["gemeente_code"], row["woningklasse"]): row["aantal"] for row in tables["aanbod"]}
    supply, rows, paid, lost = dict(free), [], 0, 0
    prices = {code: int(draw.integers(-50, 50)) for code in codes}
    mu = {code: {kind: int(draw.integers(0, 900)) for kind in KINDS} for code in codes}
    for h, home in enumerate(people):
        code = codes[place[h]]
        kinds = [
            r["woningklasse"] for r in CLASSES if r["personen_min"] <= sizes[h] <= r["personen_max"]
        ]
        kind = next((kind for kind in kinds if free[code, kind]), "")
        if kind:
            free[code, kind] -= 1
        lost += 0 if kind else lacking[h]
        reason = "hoogste_punten" if points[h, place[h]] == best[h] else "verdeling"
        rows.append([home["huishouden_id"], code, kind, "ja" if kind else "nee", sizes[h]])
        rows[-1] += [fit[h, place[h]], reason]
        least = np.array([min(mu[c][k] for k in kinds) for c in codes])
        net = points[h] - sizes[h] * np.array([prices[c] for c in codes])
        paid += int((net - np.minimum(least, lacking[h])).max())
    persons = np.bincount(place, weights=sizes, minlength=places).astype(int)
    target, quota_cost, most = tables["vastgesteld"][0]["taakstelling"], 0, int(sizes.sum())
    margin, totals = max(1, -(-tables["vastgesteld"][0]["taakstelling"] // 20)), np.arange(most + 1)
    for m, code in enumerate(codes):
        quota_cost += int(penalty(persons[m], target, margin))
        paid += int((prices[code] * totals - penalty(totals, target, margin)).max())
        paid += sum(mu[code][kind] * supply[code, kind] for kind in KINDS)
    value = int(points[np.arange(homes), place].sum()) - lost - quota_cost
    base = int(fit[np.arange(homes), place].sum()) + lost + quota_cost
    counts = {(code, kind): [0, 0] for code in codes for kind in ["", *KINDS]}
    for row in rows:
        counts[row[1], row[2]][0] += 1
        counts[row[1], row[2]][1] += int(row[4])
    made = [
        Home(
            home["huishouden_id"],
            home["personen"],
            home["weken_wachtend"],
            "PV01",
            "",
            False,
            lacking[h],
            dict(zip(codes, fit[h].tolist(), strict=True)),
            dict(zip(codes, (fit[h] - points[h]).tolist(), strict=True)),
            codes[place[h]],
            rows[h][2],
            {"beroepsgroep": home["beroepsgroep"]},
        )
        for h, home in enumerate(people)
    ]
    nothing = ["divisor", "divisor_low", "divisor_high", "total", "tied"]
    nothing += ["statutory_sum", "statutory_surplus"]
    link = {"proof": "prices", "scale": 1, "lambda": prices, "mu": mu}
    link |= {"objective": value, "bound": paid, "price_bound": paid}
    certificate = {"quota": dict.fromkeys(nothing, None) | {"method": "sluitend"}, "link": link}
    instance = base_instance("groot", scope="regio")
    quota_rows = [
        [c["gemeente_code"], c["gemeente"], "PV01", 1000, "", "", 0, target, target] for c in cities
    ]
    files = {
        "taakstellingen.csv": csv_text(
            "gemeente_code gemeente provincie_code inwoners exact_aandeel formule correctie"
            " taakstelling vastgesteld",
            quota_rows,
        ),
        "vertrouwelijk/koppelvoorstel.csv": csv_text(
            "huishouden_id gemeente_code verwachte_woningklasse woning_in_zicht personen passing"
            " reden",
            rows,
        ),
        "vertrouwelijk/niet_gekoppeld.csv": csv_text("huishouden_id reden", []),
        "koppelingen_per_gemeente.csv": csv_text(
            "gemeente_code woningklasse huishoudens personen",
            [[*cell, *numbers] for cell, numbers in counts.items()],
        ),
        **list_files(
            [
                Row(
                    r[0],
                    r[1],
                    int(r[4]),
                    r[2],
                    r[6],
                    home["opvang_gemeente"],
                    home["weken_wachtend"],
                )
                for r, home in zip(rows, people, strict=True)
            ],
            dict.fromkeys(codes, "PV01"),
        ),
        **beside_files(
            Plan(made, towns_of(codes, target), kinds_of(), supply, "2021-04-01", ["beroepsgroep"])
        ),
        "certificaat.json": json_text(certificate),
        "invoer/instance.toml": toml_text(instance),
        "manifest.json": json_text(
            {
                "name": "groot",
                "inputs": {},
                "outputs": {},
                "parameters": {
                    "command": "link",
                    "key": "inwoners",
                    "rounding": "sluitend",
                    "seed": 7,
                    "lang": "nl",
                    "link": {"region": "", "quota": "taakstelling", **SETTINGS},
                },
                "versions": {},
                "stages": [
                    {"name": "taakstelling", "status": "optimal", "gap_target": 0},
                    stage("koppeling", value, paid, base, 0.0015),
                ],
                "retention": "",
            }
        ),
    }
    for name, table in tables.items():
        files[f"{'vertrouwelijk/' * (name in PRIVATE)}invoer/{name}.csv"] = input_text(name, table)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    rehash(folder)
    return folder
