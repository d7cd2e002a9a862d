"""Wishes of a planner: a household fixed or barred, dwellings reserved, another supply figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from allocator.canonical import csv_bytes
from allocator.errors import ConflictError
from allocator.findings import Findings, nearest, offered
from allocator.link_options import LinkOptions
from allocator.linking.households import Task
from allocator.publishing import Files
from allocator.reading import Instance

PIN, FORBID, RESERVE, SUPPLY = "vast", "verboden", "gereserveerd", "aanbod"
KINDS = (PIN, FORBID, RESERVE, SUPPLY)
_OPTIONS = {PIN: "--pin", FORBID: "--forbid", RESERVE: "--reserve", SUPPLY: "--aanbod"}
COLUMNS = ("huishouden_id", "gemeente_code", "soort", "woningklasse", "aantal")
WISHES, COSTS = "vertrouwelijk/invoer/wensen.csv", "vertrouwelijk/wensen_kosten.csv"


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """One row of ``wensen.csv``; what does not belong to its kind is empty."""

    household: str
    municipality: str
    kind: str
    dwelling: str = ""
    count: str = ""
    """Dwellings, as text."""

    @property
    def key(self) -> tuple[str, ...]:
        """What at most one wish may be about."""
        pair = (self.kind, self.household) if self.kind == PIN else (self.kind, self.municipality)
        return (*pair, self.household, self.dwelling)


@dataclass(frozen=True, slots=True)
class WishCost:
    """What one wish costs."""

    wish: Wish
    points: int
    """Points lost against the plan without this wish; a gain is negative."""
    way: str
    """``opgelost`` (both plans proven best) or ``prijzen`` (at the prices of the certificate)."""


def read_wishes(instance: Instance, task: Task, options: LinkOptions) -> tuple[Wish, ...]:
    """Read the wishes and hold them against the instance.

    Parameters
    ----------
    instance
        Tables with municipalities and classes.
    task
        Who waits, and for which municipalities.
    options
        The wishes as a user writes them.

    Returns
    -------
    tuple of Wish
        In the order of ``wensen.csv``, each once.

    Raises
    ------
    InputRefusedError
        If a wish cannot be read, names what is not there, or contradicts another one.
    ConflictError
        If a pinned municipality is closed to its household, or none is left open to one.
    """
    findings = Findings()
    found = [
        _pair(text, kind, findings)
        for kind, texts in ((PIN, options.pins), (FORBID, options.forbids))
        for text in texts
    ]
    found += [
        _dwellings(text, kind, findings)
        for kind, texts in ((RESERVE, options.reserves), (SUPPLY, options.supply))
        for text in texts
    ]
    wishes = tuple(sorted({wish for wish in found if wish is not None}))
    for wish in wishes:
        _check_known(wish, instance, task, findings)
    _refuse_contradictions(wishes, findings)
    findings.refuse_errors()
    return wishes


def with_wishes(task: Task, wishes: Iterable[Wish]) -> Task:
    """The task with pins and bans in the open municipalities.

    Raises
    ------
    ConflictError
        If a pinned municipality is closed to its household, or none is left open to one.
    """
    findings = Findings()
    row_of = {row["huishouden_id"]: h for h, row in enumerate(task.waiting)}
    open_to = list(task.open_to)
    for wish in (wish for wish in wishes if wish.household):
        h, code = row_of[wish.household], wish.municipality
        if wish.kind == FORBID:
            open_to[h] -= {code}
        elif code in task.open_to[h]:
            open_to[h] &= {code}
        else:
            choices = ", ".join(sorted(task.open_to[h])[:5])
            findings.error(
                "wish_closed", "--pin", found=wish.household, municipality=code, open=choices
            )
        if not open_to[h]:
            findings.error("wish_leaves_none", "--forbid", found=wish.household)
    if findings.errors:
        raise ConflictError(findings.errors)
    return replace(task, open_to=tuple(open_to))


def wish_files(wishes: Sequence[Wish], costs: Sequence[WishCost]) -> Files:
    """``wensen.csv`` and ``wensen_kosten.csv``; nothing where nothing was wished."""
    if not wishes:
        return {}
    own = {wish: (*_cells(wish),) for wish in wishes}
    return {
        WISHES: csv_bytes(COLUMNS, own.values()),
        COSTS: csv_bytes(
            (*COLUMNS, "kosten", "wijze"),
            ((*own[cost.wish], cost.points, cost.way) for cost in costs),
        ),
    }


def count_wishes(wishes: Iterable[Wish]) -> Mapping[str, int]:
    """How many wishes of each kind: names of households belong in no manifest."""
    kinds = [wish.kind for wish in wishes]
    return {kind: kinds.count(kind) for kind in KINDS if kind in kinds}


def _cells(wish: Wish) -> tuple[str, ...]:
    return (wish.household, wish.municipality, wish.kind, wish.dwelling, wish.count)


def _pair(text: str, kind: str, findings: Findings) -> Wish | None:
    household, equals, code = (part.strip() for part in text.rpartition("="))
    if household and equals and code:
        return Wish(household, code, kind)
    findings.error("wish_form", _OPTIONS[kind], form="HUISHOUDEN=GEMEENTE")
    return None


def _dwellings(text: str, kind: str, findings: Findings) -> Wish | None:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 3 and all(parts) and _is_number(parts[2]):
        return Wish("", parts[0], kind, parts[1], parts[2])
    findings.error("wish_form", _OPTIONS[kind], form="GEMEENTE,KLASSE,AANTAL")
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and str(int(text)) == text


def _check_known(wish: Wish, instance: Instance, task: Task, findings: Findings) -> None:
    option = _OPTIONS[wish.kind]
    here = {instance.municipalities[i].code for i in task.inside}
    known = [(wish.municipality, here)]
    if wish.dwelling:
        known.append(
            (wish.dwelling, {row["woningklasse"] for row in instance.rows("woningklassen")})
        )
    else:
        known.append(
            (wish.household, {row["huishouden_id"] for row in instance.rows("huishoudens")})
        )
    for found, names in known:
        if found not in names:
            # The pseudonyms of other households are nobody's business: at most the nearest.
            is_household = found == wish.household
            offer = nearest(found, names) or "-" if is_household else offered(found, names)
            findings.error("what_if_unknown", option, found=found, known=offer)
            return
    if wish.household in {row["huishouden_id"] for row in task.linked}:
        findings.error("wish_of_linked", option, found=wish.household)
    elif wish.household in {*task.outside, *task.later}:
        findings.error("wish_of_absent", option, found=wish.household)


def _refuse_contradictions(wishes: Sequence[Wish], findings: Findings) -> None:
    seen: dict[tuple[str, ...], Wish] = {}
    for wish in wishes:
        other = seen.setdefault(wish.key, wish)
        if other is not wish:
            about = wish.household or f"{wish.municipality}, {wish.dwelling}"
            findings.error("wishes_contradict", _OPTIONS[wish.kind], found=about)
    pinned = {(wish.household, wish.municipality) for wish in wishes if wish.kind == PIN}
    for wish in wishes:
        if wish.kind == FORBID and (wish.household, wish.municipality) in pinned:
            findings.error("wishes_contradict", _OPTIONS[FORBID], found=wish.household)
