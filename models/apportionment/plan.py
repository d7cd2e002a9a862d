"""All periods at once: period, cumulative and total figures in floor or ceiling together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from models.apportionment.errors import CertificateError
from models.apportionment.over_time import Periods, check_periods, exact_shares
from models.solution import SolverDisagreementError

Ints = npt.NDArray[np.int64]
Shares = list[tuple[Fraction, ...]]

_COST_UNIT = 2**30


@dataclass(frozen=True, slots=True)
class Plan:
    """Parts for every period of a known horizon.

    Attributes
    ----------
    parts
        x_i(t), T periods of n units [persons]: the floor or the ceiling of the exact share of
        the period, summing to its total.
    worst_period, worst_cumulative
        Largest |x_i(t) - q_i(t)| and |X_i(t) - Q_i(t)|, both below one.
    """

    parts: tuple[tuple[int, ...], ...]
    worst_period: Fraction
    worst_cumulative: Fraction


def plan_over_time(totals: Sequence[int], weights: Periods) -> Plan:
    """Divide every period of a known horizon so that nobody is ever a person off.

    Parameters
    ----------
    totals
        Units to divide in each period, shape (T,) [persons].
    weights
        Claims of each period, shape (T, n); they may change from period to period.

    Returns
    -------
    Plan
        Parts with x_i(t) in {floor, ceil} of q_i(t), the cumulative X_i(t) in {floor, ceil}
        of Q_i(t), and every period's sum exact.

    Raises
    ------
    ApportionmentError
        If a period is malformed, as for :func:`divide`.
    SolverDisagreementError
        If the flow engine's answer is not a cheapest flow.

    Notes
    -----
    Single parts and running sums of a unit are one laminar family of sets, the periods
    another, and the exact shares a feasible point; so a whole solution always exists. Among
    them one of least sum of (X_i(t) - Q_i(t))^2 is taken, each term to 2^-30, by one
    min-cost flow; potentials prove it.

    Examples
    --------
    >>> plan_over_time([1, 1], [[1, 1], [1, 1]]).worst_cumulative
    Fraction(1, 2)
    """
    check_periods(totals, weights)
    shares = [exact_shares(total, claims) for total, claims in zip(totals, weights, strict=True)]
    sums: Shares = list(accumulate(shares, _added))
    network = _network(totals, shares, sums)
    chosen = network.cheapest()
    raised = chosen[: len(shares) * len(shares[0])].reshape(len(shares), -1).tolist()
    parts = tuple(
        tuple(math.floor(q) + up for q, up in zip(period, ups, strict=True))
        for period, ups in zip(shares, raised, strict=True)
    )
    return check_plan(totals, shares, parts)


def _added(left: tuple[Fraction, ...], right: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def check_plan(totals: Sequence[int], shares: Shares, parts: Sequence[tuple[int, ...]]) -> Plan:
    """Check a plan against the exact shares, period by period.

    Parameters
    ----------
    totals
        Units to divide in each period, shape (T,) [persons].
    shares
        Exact shares q_i(t), shape (T, n) [persons].
    parts
        The plan x_i(t), shape (T, n) [persons].

    Returns
    -------
    Plan
        The parts with their largest deviations.

    Raises
    ------
    CertificateError
        If a sum is off, or a part or a running sum is a person or more from its share.
    """
    worst_period = worst_cumulative = Fraction(0)
    deviation = [Fraction(0)] * len(shares[0])
    for t, (total, due, given) in enumerate(zip(totals, shares, parts, strict=True)):
        if sum(given) != total:
            raise CertificateError(f"period {t} sums to {sum(given)}, not to {total}")
        gaps = [x - q for x, q in zip(given, due, strict=True)]
        deviation = [before + gap for before, gap in zip(deviation, gaps, strict=True)]
        worst_period = max(worst_period, *map(abs, gaps))
        worst_cumulative = max(worst_cumulative, *map(abs, deviation))
    if max(worst_period, worst_cumulative) >= 1:
        raise CertificateError("a part or a running sum is a person or more from its share")
    return Plan(tuple(parts), worst_period, worst_cumulative)


@dataclass(frozen=True, slots=True)
class _Network:
    """Arcs of capacity one: whether a part, and whether a running sum, is rounded up."""

    tails: Ints
    heads: Ints
    capacities: Ints
    costs: Ints
    supplies: Ints

    def cheapest(self) -> Ints:
        """Return which arcs carry a unit in a cheapest flow, and prove it."""
        # An engine costs most of a second to import; most callers never plan.
        from models.solver.flow import min_cost_flow

        flow = min_cost_flow(self.tails, self.heads, self.capacities, self.costs, self.supplies)
        self._prove(flow)
        return flow

    def _prove(self, flow: Ints) -> None:
        """Find potentials under which no arc of the residual network gains."""
        usable = self.capacities > 0
        forward = (flow == 0)[usable]
        tails = np.where(forward, self.tails[usable], self.heads[usable])
        heads = np.where(forward, self.heads[usable], self.tails[usable])
        costs = np.where(forward, self.costs[usable], -self.costs[usable])
        potential = np.zeros_like(self.supplies)
        for _ in range(potential.size):
            lowered = potential.copy()
            np.minimum.at(lowered, heads, potential[tails] + costs)
            if np.array_equal(lowered, potential):
                return
            potential = lowered
        raise SolverDisagreementError("a cheaper flow exists than the engine returned")


def _network(totals: Sequence[int], shares: Shares, sums: Shares) -> _Network:
    """Build the network: period -> (t, i) carries the part, (t, i) -> (t + 1, i) the sum.

    What every solution carries (the floors) is taken out beforehand; a share that is whole
    leaves nothing to decide.
    """
    T, n = len(shares), len(shares[0])
    parts_down, sums_down = _floors(shares), _floors(sums)
    cell = np.arange(T * n).reshape(T, n)
    period = np.repeat(T * n + np.arange(T), n)
    onward = np.concatenate([cell[1:].ravel(), np.full(n, T * n + T)])
    supplies = np.zeros(T * n + T + 1, dtype=np.int64)
    carried = np.vstack([np.zeros((1, n), dtype=np.int64), sums_down[:-1]])
    supplies[: T * n] = (parts_down + carried - sums_down).ravel()
    supplies[T * n : -1] = np.array(totals) - parts_down.sum(axis=1)
    supplies[-1] = -int(supplies.sum())
    return _Network(
        np.concatenate([period, cell.ravel()]),
        np.concatenate([cell.ravel(), onward]),
        np.array([int(q.denominator > 1) for row in [*shares, *sums] for q in row]),
        np.array([0] * (T * n) + [_rise(q) for row in sums for q in row], dtype=np.int64),
        supplies,
    )


def _rise(q: Fraction) -> int:
    """Return what rounding up adds to (X - Q)^2 against rounding down, in whole units."""
    return _COST_UNIT - 2 * int((q - math.floor(q)) * _COST_UNIT)


def _floors(values: Shares) -> Ints:
    return np.array([[math.floor(q) for q in row] for row in values], dtype=np.int64)
