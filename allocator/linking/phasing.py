"""How far the links are by the day on which COA must have made enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allocator.linking.basis import Basis
from allocator.reading.tables import whole
from models.linking.problem import IntArray

PHASING = (
    "soort",
    "groep",
    "koppelpeildatum",
    "taakstelling",
    "doel",
    "gekoppeld",
    "voorgesteld",
    "op_tijd",
    "verschil",
    "eigen_regio",
    "huishoudens_tot_doel",
    "weken_tot_doel",
)
MUNICIPALITY, REGION, ALL = "gemeente", "regio", "totaal"


@dataclass(frozen=True, slots=True, eq=False)
class _Ledger:
    """Persons per municipality of the run, shape (M,)."""

    quota: IntArray
    goal: IntArray
    linked: IntArray


def phasing_rows(basis: Basis) -> list[tuple[object, ...]]:
    """Every municipality, every region and all of them: goal, links, and what is in time.

    Notes
    -----
    COA must have linked the whole of quota and balance by the date itself, because a
    municipality has three months after a link; short of that the municipality is excused (COA,
    "Huisvesting vergunninghouders", page for municipalities). A household is in time when its
    permit is not of after that date.
    """
    ledger, day = _ledger(basis), basis.instance.settings.period.link_date.isoformat()
    dates = [row.get("datum_vergunning", "") for row in basis.task.waiting]
    in_time = np.array([text <= day for text in dates], dtype=bool)
    rows = list[tuple[object, ...]]()
    for kind, group, where in _groups(basis):
        here = where[basis.plan.municipality]
        quota, goal, linked = (
            int(column[where].sum()) for column in (ledger.quota, ledger.goal, ledger.linked)
        )
        persons = [
            int(basis.problem.sizes[who].sum())
            for who in (here, here & in_time, here & basis.is_home_region(basis.plan))
        ]
        proposed, timely, home = persons
        # A number of weeks in one municipality could be that of one household.
        reached = (
            ("", "") if kind == MUNICIPALITY else _reached(basis, here & in_time, goal - linked)
        )
        difference = linked + timely - goal
        rows.append(
            (kind, group, day, quota, goal, linked, proposed, timely, difference, home, *reached)
        )
    return rows


def _groups(basis: Basis) -> Iterator[tuple[str, str, np.ndarray]]:
    """Kinds and groups in the order of the table."""
    for m, code in enumerate(basis.codes):
        yield MUNICIPALITY, code, np.arange(len(basis.codes)) == m
    for name in sorted({*basis.regions}):
        yield REGION, name, np.array([own == name for own in basis.regions], dtype=bool)
    yield ALL, "", np.ones(len(basis.codes), dtype=bool)


def _reached(basis: Basis, who: np.ndarray, wanted: int) -> tuple[object, object]:
    """Households, longest wait first, until the goal; and how long the last of them waits."""
    if wanted <= 0:
        return 0, ""
    rows = basis.waiting_order[who[basis.waiting_order]]
    persons = np.cumsum(basis.problem.sizes[rows])
    needed = int(np.searchsorted(persons, wanted)) + 1
    if needed > len(rows):
        return "", ""
    return needed, int(basis.weeks[rows[needed - 1]])


def _ledger(basis: Basis) -> _Ledger:
    balances = {row["gemeente_code"]: row for row in basis.instance.rows("standen")}
    quotas, goals, linked = [], [], []
    claims: dict[str, int] = {}
    for row in basis.task.linked:
        code = row["gekoppelde_gemeente"]
        claims[code] = claims.get(code, 0) + whole(row, "personen")
    for code, i in zip(basis.codes, basis.task.inside, strict=True):
        row = balances.get(code, {})
        stand = whole(row, "achterstand") - whole(row, "voorsprong")
        done = whole(row, "realisatie_tot_peildatum")
        quotas.append(basis.quotas[i])
        goals.append(max(0, basis.quotas[i] + stand - done))
        linked.append(claims.get(code, whole(row, "gekoppeld_open")))
    columns = (np.array(column, dtype=np.int64) for column in (quotas, goals, linked))
    return _Ledger(*columns)
