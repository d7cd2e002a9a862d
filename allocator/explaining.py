"""Plain-language explanations from a result folder: a municipality, a deal, a household."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from allocator.findings import offered
from allocator.reporting.cautions import caution_lines
from allocator.reporting.composition import composition_step
from allocator.reporting.exchange_steps import exchange_explanation
from allocator.reporting.explanation import Explanation, Step, signed, whole
from allocator.reporting.household_steps import household_steps
from allocator.reporting.household_tables import HouseholdTables
from allocator.reporting.ledger_steps import LedgerSteps
from allocator.reporting.mix import mix_step, size_step
from allocator.reporting.party_steps import deal_step, party_steps
from allocator.reporting.promise_steps import promise_steps
from allocator.reporting.quota_steps import QuotaSteps
from allocator.reporting.request_steps import request_steps
from allocator.reporting.result import Result, load_result, refuse
from allocator.reporting.rows import AfterSwap, Quota, Transfer
from allocator.reporting.voice import Voice
from allocator.schema import MUNICIPALITY_CODE

__all__ = [
    "Explainer",
    "Explanation",
    "explain_agreement",
    "explain_deal",
    "explain_household",
    "explain_municipality",
    "explain_party",
]


class Explainer:
    """A result folder that is read once and answers many questions.

    Parameters
    ----------
    folder
        A result folder.
    lang
        ``nl`` or ``en``.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read.

    Notes
    -----
    Household tables are read at the first question about a household, or by
    :meth:`load_households`. A changed file is not seen: make another one.
    """

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder, self.lang = folder, lang
        self.result = load_result(folder)
        self._tables = HouseholdTables(self.result)
        self._voice = Voice(lang)
        # Sentences and numbers are read with the rest, so that the first answer waits no longer.
        self._voice.persons(1000)

    def load_households(self) -> None:
        """Read every household table now.

        Raises
        ------
        InputRefusedError
            If the folder has no links or a table is damaged.
        """
        self._tables.load()

    def explain(self, name: str) -> Explanation:
        """Answer about a municipality by its code or name, otherwise about a household.

        Raises
        ------
        InputRefusedError
            If the result does not have it.
        SolverGaveNothingError
            If no plan of swaps without the municipality was found in the budget.
        """
        code = self.code_of(name)
        if code:
            return self.party(code)
        if self.result.links is None:
            known = offered(name, (row.name for row in self.result.quotas))
            raise refuse("explain_no_links_no_name", "taakstellingen.csv", known=known)
        return self.household(name)

    def code_of(self, name: str) -> str:
        """Code of a municipality by its code or its name; empty where the name says no one."""
        if MUNICIPALITY_CODE.fullmatch(name):
            return name
        asked = name.strip().casefold()
        found = [row.code for row in self.result.quotas if row.name.casefold() == asked]
        return found[0] if len(found) == 1 else ""

    def municipality(self, code: str) -> Explanation:
        """See :func:`explain_municipality`."""
        return municipality_explanation(self.result, code, self.lang)

    def party(self, code: str) -> Explanation:
        """See :func:`explain_party`."""
        result, voice = self.result, self._voice
        plain = self.municipality(code)
        plain = replace(plain, steps=(*plain.steps, *size_step(result, code, voice)))
        names = {row.code: row.name for row in result.quotas}
        if result.left_over is not None:
            from allocator.swapping.request import request_view

            view = request_view(self.folder, code)
            return replace(plain, steps=(*plain.steps, *request_steps(view, names, voice)))
        if result.after_swap is None:
            return plain
        from allocator.swapping.parties import party_view

        steps = (*plain.steps, *party_steps(party_view(self.folder, code), names, voice))
        notices = (*plain.notices, voice.say("explain_own_limits_private"))
        return Explanation(plain.kind, plain.subject, plain.title, steps, notices)

    def deal(self, giver: str, taker: str) -> Explanation:
        """See :func:`explain_deal`."""
        return _deal_explanation(self.result, giver, taker, self._voice)

    def agreement(self, giver: str, taker: str) -> Explanation:
        """See :func:`explain_agreement`."""
        voice = self._voice
        exchange = exchange_explanation(self.result, giver, taker, voice)
        if exchange is not None:
            return exchange
        plain = self.deal(giver, taker)
        from allocator.swapping.deals import deal_alternative

        names = {row.code: row.name for row in self.result.quotas}
        step = deal_step(deal_alternative(self.folder, giver, taker), names, voice)
        return replace(plain, steps=(*plain.steps, step))

    def household(self, household: str) -> Explanation:
        """See :func:`explain_household`."""
        voice = self._voice
        steps = household_steps(self._tables, household, voice)
        notices = (
            voice.say("explain_proposal"),
            voice.say("explain_who_decides_link"),
            voice.say("explain_special_circumstances"),
            voice.say("explain_confidential"),
        )
        title = voice.say("explain_household_title", household=household)
        return Explanation("household", household, title, steps, notices)


def explain_municipality(folder: Path, code: str, lang: str) -> Explanation:
    """Why the number of one municipality is what it is, step by step.

    Parameters
    ----------
    folder
        A result folder.
    code
        Municipality code, such as ``GM0034``.
    lang
        ``nl`` or ``en``.

    Returns
    -------
    Explanation
        Steps from inhabitants to quota, swap, balance, dwellings and links, as far as they ran.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have the municipality.
    """
    return Explainer(folder, lang).municipality(code)


def municipality_explanation(result: Result, code: str, lang: str) -> Explanation:
    """Like :func:`explain_municipality`, of a result that was read already.

    Raises
    ------
    InputRefusedError
        If the result does not have the municipality.
    """
    voice, row = Voice(lang), _quota_row(result, code)
    steps = (
        *QuotaSteps(result, row, voice).steps(),
        *LedgerSteps(result, row, voice).steps(),
        *mix_step(result, code, voice),
        *composition_step(result, code, voice),
    )
    notices = [*caution_lines(result, voice, (code,)), voice.say("explain_proposal")]
    notices.append(voice.say("explain_who_decides_quota"))
    if result.after_swap is not None:
        notices.append(voice.say("explain_who_decides_swap"))
    if result.left_over is not None:
        notices.append(voice.say("explain_who_decides_composition"))
    title = voice.say("explain_municipality_title", name=row.name, code=code)
    return Explanation("municipality", code, title, steps, tuple(notices))


def explain_party(folder: Path, code: str, lang: str) -> Explanation:
    """Like :func:`explain_municipality`, with what only the municipality itself should read.

    Who is expected by number of persons, shortfall in every scenario, its own declared limits,
    and the next best plan of the others if it does not take part, which is solved anew.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have the municipality.
    SolverGaveNothingError
        If no plan without it was found in the budget.
    """
    return Explainer(folder, lang).party(code)


def explain_deal(folder: Path, giver: str, taker: str, lang: str) -> Explanation:
    """Why one municipality would hand part of its quota to another.

    Parameters
    ----------
    folder
        A result folder with swaps.
    giver, taker
        Municipality codes; the quota of ``giver`` falls.
    lang
        ``nl`` or ``en``.

    Returns
    -------
    Explanation
        The amount, what it does to both sides, and who decides.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have this deal.
    """
    return Explainer(folder, lang).deal(giver, taker)


def explain_agreement(folder: Path, giver: str, taker: str, lang: str) -> Explanation:
    """Like :func:`explain_deal`, with the plan without this agreement, which is solved anew.

    Only the agreement itself falls with it, because intake counts only room that was there
    before any deal; the best plan that does without it may put another in its place.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have this deal.
    SolverGaveNothingError
        If no plan without it was found in the budget.
    """
    return Explainer(folder, lang).agreement(giver, taker)


def explain_household(folder: Path, household: str, lang: str) -> Explanation:
    """Why a household is proposed for a municipality; read from ``vertrouwelijk/``.

    Parameters
    ----------
    folder
        A result folder with links.
    household
        The pseudonym of the household.
    lang
        ``nl`` or ``en``.

    Returns
    -------
    Explanation
        Place, reason, fit, dwelling, what the municipality still had to house, and who decides.
        It is about one household: it belongs in ``vertrouwelijk/`` and with COA only.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have the household.
    """
    return Explainer(folder, lang).household(household)


def _deal_explanation(result: Result, giver: str, taker: str, voice: Voice) -> Explanation:
    deal = next(
        (
            row
            for row in result.transfers or ()
            if (row.giver, row.taker, row.kind) == (giver, taker, "herverdeling")
        ),
        None,
    )
    if deal is None:
        there = (f"{row.giver} {row.taker}" for row in result.transfers or ())
        known = offered(f"{giver} {taker}", there)
        raise refuse("explain_no_deal", "overdrachten.csv", giver=giver, taker=taker, known=known)
    names = {row.code: row.name for row in result.quotas}
    title = voice.say(
        "explain_deal_title", giver=names.get(giver, giver), taker=names.get(taker, taker)
    )
    steps = (
        _deal_amount(result, deal, voice),
        *_deal_sides(result, deal, voice),
        *promise_steps(result, (giver, taker), voice),
    )
    said = (voice.say("explain_proposal"), voice.say("explain_who_decides_swap"))
    notices = (*caution_lines(result, voice, (giver, taker)), *said)
    return Explanation("deal", f"{giver} {taker}", title, steps, notices)


def _quota_row(result: Result, code: str) -> Quota:
    for row in result.quotas:
        if row.code == code:
            return row
    raise refuse("explain_no_municipality", "taakstellingen.csv", code=code)


def _deal_amount(result: Result, deal: Transfer, voice: Voice) -> Step:
    names = {row.code: row.name for row in result.quotas}
    sentence = voice.say(
        "explain_deal_amount",
        giver=names.get(deal.giver, deal.giver),
        taker=names.get(deal.taker, deal.taker),
        persons=voice.persons(deal.persons),
    )
    reason = voice.say(f"report_swap_reason_{deal.reason}")
    sentence += " " + voice.say("explain_deal_reason", reason=reason)
    figure = whole(voice, "moved", deal.persons)
    law = voice.say("explain_swap_law")
    return Step("amount", voice.say("explain_deal_amount_title"), sentence, (figure,), law)


def _deal_sides(result: Result, deal: Transfer, voice: Voice) -> tuple[Step, ...]:
    after = {row.code: row for row in result.after_swap or ()}
    sides = (("giver", deal.giver), ("taker", deal.taker))
    return tuple(
        _deal_side(result, role, after[code], voice) for role, code in sides if code in after
    )


def _deal_side(result: Result, role: str, row: AfterSwap, voice: Voice) -> Step:
    name = _quota_row(result, row.code).name
    key = "explain_deal_giver" if role == "giver" else "explain_deal_taker"
    sentence = voice.say(
        key, name=name, before=row.shortfall_before, after=row.shortfall_after, quota=row.quota
    )
    figures = (
        signed(voice, "transfer", row.transfer),
        whole(voice, "changed_quota", row.changed_quota),
        whole(voice, "shortfall_before", row.shortfall_before),
        whole(voice, "shortfall_after", row.shortfall_after),
    )
    verdict = voice.say(f"report_verdict_{row.verdict}_long")
    return Step(role, voice.say(f"{key}_title", name=name), f"{sentence} {verdict}", figures)
