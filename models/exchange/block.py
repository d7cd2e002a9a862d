"""A connected part of an exchange, after signed deals, in arrays of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.outcome import Conflict
from models.exchange.problem import BoolArray, ExchangeProblem, Form, IntArray, Transfer

_NO_LIMIT = 1 << 30


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Givers (a), takers (b) and the pairs (e) between them; positions, not parties.

    Limits are what signed deals left. Arcs are sorted by giver, then taker.
    """

    givers: IntArray
    """Party of each giver, ascending, shape (a,)."""
    takers: IntArray
    """Party of each taker, ascending, shape (b,)."""
    arcs: IntArray
    """Positions of giver and taker, shape (e, 2)."""
    distance: IntArray
    """Kilometres per arc, shape (e,)."""
    wished: BoolArray
    """Arcs that must carry a lot, shape (e,)."""
    short: IntArray
    """Shortfall of each giver, shape (a,)."""
    give: IntArray
    """Most that a giver gives, shape (a,); above ``short`` only to fill a lot or a wish."""
    room: IntArray
    """Most that a taker takes, shape (b,)."""
    quota: IntArray
    """Quota of each giver, shape (a,)."""
    giver_partners: IntArray
    """Agreements that a giver may still make, shape (a,)."""
    taker_partners: IntArray
    """Agreements that a taker may still make, shape (b,)."""
    giver_changed: BoolArray
    """Givers whose quota a signed deal changes anyhow, shape (a,)."""
    taker_changed: BoolArray
    """Takers whose quota a signed deal changes anyhow, shape (b,)."""
    lot: int

    @property
    def useful(self) -> IntArray:
        """Most relief of each giver, shape (a,)."""
        return np.minimum(self.short, self.give)

    @property
    def arc_limit(self) -> IntArray:
        """Most that an arc can carry, shape (e,)."""
        return np.minimum(self.give[self.arcs[:, 0]], self.room[self.arcs[:, 1]])

    @property
    def is_plain(self) -> bool:
        """Whether any flow is a plan: no lots, partner limits or wishes."""
        return self.lot == 1 and not self.has_partner_limits and not bool(self.wished.any())

    @property
    def has_partner_limits(self) -> bool:
        """Whether a party could have more partners than it may."""
        degrees = self.degrees(np.ones(len(self.arcs), dtype=bool))
        return bool(
            (degrees[0] > self.giver_partners).any() or (degrees[1] > self.taker_partners).any()
        )

    def given(self, flow: IntArray) -> IntArray:
        """Persons that each giver gives, shape (a,)."""
        total = np.zeros(len(self.givers), dtype=np.int64)
        np.add.at(total, self.arcs[:, 0], flow)
        return total

    def taken(self, flow: IntArray) -> IntArray:
        """Persons that each taker takes, shape (b,)."""
        total = np.zeros(len(self.takers), dtype=np.int64)
        np.add.at(total, self.arcs[:, 1], flow)
        return total

    def relief(self, flow: IntArray) -> IntArray:
        """Shortfall that each giver loses, shape (a,)."""
        return np.minimum(self.given(flow), self.short)

    def degrees(self, used: BoolArray) -> tuple[IntArray, IntArray]:
        """Arcs in use at each giver and taker."""
        return (
            np.bincount(self.arcs[used, 0], minlength=len(self.givers)),
            np.bincount(self.arcs[used, 1], minlength=len(self.takers)),
        )

    def count(self, flow: IntArray, form: Form) -> int:
        """New agreements: pairs that trade, or parties that had no change yet."""
        used = flow > 0
        if form is Form.BILATERAL:
            return int(used.sum())
        givers, takers = self.degrees(used)
        changed = ((givers > 0) & ~self.giver_changed).sum()
        return int(changed + ((takers > 0) & ~self.taker_changed).sum())

    def keeps_rules(self, flow: IntArray) -> bool:
        """Whether a flow keeps limits, lots, partner limits and wishes."""
        used = flow > 0
        givers, takers = self.degrees(used)
        return bool(
            (flow >= 0).all()
            and (flow[used] >= self.lot).all()
            and used[self.wished].all()
            and (self.given(flow) <= self.give).all()
            and (self.taken(flow) <= self.room).all()
            and (givers <= self.giver_partners).all()
            and (takers <= self.taker_partners).all()
        )

    def transfers(self, flow: IntArray) -> tuple[Transfer, ...]:
        """Giver, taker and persons of every arc that carries flow, as parties."""
        used = np.flatnonzero(flow)
        givers = self.givers[self.arcs[used, 0]].tolist()
        takers = self.takers[self.arcs[used, 1]].tolist()
        return tuple(zip(givers, takers, flow[used].tolist(), strict=True))

    def part(self, arcs: BoolArray) -> Block:
        """Return the block of some of the arcs and of the parties at their ends."""
        givers, row = np.unique(self.arcs[arcs, 0], return_inverse=True)
        takers, column = np.unique(self.arcs[arcs, 1], return_inverse=True)
        return Block(
            givers=self.givers[givers],
            takers=self.takers[takers],
            arcs=np.stack([row, column], axis=1).astype(np.int64),
            distance=self.distance[arcs],
            wished=self.wished[arcs],
            short=self.short[givers],
            give=self.give[givers],
            room=self.room[takers],
            quota=self.quota[givers],
            giver_partners=self.giver_partners[givers],
            taker_partners=self.taker_partners[takers],
            giver_changed=self.giver_changed[givers],
            taker_changed=self.taker_changed[takers],
            lot=self.lot,
        )


def find_conflicts(problem: ExchangeProblem) -> tuple[Conflict, ...]:
    """Parties whose signed and wished deals cannot all be kept; none means that a plan exists.

    Notes
    -----
    A plan of the signed deals and one lot per wish keeps every rule but these, so the test is
    exact.
    """
    gives, takes, partners = _pinned(problem)
    found = []
    for party in range(problem.parties):
        if gives[party] and takes[party]:
            found.append(Conflict(party, "role"))
        if gives[party] > problem.give_limit[party]:
            found.append(Conflict(party, "give_limit"))
        if takes[party] > problem.take_limit[party]:
            found.append(Conflict(party, "take_limit"))
        if problem.max_partners is not None and partners[party] > problem.max_partners:
            found.append(Conflict(party, "max_partners"))
    return tuple(found)


def _pinned(problem: ExchangeProblem) -> tuple[IntArray, IntArray, IntArray]:
    """Persons given and taken, and partners, of signed deals and one lot per wish."""
    gives, takes, partners = np.zeros((3, problem.parties), dtype=np.int64)
    signed = {(giver, taker): persons for giver, taker, persons in problem.signed}
    deals = dict.fromkeys(problem.wished, problem.lot) | signed
    for (giver, taker), persons in deals.items():
        gives[giver] += persons
        takes[taker] += persons
        partners[giver] += 1
        partners[taker] += 1
    return gives, takes, partners


def build_blocks(problem: ExchangeProblem) -> tuple[Block, ...]:
    """Take the signed deals off the limits and split what is left into connected blocks."""
    whole = whole_block(problem)
    if not len(whole.arcs):
        return ()
    label = connected(whole.arcs, len(whole.givers), len(whole.takers))
    parts = label[whole.arcs[:, 0]]
    return tuple(whole.part(parts == part) for part in np.unique(parts))


def whole_block(problem: ExchangeProblem) -> Block:
    """Return one block of all pairs that may carry a new agreement, after the signed deals."""
    signed_out, signed_in, signed_with = _pinned_by(problem, problem.signed)
    gives, takes, _ = _pinned(problem)
    give = problem.give_limit - signed_out
    room = np.where(gives > 0, 0, problem.take_limit - signed_in)
    short = np.maximum(problem.shortfall - signed_out, 0)
    wished = set(problem.wished) - {(giver, taker) for giver, taker, _ in problem.signed}
    arcs, distance, is_wished = _arcs(problem, give, room, np.where(takes > 0, 0, short), wished)
    wishes = np.bincount([giver for giver, _ in wished], minlength=problem.parties)
    give = np.minimum(give, np.maximum(short + problem.lot - 1, problem.lot * wishes))
    most = _NO_LIMIT if problem.max_partners is None else problem.max_partners
    givers, row = np.unique(arcs[:, 0], return_inverse=True)
    takers, column = np.unique(arcs[:, 1], return_inverse=True)
    return Block(
        givers=givers,
        takers=takers,
        arcs=np.stack([row, column], axis=1).astype(np.int64),
        distance=distance,
        wished=is_wished,
        short=short[givers],
        give=give[givers],
        room=room[takers],
        quota=problem.quota[givers],
        giver_partners=most - signed_with[givers],
        taker_partners=most - signed_with[takers],
        giver_changed=signed_out[givers] > 0,
        taker_changed=signed_in[takers] > 0,
        lot=problem.lot,
    )


def _pinned_by(
    problem: ExchangeProblem, deals: Sequence[Transfer]
) -> tuple[IntArray, IntArray, IntArray]:
    out, into, partners = np.zeros((3, problem.parties), dtype=np.int64)
    for giver, taker, persons in deals:
        out[giver] += persons
        into[taker] += persons
        partners[giver] += 1
        partners[taker] += 1
    return out, into, partners


def _arcs(
    problem: ExchangeProblem,
    give: IntArray,
    room: IntArray,
    short: IntArray,
    wished: set[tuple[int, int]],
) -> tuple[IntArray, IntArray, BoolArray]:
    """Pairs over which a new agreement can help or is wished, with distance, sorted."""
    pairs, distance = problem.open_pairs()
    signed = {(giver, taker) for giver, taker, _ in problem.signed}
    is_wished = np.array([tuple(pair) in wished for pair in pairs.tolist()], dtype=bool)
    is_signed = np.array([tuple(pair) in signed for pair in pairs.tolist()], dtype=bool)
    giver, taker = pairs[:, 0], pairs[:, 1]
    keep = (give[giver] >= problem.lot) & (room[taker] >= problem.lot) & ~is_signed
    keep &= (short[giver] > 0) | is_wished
    if problem.max_partners is not None:
        partners = _pinned_by(problem, problem.signed)[2]
        keep &= np.maximum(partners[giver], partners[taker]) < problem.max_partners
    return pairs[keep], distance[keep], is_wished[keep]


def connected(arcs: IntArray, givers: int, takers: int) -> IntArray:
    """Label of the connected part of each giver, then each taker; the least position in it."""
    label = np.arange(givers + takers)
    tail, head = arcs[:, 0], arcs[:, 1] + givers
    while True:
        least = np.minimum(label[tail], label[head])
        lower = label.copy()
        np.minimum.at(lower, tail, least)
        np.minimum.at(lower, head, least)
        if (lower == label).all():
            return label
        label = lower
