"""Tables beside the links: fairness, a rule of thumb, phasing, what explains the fit.

No row is about one household by name; docs/reference/result-folder.md says what each holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from allocator.canonical import csv_bytes, six_decimals
from allocator.linking.basis import Basis
from allocator.linking.phasing import PHASING, phasing_rows
from allocator.linking.size_groups import SIZE_GROUPS, size_group_rows
from models.linking.problem import IntArray, LinkPlan, value_of

FAIRNESS = (
    "soort",
    "groep",
    "huishoudens",
    "personen",
    "met_woning",
    "woning_mogelijk",
    "aandeel_woning",
    "passing",
    "beste_passing",
    "aandeel_passing",
    "punten",
    "beste_punten",
)
THUMB = (
    "plan",
    "huishoudens",
    "met_woning",
    "passing",
    "kilometers",
    "eigen_regio",
    "afwijking",
    "waarde",
)
TRAITS = ("kenmerk", "huishoudens", "groepen", "aandeel_passing", "aandeel_woning")
PROPOSAL, RULE = "voorstel", "vuistregel"
OF_PEOPLE = ("beroepsgroep", "opleiding", "taalniveau_nl")


def side_files(basis: Basis) -> dict[str, bytes]:
    """``eerlijkheid.csv`` in full and as everybody may see it, the other tables beside it."""
    fairness = sorted(fairness_rows(basis))
    return {
        "vertrouwelijk/eerlijkheid.csv": csv_bytes(FAIRNESS, fairness),
        "eerlijkheid_grootte.csv": csv_bytes(SIZE_GROUPS, size_group_rows(fairness)),
        "vuistregel.csv": csv_bytes(THUMB, thumb_rows(basis)),
        "fasering.csv": csv_bytes(PHASING, phasing_rows(basis)),
        "kenmerken.csv": csv_bytes(TRAITS, sorted(_traits(basis))),
    }


def share(part: int, whole: int) -> str:
    """``part / whole`` with six decimals, half up; empty where there is no whole."""
    return six_decimals(Fraction(part, whole)) if whole > 0 else ""


def fairness_rows(basis: Basis) -> Iterator[tuple[object, ...]]:
    """What every size, class and all got, beside the best each could reach alone."""
    problem, points = basis.problem, basis.fits - basis.kilometres
    stock = problem.dwellings > 0
    fits = problem.fits()
    reach = [
        bool(not needs or stock[np.ix_(row, own)].any())
        for needs, row, own in zip(problem.needs_dwelling, problem.allowed, fits, strict=True)
    ]
    figures = np.stack(
        [
            np.ones_like(problem.sizes),
            problem.sizes,
            basis.has_dwelling(basis.plan).astype(np.int64),
            np.array(reach, dtype=np.int64),
            basis.at(basis.fits, basis.plan),
            basis.best(basis.fits),
            basis.at(points, basis.plan),
            basis.best(points),
        ],
        axis=1,
    ).reshape(len(problem.sizes), 8)
    sizes = np.unique(problem.sizes).tolist()
    groups = [
        ("totaal", "", np.ones(len(problem.sizes), dtype=bool)),
        *(("personen", str(size), problem.sizes == size) for size in sizes),
        *(("woningklasse", name, fits[:, s]) for s, name in enumerate(basis.classes)),
    ]
    for kind, group, who in groups:
        homes, persons, seen, can, fit, best_fit, own, best = figures[who].sum(axis=0).tolist()
        shares = share(seen, can), share(fit, best_fit)
        yield (
            *(kind, group, homes, persons, seen, can, shares[0]),
            *(fit, best_fit, shares[1], own, best),
        )


def thumb_rows(basis: Basis) -> list[tuple[object, ...]]:
    """The proposal and the rule of thumb, side by side."""
    plans = ((PROPOSAL, basis.plan), (RULE, basis.thumb))
    return [(name, *_figures(basis, plan)) for name, plan in plans]


def _figures(basis: Basis, plan: LinkPlan) -> tuple[int, ...]:
    target = basis.problem.quota.target
    persons = np.zeros_like(target)
    np.add.at(persons, plan.municipality, basis.problem.sizes)
    return (
        len(plan.municipality),
        int(basis.has_dwelling(plan).sum()),
        int(basis.at(basis.fits, plan).sum()),
        int(basis.at(basis.kilometres, plan).sum()),
        int(basis.is_home_region(plan).sum()),
        int(np.abs(persons - target).sum()),
        value_of(basis.problem.uncapped(), plan),
    )


def _traits(basis: Basis) -> Iterator[tuple[object, ...]]:
    fit = basis.at(basis.fits, basis.plan)
    seen = basis.has_dwelling(basis.plan).astype(np.int64)
    for name, groups in _groups(basis):
        number = {group: n for n, group in enumerate(dict.fromkeys(groups))}
        member = np.array([number[group] for group in groups], dtype=np.int64)
        shares = [explained(values, member, len(number)) for values in (fit, seen)]
        yield (name, len(groups), len(number), *shares)


def _groups(basis: Basis) -> Iterator[tuple[str, Sequence[object]]]:
    """Each column with the group of every household."""
    instance, waiting = basis.instance, basis.task.waiting
    adults: dict[str, list[dict[str, str]]] = {}
    for row in instance.rows("volwassenen"):
        adults.setdefault(row["huishouden_id"], []).append(row)
    people = [adults.get(row["huishouden_id"], [row]) for row in waiting]
    for name in OF_PEOPLE:
        tables = (instance.tables.get(table) for table in ("huishoudens", "volwassenen"))
        if any(table is not None and table.has(name) for table in tables):
            yield name, [tuple(sorted(row.get(name, "") for row in rows)) for rows in people]
    yield "personen", basis.problem.sizes.tolist()


def explained(values: IntArray, member: IntArray, groups: int) -> str:
    """Share of the variance of ``values`` that lies between groups; empty where there is none.

    Notes
    -----
    The correlation ratio: between-group sum of squares over the total one, as a fraction of
    whole numbers.
    """
    own = values.astype(object)
    count, total = len(values), sum(own.tolist())
    spread = count * sum((own * own).tolist()) - total * total
    if not spread:
        return ""
    sums, sizes = np.zeros(groups, dtype=object), np.bincount(member, minlength=groups)
    np.add.at(sums, member, own)
    pairs = zip(sums.tolist(), sizes.tolist(), strict=True)
    between = sum((Fraction(part * part, size) for part, size in pairs), Fraction(0))
    return six_decimals((count * between - total * total) / spread)
