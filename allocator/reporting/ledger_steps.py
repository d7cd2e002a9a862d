"""From the quota of one municipality to what it still has to house: swap, balance, dwellings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allocator.reporting.explanation import Figure, Step, signed, whole
from allocator.reporting.promise_steps import promise_steps
from allocator.reporting.result import Result
from allocator.reporting.rows import AfterSwap, Quota
from allocator.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class LedgerSteps:
    """The steps after the quota of one municipality; :meth:`steps` gives them in order."""

    result: Result
    row: Quota
    voice: Voice

    def steps(self) -> Iterator[Step]:
        """Every step that applies."""
        after = self.after_swap
        if after is not None:
            yield self.swap(after)
        if self.result.balances is not None:
            yield self.balance()
        if after is not None:
            yield from promise_steps(self.result, (self.row.code,), self.voice)
            yield self.dwellings(after)
            yield self.shortfall(after)
        if self.result.links is not None:
            yield self.links()

    @property
    def after_swap(self) -> AfterSwap | None:
        """The row of this municipality after swaps."""
        rows = self.result.after_swap or ()
        return next((row for row in rows if row.code == self.row.code), None)

    def step(self, name: str, sentence: str, *figures: Figure, law: str = "") -> Step:
        """A step under the title of the catalogue."""
        return Step(name, self.voice.say(f"explain_{name}_title"), sentence, figures, law)

    def swap(self, after: AfterSwap) -> Step:
        """What the proposed swaps change."""
        law = self.voice.say("explain_swap_law")
        figures = (
            signed(self.voice, "transfer", after.transfer),
            whole(self.voice, "changed_quota", after.changed_quota),
        )
        if not after.transfer:
            return self.step("swap", self.voice.say("explain_swap_none"), *figures, law=law)
        sentence = self.voice.say(
            "explain_swap_less" if after.transfer < 0 else "explain_swap_more",
            persons=self.voice.persons(abs(after.transfer)),
            partners=", ".join(self._partners()),
        )
        return self.step("swap", sentence, *figures, law=law)

    def _partners(self) -> Iterator[str]:
        names = {row.code: row.name for row in self.result.quotas}
        for deal in self.result.transfers or ():
            if deal.kind == "herverdeling" and self.row.code in (deal.giver, deal.taker):
                other = deal.taker if deal.giver == self.row.code else deal.giver
                count = self.voice.number(deal.persons)
                yield f"{names.get(other, other)} ({count})"

    def balance(self) -> Step:
        """Backlog or lead at the start, and the total to house."""
        backlog, lead, _ = self._standing()
        quota = self.quota_in_force()
        sentence = self.voice.say(
            "explain_balance_lead" if lead else "explain_balance_backlog",
            quota=quota,
            persons=self.voice.persons(lead or backlog),
            burden=quota + backlog - lead,
        )
        return self.step(
            "balance",
            sentence,
            whole(self.voice, "backlog", backlog),
            whole(self.voice, "lead", lead),
            whole(self.voice, "burden", quota + backlog - lead),
        )

    def quota_in_force(self) -> int:
        """The quota after swaps where there were any, otherwise the half-year's quota."""
        after = self.after_swap
        return self.row.quota if after is None else after.changed_quota

    def _standing(self) -> tuple[int, int, int]:
        for row in self.result.balances or ():
            if row.code == self.row.code:
                return row.backlog, row.lead, row.realised
        return 0, 0, 0

    def _follow_on(self) -> int:
        rows = self.result.follow_on or ()
        return sum(row.persons for row in rows if row.code == self.row.code)

    def dwellings(self, after: AfterSwap) -> Step:
        """Persons that fit in the dwellings on offer, class by class."""
        figures = tuple(self._by_class())
        key = "explain_dwellings" if figures else "explain_dwellings_none"
        return self.step(
            "dwellings",
            self.voice.say(key),
            *figures,
            whole(self.voice, "placeable", after.placeable),
        )

    def _by_class(self) -> Iterator[Figure]:
        counts: dict[str, int] = {}
        for row in self.result.supply or ():
            if row.code == self.row.code:
                counts[row.dwelling_class] = counts.get(row.dwelling_class, 0) + row.count
        for kind in self.result.classes or ():
            count = counts.get(kind.name, 0)
            if count:
                persons = count * kind.persons_planned
                printed = (
                    f"{self.voice.number(count)} × {self.voice.number(kind.persons_planned)}"
                    f" = {self.voice.number(persons)}"
                )
                label = self.voice.say("explain_class", name=kind.name)
                yield Figure(f"class_{kind.name}", label, printed, persons)

    def shortfall(self, after: AfterSwap) -> Step:
        """What is expected to stay without a dwelling."""
        backlog, lead, realised = self._standing()
        burden = after.changed_quota + backlog - lead
        sentence = self.voice.say(
            "explain_shortfall",
            burden=burden,
            realised=realised,
            follow_on=self._follow_on(),
            placeable=after.placeable,
            outcome=burden - realised - self._follow_on() - after.placeable,
            shortfall=after.shortfall_after,
        )
        return self.step(
            "shortfall",
            sentence,
            whole(self.voice, "realised", realised),
            whole(self.voice, "follow_on", self._follow_on()),
            whole(self.voice, "shortfall_before", after.shortfall_before),
            whole(self.voice, "shortfall_after", after.shortfall_after),
        )

    def links(self) -> Step:
        """How many households the proposals bring here; no more than a count."""
        rows = [row for row in self.result.links or () if row.code == self.row.code]
        households = sum(row.households for row in rows)
        persons = sum(row.persons for row in rows)
        key = "explain_links" if rows else "explain_links_outside"
        sentence = self.voice.say(
            key,
            households=self.voice.households(households),
            persons=self.voice.persons(persons),
        )
        figures = [
            whole(self.voice, "linked_households", households),
            whole(self.voice, "linked_persons", persons),
        ]
        caps = [own for own in self.result.caps or () if own["gemeente_code"] == self.row.code]
        for own in caps:
            cap = int(own["personen_max"])
            sentence += " " + self.voice.say(
                "explain_cap_with_reason",
                persons=self.voice.persons(cap),
                reason=own["reden"],
                room=self.voice.persons(max(0, cap - persons)),
            )
            figures.append(whole(self.voice, "cap", cap))
        return self.step("links", sentence, *figures)
