"""A plan brought under caps that improvement alone left broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.linking.caps import search_caps
from models.linking.priced.repair import NOWHERE, repaired
from models.linking.priced.state import Places, place
from models.linking.problem import NO_DWELLING, UNCAPPED, LinkPlan, LinkPrices


def within_caps(places: Places, prices: LinkPrices) -> Places:
    """Seat those who have no way around the caps first, and the others beside them.

    Parameters
    ----------
    places
        A plan in which some municipality has more persons than its cap.
    prices
        They say where those go who have to leave.

    Returns
    -------
    Places
        A plan that keeps every cap where one was found; otherwise the same plan.

    Notes
    -----
    Who has no open municipality without a cap goes where the search for conflicts found room.
    Of the others the smallest leave a municipality that is too full, for one without a cap.
    """
    problem, layout = places.problem, places.layout
    most = problem.quota.most
    assert most is not None
    found = search_caps(problem)
    if found.conflict is not None or not found.is_decided:
        return places
    firm = found.where >= 0
    where = np.where(firm, found.where, places.where)
    persons = np.zeros_like(most)
    np.add.at(persons, where, problem.sizes)
    for m in np.flatnonzero(persons > most).tolist():
        leaving = np.flatnonzero((where == m) & ~firm)
        for household in leaving[np.argsort(problem.sizes[leaving], kind="stable")].tolist():
            if persons[m] <= most[m]:
                break
            where[household] = NOWHERE
            persons[m] -= problem.sizes[household]
    allowed = problem.allowed & (firm[:, None] | (most >= UNCAPPED))
    allowed[np.arange(len(where)), np.maximum(where, 0)] |= where != NOWHERE
    lacks = np.where(places.lacks | (where != places.where), NO_DWELLING, 0)
    old = LinkPlan(where, lacks)
    seated, _ = repaired(replace(problem, allowed=allowed), layout, prices, old)
    return place(problem, layout, seated.where, seated.lacks)
