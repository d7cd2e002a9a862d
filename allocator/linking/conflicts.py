"""Why no plan can meet the hard rules, in the users' names and with the smallest relaxation."""

from __future__ import annotations

from allocator.findings import Findings
from allocator.linking.arrays import Arrays
from allocator.linking.households import HUISHOUDENS, Task
from models.linking.outcome import ConflictKind, LinkConflict, LinkOutcome
from models.linking.problem import LinkProblem

CAPS = "koppelgrenzen.csv"


def conflict_findings(
    outcome: LinkOutcome, task: Task, arrays: Arrays, problem: LinkProblem
) -> Findings:
    """The conflict of an infeasible outcome, and how many wishes touch it.

    Parameters
    ----------
    outcome
        An outcome with a conflict.
    task, arrays, problem
        The run that it is of.

    Returns
    -------
    Findings
        An error that names households and municipalities, and one more where wishes do too.
    """
    findings = Findings()
    conflict = outcome.conflict
    assert conflict is not None, "an infeasible outcome carries its conflict"
    names = [task.waiting[h]["huishouden_id"] for h in conflict.households]
    codes = [arrays.codes[m] for m in conflict.municipalities]
    if conflict.kind is ConflictKind.CAPS:
        _say_caps(findings, names, conflict, arrays, problem)
    else:
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
    parts = {*names, *codes}
    mine = sum(not parts.isdisjoint((wish.household, wish.municipality)) for wish in arrays.wishes)
    if mine:
        findings.error("conflict_with_wishes", HUISHOUDENS, found=mine)
    return findings


def _say_caps(
    findings: Findings,
    names: list[str],
    conflict: LinkConflict,
    arrays: Arrays,
    problem: LinkProblem,
) -> None:
    most = problem.quota.most
    assert most is not None
    persons = int(problem.sizes[list(conflict.households)].sum())
    room = int(most[list(conflict.municipalities)].sum())
    raises = []
    for own in conflict.raises:
        code, now = arrays.codes[own.municipality], arrays.listed_caps[own.municipality]
        # Who is linked already counts: a cap below them has to reach them first.
        goal = int(most[own.municipality]) + arrays.linked.get(code, 0) + own.persons
        raises.append(f"{code} {now} > {goal}")
    # Persons that would fit, were households divisible, clash as wholes or with the dwellings.
    findings.error(
        "conflict_caps" if persons > room else "conflict_caps_whole",
        CAPS,
        column="personen_max",
        found=", ".join(names),
        persons=persons,
        municipalities=", ".join(arrays.codes[m] for m in conflict.municipalities),
        room=room,
        shortage=conflict.shortage,
        raises=", ".join(raises) or "-",
    )
