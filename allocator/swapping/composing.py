"""Requests to COA about which sizes of households it links where; persons equal both ways."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from allocator.findings import Findings
from allocator.position import MIDDEN, Position, positions, scenarios_of
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.region import municipalities_in
from allocator.swapping.agreements import note_past
from allocator.swapping.composition import CompositionProposal, CompositionTerms, proposal_of
from allocator.swapping.expected import ExpectedHouseholds, expected_households
from allocator.swapping.household_mix import read_mix
from allocator.swapping.nothing import note_no_request
from allocator.swapping.problem import allowed_pairs
from models.exchange import CompositionProblem, solve_composition
from models.exchange.problem import IntArray
from models.solver.child import run_in_child
from models.solver.limits import Limits


def propose_composition(
    instance: Instance, quotas: QuotaTable, region: str = "", triangles: bool = False
) -> CompositionProposal:
    """Packages of households that leave the fewest persons without a dwelling that fits.

    Parameters
    ----------
    instance
        Tables with balances, supply and, where it is known, the mix of household sizes.
    quotas
        Quota per municipality; it does not change [persons].
    region
        ``COLUMN=VALUE``; others take no part.
    triangles
        Whether three municipalities may deal together.

    Returns
    -------
    CompositionProposal
        Packages in which every member's persons stay equal, with each stage and its bound.

    Raises
    ------
    InputRefusedError
        If the region is unknown or the mix is empty.
    SolverError
        If an engine fails or its answer does not survive recomputation.

    Notes
    -----
    No quota changes, so this rests on no article: it is a request, and COA decides on each link.
    """
    mix, findings = read_mix(instance), Findings()
    terms = CompositionTerms(instance.settings.swap.pairs, region, triangles, mix)
    standing = positions(instance, quotas)
    expected, problem = composition_problem(instance, standing, terms)
    _note(findings, instance, standing, mix.is_default, expected)
    if not len(problem.pairs):
        inside = zip(standing, municipalities_in(instance, region), strict=True)
        persons = [to_link(position) for position, is_inside in inside if is_inside]
        note_no_request(instance, terms.pairs, persons, findings)
    outcome = run_in_child(solve_composition, problem, limits=Limits())
    scenarios = _scenarios(instance)
    return proposal_of(terms, scenarios, standing, expected, problem, outcome, findings.notices)


def composition_problem(
    instance: Instance, standing: tuple[Position, ...], terms: CompositionTerms
) -> tuple[ExpectedHouseholds, CompositionProblem]:
    """Households that every municipality can expect, and who may deal about them.

    Raises
    ------
    InputRefusedError
        If the region is unknown.
    """
    inside = municipalities_in(instance, terms.region)
    persons = [to_link(position) for position in standing]
    expected = expected_households(persons, terms.mix)
    classes, may_deal = instance.rows("woningklassen"), allowed_pairs(instance, terms.pairs)
    pairs = [
        (i, j)
        for i, j in combinations(np.flatnonzero(inside).tolist(), 2)
        if persons[i] and persons[j] and may_deal(i, j)
    ]
    problem = CompositionProblem(
        expected=np.array(expected.counts, dtype=np.int64),
        sizes=np.array(expected.sizes, dtype=np.int64),
        dwellings=_dwellings(instance, _scenarios(instance)),
        class_min=np.array([whole(row, "personen_min") for row in classes], dtype=np.int64),
        class_max=np.array([whole(row, "personen_max") for row in classes], dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64).reshape(len(pairs), 2),
        most_members=3 if terms.triangles else 2,
    )
    return expected, problem


def _scenarios(instance: Instance) -> tuple[str, ...]:
    """Scenarios of the instance, midden first: the one that is made least of."""
    others = (scenario for scenario in scenarios_of(instance) if scenario != MIDDEN)
    return (MIDDEN, *others)


def to_link(position: Position) -> int:
    """Persons that are not linked yet and need a dwelling of their own [persons]."""
    return max(0, position.need(MIDDEN) - position.linked_open)


def _dwellings(instance: Instance, scenarios: tuple[str, ...]) -> IntArray:
    """Dwellings per scenario, municipality and class."""
    kinds = {row["woningklasse"]: k for k, row in enumerate(instance.rows("woningklassen"))}
    found = np.zeros((len(scenarios), len(instance.municipalities), len(kinds)), dtype=np.int64)
    for row in instance.rows("aanbod"):
        place, kind = instance.index[row["gemeente_code"]], kinds[row["woningklasse"]]
        for z, scenario in enumerate(scenarios):
            own = row.get(scenario, "") if scenario != MIDDEN else ""
            found[z, place, kind] += int(own or row["aantal"])
    return found


def _note(
    findings: Findings,
    instance: Instance,
    standing: tuple[Position, ...],
    is_default: bool,
    expected: ExpectedHouseholds,
) -> None:
    """What a reader should know of figures that nobody counted."""
    note_past(instance, findings, "composition_half_year_over")
    if is_default:
        findings.notice("composition_assumed", "samenstelling.csv")
    linked = sum(position.linked_open for position in standing)
    if linked:
        findings.notice("composition_linked", "standen.csv", column="gekoppeld_open", found=linked)
    places = [place.code for place, rest in zip(standing, expected.remainders, strict=True) if rest]
    if places:
        findings.notice(
            "composition_remainder", "standen.csv",
            count=len(places), persons=sum(map(abs, expected.remainders)), first=places[0],
        )  # fmt: skip
