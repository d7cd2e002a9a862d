"""Households to municipalities: what is proposed, to whom, and what no plan can beat."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from models.linking.claims import hold_claims
from numpy.typing import NDArray

from allocator.errors import ConflictError, InputRefusedError, SolverGaveNothingError
from allocator.findings import Findings
from allocator.fit import fit_points
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.region import municipalities_in
from allocator.settings import LinkSettings
from models.linking.outcome import ConflictKind, LinkOutcome
from models.linking.problem import NO_DWELLING, LinkPlan, LinkProblem, QuotaPenalty
from models.solution import SolverFailedError, Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

IntArray = NDArray[np.int64]
EXACT_PAIRS = 50_000
"""Open pairs of household and municipality up to which the exact road answers."""
MILP, PRICES = "milp", "prices"
LINKED = frozenset({"gekoppeld", "verhuisfase"})
OUTSIDE = "buiten_regio"
HUISHOUDENS = "huishoudens.csv"


@dataclass(frozen=True, slots=True)
class Link:
    """One household's place; ``dwelling`` is a class or empty."""

    household: str
    municipality: str
    dwelling: str
    has_dwelling: bool
    persons: int
    fit: int
    reason: str


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """All places with their proof."""

    links: tuple[Link, ...]
    not_linked: tuple[tuple[str, str], ...]
    """Household and reason."""
    outcome: LinkOutcome
    road: str
    """``milp`` (proven by exact search) or ``prices`` (proven within a printed gap)."""
    municipalities: tuple[str, ...]
    """Codes open to the run, in the order of the problem."""
    classes: tuple[str, ...]
    fit_points: int
    penalties: int
    region: str


@dataclass(frozen=True, slots=True)
class Task:
    """The rows of a run: who is linked where before, who waits, and for which municipalities."""

    inside: tuple[int, ...]
    """Municipalities open to the run, as indices of the instance."""
    waiting: tuple[dict[str, str], ...]
    linked: tuple[dict[str, str], ...]
    outside: tuple[str, ...]
    open_to: tuple[frozenset[str], ...]
    """Codes open to each waiting household, before the region."""


def propose_links(
    instance: Instance, quotas: Sequence[int], region: str = "", exercise: bool = False
) -> LinkProposal:
    """Link every household of the region, exactly.

    Parameters
    ----------
    instance
        Tables with households, supply and classes.
    quotas
        Quota per municipality, in the order of the instance [persons].
    region
        ``COLUMN=VALUE``; households whose reception lies elsewhere are left out.
    exercise
        Whether real and made-up tables may meet.

    Raises
    ------
    InputRefusedError
        If real households meet made-up supply (or the reverse) outside an exercise.
    ConflictError
        If no plan can meet the hard rules.
    SolverGaveNothingError
        If no plan was found: not the same as impossible.
    """
    _refuse_mixture(instance, exercise)
    task = divide_households(instance, region)
    builder = _Builder(instance, task, quotas)
    problem = builder.problem()
    road, outcome = _solve(problem)
    if outcome.status is Status.INFEASIBLE:
        raise ConflictError(_conflict(outcome, task, builder).errors)
    if outcome.plan is None:
        raise SolverGaveNothingError("no plan was found within the budget")
    return builder.proposal(problem, outcome.plan, outcome, region, road)


def _solve(problem: LinkProblem) -> tuple[str, LinkOutcome]:
    """The exact road up to its size, the price road beyond; which one is said in the result."""
    from models.linking.exact import solve_exactly

    from models.linking.prices import solve_by_prices

    limits = Limits()
    try:
        if problem.allowed.sum() <= EXACT_PAIRS:
            return MILP, run_in_child(solve_exactly, problem, limits=limits)
        outcome = run_in_child(solve_by_prices, problem, limits=limits)
        if outcome.plan is not None or problem.may_lack_dwelling:
            return PRICES, outcome
        return MILP, run_in_child(solve_exactly, problem, limits=limits)
    except SolverFailedError as error:
        raise SolverGaveNothingError(str(error)) from error


def _refuse_mixture(instance: Instance, exercise: bool) -> None:
    """Real households and made-up supply do not meet unawares."""
    settings = instance.settings
    findings = Findings()
    made_up = settings.is_synthetic("huishoudens")
    if made_up != settings.is_synthetic("aanbod") and not exercise:
        findings.error("mixed_tables", "instance.toml", column="synthetic")
    has_market = bool(instance.rows("arbeidsmarkt"))
    if has_market and not made_up and settings.is_synthetic("arbeidsmarkt"):
        findings.error("synthetic_fit", "arbeidsmarkt.csv")
    if findings.errors:
        raise InputRefusedError(findings.errors)


def divide_households(instance: Instance, region: str) -> Task:
    """Split the households into linked, waiting and outside the region.

    Raises
    ------
    ConflictError
        If a household has no open municipality at all.
    """
    inside = municipalities_in(instance, region)
    codes = [place.code for place in instance.municipalities]
    in_region = {code for code, is_inside in zip(codes, inside, strict=True) if is_inside}
    waiting, linked, outside, open_to = [], [], [], []
    findings = Findings()
    data = instance.tables[HUISHOUDENS.removesuffix(".csv")]
    for line, row in zip(data.lines, data.rows, strict=True):
        if row.get("status", "") in LINKED:
            linked.append(row)
            continue
        candidates = open_municipalities(row, codes)
        if not candidates:
            findings.error("no_open_municipality", HUISHOUDENS, line, found=row["huishouden_id"])
        elif region and (
            row.get("opvang_gemeente", "") not in in_region or not candidates & in_region
        ):
            outside.append(row["huishouden_id"])
        else:
            waiting.append(row)
            open_to.append(candidates)
    if findings.errors:
        raise ConflictError(findings.errors)
    return Task(
        tuple(i for i, is_inside in enumerate(inside) if is_inside),
        tuple(waiting),
        tuple(linked),
        tuple(outside),
        tuple(open_to),
    )


def open_municipalities(row: dict[str, str], codes: Sequence[str]) -> frozenset[str]:
    """Municipalities that the hard rules leave open to a household."""
    listed = frozenset(filter(None, row.get("gemeenten_toegestaan", "").split("|")))
    closed = frozenset(filter(None, row.get("gemeenten_uitgesloten", "").split("|")))
    candidates = (listed or frozenset(codes)) - closed
    for single in (row.get("vaste_gemeente", ""), row.get("referent_gemeente", "")):
        if single:
            candidates &= {single}
    return candidates


class _Builder:
    """From rows to arrays and back."""

    def __init__(self, instance: Instance, task: Task, quotas: Sequence[int]) -> None:
        self.instance = instance
        self.task = task
        self.quotas = quotas
        self.settings = instance.settings.link
        places = [instance.municipalities[i] for i in task.inside]
        self.codes = tuple(place.code for place in places)
        self.places = [place.place for place in places]
        self.class_rows = instance.rows("woningklassen")
        self.classes = tuple(row["woningklasse"] for row in self.class_rows)
        self.at = {code: m for m, code in enumerate(self.codes)}
        self.sizes = np.array([whole(row, "personen") for row in task.waiting], dtype=np.int64)
        self.fits = fit_points(instance, task.waiting, task.inside)
        self.kilometres = self._kilometres()
        self.stock = self._stock()
        self.claimed = self._claims()

    def _kilometres(self) -> IntArray:
        """Whole kilometres from the reception municipality, shape (H, M)."""
        origin_of = {place.code: place.place for place in self.instance.municipalities}
        rows: dict[str, list[int]] = {}
        found = np.zeros((len(self.task.waiting), len(self.codes)), dtype=np.int64)
        for h, row in enumerate(self.task.waiting):
            origin = row.get("opvang_gemeente", "")
            if origin not in rows:
                rows[origin] = [_between(origin_of.get(origin), place) for place in self.places]
            found[h] = rows[origin]
        return found

    def _stock(self) -> IntArray:
        """Dwellings per municipality and class before claims, shape (M, S)."""
        stock = np.zeros((len(self.codes), len(self.classes)), dtype=np.int64)
        for row in self.instance.rows("aanbod"):
            if row["gemeente_code"] in self.at:
                m, s = self.at[row["gemeente_code"]], self.classes.index(row["woningklasse"])
                stock[m, s] += whole(row, "aantal")
        return stock

    def _bounds(self, column: str) -> IntArray:
        return np.array([whole(row, column) for row in self.class_rows], dtype=np.int64)

    def _claims(self) -> IntArray:
        """Class held by each household that is already linked; they come first."""
        linked = [row for row in self.task.linked if row["gekoppelde_gemeente"] in self.at]
        self.claimants = tuple(linked)
        return hold_claims(
            np.array([whole(row, "personen") for row in linked], dtype=np.int64),
            np.array([self.at[row["gekoppelde_gemeente"]] for row in linked], dtype=np.int64),
            np.array([without_dwelling(row, self.settings) for row in linked], dtype=np.int64),
            self._bounds("personen_min"),
            self._bounds("personen_max"),
            self.stock,
        )

    def problem(self) -> LinkProblem:
        """The arrays of the mathematics."""
        left = self.stock.copy()
        for row, s in zip(self.claimants, self.claimed, strict=True):
            if s != NO_DWELLING:
                left[self.at[row["gekoppelde_gemeente"]], s] -= 1
        needs = np.array(
            [not row.get("referent_gemeente", "") for row in self.task.waiting], dtype=bool
        )
        lost = [without_dwelling(row, self.settings) for row in self.task.waiting]
        allowed = self._allowed()
        return LinkProblem(
            sizes=self.sizes,
            points=self.fits - self.kilometres,
            allowed=allowed,
            needs_dwelling=needs,
            without_dwelling=np.where(needs, np.array(lost, dtype=np.int64), 0),
            class_min=self._bounds("personen_min"),
            class_max=self._bounds("personen_max"),
            dwellings=left,
            quota=self._quota(),
            may_lack_dwelling=self.settings.zonder_woning,
            canonical=self._canonical() if allowed.sum() <= EXACT_PAIRS else None,
        )

    def _allowed(self) -> NDArray[np.bool_]:
        allowed = np.zeros((len(self.task.waiting), len(self.codes)), dtype=bool)
        for h, candidates in enumerate(self.task.open_to):
            allowed[h, [self.at[code] for code in candidates if code in self.at]] = True
        return allowed

    def _canonical(self) -> IntArray:
        """Seeded hash of pseudonym and municipality: the order of rows must not decide."""
        seed = self.instance.settings.seed
        hashes = [
            [_hash(seed, row["huishouden_id"], code) for code in self.codes]
            for row in self.task.waiting
        ]
        return np.array(hashes, dtype=np.int64).reshape(len(self.task.waiting), len(self.codes))

    def _quota(self) -> QuotaPenalty:
        target = np.array(self._targets(), dtype=np.int64)
        part = self.settings.marge_deel
        return QuotaPenalty(
            target=target,
            margin=np.maximum(1, -(-target // part)),
            short_first=self.settings.tekort_eerste,
            short_beyond=self.settings.tekort_verder,
            over_first=self.settings.over_eerste,
            over_beyond=self.settings.over_verder,
        )

    def _targets(self) -> list[int]:
        balances = {row["gemeente_code"]: row for row in self.instance.rows("standen")}
        linked: dict[str, int] = {}
        for row in self.task.linked:
            code = row["gekoppelde_gemeente"]
            linked[code] = linked.get(code, 0) + whole(row, "personen")
        targets = []
        for code, i in zip(self.codes, self.task.inside, strict=True):
            balance = balances.get(code, {})
            already = linked.get(code, whole(balance, "gekoppeld_open"))
            stand = whole(balance, "achterstand") - whole(balance, "voorsprong")
            done = whole(balance, "realisatie_tot_peildatum") + already
            targets.append(max(0, self.quotas[i] + stand - done))
        return targets

    def proposal(
        self, problem: LinkProblem, plan: LinkPlan, outcome: LinkOutcome, region: str, road: str
    ) -> LinkProposal:
        """The plan in the users' names."""
        links = [self._link(problem, h, plan) for h in range(len(self.task.waiting))]
        held = fit_points(self.instance, self.claimants, self.task.inside)
        for row, fits, s in zip(self.claimants, held, self.claimed, strict=True):
            links.append(self._existing(row, fits, int(s)))
        # Links elsewhere hold their claim elsewhere; this run neither sees nor touches them.
        elsewhere = [row for row in self.task.linked if row["gekoppelde_gemeente"] not in self.at]
        not_linked = [(name, OUTSIDE) for name in self.task.outside]
        not_linked += [(row["huishouden_id"], OUTSIDE) for row in elsewhere]
        everyone = np.arange(len(self.task.waiting))
        fit_points = int(self.fits[everyone, plan.municipality].sum())
        return LinkProposal(
            links=tuple(sorted(links, key=lambda link: link.household)),
            not_linked=tuple(sorted(not_linked)),
            outcome=outcome,
            road=road,
            municipalities=self.codes,
            classes=self.classes,
            fit_points=fit_points,
            penalties=fit_points - (outcome.bounds.objective if outcome.bounds else 0),
            region=region,
        )

    def _link(self, problem: LinkProblem, h: int, plan: LinkPlan) -> Link:
        row, m, s = self.task.waiting[h], int(plan.municipality[h]), int(plan.dwelling_class[h])
        return Link(
            household=row["huishouden_id"],
            municipality=self.codes[m],
            dwelling="" if s == NO_DWELLING else self.classes[s],
            has_dwelling=s != NO_DWELLING or not bool(problem.needs_dwelling[h]),
            persons=int(self.sizes[h]),
            fit=int(self.fits[h, m]),
            reason=_reason(problem, h, m),
        )

    def _existing(self, row: dict[str, str], fits: IntArray, s: int) -> Link:
        code = row["gekoppelde_gemeente"]
        return Link(
            household=row["huishouden_id"],
            municipality=code,
            dwelling="" if s == NO_DWELLING else self.classes[s],
            has_dwelling=s != NO_DWELLING,
            persons=whole(row, "personen"),
            fit=int(fits[self.at[code]]),
            reason="bestaande_koppeling",
        )


def without_dwelling(row: dict[str, str], settings: LinkSettings) -> int:
    """Points lost when a household has no fitting dwelling in view."""
    weeks = min(whole(row, "weken_wachtend"), settings.zonder_woning_weken_max)
    rate = settings.zonder_woning_basis + settings.zonder_woning_per_week * weeks
    return rate * (whole(row, "personen") + settings.zonder_woning_personen)


def _reason(problem: LinkProblem, h: int, m: int) -> str:
    if not problem.needs_dwelling[h]:
        return "nareis"
    open_points = problem.points[h][problem.allowed[h]]
    if len(open_points) == 1:
        return "harde_eis"
    return "hoogste_punten" if problem.points[h, m] >= open_points.max() else "verdeling"


def _between(a: tuple[int, int] | None, b: tuple[int, int] | None) -> int:
    if a is None or b is None:
        return 0
    return isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) // 1000


def _hash(seed: int, household: str, code: str) -> int:
    """Thirty bits that depend on nothing but seed, pseudonym and municipality."""
    digest = hashlib.sha256(f"{seed}|{household}|{code}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 2


def _conflict(outcome: LinkOutcome, task: Task, builder: _Builder) -> Findings:
    findings = Findings()
    conflict = outcome.conflict
    assert conflict is not None, "an infeasible outcome carries its conflict"
    names = [task.waiting[h]["huishouden_id"] for h in conflict.households]
    codes = [builder.codes[m] for m in conflict.municipalities]
    kind = "conflict_dwellings"
    if conflict.kind is ConflictKind.NO_OPEN_MUNICIPALITY:
        kind = "no_open_municipality"
    findings.error(
        kind,
        HUISHOUDENS,
        found=", ".join(names),
        municipalities=", ".join(codes) or "-",
        shortage=conflict.shortage,
    )
    return findings
