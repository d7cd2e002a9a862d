"""How many persons wait where, in households of which size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import GenerateRequestError
from allocator.generating.draft import Draft
from allocator.generating.drawing import IntArray, pick, share_within, sizes_with_sum

TO_LINK, LINKED, MOVING = 0, 1, 2
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Crowd:
    """Households in the order of their provinces, arrays of shape (H,)."""

    size: IntArray
    province: IntArray
    status: IntArray
    linked_to: IntArray
    """Municipality of an earlier link, ``NOWHERE`` for those still to be linked."""

    @property
    def count(self) -> int:
        """Number of households."""
        return len(self.size)


def size_weights(draft: Draft) -> tuple[int, ...]:
    """Weights of the household sizes that some dwelling class can hold."""
    largest = max(item.most for item in draft.classes)
    return priors.HOUSEHOLD_SIZES[:largest]


def draw_crowd(draft: Draft, rng: Generator) -> Crowd:
    """Draw households that hold exactly the persons of quota and balance.

    Those linked earlier add up to ``gekoppeld_open`` and ``waarvan_verhuisfase`` of their
    municipality; those still to be linked add up, per province, to what its municipalities
    must still link.

    Raises
    ------
    GenerateRequestError
        If the number of households that was asked for cannot hold these persons.
    """
    weights = size_weights(draft)
    linked = _linked(draft, weights, rng)
    targets = _targets(draft)
    counts = _counts(draft, weights, targets, len(linked.size))
    sizes = [
        sizes_with_sum(rng, weights, int(count), int(target))
        for count, target in zip(counts, targets, strict=True)
    ]
    waiting = np.concatenate(sizes)
    nobody = np.full(len(waiting), NOWHERE, dtype=np.int64)
    return Crowd(
        np.concatenate([linked.size, waiting]),
        np.concatenate([linked.province, np.repeat(np.arange(len(targets)), counts)]),
        np.concatenate([linked.status, np.full(len(waiting), TO_LINK, dtype=np.int64)]),
        np.concatenate([linked.linked_to, nobody]),
    )


def _targets(draft: Draft) -> IntArray:
    """Persons still to be linked per province, shape (P,)."""
    places = draft.places
    targets = np.zeros(len(places.provinces), dtype=np.int64)
    np.add.at(targets, places.province, draft.to_link())
    return targets


def _counts(draft: Draft, weights: tuple[int, ...], targets: IntArray, linked: int) -> IntArray:
    """Households still to be linked per province, shape (P,)."""
    largest, persons = len(weights), int(targets.sum())
    fewest = -(-targets // largest)
    usual = persons * sum(weights) // sum((i + 1) * weight for i, weight in enumerate(weights))
    wanted = draft.households
    count = max(usual, int(fewest.sum())) if wanted is None else wanted - linked
    if not int(fewest.sum()) <= count <= persons:
        raise GenerateRequestError(
            "generate_households",
            persons=persons,
            fewest=int(fewest.sum()) + linked,
            most=persons + linked,
            found=count + linked,
        )
    return share_within(count, targets, fewest, targets)


def _linked(draft: Draft, weights: tuple[int, ...], rng: Generator) -> Crowd:
    """Households with an earlier link, municipality by municipality."""
    index = {code: i for i, code in enumerate(draft.places.codes)}
    found: list[tuple[int, int, int]] = []
    for row in draft.tables["standen"]:
        open_, moving = _whole(row, "gekoppeld_open"), _whole(row, "waarvan_verhuisfase")
        place = index[row["gemeente_code"]]
        for status, persons in ((MOVING, moving), (LINKED, open_ - moving)):
            found += [(size, place, status) for size in _fill(persons, weights, rng)]
    table = np.asarray(found, dtype=np.int64).reshape(len(found), 3)
    return Crowd(table[:, 0], draft.places.province[table[:, 1]], table[:, 2], table[:, 1])


def _whole(row: dict[str, str], column: str) -> int:
    return int(row.get(column) or 0)


def _fill(persons: int, weights: tuple[int, ...], rng: Generator) -> list[int]:
    """Sizes that add up to ``persons``; the last one takes what is left."""
    sizes: list[int] = []
    while persons > 0:
        size = min(int(pick(rng, weights, 1)[0]) + 1, persons)
        sizes.append(size)
        persons -= size
    return sizes
