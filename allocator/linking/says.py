"""What the terminal says of the tables beside the links."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.linking.basis import Basis
from allocator.linking.phasing import PHASING, phasing_rows
from allocator.linking.side_tables import FAIRNESS, THUMB, fairness_rows, thumb_rows
from allocator.words import number, text

FEWEST = 5
"""Households that a group must have to be named."""


def beside_lines(basis: Basis, lang: str) -> list[str]:
    """Fairness, the rule of thumb, caps and phasing, a line each."""
    lines = [*_fairness(basis, lang), _thumb(basis, lang), *_caps(basis, lang)]
    return [*lines, _phasing(basis, lang)]


def _fairness(basis: Basis, lang: str) -> list[str]:
    rows = [dict(zip(FAIRNESS, row, strict=True)) for row in fairness_rows(basis)]
    shares = {
        (str(row["soort"]), str(row["groep"])): Fraction(str(row["aandeel_passing"]))
        for row in rows
        if row["aandeel_passing"] and int(str(row["huishoudens"])) >= FEWEST
    }
    sizes = [(share, int(group)) for (kind, group), share in shares.items() if kind == "personen"]
    if not sizes:
        return []
    worst, size = min(sizes)
    overall = shares["totaal", ""]
    values = {"share": number(100 * overall, lang, 1), "worst": number(100 * worst, lang, 1)}
    return [text("screen_fairness", lang, size=size, **values)]


def _thumb(basis: Basis, lang: str) -> str:
    own, rule = (dict(zip(THUMB, row, strict=True)) for row in thumb_rows(basis))
    figures = {"value": "waarde", "fit": "passing", "seen": "met_woning"}
    values = {name: number(int(str(own[column])), lang) for name, column in figures.items()}
    others = {
        "rule" if name == "value" else f"rule_{name}": number(int(str(rule[column])), lang)
        for name, column in figures.items()
    }
    return text("screen_thumb", lang, **values, **others)


def _caps(basis: Basis, lang: str) -> list[str]:
    """In how many municipalities a cap leaves no room; nothing where there is no cap."""
    count = sum(row["gemeente_code"] in basis.codes for row in basis.instance.rows("koppelgrenzen"))
    if not count:
        return []
    most, reached = basis.problem.quota.most, 0
    if most is not None:
        persons = np.zeros_like(most)
        np.add.at(persons, basis.plan.municipality, basis.problem.sizes)
        reached = int((persons >= most).sum())
    return [text("screen_caps", lang, count=number(count, lang), reached=number(reached, lang))]


def _phasing(basis: Basis, lang: str) -> str:
    row = dict(zip(PHASING, phasing_rows(basis)[-1], strict=True))
    linked = int(str(row["gekoppeld"])) + int(str(row["op_tijd"]))
    return text(
        "screen_phasing",
        lang,
        day=str(row["koppelpeildatum"]),
        linked=number(linked, lang),
        goal=number(int(str(row["doel"])), lang),
        difference=number(int(str(row["verschil"])), lang),
    )
