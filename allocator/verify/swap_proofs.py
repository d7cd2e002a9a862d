"""V3, V7 and V8 of the swaps: every objective again, and every bound that can be shown."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from allocator.verify.folder import CERTIFICATE, MANIFEST, check_stage
from allocator.verify.reader import CONTRACT, Stop

if TYPE_CHECKING:
    from allocator.verify.swaps import Swaps

_KINDS = ("recomputed", "counted", "searched")


class Proofs:
    """Persons midden by municipality: what is lacking before and after, relieved, and of use."""

    def __init__(self, swaps: Swaps) -> None:
        self.swaps, self.log = swaps, swaps.log
        self.found: dict[str, Any] = swaps.result.documents[CERTIFICATE]["swap"]
        codes = self.codes = sorted(swaps.quotas)
        change = {c: swaps.takes[c] - swaps.gives[c] for c in codes}
        self.before = {c: swaps.shortfall("midden", c) for c in codes}
        self.after = {c: swaps.shortfall("midden", c, change[c]) for c in codes}
        self.relief = sum(self.before.values()) - sum(self.after.values())
        self.use = {c: min(swaps.may_give[c], self.before[c]) for c in codes}
        self.room = {c: swaps.may_take[c] for c in codes}
        self.signed = swaps.pinned["getekend"]
        givers = {c for c in codes if self.use[c]}
        takers = {c for c in codes if self.room[c]}
        # A pair of one with nothing of use to give, or no room, relieves nobody.
        self.open = [(a, b) for a in givers for b in takers if swaps.allowed(a, b)]
        self.open.sort()
        self.cut = ({*self.found["cut_givers"]} & givers, {*self.found["cut_takers"]} & takers)

    def check_cut(self) -> int:
        """V3: the cut bounds the relief; return that bound."""
        givers, takers = ([*self.found[f"cut_{side}"]] for side in ("givers", "takers"))
        cut = sum(self.use[c] for c in self.codes if c not in givers)
        cut += sum(self.room.get(c, 0) for c in takers)
        wanted: dict[str, Any] = {"relief": cut, "scenarios": sorted(self.swaps.need)}
        wanted |= {"cut_givers": sorted({*givers} & {*self.codes})}
        wanted |= {"cut_takers": sorted({*takers} & {*self.codes})}
        for name in ("level_givers", "proof"):
            wanted[name] = self.found.get(name)
        for name in wanted.keys() | self.found.keys():
            value = self.found.get(name)
            shown = sorted(value) if name == "scenarios" and value else value
            self.log.same("V3I", CERTIFICATE, name, "swap", shown, wanted.get(name))
        for giver, taker in self.open:
            leaks = giver in givers and taker not in takers
            self.log.unless(not leaks, "V3I", CERTIFICATE, giver, "cut_givers")
        return cut

    def kind(self, stage: str) -> str:
        """V3: how a stage says that it is proven."""
        kind = self.found["proof"].get(stage)
        self.log.unless(kind in _KINDS, "V3O", CERTIFICATE, stage, "proof", kind)
        return str(kind)

    def claimed(self, stage: str) -> Fraction:
        """Return the bound that the manifest claims for a stage."""
        stages = self.swaps.result.documents[MANIFEST]["stages"]
        (value,) = (entry.get("bound") for entry in stages if entry["name"] == stage)
        if not isinstance(value, int | str) or not re.fullmatch(
            r"[0-9]+(/[1-9][0-9]*)?", str(value)
        ):
            raise Stop("V7D", MANIFEST, stage, "bound", value)
        return Fraction(value)

    def check(self, stage: str, objective: Fraction | int, low: Fraction | int, least: Any) -> None:
        """V7: a stage's objective, and a bound that lies between ``least`` and the objective.

        ``low`` is the bound that we can show; a stage that says so may claim no more.
        """
        bound, fraction = self.claimed(stage), stage == "uitruil_zwaarst"
        is_shown = self.kind(stage) != "recomputed" or bound <= low
        self.log.unless(is_shown, "V3O", CERTIFICATE, stage, "proof", bound, low)
        sound = least <= bound <= objective
        self.log.unless(sound, "V3O", MANIFEST, stage, "bound", bound, objective)
        values = (Fraction(objective), bound, Fraction(objective))
        target = CONTRACT["swap_targets"][stage]
        check_stage(self.swaps.result, stage, values, target, str if fraction else int)

    def worst(self) -> Fraction:
        """Return the largest shortfall left per person of quota."""
        quotas = self.swaps.quotas
        return max(
            (Fraction(self.after[c], quotas[c]) for c in self.codes if quotas[c]),
            default=Fraction(),
        )

    def level_holds(self, level: Fraction) -> bool:
        """Whether the givers named cannot all come below a level, alone or together."""
        signed, lot = {giver for giver, _ in self.signed}, self.swaps.terms["lot"]
        needs = {}
        for code in self.found["level_givers"]:
            quota = self.swaps.quotas[code]
            need = self.before[code] - ceil(level * quota) + 1 if quota else 0
            needs[code] = max(need, 0 if code in signed else lot) if need > 0 else 0
        reached = {taker for giver, taker in self.pairs() if giver in needs}
        alone = any(need > self.swaps.may_give[code] for code, need in needs.items())
        return alone or sum(needs.values()) > sum(self.room[c] for c in reached)

    def pairs(self) -> Iterable[tuple[str, str]]:
        """Pairs that may carry persons, those of signed deals among them."""
        return {*self.open, *self.signed, *self.swaps.pinned["gewenst"]}

    def fewest_agreements(self, cut: int) -> int:
        """Bound on the agreements, by counting sides that are full and the largest limits."""
        deals = [*self.signed, *self.swaps.pinned["gewenst"]]
        givers, takers = {a for a, _ in deals}, {b for _, b in deals}
        worst, quotas = self.worst(), self.swaps.quotas
        must = {c for c in self.codes if quotas[c] and self.before[c] > floor(worst * quotas[c])}
        must |= givers
        joint = bool(self.swaps.terms["form"] == "regiobesluit")
        if self.relief < cut:
            both = _parties(self.use, must, self.relief), _parties(self.room, takers, self.relief)
            return sum(both) if joint else max(both)
        total, seen = 0, (set[str](), set[str]())
        for part in self.parts():
            own, others = ({pair[k] for pair in part} for k in (0, 1))
            seen[0].update(own)
            seen[1].update(others)
            uses, rooms = {c: self.use[c] for c in own}, {c: self.room[c] for c in others}
            if own & self.cut[0]:
                backwards = [(taker, giver) for giver, taker in part]
                total += _part(rooms, uses, must & own, backwards, joint)
            else:
                total += _part(uses, rooms, takers & others, part, joint)
        return total + joint * (len(givers - seen[0]) + len(takers - seen[1]))

    def parts(self) -> list[list[tuple[str, str]]]:
        """Connected pairs on either side of the cut."""
        left = [x for x in self.open if (x[0] in self.cut[0]) == (x[1] in self.cut[1])]
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

    def can_be_more_even(self) -> bool:
        """Whether a person of relief could go from one giver to one that is worse off.

        The reliefs that a flow allows form the bases of a polymatroid, on which a list without
        such a step is the best of all.
        """
        quotas, deals = self.swaps.quotas, self.swaps.deals
        users, reach = defaultdict[str, Any](set), defaultdict[str, Any](set)
        for (giver, taker), persons in deals.items():
            if persons and (giver, taker) not in self.signed:
                users[taker].add(giver)
        for giver, taker in self.open:
            reach[giver].add(taker)
        for start in self.codes:
            if not quotas[start] or self.swaps.gives[start] >= self.use[start]:
                continue
            seen, front = {start}, [start]
            while front:
                near = {g for taker in reach[front.pop()] for g in users[taker]} - seen
                seen |= near
                front += sorted(near)
            worse = Fraction(self.after[start], quotas[start])
            others = (c for c in seen - {start} if quotas[c] and self.after[c] < self.before[c])
            if any(Fraction(self.after[c] + 1, quotas[c]) < worse for c in others):
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


def check_proofs(swaps: Swaps) -> None:
    """V3 and V7: certificate and stages of the swaps."""
    proofs = Proofs(swaps)
    cut = proofs.check_cut()
    names = sorted(CONTRACT["swap_targets"])
    proofs.log.same("V3O", CERTIFICATE, "proof", "swap", sorted(proofs.found["proof"]), names)
    left, worst = sum(proofs.after.values()), proofs.worst()
    level = proofs.claimed("uitruil_zwaarst")
    shown = level if not level or proofs.level_holds(level) else Fraction(0)
    form = swaps.terms["form"]
    codes = Counter(code for pair in swaps.deals for code in pair)
    agreements = len(codes) if form == "regiobesluit" else len(swaps.deals)
    pinned = Counter[str]()
    for (giver, _), persons in proofs.signed.items():
        pinned[giver] += persons
    least = proofs.relief + sum(max(0, n - proofs.before[c]) for c, n in pinned.items())
    moved = sum(swaps.deals.values())
    far = sum(n * swaps.distance(*pair) for pair, n in swaps.deals.items())
    low = sum(proofs.before.values()) - cut
    proofs.check("uitruil_tekort", left, low, low)
    proofs.check("uitruil_zwaarst", worst, shown, 0)
    proofs.check("uitruil_afspraken", agreements, proofs.fewest_agreements(cut), 0)
    proofs.check("uitruil_personen", moved, least, least)
    proofs.check("uitruil_afstand", far, 0, 0)
    if swaps.terms["leximin"]:
        proofs.log.unless(not proofs.can_be_more_even(), "V3N", "na_uitruil.csv")
