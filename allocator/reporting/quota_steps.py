"""From inhabitants to the quota of one municipality, in steps to redo with a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from allocator.reporting.account import key_title
from allocator.reporting.division import (
    DIVISOR_METHODS,
    as_fraction,
    national_inhabitants,
    national_ratio,
    shown_divisor,
    telling_decimals,
    weights,
)
from allocator.reporting.explanation import Figure, Step, fraction, label_of, signed, whole
from allocator.reporting.law import law_text
from allocator.reporting.moments import as_date
from allocator.reporting.one_more import edges
from allocator.reporting.result import Result
from allocator.reporting.rows import Quota
from allocator.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class QuotaSteps:
    """The steps up to the quota of one municipality; :meth:`steps` gives them in order."""

    result: Result
    row: Quota
    voice: Voice

    def steps(self) -> Iterator[Step]:
        """Every step that applies."""
        yield self.inhabitants()
        if national_ratio(self.result) is not None:
            yield self.statutory()
        if self.row.formula is not None and self.method != "wettelijk":
            yield self.formula()
            yield from self.one_more()
        if self.row.correction:
            yield self.correction()
        if self.row.published is not None:
            yield self.published()
        yield self.quota()

    @property
    def method(self) -> str:
        """The rounding of this result."""
        return str(self.result.certificate["quota"]["method"])

    def inhabitants(self) -> Step:
        """How many people live here and in the country, and on which day."""
        everyone = national_inhabitants(self.result)
        figures = [whole(self.voice, "inhabitants", self.row.inhabitants)]
        if everyone is not None:
            figures.append(whole(self.voice, "inhabitants_all", everyone))
        day = as_date(self.result.instance.get("population_date"))
        return Step(
            "inhabitants",
            self.voice.say("explain_inhabitants_title"),
            self.voice.say(
                "explain_inhabitants",
                name=self.row.name,
                date=day or "–",
                count=self.row.inhabitants,
            ),
            tuple(figures),
            law_text(self.result, self.voice),
        )

    def statutory(self) -> Step:
        """The letter of the law: share rounded up."""
        total = int(self.result.instance["national_total"])
        exact = Fraction(national_ratio(self.result) or 0) * self.row.inhabitants
        decimals = telling_decimals(exact, "wettelijk")
        sentence = self.voice.say(
            "explain_statutory",
            inhabitants=self.row.inhabitants,
            everyone=national_inhabitants(self.result),
            total=total,
            share=self.voice.number(exact, decimals),
            rounded=ceil(exact),
        )
        return Step(
            "statutory",
            self.voice.say("explain_statutory_title"),
            f"{sentence} {self._surplus(total)}".strip(),
            (
                whole(self.voice, "national_total", total),
                fraction(self.voice, "exact_share", exact, decimals),
                whole(self.voice, "statutory", ceil(exact)),
            ),
            law_text(self.result, self.voice),
        )

    def _surplus(self, total: int) -> str:
        said = self.result.certificate["quota"]
        if said.get("statutory_sum") is None or self.result.parameters.get("key") != "inwoners":
            return ""
        return self.voice.say(
            "explain_statutory_surplus",
            sum=int(said["statutory_sum"]),
            surplus=int(said["statutory_surplus"]),
            total=total,
        )

    def formula(self) -> Step:
        """The figure that closes, by whichever method."""
        claims, divisor = weights(self.result), shown_divisor(self.result)
        if self.method == "grootste-rest":
            return self._largest_remainder()
        if claims is None or divisor is None or self.method not in DIVISOR_METHODS:
            return self._formula_by_share()
        return self._formula_by_divisor(claims[self.row.code])

    def _formula_by_divisor(self, weight: int) -> Step:
        divisor = shown_divisor(self.result)
        if divisor is None:
            raise ValueError("a divisor method without a divisor")
        quotient = weight / divisor.value
        decimals = telling_decimals(quotient, self.method)
        printed = self._printed_divisor(divisor.value, divisor.decimals)
        sentence = self.voice.say(
            f"explain_formula_{self.method}",
            claim=self._claim(),
            weight=weight,
            divisor=printed,
            quotient=self.voice.number(quotient, decimals),
            formula=self.row.formula,
        )
        return self._formula_step(
            f"{sentence} {self._tie(divisor.tied)}".strip(),
            whole(self.voice, "inhabitants" if self._by_inhabitants else "weight", weight),
            Figure("divisor", label_of(self.voice, "divisor"), printed, str(divisor.value)),
            fraction(self.voice, "quotient", quotient, decimals),
        )

    @property
    def _by_inhabitants(self) -> bool:
        return bool(self.result.parameters.get("key", "inwoners") == "inwoners")

    def _claim(self) -> str:
        if self._by_inhabitants:
            return self.voice.say("explain_claim_inhabitants")
        return self.voice.say("explain_claim_weight", basis=key_title(self.result, self.voice))

    def _printed_divisor(self, value: Fraction, decimals: int | None) -> str:
        if decimals is not None:
            return self.voice.number(value, decimals)
        return f"{self.voice.number(value.numerator)} / {self.voice.number(value.denominator)}"

    def _tie(self, tied: tuple[str, ...]) -> str:
        if self.row.code not in tied:
            return ""
        return self.voice.say("explain_tie", count=len(tied))

    def _largest_remainder(self) -> Step:
        share = self.row.exact_share or Fraction(0)
        formula, said = self.row.formula, self.result.certificate["quota"]
        up = formula != floor(share)
        edge = as_fraction(said.get("remainder_low" if up else "remainder_high"))
        key = "explain_remainder_up" if up else "explain_remainder_down"
        sentence = self.voice.say(
            key,
            share=self.voice.number(share, 6),
            whole=floor(share),
            remainder=self.voice.number(share - floor(share), 6),
            edge="–" if edge is None else self.voice.number(edge, 6),
            formula=formula,
        )
        return self._formula_step(sentence, fraction(self.voice, "exact_share", share, 6))

    def _formula_by_share(self) -> Step:
        share = self.row.exact_share or Fraction(0)
        sentence = self.voice.say(
            "explain_formula_share",
            basis=key_title(self.result, self.voice),
            share=self.voice.number(share, 6),
            formula=self.row.formula,
        )
        return self._formula_step(sentence, fraction(self.voice, "exact_share", share, 6))

    def _formula_step(self, sentence: str, *figures: Figure) -> Step:
        title = self.voice.say("explain_formula_title")
        closing = whole(self.voice, "formula", int(self.row.formula or 0))
        if self.method == "sluitend":
            sentence = f"{sentence} {self.voice.say('report_closing_label')}"
        return Step("formula", title, sentence, (*figures, closing))

    def one_more(self) -> Iterator[Step]:
        """What one more inhabitant changes, where the law's key is divided by a divisor."""
        total, everyone = self.result.instance.get("national_total"), self._everyone
        if total is None or not everyone or self.method not in DIVISOR_METHODS:
            return
        found = edges(self.result.quotas, self.row.code, self.method)
        formula = int(self.row.formula or 0)
        if found is None or found.more is None:
            return
        away = found.more - self.row.inhabitants
        # The country has one inhabitant more as well, so it is less than total / everyone.
        rest = everyone - self.row.inhabitants
        each = Fraction(int(total) * rest, everyone * (everyone + 1))
        said = [
            self.voice.say(
                "explain_one_more_gains" if away <= 1 else "explain_one_more_keeps",
                each=self.voice.number(each, 5),
                formula=formula + (away <= 1),
            ),
            self.voice.say("explain_one_more_edge", formula=formula + 1, edge=found.more),
        ]
        figures = [whole(self.voice, "inhabitants_to_gain", away)]
        if found.fewer is not None:
            fewer = self.row.inhabitants - found.fewer
            edge = self.voice.say("explain_one_less_edge", formula=formula - 1, edge=found.fewer)
            said.append(edge)
            figures.append(whole(self.voice, "inhabitants_to_lose", fewer))
        title = self.voice.say("explain_one_more_title")
        yield Step("one_more", title, " ".join(said), tuple(figures))

    @property
    def _everyone(self) -> int | None:
        """Inhabitants divided over; none where a region or another key makes that no matter."""
        if not self._by_inhabitants or self.result.instance.get("scope") == "regio":
            return None
        return national_inhabitants(self.result)

    def correction(self) -> Step:
        """A published deviation with its reason."""
        reasons = [
            entry.reason
            for entry in self.result.corrections or ()
            if entry.code == self.row.code and entry.reason
        ]
        return Step(
            "correction",
            self.voice.say("explain_correction_title"),
            self.voice.say("explain_correction", reason="; ".join(reasons) or "–"),
            (signed(self.voice, "correction", self.row.correction),),
        )

    def published(self) -> Step:
        """The published figure, which leads."""
        entry = next(
            (said for said in self.result.published or () if said.code == self.row.code), None
        )
        day = as_date(entry.date) if entry else None
        return Step(
            "published",
            self.voice.say("explain_published_title"),
            self.voice.say(
                "explain_published", source=entry.source if entry else "–", date=day or "–"
            ),
            (whole(self.voice, "published", int(self.row.published or 0)),),
        )

    def quota(self) -> Step:
        """What comes out."""
        key = "explain_quota_corrected" if self.row.correction else "explain_quota"
        key = "explain_quota_published" if self.row.published is not None else key
        return Step(
            "quota",
            self.voice.say("explain_quota_title"),
            self.voice.say(key, name=self.row.name, persons=self.voice.persons(self.row.quota)),
            (whole(self.voice, "quota", self.row.quota),),
        )
