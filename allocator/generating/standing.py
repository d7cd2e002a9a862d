"""Opening balances and who was linked before: ``standen``."""

from __future__ import annotations

from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import Row
from allocator.generating.draft import Draft
from allocator.generating.drawing import between, pick

_BEHIND, _AHEAD = 0, 1
_LINKED_EARLIER = (60, 40)  # per cent of the municipalities; ours
_LINKED_PER_1000 = (20, 180)
_MOVING_PER_1000 = (200, 500)


def make_standings(draft: Draft, rng: Generator) -> list[Row]:
    """Draw backlogs, leads and earlier links that are not yet a move.

    The balance is that of the first day of the half-year, so nothing of the new quota is
    realised yet. A lead stays below the quota: everybody has somebody to house.
    """
    rows = draft.quotas.rows
    count = len(rows)
    side = pick(rng, priors.STANDINGS, count)
    behind = between(rng, *priors.BEHIND_PER_1000, count)
    ahead = between(rng, *priors.AHEAD_PER_1000, count)
    some_linked = pick(rng, _LINKED_EARLIER, count)
    linked_share = between(rng, *_LINKED_PER_1000, count)
    moving_share = between(rng, *_MOVING_PER_1000, count)
    made: list[Row] = []
    for i, row in enumerate(rows):
        backlog = row.quota * int(behind[i]) // 1000 if side[i] == _BEHIND else 0
        lead = row.quota * int(ahead[i]) // 1000 if side[i] == _AHEAD else 0
        need = row.quota + backlog - lead
        linked = 0 if some_linked[i] else need * int(linked_share[i]) // 1000
        made.append(
            {
                "gemeente_code": row.code,
                "achterstand": str(backlog),
                "voorsprong": str(lead),
                "realisatie_tot_peildatum": "0",
                "gekoppeld_open": str(linked),
                "waarvan_verhuisfase": str(linked * int(moving_share[i]) // 1000),
            }
        )
    return made
