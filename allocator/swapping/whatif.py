"""What if: pin or forbid a pair, change a supply figure, and see what the wish costs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Findings, offered
from allocator.reading import Instance
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME
from allocator.swapping.agreements import (
    AGREEMENTS,
    BY_OPTION,
    FORBIDDEN,
    PINNED,
    read_agreements,
)
from allocator.swapping.stages import STAGES

Row = dict[str, str]
_SUPPLY = "aanbod"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changes of the input for one run, as a user writes them."""

    pins: tuple[str, ...] = ()
    """``VAN,NAAR,PERSONEN``: a deal that stands in this computation; nothing is signed."""
    forbids: tuple[str, ...] = ()
    """``VAN,NAAR``: a pair that does not swap."""
    supply: tuple[str, ...] = ()
    """``GEMEENTE,KLASSE,AANTAL``: dwellings of a class, instead of what the tables say."""

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.pins or self.forbids or self.supply)

    def as_parameters(self) -> list[str]:
        """Each change as the manifest names it; of two numbers for one supply the later holds."""
        options = (("pin", self.pins), ("forbid", self.forbids), (_SUPPLY, self.supply))
        said: dict[tuple[str, ...], str] = {}
        for option, texts in options:
            for text in texts:
                parts = [part.strip() for part in text.split(",")]
                said[(option, *parts[:2])] = f"{option} {','.join(parts)}"
        return sorted(said.values())


def changed_instance(instance: Instance, change: WhatIf) -> Instance:
    """Return the instance with the changes in its tables, and a notice for each.

    A pinned or forbidden pair takes the place of what was wished on that pair, but never of a
    signed deal; a supply figure that of all rows of that municipality and class, in every
    scenario.

    Raises
    ------
    InputRefusedError
        If a change is not written as it should be, or names what is not there.
    """
    if not change:
        return instance
    findings = Findings()
    deals = [_deal(instance, text, PINNED, findings) for text in change.pins]
    deals += [_deal(instance, text, FORBIDDEN, findings) for text in change.forbids]
    supply = [_supply(instance, text, findings) for text in change.supply]
    _refuse_twice(change, deals, findings)
    _refuse_signed(instance, deals, findings)
    findings.refuse_errors()
    tables = dict(instance.tables)
    if deals:
        tables[AGREEMENTS] = _with_rows(tables, AGREEMENTS, ("van_code", "naar_code"), deals)
    if supply:
        tables[_SUPPLY] = _with_rows(tables, _SUPPLY, ("gemeente_code", "woningklasse"), supply)
    for row in (*deals, *supply):
        findings.notice("what_if", "instance.toml", found=", ".join(filter(None, row.values())))
    return replace(instance, tables=tables, notices=(*instance.notices, *findings.notices))


def _deal(instance: Instance, text: str, kind: str, findings: Findings) -> Row:
    parts = [part.strip() for part in text.split(",")]
    is_pinned = kind == PINNED
    giver, taker, persons = (*parts, "", "", "")[:3]
    known = instance.index
    has_form = len(parts) == (3 if is_pinned else 2) and giver != taker
    if not has_form or (is_pinned and not (_is_number(persons) and int(persons))):
        form = "VAN,NAAR,PERSONEN" if is_pinned else "VAN,NAAR"
        findings.error("what_if_form", "--pin" if is_pinned else "--forbid", found=text, form=form)
    for code in (giver, taker):
        _check_code(code, known, "--pin" if is_pinned else "--forbid", findings)
    row = {"van_code": giver, "naar_code": taker, "soort": kind}
    return row | ({"personen": persons} if is_pinned else {})


def _refuse_twice(change: WhatIf, deals: list[Row], findings: Findings) -> None:
    """Two wishes about one giver and taker: either would silently lose to the other."""
    said: dict[tuple[str, str], list[str]] = {}
    for row, text in zip(deals, (*change.pins, *change.forbids), strict=True):
        option = "--pin" if row["soort"] == PINNED else "--forbid"
        said.setdefault((row["van_code"], row["naar_code"]), []).append(f"{option} {text}")
    for (giver, taker), found in said.items():
        if len(found) > 1:
            where = found[-1].partition(" ")[0]
            findings.error("what_if_twice", where, giver=giver, taker=taker, found="; ".join(found))


def _refuse_signed(instance: Instance, deals: list[Row], findings: Findings) -> None:
    """What colleges signed is no wish: papers must go on saying that it was, and when."""
    signed = read_agreements(instance).signed
    for row in deals:
        giver, taker = row["van_code"], row["naar_code"]
        if (giver, taker) in signed:
            option = "--pin" if row["soort"] == PINNED else "--forbid"
            persons = signed[giver, taker]
            findings.error(
                "what_if_signed",
                option,
                giver=giver,
                taker=taker,
                persons=persons,
                table=AGREEMENTS,
            )


def _supply(instance: Instance, text: str, findings: Findings) -> Row:
    parts = [part.strip() for part in text.split(",")]
    code, kind, count = (*parts, "", "", "")[:3]
    classes = [row["woningklasse"] for row in instance.rows("woningklassen")]
    if len(parts) != 3 or not _is_number(count):
        form = "GEMEENTE,KLASSE,AANTAL"
        findings.error("what_if_supply_form", "--aanbod", found=text, form=form)
    _check_code(code, instance.index, "--aanbod", findings)
    _check_code(kind, classes, "--aanbod", findings)
    return {"gemeente_code": code, "woningklasse": kind, "aantal": count}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and str(int(text)) == text


def _check_code(found: str, known: Iterable[str], option: str, findings: Findings) -> None:
    names = list(known)
    if found not in names:
        known = offered(found, names)
        findings.error("what_if_unknown", option, found=found or "-", known=known)


def _with_rows(
    tables: dict[str, TableData], name: str, key: tuple[str, ...], rows: list[Row]
) -> TableData:
    """The table with some rows in the place of those with the same key."""
    table, old = TABLE_BY_NAME[name], tables.get(name)
    new = {tuple(row[column] for column in key): row for row in rows}
    old_rows = () if old is None else zip(old.rows, old.lines, strict=True)
    kept = [(row, line) for row, line in old_rows if tuple(row[c] for c in key) not in new]
    used = {column for row in rows for column in row} | set(old.columns if old else ())
    columns = tuple(column for column in table.column_names if column in used)
    both = (*kept, *((row, BY_OPTION) for row in new.values()))
    filled = [({c: row.get(c, "") for c in columns}, line) for row, line in both]
    order = (*(c for c in table.key if c in columns), *columns)
    filled.sort(key=lambda own: tuple(own[0][column] for column in order))
    lines = tuple(line for _, line in filled)
    place = table.file if old is None else old.source
    return TableData(table, columns, tuple(row for row, _ in filled), lines, place)


def stage_differences(
    result: Path, stages: list[dict[str, object]]
) -> dict[str, tuple[Fraction, Fraction]]:
    """Objective of each stage of the swaps in an earlier result and in a new run.

    Raises
    ------
    InputRefusedError
        If the earlier result has no such stages.
    """
    new = {str(stage["name"]): stage for stage in stages}
    try:
        content = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
        old = {stage["name"]: Fraction(stage.get("objective", 0)) for stage in content["stages"]}
        return {
            own.name: (old[own.name], Fraction(str(new[own.name]["objective"]))) for own in STAGES
        }
    except (OSError, ValueError, KeyError, TypeError):
        findings = Findings()
        is_there = (result / "manifest.json").is_file()
        findings.error("result_without_swaps" if is_there else "result_not_there", result.name)
        raise InputRefusedError(findings.errors) from None


def form_of(result: Path) -> str:
    """The form of an earlier result that :func:`stage_differences` could read."""
    manifest = json.loads((result / "manifest.json").read_bytes())
    return str(manifest["parameters"]["swap"]["form"])
