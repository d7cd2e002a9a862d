"""Why no two municipalities can deal, so that an empty proposal does not stand without a word."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.findings import Findings
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.region import municipalities_in
from allocator.settings import SETTINGS_FILE, Pairs
from allocator.swapping.agreements import declared_by
from allocator.swapping.terms import Terms
from models.exchange import ExchangeProblem

ROOM = "ruilruimte.csv"
_COLUMNS = {"provincie": "provincie_code", "regio": "regietafel"}


def note_no_swap(
    instance: Instance, terms: Terms, problem: ExchangeProblem, findings: Findings
) -> None:
    """Name the first reason why nothing goes over.

    Parameters
    ----------
    instance
        Tables with declared limits, and with what pairs go by.
    terms
        Region and rule on pairs of the run.
    problem
        Limits and shortfall of every party, and the pairs that may swap.
    findings
        Where the reason goes.
    """
    give, take = problem.give_limit > 0, problem.take_limit > 0
    givers = give & (problem.shortfall > 0)
    takers = take & (problem.shortfall == 0)
    if any(givers[i] and takers[j] for i, j in problem.pairs.tolist()):
        # Only a wider lot or a ban stands in the way: every such pair would relieve somebody.
        findings.notice("swap_all_barred", SETTINGS_FILE, column="swap.lot", lot=terms.lot)
        return
    inside = municipalities_in(instance, terms.region)
    short = [bool(x) and here for x, here in zip(problem.shortfall.tolist(), inside, strict=True)]
    declared = declared_by(instance)
    rooms = [
        whole(declared.get(place.code, {}), column)
        for place, here in zip(instance.municipalities, inside, strict=True)
        for column in ("minder_max", "extra_max")
        if here
    ]
    if not any(short):
        findings.notice("swap_nobody_short", "aanbod.csv", column="aantal")
    elif note_pairs_not_filled(instance, terms.pairs, findings):
        return
    elif not any(rooms):
        findings.notice("swap_nobody_declared", ROOM)
    elif not givers.any():
        findings.notice("swap_nobody_gives", ROOM, column="minder_max")
    elif not takers.any():
        findings.notice("swap_nobody_takes", ROOM, column="extra_max")
    else:
        note_apart(terms.pairs, findings)


def note_no_request(
    instance: Instance, pairs: Pairs, persons: Sequence[int], findings: Findings
) -> None:
    """The same for requests about household sizes, when no two may deal about them.

    Parameters
    ----------
    instance
        Tables with what pairs go by.
    pairs
        Rule on pairs of the run.
    persons
        Still to link, of every municipality that takes part [persons].
    findings
        Where the reason goes.
    """
    if sum(map(bool, persons)) < 2:
        findings.notice("composition_nobody_to_link", "standen.csv")
    elif not note_pairs_not_filled(instance, pairs, findings):
        note_apart(pairs, findings)


def note_pairs_not_filled(instance: Instance, pairs: Pairs, findings: Findings) -> bool:
    """Whether pairs go by a column or table that nobody filled in; it is named then."""
    if pairs == "buren" and not instance.rows("buren"):
        findings.notice("swap_without_neighbours", "buren.csv")
        return True
    column = _COLUMNS.get(pairs, "")
    if column and not any(place.row.get(column, "") for place in instance.municipalities):
        findings.notice("swap_without_column", "gemeenten.csv", column=column, pairs=pairs)
        return True
    return False


def note_apart(pairs: Pairs, findings: Findings) -> None:
    """Name the rule on pairs where some could deal, but never two of one pair."""
    findings.notice("swap_pairs_apart", SETTINGS_FILE, column="swap.pairs", pairs=pairs)
