"""From rows to the arrays of the mathematics, and from a plan back to names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allocator.errors import ConflictError
from allocator.findings import Findings
from allocator.fit import fit_points
from allocator.link_options import ORDINARY, LinkOptions
from allocator.linking.basis import Basis
from allocator.linking.earlier import Earlier, read_earlier
from allocator.linking.households import Task, is_available, without_dwelling
from allocator.linking.old_plan import OldPlan
from allocator.linking.proposal import (
    EXISTING,
    FOLLOW_ON,
    LATER,
    MOST_POINTS,
    ONLY_PLACE,
    OUTSIDE,
    PINNED,
    SPREAD,
    Link,
    LinkProposal,
)
from allocator.linking.wishes import PIN, RESERVE, SUPPLY, Wish, count_wishes
from allocator.reading import Instance
from allocator.reading.tables import whole
from models.linking.caps import with_caps
from models.linking.claims import hold_claims
from models.linking.keeping import charge_of
from models.linking.outcome import LinkOutcome
from models.linking.problem import (
    NO_DWELLING,
    UNCAPPED,
    LinkPlan,
    LinkProblem,
    QuotaPenalty,
    value_of,
)

IntArray = NDArray[np.int64]
EXACT_PAIRS = 50_000
"""Open pairs of household and municipality up to which the exact road answers."""
LEVEL_PAIRS = 1_000
"""Those up to which it proves the highest floor: it has to answer ten times, each in minutes."""


class Arrays:
    """From rows to arrays and back."""

    def __init__(
        self,
        instance: Instance,
        task: Task,
        quotas: Sequence[int],
        options: LinkOptions = ORDINARY,
        wishes: Sequence[Wish] = (),
        old: OldPlan | None = None,
    ) -> None:
        self.instance, self.options = instance, options
        self.wishes, self.old = tuple(wishes), old
        self.task = task
        self.quotas = quotas
        self.settings = instance.settings.link
        self.linked: dict[str, int] = {}
        for row in task.linked:
            code = row["gekoppelde_gemeente"]
            self.linked[code] = self.linked.get(code, 0) + whole(row, "personen")
        places = [instance.municipalities[i] for i in task.inside]
        self.codes = tuple(place.code for place in places)
        self.places = [place.place for place in places]
        self.class_rows = instance.rows("woningklassen")
        self.classes = tuple(row["woningklasse"] for row in self.class_rows)
        self.at = {code: m for m, code in enumerate(self.codes)}
        self.sizes = np.array([whole(row, "personen") for row in task.waiting], dtype=np.int64)
        self.room_for = self._room_for()
        self.fits = fit_points(instance, task.waiting, task.inside)
        self.listed_caps = {
            self.at[row["gemeente_code"]]: whole(row, "personen_max")
            for row in instance.rows("koppelgrenzen")
            if row["gemeente_code"] in self.at
        }
        self.kilometres = self._kilometres()
        self.earlier = self._earlier(options.prices or options.old)
        self.kept_for = self._earlier(options.keep_for)
        self.charge = self._charge()
        self.stock = self._stock()
        self.claimed = self._claims()

    def _room_for(self) -> IntArray | None:
        """Persons whom a dwelling has to suit: those present, with those to come where asked.

        Nobody is left without a dwelling for a size that no class suits.
        """
        if not self.settings.vooruit_plaatsen:
            return None
        later = [whole(row, "verwachte_nareizigers") for row in self.task.waiting]
        largest = max(whole(row, "personen_max") for row in self.class_rows)
        whole_family = np.minimum(self.sizes + np.array(later, dtype=np.int64), largest)
        return np.asarray(np.maximum(self.sizes, whole_family))

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
        today = self.options.stand_per.isoformat() if self.options.stand_per else ""
        stock = np.zeros((len(self.codes), len(self.classes)), dtype=np.int64)
        for row in self.instance.rows("aanbod"):
            if row["gemeente_code"] in self.at and is_available(row, today):
                m, s = self.at[row["gemeente_code"]], self.classes.index(row["woningklasse"])
                stock[m, s] += whole(row, "aantal")
        self.listed = stock.copy()
        for m, s, count in self._wished(SUPPLY):
            stock[m, s] = count
        return stock

    def _wished(self, kind: str) -> Iterable[tuple[int, int, int]]:
        """Municipality, class and number of each wish about dwellings."""
        for wish in self.wishes:
            if wish.kind == kind:
                s = self.classes.index(wish.dwelling)
                yield self.at[wish.municipality], s, int(wish.count)

    def _earlier(self, path: Path | None) -> Earlier | None:
        return None if path is None else read_earlier(path, self.codes, self.classes)

    def _charge(self) -> IntArray:
        """What later arrivals would lose by each link, shape (H, M) [points]."""
        charge = np.zeros((len(self.task.waiting), len(self.codes)), dtype=np.int64)
        if self.kept_for is not None:
            keep, rows = self.kept_for.keep, self.task.waiting
            joins = np.array([bool(row.get("referent_gemeente", "")) for row in rows], dtype=bool)
            room = (self.sizes if self.room_for is None else self.room_for)[:, None]
            suits = (self._bounds("personen_min") <= room) & (room <= self._bounds("personen_max"))
            charge += charge_of(keep.per_person, keep.per_dwelling, self.sizes, ~joins, suits)
        return charge

    def _parameters(self) -> dict[str, object]:
        asked: dict[str, object] = {}
        if self.options.stand_per is not None:
            asked["stand_per"] = self.options.stand_per.isoformat()
        if self.options.prices is not None and self.earlier is not None:
            asked["prices_sha256"] = self.earlier.sha256
        if self.old is not None:
            asked["from_sha256"] = self.old.sha256
        if self.wishes:
            asked["wishes"] = count_wishes(self.wishes)
        if self.kept_for is not None:
            asked["keep_sha256"] = self.kept_for.sha256
        return asked

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
        for m, s, count in self._wished(RESERVE):
            self._refuse_reserve(m, s, count, int(left[m, s]))
            left[m, s] -= count
        needs = np.array(
            [not row.get("referent_gemeente", "") for row in self.task.waiting], dtype=bool
        )
        lost = [without_dwelling(row, self.settings) for row in self.task.waiting]
        allowed = self._allowed()
        problem = LinkProblem(
            sizes=self.sizes,
            points=self.fits - self.kilometres - self.charge,
            allowed=allowed,
            needs_dwelling=needs,
            without_dwelling=np.where(needs, np.array(lost, dtype=np.int64), 0),
            class_min=self._bounds("personen_min"),
            class_max=self._bounds("personen_max"),
            dwellings=left,
            quota=self._quota(),
            may_lack_dwelling=self.settings.zonder_woning,
            room_for=self.room_for,
            canonical=self._canonical() if allowed.sum() <= EXACT_PAIRS else None,
        )
        return with_caps(problem, self._caps())

    def _caps(self) -> IntArray:
        """Persons whom ``koppelgrenzen.csv`` lets in beside those linked already, shape (M,)."""
        room = np.full(len(self.codes), UNCAPPED, dtype=np.int64)
        for m, cap in self.listed_caps.items():
            room[m] = max(0, cap - self.linked.get(self.codes[m], 0))
        return room

    def _refuse_reserve(self, m: int, s: int, count: int, left: int) -> None:
        if count > left:
            findings = Findings()
            findings.error(
                "reserve_beyond_supply",
                "--reserve",
                found=count,
                left=left,
                municipality=self.codes[m],
                dwelling=self.classes[s],
            )
            raise ConflictError(findings.errors)

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
        found = np.array(hashes, dtype=np.int64).reshape(len(self.task.waiting), len(self.codes))
        if self.old is not None:
            # The least hash is preferred: of equal plans one that keeps more of the old one.
            where = self.old.as_plan(self.task, self.at, self.classes).municipality
            known = np.flatnonzero(where >= 0)
            found[known, where[known]] = 0
        return found

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
        targets = []
        for code, i in zip(self.codes, self.task.inside, strict=True):
            balance = balances.get(code, {})
            already = self.linked.get(code, whole(balance, "gekoppeld_open"))
            stand = whole(balance, "achterstand") - whole(balance, "voorsprong")
            done = whole(balance, "realisatie_tot_peildatum") + already
            targets.append(max(0, self.quotas[i] + stand - done))
        return targets

    def proposal(
        self, problem: LinkProblem, plan: LinkPlan, outcome: LinkOutcome, region: str, road: str
    ) -> LinkProposal:
        """The plan in the users' names."""
        self.pinned = {wish.household for wish in self.wishes if wish.kind == PIN}
        links = [self._link(problem, h, plan) for h in range(len(self.task.waiting))]
        held = fit_points(self.instance, self.claimants, self.task.inside)
        for row, fits, s in zip(self.claimants, held, self.claimed, strict=True):
            links.append(self._existing(row, fits, int(s)))
        # Links elsewhere hold their claim elsewhere; this run neither sees nor touches them.
        elsewhere = [row for row in self.task.linked if row["gekoppelde_gemeente"] not in self.at]
        not_linked = [(name, OUTSIDE) for name in self.task.outside]
        not_linked += [(row["huishouden_id"], OUTSIDE) for row in elsewhere]
        not_linked += [(name, LATER) for name in self.task.later]
        everyone = np.arange(len(self.task.waiting))
        earned = int(self.fits[everyone, plan.municipality].sum())
        spent = int((self.kilometres + self.charge)[everyone, plan.municipality].sum())
        return LinkProposal(
            links=tuple(sorted(links, key=lambda link: link.household)),
            not_linked=tuple(sorted(not_linked)),
            outcome=outcome,
            road=road,
            municipalities=self.codes,
            classes=self.classes,
            fit_points=earned,
            penalties=earned - spent - value_of(problem, plan),
            region=region,
            parameters=self._parameters(),
            keep=self.kept_for.keep if self.kept_for else None,
            wishes=self.wishes,
            moved=self._moved(plan),
            basis=Basis.of(self, problem, plan),
        )

    def _moved(self, plan: LinkPlan) -> int | None:
        """Households that the old plan proposed elsewhere."""
        if self.old is None:
            return None
        where = self.old.as_plan(self.task, self.at, self.classes).municipality
        return int(((where >= 0) & (where != plan.municipality)).sum())

    def _link(self, problem: LinkProblem, h: int, plan: LinkPlan) -> Link:
        row, m, s = self.task.waiting[h], int(plan.municipality[h]), int(plan.dwelling_class[h])
        return Link(
            household=row["huishouden_id"],
            municipality=self.codes[m],
            dwelling="" if s == NO_DWELLING else self.classes[s],
            has_dwelling=s != NO_DWELLING or not bool(problem.needs_dwelling[h]),
            persons=int(self.sizes[h]),
            fit=int(self.fits[h, m]),
            reason=self._reason(problem, h, m),
        )

    def _reason(self, problem: LinkProblem, h: int, m: int) -> str:
        """What a person reads: points without what was kept back for others."""
        if not problem.needs_dwelling[h]:
            return FOLLOW_ON
        if self.task.waiting[h]["huishouden_id"] in self.pinned:
            return PINNED
        points = self.fits[h] - self.kilometres[h]
        open_points = points[problem.allowed[h]]
        if len(open_points) == 1:
            return ONLY_PLACE
        return MOST_POINTS if points[m] >= open_points.max() else SPREAD

    def _existing(self, row: dict[str, str], fits: IntArray, s: int) -> Link:
        code = row["gekoppelde_gemeente"]
        return Link(
            household=row["huishouden_id"],
            municipality=code,
            dwelling="" if s == NO_DWELLING else self.classes[s],
            has_dwelling=s != NO_DWELLING,
            persons=whole(row, "personen"),
            fit=int(fits[self.at[code]]),
            reason=EXISTING,
        )


def _between(a: tuple[int, int] | None, b: tuple[int, int] | None) -> int:
    if a is None or b is None:
        return 0
    return isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) // 1000


def _hash(seed: int, household: str, code: str) -> int:
    """Thirty bits that depend on nothing but seed, pseudonym and municipality."""
    digest = hashlib.sha256(f"{seed}|{household}|{code}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 2
