"""Hard rules as limits and pairs: the swaps of an instance as an exchange problem."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

import numpy as np

from allocator.position import MIDDEN, Position
from allocator.reading import Instance
from allocator.region import municipalities_in
from allocator.settings import Pairs
from allocator.swapping.agreements import Agreements, declared_by
from allocator.swapping.limits import give_limits, take_limits
from allocator.swapping.terms import Terms
from models.exchange import ExchangeProblem, Pair
from models.exchange.problem import IntArray


def exchange_problem(
    instance: Instance,
    standing: tuple[Position, ...],
    scenarios: tuple[str, ...],
    terms: Terms,
    agreements: Agreements,
    scenario: str = MIDDEN,
) -> ExchangeProblem:
    """Parties in the order of the municipalities; who lies outside the region has no room.

    Nor a quota: who may not swap has no say in who is worst off.

    ``scenario`` is the one whose expected shortfall is to be relieved.

    Raises
    ------
    InputRefusedError
        If the region is unknown.
    """
    give, take = _limits(instance, standing, scenarios, terms)
    shortfall = np.array([position.shortfall(scenario) for position in standing], dtype=np.int64)
    inside = municipalities_in(instance, terms.region)
    quota = [p.quota if is_inside else 0 for p, is_inside in zip(standing, inside, strict=True)]
    index = instance.index
    opened = {(index[giver], index[taker]) for giver, taker in agreements.opened}
    pairs = sorted(opened.union(_pairs(instance, terms, give, take, shortfall)))
    return ExchangeProblem(
        give_limit=give,
        take_limit=take,
        shortfall=shortfall,
        quota=np.array(quota, dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64).reshape(len(pairs), 2),
        distance=np.array([distance(instance, i, j) for i, j in pairs], dtype=np.int64),
        lot=terms.lot,
        max_partners=terms.partners_max,
        forbidden=tuple((index[giver], index[taker]) for giver, taker in agreements.forbidden),
        wished=tuple((index[giver], index[taker]) for giver, taker in agreements.wished),
        signed=tuple(
            (index[g], index[t], persons) for (g, t), persons in agreements.signed.items()
        ),
    )


def _limits(
    instance: Instance, standing: tuple[Position, ...], scenarios: tuple[str, ...], terms: Terms
) -> tuple[IntArray, IntArray]:
    inside = municipalities_in(instance, terms.region)
    declared = declared_by(instance)
    give, take = [], []
    for position, is_inside in zip(standing, inside, strict=True):
        own = declared.get(position.code, {}) if is_inside else {}
        give.append(min(give_limits(position, own).values()))
        take.append(min(take_limits(position, scenarios, own).values()))
    return np.array(give, dtype=np.int64), np.array(take, dtype=np.int64)


def _pairs(
    instance: Instance, terms: Terms, give: IntArray, take: IntArray, shortfall: IntArray
) -> list[Pair]:
    """Allowed pairs of a party that can give with one that can take."""
    givers = np.flatnonzero((give > 0) & (shortfall > 0)).tolist()
    takers = np.flatnonzero((take > 0) & (shortfall == 0)).tolist()
    allowed = allowed_pairs(instance, terms.pairs)
    return [(i, j) for i in givers for j in takers if i != j and allowed(i, j)]


def allowed_pairs(instance: Instance, pairs: Pairs) -> Callable[[int, int], bool]:
    """Whether two municipalities, by their place in the instance, may deal under a rule."""
    neighbours = _neighbours(instance)
    rules: dict[str, Callable[[int, int], bool]] = {
        "alle": lambda _i, _j: True,
        "provincie": lambda i, j: _same(instance, "provincie_code", i, j),
        "regio": lambda i, j: _same(instance, "regietafel", i, j),
        "buren": lambda i, j: (i, j) in neighbours,
    }
    return rules[pairs]


def _same(instance: Instance, column: str, i: int, j: int) -> bool:
    own = instance.municipalities[i].row.get(column, "")
    return bool(own) and own == instance.municipalities[j].row.get(column, "")


def _neighbours(instance: Instance) -> set[Pair]:
    index = instance.index
    found = set()
    for row in instance.rows("buren"):
        a, b = index[row["gemeente_code_a"]], index[row["gemeente_code_b"]]
        found |= {(a, b), (b, a)}
    return found


def distance(instance: Instance, i: int, j: int) -> int:
    """Whole kilometres between the centres of two municipalities; 0 where one is unknown."""
    a, b = instance.municipalities[i].place, instance.municipalities[j].place
    if a is None or b is None:
        return 0
    return isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) // 1000
