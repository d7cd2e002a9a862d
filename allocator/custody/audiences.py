"""The part of a result that one audience may have, as a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from allocator.canonical import csv_bytes, sha256
from allocator.custody.about import about
from allocator.custody.dcat import DCAT_FILE, dcat_bytes
from allocator.custody.derived import derived_content, failures_of
from allocator.custody.suppression import THRESHOLD, Cell, suppress
from allocator.findings import nearest, offered
from allocator.publishing import MANIFEST, Files, publish, with_manifest
from allocator.reporting.kinds import audience_files
from allocator.reporting.result import read_rows, refuse
from allocator.words import DEFAULT_LANGUAGE

Row = dict[str, str]
_QUOTAS = "taakstellingen.csv"
_NATIONAL = (
    _QUOTAS,
    "overdrachten.csv",
    "na_uitruil.csv",
    "koppelingen_per_gemeente.csv",
)
# What parties promise each other for later is for whoever sits at the table or watches over it.
_PROMISES = "toezeggingen_stand.csv"
# Sums by region for whoever weighs the key; a region of two gives away what one of them said.
_POTENTIAL = "potentieel.csv"
# The list per link coordinator is made for COA's own staff, from what COA knows already.
_HOUSEHOLDS = (
    "vertrouwelijk/koppelvoorstel.csv",
    "vertrouwelijk/niet_gekoppeld.csv",
    "vertrouwelijk/regievoerders.csv",
)
_COUNTS = "koppelingen_per_gemeente.csv"
# Small counts are hidden in the result itself, so that it holds for every audience.
_SIZES = "eerlijkheid_grootte.csv"
# The shortfall gives the follow-on members of a municipality back by subtraction, and an exchange
# of compositions is a handful of households: neither is for everybody.
_PUBLIC_COLUMNS = ("gemeente_code", "taakstelling", "overdracht", "gewijzigde_taakstelling")
_COMPOSITION = "samenstelling"


@dataclass(frozen=True, slots=True)
class Extract:
    """What was written: files, and how many cells of the counts were hidden."""

    audience: str
    files: tuple[str, ...]
    hidden: int
    retention: str


def extract(
    result: Path, audience: str, region: str, out: Path, lang: str = DEFAULT_LANGUAGE
) -> Extract:
    """Write the tables of one audience, and a page and a workbook made from these alone.

    Parameters
    ----------
    result
        A verified result.
    audience
        ``rijk``, ``regio``, ``coa`` or ``openbaar``.
    region
        ``KOLOM=WAARDE`` of ``gemeenten`` for ``regio``; otherwise empty.
    out
        The folder to write.
    lang
        Of the page and the workbook.

    Raises
    ------
    InputRefusedError
        If the region is unknown, or the result has no quotas.
    OutputTroubleError
        If the folder cannot be written.
    """
    makers: dict[str, Callable[[], Files]] = {
        "rijk": lambda: _as_they_are(result, (*_NATIONAL, _SIZES, _POTENTIAL, _PROMISES)),
        "coa": lambda: _as_they_are(result, (*_NATIONAL, _SIZES, *_HOUSEHOLDS)),
        "regio": lambda: _of_region(result, region),
        "openbaar": lambda: _public(result),
    }
    if not (result / _QUOTAS).is_file():
        raise refuse("report_no_quotas", MANIFEST)
    files = makers[audience]()
    parameters: dict[str, object] = {"command": "extract", "audience": audience, "region": region}
    parameters |= {"lang": lang, "about": about(result, files)}
    if audience == "openbaar":
        parameters["drempel"] = str(THRESHOLD)
        hashes = [(name, sha256(content)) for name, content in files.items()]
        files[DCAT_FILE] = dcat_bytes(result, hashes)
    content = derived_content(result, parameters)
    files |= audience_files(files, content, lang)
    publish(with_manifest(files, content), out, failures_of)
    hidden = files.get(_COUNTS, b"").count(b",x,x\n") if audience == "openbaar" else 0
    return Extract(audience, tuple(sorted(files)), hidden, str(content["retention"]))


def _as_they_are(result: Path, names: Sequence[str]) -> Files:
    return {name: (result / name).read_bytes() for name in names if (result / name).is_file()}


def _of_region(result: Path, region: str) -> Files:
    inside = _inside(result, region)
    files: Files = {}
    for name in (*_NATIONAL, _PROMISES):
        if (result / name).is_file():
            rows = read_rows(result / name)
            files[name] = _table(result / name, [row for row in rows if _touches(row, inside)])
    return files


def _inside(result: Path, region: str) -> set[str]:
    """Municipalities of a region.

    Raises
    ------
    InputRefusedError
        If the column or the value is not there.
    """
    file = "invoer/gemeenten.csv"
    column, _, value = (part.strip() for part in region.partition("="))
    rows = read_rows(result / file)
    if column not in rows[0]:
        near = nearest(column, list(rows[0])) or "provincie_code"
        raise refuse("unknown_region_column", file, found=column, suggestion=near)
    inside = {row["gemeente_code"] for row in rows if row[column] == value}
    if not inside:
        known = offered(value, {row[column] for row in rows})
        raise refuse("unknown_region", file, found=value, known=known)
    return inside


def _touches(row: Row, inside: set[str]) -> bool:
    ends = (row.get(name) for name in ("gemeente_code", "van_code", "naar_code"))
    return any(end in inside for end in ends)


def _table(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """A table with some of its rows and columns."""
    head = columns or path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    return csv_bytes(head, ([row[name] for name in head] for row in rows))


def _public(result: Path) -> Files:
    files = _as_they_are(result, (_QUOTAS, _SIZES))
    after, transfers, counts = (result / name for name in ("na_uitruil.csv", *_NATIONAL[1::2]))
    if after.is_file():
        files[after.name] = _table(after, read_rows(after), _PUBLIC_COLUMNS)
    if transfers.is_file():
        rows = [row for row in read_rows(transfers) if row["soort"] != _COMPOSITION]
        files[transfers.name] = _table(transfers, rows)
    if counts.is_file():
        files |= _public_counts(read_rows(counts))
    return files


def _public_counts(rows: Sequence[Row]) -> Files:
    """The counts with small cells as ``x``, and the sums per class."""
    cells = [
        Cell(
            row["gemeente_code"],
            row["woningklasse"],
            int(row["huishoudens"]),
            int(row["personen"]),
        )
        for row in rows
    ]
    shown, sums = suppress(cells)
    lines = ((own.code, own.kind, _said(own.households), _said(own.persons)) for own in shown)
    totals = ((kind, *(("x", "x") if both is None else both)) for kind, both in sums.items())
    return {
        _COUNTS: csv_bytes(("gemeente_code", "woningklasse", "huishoudens", "personen"), lines),
        "koppelingen_per_klasse.csv": csv_bytes(
            ("woningklasse", "huishoudens", "personen"), sorted(totals)
        ),
    }


def _said(count: int | None) -> object:
    return "x" if count is None else count
