"""V3 and V7 of the swaps: every objective again, and the bounds that the certificate shows."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from allocator.verify.core.folder import CERTIFICATE, MANIFEST, check_stage
from allocator.verify.core.reader import CONTRACT, Stop

if TYPE_CHECKING:
    from allocator.verify.core.swaps import Swaps

_KINDS = ("recomputed", "counted", "searched")


class Proofs:
    """Persons midden by municipality: what is lacking before and after, relieved, and of use."""

    def __init__(self, swaps: Swaps) -> None:
        self.swaps, self.log = swaps, swaps.log
        self.found: dict[str, Any] = swaps.result.documents[CERTIFICATE]["swap"]
        codes = self.codes = sorted(swaps.quotas)
        self.before = {c: swaps.shortfall("midden", c) for c in codes}
        changes = ((c, swaps.changed[c] - swaps.quotas[c]) for c in codes)
        # Who is worst off is asked of the region alone.
        self.quotas = {c: n if c in swaps.inside else 0 for c, n in swaps.quotas.items()}
        self.after = {c: swaps.shortfall("midden", c, change) for c, change in changes}
        self.relief = sum(self.before.values()) - sum(self.after.values())
        self.use = {c: min(swaps.may_give[c], self.before[c]) for c in codes}
        self.room = {c: swaps.may_take[c] for c in codes}
        self.signed = swaps.pinned["getekend"] | swaps.pinned["vastgezet"]
        # A pair of one with nothing of use to give, or no room, relieves nobody.
        givers, takers = ([c for c in codes if x[c]] for x in (self.use, self.room))
        self.open = [(a, b) for a in givers for b in takers if swaps.allowed(a, b)]

    def check_cut(self) -> int:
        """V3: the cut bounds the relief; return that bound."""
        givers, takers = ({*self.found[f"cut_{side}"]} for side in ("givers", "takers"))
        cut = sum(self.use[c] for c in self.codes if c not in givers)
        cut += sum(self.room.get(c, 0) for c in takers)
        wanted: dict[str, Any] = {"relief": cut, "scenarios": sorted(self.swaps.need)}
        wanted |= {"cut_givers": sorted(givers & {*self.codes})}
        wanted |= {"cut_takers": sorted(takers & {*self.codes})}
        wanted |= {name: self.found.get(name) for name in ("level_givers", "proof")}
        for name in wanted.keys() | self.found.keys():
            value = self.found.get(name)
            shown = sorted(value) if name == "scenarios" and value else value
            self.log.same("V3I", CERTIFICATE, name, "swap", shown, wanted.get(name))
        for giver, taker in self.open:
            leaks = giver in givers and taker not in takers
            self.log.unless(not leaks, "V3I", CERTIFICATE, giver, "cut_givers")
        self.cut = cut
        return cut

    def claimed(self, stage: str) -> Fraction:
        """Return the bound that the manifest claims for a stage."""
        stages = self.swaps.result.documents[MANIFEST]["stages"]
        (value,) = (entry.get("bound") for entry in stages if entry["name"] == stage)
        sound = isinstance(value, int | str)
        if not sound or not re.fullmatch(r"[0-9]+(/[1-9][0-9]*)?", str(value)):
            raise Stop("V7D", MANIFEST, stage, "bound", value)
        return Fraction(value)

    def check_shown(self, stage: str, low: Fraction | int) -> None:
        """V3: a stage whose bound is said to be recomputed claims no more than ``low``."""
        bound = self.claimed(stage)
        sound = self.found["proof"].get(stage) != "recomputed" or bound <= low
        self.log.unless(sound, "V3O", CERTIFICATE, stage, "proof", bound, low)

    def check(self, stage: str, objective: Fraction | int, least: int = 0) -> None:
        """V7: a stage's objective, and a bound that lies between ``least`` and the objective."""
        bound, kind = self.claimed(stage), self.found["proof"].get(stage)
        self.log.unless(kind in _KINDS, "V3O", CERTIFICATE, stage, "proof", kind)
        sound = least <= bound <= objective
        self.log.unless(sound, "V3O", MANIFEST, stage, "bound", bound, objective)
        values = (Fraction(objective), bound, Fraction(objective))
        show = str if stage == "uitruil_zwaarst" else int
        check_stage(self.swaps.result, stage, values, CONTRACT["swap_targets"][stage], show)

    def worst(self) -> Fraction:
        """Return the largest shortfall left per person of quota."""
        shares = (Fraction(self.after[c], n) for c, n in self.quotas.items() if n)
        return max(shares, default=Fraction())


def check_proofs(swaps: Swaps) -> Proofs:
    """V3 and V7: certificate and stages of the swaps.

    Bounds on the worst shortfall and on the agreements need a count of their own, which is left to
    whoever asks for it; that they do not pass the objective is checked here.
    """
    proofs, deals, far = Proofs(swaps), swaps.deals, swaps.result.kilometres
    least, moved = sum(proofs.before.values()) - proofs.check_cut(), proofs.relief
    names = sorted(CONTRACT["swap_targets"])
    proofs.log.same("V3O", CERTIFICATE, "proof", "swap", sorted(proofs.found["proof"]), names)
    # Signed deals may move more than relieves their giver.
    for giver in {giver for giver, _ in proofs.signed}:
        own = sum(persons for (name, _), persons in proofs.signed.items() if name == giver)
        moved += max(0, own - proofs.before[giver])
    parties = {code for pair in deals for code in pair}
    joint = swaps.terms["form"] == "regiobesluit"
    proofs.check("uitruil_tekort", sum(proofs.after.values()), least)
    proofs.check("uitruil_zwaarst", proofs.worst())
    proofs.check("uitruil_afspraken", len(parties) if joint else len(deals))
    proofs.check("uitruil_personen", sum(deals.values()), moved)
    proofs.check("uitruil_afstand", sum(n * far(*pair) for pair, n in deals.items()))
    for stage, low in (("tekort", least), ("personen", moved), ("afstand", 0)):
        proofs.check_shown(f"uitruil_{stage}", low)
    return proofs
