"""A small valid instance with every table that the schema has; tests change one thing in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Finding
from allocator.reading.instance import Instance, read_instance
from allocator.schema import TABLES

Files = dict[str, bytes]
Change = Callable[[Files], None]
EVERY_TABLE = tuple(table.name for table in TABLES)

_TEXT = {
    "instance.toml": """\
name = "vol"
half_year = "2021-1"
scope = "landelijk"
national_total = 30
population_date = 2020-01-01
structure_year = 2021
regime = "huisvestingswet-2014"
rounding = "sluitend"
key = "inwoners"
seed = 1
synthetic = true

[swap]
pairs = "provincie"

[sources]
gemeenten = "verzonnen"
""",
    "gemeenten.csv": """\
gemeente_code,gemeente,provincie_code,inwoners,inwoners_bron,arbeidsmarktregio,coa_regio,regietafel,veiligheidsregio,corop_code,x_rd,y_rd,corporatiewoningen
SY0001,Alfa,PV01,15000,cbs,Noord,COA 1,Tafel A,VR 1,CR01,150000,500000,4000
SY0002,Bèta aan Zee,PV01,10000,gs,Noord,COA 1,Tafel A,VR 1,CR01,153000,504000,2500
SY0003,'s-Gamma,PV02,5000,afgeleid,Zuid,COA 2,Tafel B,VR 2,CR02,150000,512000,900
""",
    "vastgesteld.csv": """\
gemeente_code,taakstelling,bron,datum
SY0002,11,verzonnen,2020-10-01
""",
    "correcties.csv": """\
gemeente_code,correctie,reden
SY0003,-1,verzonnen
""",
    "standen.csv": """\
gemeente_code,achterstand,voorsprong,realisatie_tot_peildatum,gekoppeld_open,waarvan_verhuisfase
SY0001,6,0,2,1,1
SY0002,0,3,0,0,0
SY0003,0,0,0,0,0
""",
    "aanbod.csv": """\
gemeente_code,woningklasse,aantal,aanbod_id,locatie_gemeente_code,eenheid,soort,zekerheid,laag,hoog,beschikbaar_van,tijdelijk_tot,mutaties_totaal,bron
SY0001,1p,4,a-1,SY0001,woning,zelfstandig,beschikbaar,3,5,2021-01-01,2022-01-01,40,verzonnen
SY0002,4p,2,a-2,SY0003,plaats,gedeeld,verwacht,2,3,2021-02-01,2022-01-01,30,verzonnen
SY0003,1p,3,a-3,SY0003,woning,zelfstandig,toegezegd,3,3,2021-03-01,2022-01-01,20,verzonnen
""",
    "woningklassen.csv": """\
woningklasse,personen_min,personen_max,personen_gepland,kamers,m2
1p,1,2,1,1,25
4p,3,6,4,4,80
""",
    "ruilruimte.csv": """\
gemeente_code,extra_max,minder_max,tegenprestatie,wens
SY0001,0,8,,-2
SY0002,9,0,bouwgrond,3
""",
    "nareis.csv": """\
gemeente_code,personen,referent_id,verwacht_van,verwacht_tot,laag,hoog,past_in_woning
SY0001,2,hh-2,2021-03-01,2021-06-01,1,3,ja
SY0002,1,hh-3,2021-03-01,2021-06-01,1,1,onbekend
""",
    "buren.csv": """\
gemeente_code_a,gemeente_code_b
SY0001,SY0002
SY0002,SY0003
""",
    "uitruilafspraken.csv": """\
van_code,naar_code,soort,personen,datum,reden
SY0001,SY0002,getekend,1,2021-02-01,verzonnen
SY0001,SY0003,verboden,,,verzonnen
""",
    "toezeggingen.csv": """\
van_code,naar_code,halfjaar,personen,laagste_landelijk,laagste_deel,reden
SY0001,SY0002,2022-1,1,4000,,verzonnen
SY0003,SY0002,2022-2,1,,1/2,verzonnen
""",
    "samenstelling.csv": """\
personen,aandeel,bron
1,0.62,verzonnen
4,3/8,verzonnen
""",
    "huishoudens.csv": """\
huishouden_id,personen,volwassenen,status,datum_vergunning,weken_wachtend,opvang_gemeente,gemeenten_toegestaan,gemeenten_uitgesloten,vaste_gemeente,gekoppelde_gemeente,datum_koppeling,verwachte_nareizigers,referent_gemeente,beroepsgroep,opleiding,taalniveau_nl
hh-1,1,1,te_koppelen,2020-09-01,4,SY0001,SY0001|SY0002,SY0003,,,,0,,bouw,mbo,A1
hh-2,4,2,gekoppeld,2020-08-01,10,SY0002,,,,SY0001,2020-12-01,2,,zorg,hbo,A2
hh-3,2,2,te_koppelen,2020-10-01,8,SY0003,,,SY0002,,,0,SY0002,zorg,mbo,A0
""",
    "koppelgrenzen.csv": """\
gemeente_code,personen_max,reden
SY0001,400,verzonnen
""",
    "volwassenen.csv": """\
huishouden_id,volgnummer,beroepsgroep,opleiding,taalniveau_nl
hh-2,1,zorg,hbo,A2
hh-2,2,bouw,mbo,A1
""",
    "arbeidsmarkt.csv": """\
arbeidsmarktregio,beroepsgroep,waarde,schaal,bron,opleiding
Noord,bouw,0.31,kans,verzonnen,mbo
Noord,zorg,0.45,kans,verzonnen,
Zuid,bouw,120.5,index,verzonnen,mbo
""",
    "passing.csv": """\
huishouden_id,gemeente_code,score,bron
hh-1,SY0001,0.35,verzonnen
hh-1,SY0002,0.4,verzonnen
""",
}


def full_files() -> Files:
    """Content by file name."""
    return {name: content.encode() for name, content in _TEXT.items()}


def put(files: Files, folder: Path) -> Path:
    """Write the files to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@dataclass(frozen=True)
class Read:
    """What reading gave: an instance, or the findings that refused it."""

    instance: Instance | None
    findings: tuple[Finding, ...]

    @property
    def places(self) -> list[tuple[str, str, int, str]]:
        """Code, file, row and column of each finding."""
        return [(item.code, item.file, item.row, item.column) for item in self.findings]

    @property
    def whole(self) -> Instance:
        """The instance, where it must have been read."""
        assert self.instance is not None, self.places
        return self.instance


def read(folder: Path, tables: tuple[str, ...] = EVERY_TABLE) -> Read:
    """Read every table; a refusal is an answer, anything else that is raised is not."""
    try:
        instance = read_instance(folder, tables)
    except InputRefusedError as refusal:
        return Read(None, refusal.findings)
    return Read(instance, instance.notices)


def read_changed(folder: Path, *changes: Change) -> Read:
    """Read the full instance after the changes."""
    files = full_files()
    for change in changes:
        change(files)
    return read(put(files, folder))


def swapped(file: str, old: str, new: str) -> Change:
    """Replace the one place where ``old`` stands."""

    def change(files: Files) -> None:
        before, after = old.encode(), new.encode(errors="surrogateescape")
        assert files[file].count(before) == 1, (file, old)
        files[file] = files[file].replace(before, after)

    return change


def cell(file: str, row: int, column: str, value: str) -> Change:
    """Put a value in one cell; rows as a spreadsheet counts them, the header being row 1."""

    def change(files: Files) -> None:
        lines = files[file].decode().splitlines()
        place = lines[0].split(",").index(column)
        cells = lines[row - 1].split(",")
        assert cells[place] != value, (file, row, column)
        cells[place] = value
        lines[row - 1] = ",".join(cells)
        files[file] = ("\n".join(lines) + "\n").encode()

    return change


def extra(file: str, line: str) -> Change:
    """Add a line at the end of a file."""

    def change(files: Files) -> None:
        files[file] += line.encode() + b"\n"

    return change


def content(file: str, value: bytes) -> Change:
    """Give a file other content, or make it."""

    def change(files: Files) -> None:
        files[file] = value

    return change


def gone(file: str) -> Change:
    """Leave a file out."""

    def change(files: Files) -> None:
        del files[file]

    return change


def without_column(file: str, column: str) -> Change:
    """Leave a column out."""

    def change(files: Files) -> None:
        rows = [line.split(",") for line in files[file].decode().splitlines()]
        place = rows[0].index(column)
        files[file] = "".join(
            ",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows
        ).encode()

    return change


def with_column(file: str, column: str, value: str) -> Change:
    """Add a column with one value in every row."""

    def change(files: Files) -> None:
        header, *rows = files[file].decode().splitlines()
        lines = [f"{header},{column}", *(f"{row},{value}" for row in rows)]
        files[file] = ("\n".join(lines) + "\n").encode()

    return change


def put_setting(name: str, literal: str) -> Change:
    """Give a top-level setting of ``instance.toml`` another value, or add it."""

    def change(files: Files) -> None:
        lines = files["instance.toml"].decode().splitlines()
        kept = [line for line in lines if not line.startswith(f"{name} =")]
        files["instance.toml"] = "\n".join([f"{name} = {literal}", *kept, ""]).encode()

    return change


def both(*changes: Change) -> Change:
    """Several changes as one."""

    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change
