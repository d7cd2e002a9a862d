"""Cases: small instances with the choices that make their plans."""

from __future__ import annotations

import random
from typing import Any

from tests.allocator.verify.handmade.case import Case
from tests.allocator.verify.handmade.quotas import quota_rows
from tests.allocator.verify.handmade.swaps import Planning


def base_instance(name: str, **more: Any) -> dict[str, Any]:
    usual = {"name": name, "half_year": "2021-1", "scope": "landelijk", "rounding": "sluitend"}
    return usual | {"key": "inwoners", "seed": 7, "synthetic": True, "sources": {}} | more


def towns(weights: list[int], **columns: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for i, weight in enumerate(weights):
        row = {
            "gemeente_code": f"SY{i + 1:04d}",
            "gemeente": f"Plaats {i + 1}",
            "provincie_code": "PV01",
        }
        rows.append(
            row | {"inwoners": weight} | {name: values[i] for name, values in columns.items()}
        )
    return rows


def quota_case(
    rounding: str = "sluitend", weights: list[int] | None = None, total: int = 24
) -> Case:
    weights = weights or [21000, 9000, 4100, 17003, 600]
    tables = {"gemeenten": towns(weights)}
    tables["gemeenten"][0]["gemeente"] = 'Sint "Alfa", a/d Súd'
    tables["correcties"] = [
        {"gemeente_code": "SY0001", "correctie": -2, "reden": "afspraak"},
        {"gemeente_code": "SY0003", "correctie": 2, "reden": "afspraak"},
    ]
    tables["vastgesteld"] = [
        {"gemeente_code": "SY0002", "taakstelling": 5, "bron": "x", "datum": "2021-01-01"}
    ]
    return Case(
        "quota",
        base_instance("hand-quota", national_total=total, rounding=rounding),
        tables,
        rounding,
    )


def tied_case() -> Case:
    """The last person could go to either of two; solved by hand in instances/tiny-quota."""
    return quota_case(weights=[12000, 6000, 5000, 1000], total=10)


def region_case(rounding: str = "sluitend", divisor: Any = 1291) -> Case:
    instance = base_instance("hand-regio", scope="regio", national_total=13500, rounding=rounding)
    instance |= {"national_inhabitants": 17407585, "divisor": divisor}
    return Case(
        "quota", instance, {"gemeenten": towns([211893, 22653, 47291, 21227, 1291])}, rounding
    )


def published_case(total: int | None = None, everyone: int | None = None) -> Case:
    tables: dict[str, list[dict[str, Any]]] = {"gemeenten": towns([300, 200])}
    tables["vastgesteld"] = [
        {"gemeente_code": "SY0001", "taakstelling": 12, "bron": "x", "datum": "2021-01-01"},
        {"gemeente_code": "SY0002", "taakstelling": 0, "bron": "x", "datum": "2021-01-01"},
    ]
    known = {"national_total": total, "national_inhabitants": everyone}
    more = {name: value for name, value in known.items() if value is not None}
    return Case("quota", base_instance("hand-vast", scope="regio", **more), tables)


CLASSES = [
    {"woningklasse": "1p", "personen_min": 1, "personen_max": 1, "personen_gepland": 1},
    {"woningklasse": "2p", "personen_min": 1, "personen_max": 2, "personen_gepland": 2},
    {"woningklasse": "4p", "personen_min": 3, "personen_max": 6, "personen_gepland": 4},
]


def swap_tables() -> dict[str, list[dict[str, Any]]]:
    """Five municipalities: 1 and 3 lack, 2 and 4 have room, 5 is alone in its province."""
    tables: dict[str, list[dict[str, Any]]] = {
        "gemeenten": towns([20000, 15000, 10000, 5000, 4000])
    }
    tables["gemeenten"][4]["provincie_code"] = "PV02"
    names = ("gemeente_code", "achterstand", "voorsprong", "realisatie_tot_peildatum")
    balances = [("SY0001", 6, 0, 2, 14), ("SY0002", 0, 3, "", ""), ("SY0004", 0, 0, 0, 9)]
    tables["standen"] = [
        dict(zip((*names, "gekoppeld_open"), balance, strict=True)) for balance in balances
    ]
    supply = [
        (1, "1p", 4, ""),
        (1, "2p", 3, 4),
        (2, "1p", 6, 5),
        (2, "2p", 4, 4),
        (2, "4p", 3, ""),
        (3, "1p", 5, ""),
        (4, "4p", 4, 3),
    ]
    tables["aanbod"] = [
        {"gemeente_code": f"SY{m:04d}", "woningklasse": k, "aantal": n, "hoog": h}
        for m, k, n, h in supply
    ]
    tables["woningklassen"] = CLASSES
    tables["ruilruimte"] = [
        {"gemeente_code": "SY0001", "extra_max": 0, "minder_max": 20, "tegenprestatie": ""},
        {
            "gemeente_code": "SY0002",
            "extra_max": 10,
            "minder_max": 0,
            "tegenprestatie": "een latere ronde",
        },
        {"gemeente_code": "SY0003", "extra_max": 0, "minder_max": 5, "tegenprestatie": ""},
        {"gemeente_code": "SY0004", "extra_max": 20, "minder_max": 5, "tegenprestatie": ""},
        {"gemeente_code": "SY0005", "extra_max": 9, "minder_max": 9, "tegenprestatie": ""},
    ]
    tables["nareis"] = [
        {"gemeente_code": "SY0001", "personen": 2, "laag": 1},
        {"gemeente_code": "SY0003", "personen": 1, "laag": ""},
    ]
    pairs = [("SY0001", "SY0002"), ("SY0003", "SY0004")]
    tables["buren"] = [{"gemeente_code_a": a, "gemeente_code_b": b} for a, b in pairs]
    return tables


def swap_case(pairs: str = "provincie", command: str = "swap", region: str = "") -> Case:
    instance = base_instance("hand-ruil", national_total=54, swap={"pairs": pairs})
    case = Case(command, instance, swap_tables(), swap_region=region)
    if pairs == "regio":
        for row, table in zip(case.rows("gemeenten"), ("A", "A", "", "A", ""), strict=True):
            row["regietafel"] = table
    case.transfers = Planning(case, quota_rows(case)[1]).best_transfers()
    return case


def ahead_case() -> Case:
    """One is so far ahead that it needs no room itself, and can fill what it has, no more."""
    tables: dict[str, list[dict[str, Any]]] = {"gemeenten": towns([3000, 1000])}
    names = ("gemeente_code", "achterstand", "voorsprong")
    balances = [("SY0001", 0, 0), ("SY0002", 0, 9)]
    tables["standen"] = [dict(zip(names, balance, strict=True)) for balance in balances]
    tables["aanbod"] = [{"gemeente_code": "SY0002", "woningklasse": "1p", "aantal": 3}]
    tables["woningklassen"] = CLASSES
    names = ("gemeente_code", "extra_max", "minder_max")
    limits = [("SY0001", 0, 8), ("SY0002", 8, 0)]
    tables["ruilruimte"] = [dict(zip(names, limit, strict=True)) for limit in limits]
    case = Case("swap", base_instance("hand-voor", national_total=16), tables)
    case.transfers = [("SY0001", "SY0002", 3)]
    return case


def link_tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {
        "gemeenten": towns(
            [5000, 4000, 2000, 1000],
            arbeidsmarktregio=["Noord", "Noord", "Zuid", ""],
            x_rd=[150000, 153000, 150000, ""],
            y_rd=[500000, 504000, 512000, ""],
        ),
        "woningklassen": CLASSES,
        "standen": [
            {
                "gemeente_code": "SY0002",
                "achterstand": 3,
                "voorsprong": 0,
                "realisatie_tot_peildatum": 1,
                "gekoppeld_open": 2,
            }
        ],
    }
    tables["gemeenten"][3]["provincie_code"] = "PV02"
    supply = [(1, "1p", 1), (1, "1p", 1), (1, "4p", 1), (2, "1p", 1), (2, "2p", 1), (3, "1p", 1)]
    tables["aanbod"] = [
        {"gemeente_code": f"SY{m:04d}", "woningklasse": k, "aantal": n} for m, k, n in supply
    ]
    jobs = [
        ("Noord", "bouw", "0.3", "kans", ""),
        ("Noord", "zorg", "0.45", "kans", ""),
        ("Noord", "zorg", "0.555", "kans", "mbo"),
    ]
    jobs += [("Zuid", "bouw", "80", "index", ""), ("Zuid", "horeca", "123", "index", "mbo")]
    names = ("arbeidsmarktregio", "beroepsgroep", "waarde", "schaal", "opleiding")
    tables["arbeidsmarkt"] = [dict(zip(names, row, strict=True)) for row in jobs]
    for row in tables["arbeidsmarkt"]:
        row["bron"], row["opleiding"] = "verzonnen", row.pop("opleiding")
    homes = [
        ("hh-1", 1, "te_koppelen", 4, "SY0001", "", "", "", "", "", "bouw", ""),
        ("hh-2", 2, "te_koppelen", 10, "SY0002", "SY0001|SY0002", "", "", "", "", "zorg", "mbo"),
        ("hh-3", 4, "te_koppelen", 70, "SY0003", "", "SY0004", "", "", "", "horeca", "hbo"),
        ("hh-4", 3, "te_koppelen", "", "SY0002", "", "", "SY0002", "", "", "zorg", "vwo"),
        ("hh-5", 1, "", 0, "", "", "SY0001|SY0004", "", "", "", "", ""),
        ("hh-6", 1, "gekoppeld", 5, "SY0001", "", "", "", "SY0001", "", "bouw", ""),
        ("hh-7", 2, "verhuisfase", 5, "SY0001", "", "", "", "SY0003", "", "bouw", ""),
        ("hh-8", 2, "te_koppelen", 5, "SY0002", "", "", "", "", "SY0001", "zorg", ""),
    ]
    columns = (
        *("huishouden_id", "personen", "status", "weken_wachtend", "opvang_gemeente"),
        *("gemeenten_toegestaan", "gemeenten_uitgesloten", "vaste_gemeente"),
        *("gekoppelde_gemeente", "referent_gemeente", "beroepsgroep", "opleiding"),
    )
    tables["huishoudens"] = [dict(zip(columns, row, strict=True)) for row in homes]
    tables["volwassenen"] = [
        {"huishouden_id": "hh-3", "volgnummer": 1, "beroepsgroep": "bouw", "opleiding": ""},
        {"huishouden_id": "hh-3", "volgnummer": 2, "beroepsgroep": "zorg", "opleiding": "mbo"},
    ]
    return tables


DEAR: tuple[dict[str, int], dict[str, dict[str, int]]] = (
    {},
    {f"SY000{m}": {"1p": 2500, "2p": 2600, "4p": 9000} for m in range(1, 5)},
)
PRICES = (
    {"SY0001": -12, "SY0002": 35},
    {"SY0001": {"1p": 310, "4p": 900}, "SY0002": {"2p": 7, "1p": 0}},
)


def link_case(proof: str = "milp", **changes: Any) -> Case:
    case = Case("link", base_instance("hand-koppel", national_total=16), link_tables())
    case.proof, case.prices = proof, PRICES
    for name, value in changes.items():
        setattr(case, name, value)
    return case


def worst_case() -> Case:
    """The worst plan of all, honest about its gap."""
    return link_case("prices", worst=True)


def housed_case() -> Case:
    """Nobody goes without a dwelling, so two must leave and one must fit elsewhere."""
    case = link_case()
    case.instance["link"] = {"zonder_woning": False}
    case.tables["huishoudens"] = [case.rows("huishoudens")[i] for i in (0, 1, 4, 5, 7)]
    del case.tables["volwassenen"]
    return case


def unscored_case() -> Case:
    """Nobody knows the labour market, so that only the distance counts."""
    case = link_case()
    del case.tables["arbeidsmarkt"], case.tables["volwassenen"]
    return case


def dear_case(without: bool) -> Case:
    """Dwellings so dear that going without one can be the better choice, where it is one."""
    case = link_case() if without else housed_case()
    case.prices = DEAR
    return case


def scores_case() -> Case:
    case = link_case(scale=10)
    del case.tables["arbeidsmarkt"], case.tables["volwassenen"]
    pairs = [("hh-1", "SY0001", "0.125"), ("hh-1", "SY0003", "0.9"), ("hh-7", "SY0003", "1")]
    names = ("huishouden_id", "gemeente_code", "score")
    case.tables["passing"] = [dict(zip(names, p, strict=True)) | {"bron": "model"} for p in pairs]
    return case


def regional_link_case() -> Case:
    """With a region: hh-5 has no reception, and one household belongs wholly elsewhere."""
    case = link_case(link_region="provincie_code=PV01")
    case.rows("huishoudens")[6]["gekoppelde_gemeente"] = "SY0004"
    extra = dict(case.rows("huishoudens")[0]) | {
        "huishouden_id": "hh-9",
        "gemeenten_toegestaan": "SY0004",
    }
    case.rows("huishoudens").append(extra)
    return case


def demo_case() -> Case:
    """Swaps and then links in one region, on one set of tables."""
    case = swap_case(command="demo")
    case.instance |= {"demo": {"link_region": "provincie_code=PV01"}, "name": "hand-demo"}
    case.instance["link"] = {"tekort_eerste": 70, "marge_deel": 7}
    case.link_region, case.prices = "provincie_code=PV01", PRICES
    homes = link_tables()["huishoudens"]
    case.tables["huishoudens"] = [homes[i] for i in (0, 2, 5, 6, 7)]
    case.tables["arbeidsmarkt"] = link_tables()["arbeidsmarkt"]
    return case


def run_case() -> Case:
    """Swaps and links of the whole instance."""
    case = demo_case()
    case.command, case.link_region = "run", ""
    return case


def random_case(seed: int) -> Case:
    """A small case of any kind, with forced ties and odd corners."""
    draw = random.Random(seed)
    n = draw.randint(2, 4)
    weights = [draw.choice([1000, 1000, 2000, draw.randint(1, 9000)]) for _ in range(n)]
    rounding = draw.choice(
        ["sluitend", "wettelijk", "webster", "jefferson", "hill", "grootste-rest"]
    )
    total = draw.randint(n, 40)
    if draw.random() < 0.25:
        return Case(
            "quota",
            base_instance("r", national_total=total, rounding=rounding),
            {"gemeenten": towns(weights)},
            rounding,
        )
    codes = [f"SY{i + 1:04d}" for i in range(n)]
    places = {
        "x_rd": [draw.randint(0, 9) * 3000 for _ in codes],
        "y_rd": [draw.randint(0, 9) * 4000 for _ in codes],
    }
    tables: dict[str, list[dict[str, Any]]] = {
        "gemeenten": towns(weights, arbeidsmarktregio=[draw.choice("AB") for _ in codes], **places)
    }
    tables["woningklassen"] = CLASSES
    tables["aanbod"] = [
        {
            "gemeente_code": c,
            "woningklasse": k["woningklasse"],
            "aantal": draw.randint(0, 4),
            "laag": draw.choice(["", 0, 1]),
        }
        for c in codes
        for k in CLASSES
        if draw.random() < 0.7
    ] or [{"gemeente_code": codes[0], "woningklasse": "1p", "aantal": 1, "laag": ""}]
    tables["ruilruimte"] = [
        {"gemeente_code": c, "extra_max": draw.randint(0, 9), "minder_max": draw.randint(0, 9)}
        for c in codes
    ]
    command = draw.choice(["swap", "link", "run"])
    case = Case(
        command, base_instance("r", national_total=total, rounding=rounding), tables, rounding
    )
    if command != "link":
        case.transfers = Planning(case, quota_rows(case)[1]).best_transfers()
    else:
        del tables["ruilruimte"]
    if command != "swap":
        tables["huishoudens"] = [
            {
                "huishouden_id": f"h.{i}",
                "personen": draw.choice([1, 1, 2, 4]),
                "status": draw.choice(["te_koppelen", "te_koppelen", "te_koppelen", "gekoppeld"]),
                "weken_wachtend": draw.choice(["", 5, 90]),
                "opvang_gemeente": draw.choice(["", *codes]),
                "gemeenten_uitgesloten": draw.choice(["", "", codes[0]]),
                "gekoppelde_gemeente": draw.choice(codes),
                "beroepsgroep": draw.choice(["", "bouw", "zorg"]),
            }
            for i in range(draw.randint(1, 4))
        ]
        tables["arbeidsmarkt"] = [
            {
                "arbeidsmarktregio": "A",
                "beroepsgroep": job,
                "waarde": f"0.{draw.randint(0, 999)}",
                "schaal": "kans",
                "bron": "x",
            }
            for job in ("bouw", "zorg")
        ]
        case.proof, case.worst = draw.choice([("milp", False), ("prices", False), ("prices", True)])
        case.scale = draw.choice([1, 1, 16, 10**15])
        case.prices = (
            {c: draw.randint(-400, 400) * case.scale for c in codes if draw.random() < 0.7},
            {
                c: {str(k["woningklasse"]): draw.randint(0, 5000) * case.scale for k in CLASSES}
                for c in codes
                if draw.random() < 0.7
            },
        )
    return case
