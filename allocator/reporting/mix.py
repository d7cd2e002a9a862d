"""Who is expected in one municipality: households by size class beside the dwellings on offer.

Counts alone, of households nobody can be named by: the classes from the public tables, the sizes
from a confidential one that holds no pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.reporting.explanation import Step, StepTable
from allocator.reporting.result import Result, read_table
from allocator.reporting.rows import DwellingClass, Row
from allocator.reporting.voice import Voice

SIZES = ("personen", "huishoudens", "met_woning", "zonder_woning", "nareis")


def mix_step(result: Result, code: str, voice: Voice) -> Iterator[Step]:
    """Linked and proposed households by size class beside supply; nothing where none may come."""
    linked = {row.dwelling_class: row for row in result.links or () if row.code == code}
    if not linked:
        return
    supply: dict[str, int] = {}
    for row in result.supply or ():
        if row.code == code:
            supply[row.dwelling_class] = supply.get(row.dwelling_class, 0) + row.count
    shown = [
        (_class_of(kind, voice), linked[kind.name], supply.get(kind.name, 0))
        for kind in result.classes or ()
        if kind.name in linked
    ]
    rows: list[tuple[int | str, ...]] = [
        (name, own.households, own.persons, there, there - own.households)
        for name, own, there in shown
        if own.households or there
    ]
    rest = linked.get("")
    if rest is not None and rest.households:
        rows.append((voice.say("explain_mix_rest"), rest.households, rest.persons, "", ""))
    if rows:
        yield _step(
            "mix",
            ("woningklasse", "huishoudens", "personen", "woningen", "verschil"),
            rows,
            voice,
            _note(result, voice),
        )


def size_step(result: Result, code: str, voice: Voice) -> Iterator[Step]:
    """The same by number of persons; for the municipality itself, not for a page.

    Raises
    ------
    InputRefusedError
        If the table of sizes is damaged.
    """
    path = result.folder / "vertrouwelijk" / "verwachte_samenstelling.csv"
    if not path.is_file():
        return

    def counts(row: Row) -> tuple[str, tuple[int, ...]]:
        return row["gemeente_code"], tuple(int(row[name]) for name in SIZES)

    rows = [own for place, own in read_table(path, counts) if place == code]
    if rows:
        yield _step("sizes", SIZES, rows, voice, "")


def _step(
    name: str,
    columns: tuple[str, ...],
    rows: list[tuple[int, ...]] | list[tuple[int | str, ...]],
    voice: Voice,
    note: str,
) -> Step:
    heads = tuple((column, voice.say(f"explain_{name}_{column}")) for column in columns)
    sentence = " ".join(filter(None, (voice.say(f"explain_{name}"), note)))
    table = StepTable(heads, tuple(rows), voice)
    return Step(name, voice.say(f"explain_{name}_title"), sentence, table=table)


def _class_of(kind: DwellingClass, voice: Voice) -> str:
    low, high = voice.number(kind.persons_min), voice.number(kind.persons_max)
    persons = low if low == high else f"{low}–{high}"
    return voice.say("explain_mix_class", name=kind.name, persons=persons)


def _note(result: Result, voice: Voice) -> str:
    """Where the table of dwellings is not what the run reckoned with."""
    rule = result.parameters.get("link", {})
    differs = "stand_per" in rule or {"aanbod", "gereserveerd"} & rule.get("wishes", {}).keys()
    return voice.say("explain_mix_other_supply") if differs else ""
