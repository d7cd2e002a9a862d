"""V3: bounds on the swaps that need a count: the fewest agreements, and no more even plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor
from typing import Any

from allocator.verify.core.folder import CERTIFICATE, Result
from allocator.verify.core.swap_proofs import Proofs


def check_swap_bounds(result: Result, proofs: Proofs) -> None:
    """V3: hold what is claimed of agreements and evenness against what counting shows."""
    level, terms = proofs.claimed("uitruil_zwaarst"), proofs.swaps.terms
    proofs.check_shown("uitruil_zwaarst", level if level_holds(proofs, level) else 0)
    proofs.check_shown("uitruil_afspraken", fewest_agreements(proofs, proofs.cut))
    is_free = (terms["lot"], terms["partners_max"]) == (1, None)
    if is_free and not proofs.signed and not proofs.swaps.pinned["gewenst"]:
        # Flow and cut meet: these three can always be recomputed, and no search has a word in them.
        for stage in ("uitruil_tekort", "uitruil_zwaarst", "uitruil_personen"):
            sound = (kind := proofs.found["proof"].get(stage)) not in ("counted", "searched")
            result.log.unless(sound, "V3O", CERTIFICATE, stage, "proof", kind, "recomputed")
    if terms["leximin"]:
        result.log.unless(not can_be_more_even(proofs), "V3N", "na_uitruil.csv")


def level_holds(proofs: Proofs, level: Fraction) -> bool:
    """Whether the givers named cannot all come below a level, alone or together."""
    signed, lot = {giver for giver, _ in proofs.signed}, proofs.swaps.terms["lot"]
    needs = {}
    for code in proofs.found["level_givers"]:
        quota = proofs.quotas.get(code, 0)
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
    worst, quotas = proofs.worst(), proofs.quotas
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
    such a step is the best of all. Where the one becomes as badly off as the other was, the
    step is for the better if the other is left with less than the one had.
    """
    quotas = proofs.quotas

    def share(code: str, more: int = 0) -> Fraction:
        return Fraction(proofs.after[code] + more, quotas[code])

    users, reach = defaultdict[str, Any](set), defaultdict[str, Any](set)
    for giver, taker in proofs.swaps.deals.keys() - proofs.signed.keys():
        users[taker].add(giver)
    for giver, taker in {*proofs.open} - proofs.signed.keys():
        reach[giver].add(taker)
    for start in (c for c in proofs.codes if quotas[c] and proofs.swaps.gives[c] < proofs.use[c]):
        seen, front = {start}, [start]
        while front:
            near = {g for taker in reach[front.pop()] for g in users[taker]} - seen
            seen |= near
            front += sorted(near)
        others = (c for c in seen - {start} if quotas[c] and proofs.after[c] < proofs.before[c])
        if any((share(c, 1), share(start, -1)) < (share(start), share(c)) for c in others):
            return True
    return False


def _fewest(limits: Iterable[int], persons: int) -> int:
    """Count how many of the largest limits hold some persons."""
    return sum(held < persons for held in accumulate([0, *sorted(limits, reverse=True)][:-1]))


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
