"""V3: bounds on the swaps that need a count: the fewest agreements, and no more even plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor
from typing import Any

from allocator.verify.core.folder import Result
from allocator.verify.core.swap_proofs import Proofs


def check_swap_bounds(result: Result, proofs: Proofs) -> None:
    """V3: hold what is claimed of agreements and evenness against what counting shows."""
    level = proofs.claimed("uitruil_zwaarst")
    proofs.check_shown("uitruil_zwaarst", level if level_holds(proofs, level) else 0)
    proofs.check_shown("uitruil_afspraken", fewest_agreements(proofs, proofs.cut))
    if proofs.swaps.terms["leximin"]:
        result.log.unless(not can_be_more_even(proofs), "V3N", "na_uitruil.csv")


def level_holds(proofs: Proofs, level: Fraction) -> bool:
    """Whether the givers named cannot all come below a level, alone or together."""
    signed, lot = {giver for giver, _ in proofs.signed}, proofs.swaps.terms["lot"]
    needs = {}
    for code in proofs.found["level_givers"]:
        quota = proofs.swaps.quotas[code]
        need = proofs.before[code] - ceil(level * quota) + 1 if quota else 0
        needs[code] = max(need, 0 if code in signed else lot) if need > 0 else 0
    # Pairs that may carry persons, those of signed deals among them.
    pairs = {*proofs.open, *proofs.signed, *proofs.swaps.pinned["gewenst"]}
    reached = {taker for giver, taker in pairs if giver in needs}
    alone = any(need > proofs.swaps.may_give[code] for code, need in needs.items())
    return alone or sum(needs.values()) > sum(proofs.room[c] for c in reached)


def fewest_agreements(proofs: Proofs, cut: int) -> int:
    """Bound on the agreements, by counting sides that are full and the largest limits."""
    deals = [*proofs.signed, *proofs.swaps.pinned["gewenst"]]
    givers, takers = {a for a, _ in deals}, {b for _, b in deals}
    worst, quotas = proofs.worst(), proofs.swaps.quotas
    must = {c for c in proofs.codes if quotas[c] and proofs.before[c] > floor(worst * quotas[c])}
    must |= givers
    joint = bool(proofs.swaps.terms["form"] == "regiobesluit")
    if proofs.relief < cut:
        sides = (proofs.use, must), (proofs.room, takers)
        both = [_parties(limits, those, proofs.relief) for limits, those in sides]
        return sum(both) if joint else max(both)
    full = _sides(proofs)
    total, seen = 0, (set[str](), set[str]())
    for part in _connected(proofs, full):
        own, others = ({pair[k] for pair in part} for k in (0, 1))
        seen[0].update(own)
        seen[1].update(others)
        uses, rooms = {c: proofs.use[c] for c in own}, {c: proofs.room[c] for c in others}
        if own & full[0]:
            backwards = [(taker, giver) for giver, taker in part]
            total += _part(rooms, uses, must & own, backwards, joint)
        else:
            total += _part(uses, rooms, takers & others, part, joint)
    return total + joint * (len(givers - seen[0]) + len(takers - seen[1]))


def _sides(proofs: Proofs) -> tuple[set[str], set[str]]:
    """Givers and takers of the cut that count."""
    sides = (proofs.use, "cut_givers"), (proofs.room, "cut_takers")
    givers, takers = ({c for c in proofs.found[name] if limits.get(c)} for limits, name in sides)
    return givers, takers


def _connected(proofs: Proofs, full: tuple[set[str], set[str]]) -> list[list[tuple[str, str]]]:
    """Connected pairs on either side of the cut."""
    left = [x for x in proofs.open if (x[0] in full[0]) == (x[1] in full[1])]
    by_giver, by_taker = defaultdict[str, Any](list), defaultdict[str, Any](list)
    for pair in left:
        by_giver[pair[0]].append(pair)
        by_taker[pair[1]].append(pair)
    done, found = set[tuple[str, str]](), []
    for start in left:
        part, front = [], [] if start in done else [start]
        done.add(start)
        while front:
            pair = front.pop()
            part.append(pair)
            near = {*by_giver.pop(pair[0], ()), *by_taker.pop(pair[1], ())} - done
            done |= near
            front += sorted(near)
        found += [part] if part else []
    return found


def can_be_more_even(proofs: Proofs) -> bool:
    """Whether a person of relief could go from one giver to one that is worse off.

    The reliefs that a flow allows form the bases of a polymatroid, on which a list without
    such a step is the best of all.
    """
    quotas, deals = proofs.swaps.quotas, proofs.swaps.deals
    users, reach = defaultdict[str, Any](set), defaultdict[str, Any](set)
    for (giver, taker), persons in deals.items():
        if persons and (giver, taker) not in proofs.signed:
            users[taker].add(giver)
    for giver, taker in proofs.open:
        reach[giver].add(taker)
    for start in proofs.codes:
        if not quotas[start] or proofs.swaps.gives[start] >= proofs.use[start]:
            continue
        seen, front = {start}, [start]
        while front:
            near = {g for taker in reach[front.pop()] for g in users[taker]} - seen
            seen |= near
            front += sorted(near)
        worse = Fraction(proofs.after[start], quotas[start])
        others = (c for c in seen - {start} if quotas[c] and proofs.after[c] < proofs.before[c])
        if any(Fraction(proofs.after[c] + 1, quotas[c]) < worse for c in others):
            return True
    return False


def _fewest(limits: Iterable[int], persons: int) -> int:
    """Count how many of the largest limits hold some persons."""
    count = 0
    for limit in sorted(limits, reverse=True):
        count, persons = count + (persons > 0), persons - limit
    return count


def _parties(limits: dict[str, int], must: set[str], persons: int) -> int:
    left = persons - sum(limits[c] for c in must)
    return len(must) + _fewest((limit for c, limit in limits.items() if c not in must), left)


def _part(
    full: dict[str, int],
    free: dict[str, int],
    must: set[str],
    pairs: list[tuple[str, str]],
    joint: bool,
) -> int:
    """Bound on the agreements of one part, whose pairs name the full side first."""
    fewest = _parties(free, must, sum(full.values()))
    if joint:
        return fewest + len(full)
    partners = defaultdict[str, Any](list)
    for one, other in pairs:
        partners[one].append(free[other])
    return max(fewest, sum(_fewest(partners[c], limit) for c, limit in full.items()))
