"""A small result folder made by hand, as docs/reference/result-folder.md states it.

Four municipalities, 10,000 inhabitants, 20 persons. Exact shares 10.6, 6.2, 2.3, 0.9; rounded up
11 + 7 + 3 + 1 = 22, a surplus of 2. Adams: quotas 10, 6, 3, 1 hold for every divisor from
max(5300/10, 3100/6, 1150/3, 450/1) = 530 up to min(5300/9, 3100/5, 1150/2) = 575, so 540 does.

's-Gravenhage: quota 10 + backlog 4 = 14; dwellings 3 x 1 + 2 x 3 = 9; housed 1, follow-on 1;
shortfall 14 - 1 - 1 - 9 = 3. Its neighbour: quota 6 - lead 1 = 5, dwellings 2 x 1 + 2 x 3 = 8,
room for 3. Two persons of quota shift, so the shortfall becomes 1. Zeewolde: 1 + 1 - 1 = 1.
"""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]

CANARIES = ("HHKANARIE17", "kanarie-beroep", "kanarie-reden", "REFKANARIE9", "kanarie-datum")


def table(header: str, *lines: str) -> Rows:
    """Rows from comma-separated text."""
    names = header.split(",")
    return [dict(zip(names, line.split(","), strict=True)) for line in lines]


def _tables() -> dict[str, Rows]:
    return {
        "invoer/gemeenten.csv": table(
            "gemeente_code,gemeente,provincie_code,inwoners,inwoners_bron,x_rd,y_rd",
            "GM0001,'s-Gravenhage,PV28,5300,cbs,80000,454000",
            "GM0002,Bergen (NH.),PV28,3100,cbs,106000,520000",
            "GM0003,Súdwest-Fryslân,PV21,1150,cbs,170000,560000",
            "GM0004,Zeewolde,PV24,450,afgeleid,163000,483000",
        ),
        "invoer/standen.csv": table(
            "gemeente_code,achterstand,voorsprong,realisatie_tot_peildatum,gekoppeld_open",
            "GM0001,4,0,1,0",
            "GM0002,0,1,0,0",
            "GM0003,0,0,0,0",
            "GM0004,1,0,0,0",
        ),
        "invoer/aanbod.csv": table(
            "gemeente_code,woningklasse,aantal",
            "GM0001,1p,3",
            "GM0001,3p,2",
            "GM0002,1p,2",
            "GM0002,3p,2",
            "GM0003,1p,3",
            "GM0004,1p,1",
        ),
        "invoer/woningklassen.csv": table(
            "woningklasse,personen_min,personen_max,personen_gepland", "1p,1,1,1", "3p,2,4,3"
        ),
        "vertrouwelijk/invoer/ruilruimte.csv": table(
            "gemeente_code,extra_max,minder_max", "GM0002,8642,7531"
        ),
        "vertrouwelijk/invoer/nareis.csv": table(
            "gemeente_code,personen,referent_id", "GM0001,1,REFKANARIE9"
        ),
        "taakstellingen.csv": table(
            "gemeente_code,gemeente,provincie_code,inwoners,exact_aandeel,formule,correctie,"
            "taakstelling,vastgesteld",
            "GM0001,'s-Gravenhage,PV28,5300,10.600000,10,0,10,",
            "GM0002,Bergen (NH.),PV28,3100,6.200000,6,0,6,",
            "GM0003,Súdwest-Fryslân,PV21,1150,2.300000,3,0,3,",
            "GM0004,Zeewolde,PV24,450,0.900000,1,0,1,",
        ),
        "overdrachten.csv": table(
            "van_code,naar_code,soort,woningklasse,huishoudens,personen,toezegging_halfjaar,reden",
            "GM0001,GM0002,herverdeling,,,2,,minder_tekort",
        ),
        "na_uitruil.csv": table(
            "gemeente_code,taakstelling,overdracht,gewijzigde_taakstelling,achterstand,"
            "voorsprong,plaatsbaar,tekort_voor,tekort_na,oordeel",
            "GM0001,10,-2,8,4,0,9,3,1,voordeel",
            "GM0002,6,2,8,0,1,8,0,0,tegenprestatie",
            "GM0003,3,0,3,0,0,3,0,0,neutraal",
            "GM0004,1,0,1,1,0,1,1,1,neutraal",
        ),
        "koppelingen_per_gemeente.csv": table(
            "gemeente_code,woningklasse,huishoudens,personen",
            "GM0001,,1,1",
            "GM0001,1p,2,2",
            "GM0001,3p,2,6",
            "GM0002,,0,0",
            "GM0002,1p,1,1",
            "GM0002,3p,2,7",
        ),
        "vertrouwelijk/invoer/huishoudens.csv": table(
            "huishouden_id,personen,datum_vergunning,beroepsgroep",
            "HHKANARIE17,3,kanarie-datum,kanarie-beroep",
            "HH0002,1,,",
            "HH0003,1,,",
        ),
        "vertrouwelijk/koppelvoorstel.csv": table(
            "huishouden_id,gemeente_code,verwachte_woningklasse,woning_in_zicht,personen,"
            "passing,reden",
            "HHKANARIE17,GM0001,3p,ja,3,640,verdeling",
            "HH0002,GM0002,,nee,1,10,kanarie-reden",
        ),
        "vertrouwelijk/niet_gekoppeld.csv": table("huishouden_id,reden", "HH0003,buiten_regio"),
    }


INSTANCE = """name = "handwerk"
half_year = "2021-1"
key = "inwoners"
national_total = 20
population_date = 2020-01-01
regime = "huisvestingswet-2014"
rounding = "sluitend"
scope = "landelijk"
seed = 7
structure_year = 2021
synthetic = ["aanbod", "huishoudens"]

[sources]
gemeenten = "CBS & eigen <telling>"
standen = "met de hand"
"""

PARAMETERS: dict[str, Any] = {
    "command": "demo",
    "key": "inwoners",
    "rounding": "sluitend",
    "seed": 7,
    "lang": "nl",
    "swap": {
        "form": "regiobesluit",
        "leximin": False,
        "lot": 1,
        "pairs": "provincie",
        "partners_max": None,
        "region": "",
    },
    "link": {"region": "provincie_code=PV28", "quota": "na_uitruil", "zonder_woning": True},
    "regime": {
        "name": "huisvestingswet-2014",
        "checked_on": "2024-09-16",
        "is_checked": True,
        "law": "Huisvestingswet 2014",
        "article": "art. 29 lid 1",
        "text_of": "2015-07-01",
        "source": {"nl": "de bron", "en": "the source"},
    },
    "notices": ["Eén melding uit de run."],
}

CERTIFICATE: dict[str, Any] = {
    "quota": {
        "method": "sluitend",
        "total": 20,
        "divisor_low": "530/1",
        "divisor_high": "575/1",
        "tied": [],
        "statutory_sum": 22,
        "statutory_surplus": 2,
    },
    "swap": {
        "scenarios": ["midden"],
        "cut_givers": ["GM0001"],
        "cut_takers": [],
        "relief": 2,
        "proof": {"uitruil_tekort": "counted", "uitruil_personen": "searched"},
    },
    "link": {"proof": "milp", "scale": 1, "objective": 12345, "bound": 12345},
}


def _stage(name: str, value: int | None = None, bound: int | None = None) -> dict[str, Any]:
    stage: dict[str, Any] = {"name": name, "status": "optimal", "gap_target": 0}
    if value is not None:
        stage |= {"objective": value, "bound": bound if bound is not None else value, "gap": 0}
    return stage


@dataclass
class Handmade:
    """The parts of a result; a test changes what it is about and writes the folder."""

    tables: dict[str, Rows] = field(default_factory=_tables)
    instance: str = INSTANCE
    parameters: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(PARAMETERS))
    certificate: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CERTIFICATE))
    stages: list[dict[str, Any]] = field(
        default_factory=lambda: [
            _stage("taakstelling"),
            _stage("uitruil_tekort", 2),
            _stage("uitruil_personen", 2),
            _stage("koppeling", 12345),
        ]
    )

    def row(self, file: str, code: str) -> dict[str, Any]:
        """The row of a municipality in a table."""
        return next(row for row in self.tables[file] if row["gemeente_code"] == code)

    def only_quota(self) -> Handmade:
        """What ``quota`` writes: no swaps, no links, no households."""
        keep = ("invoer/gemeenten.csv", "taakstellingen.csv")
        self.tables = {file: rows for file, rows in self.tables.items() if file in keep}
        del self.parameters["swap"], self.parameters["link"]
        del self.certificate["swap"], self.certificate["link"]
        self.stages = self.stages[:1]
        return self

    def write(self, folder: Path) -> Path:
        """Write the folder."""
        inputs = {"invoer/instance.toml": self.instance}
        files = inputs | {file: _csv(rows) for file, rows in self.tables.items()}
        files["certificaat.json"] = _json(self.certificate)
        manifest = {
            "name": "handwerk",
            "inputs": {file: _sha(text) for file, text in files.items() if "invoer/" in file},
            "outputs": {file: _sha(text) for file, text in files.items() if "invoer/" not in file},
            "parameters": self.parameters,
            "versions": {"allocator": "0.1.0", "cbc": "2.10.3"},
            "stages": self.stages,
            "retention": "2021-12-31",
        }
        for file, text in (files | {"manifest.json": _json(manifest)}).items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return folder


def _csv(rows: Rows) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
