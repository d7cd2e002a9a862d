"""Sum-preserving swaps of quotas between municipalities (herverdeling)."""

from __future__ import annotations

from dataclasses import replace

from allocator.errors import ConflictError
from allocator.position import positions, scenarios_of
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.swapping.agreements import check_agreements, read_agreements
from allocator.swapping.conflicts import conflict_findings
from allocator.swapping.nothing import note_no_swap
from allocator.swapping.problem import exchange_problem
from allocator.swapping.promises import check_promises, note_promises, promises_of
from allocator.swapping.proposal import SwapProposal, SwapRow, Transfer, proposal_of
from allocator.swapping.terms import SwapWishes, Terms, terms_of
from models.exchange import solve_exchange
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

__all__ = ["SwapProposal", "SwapRow", "SwapWishes", "Terms", "Transfer", "propose_swaps"]


def propose_swaps(
    instance: Instance,
    quotas: QuotaTable,
    region: str = "",
    wishes: SwapWishes | None = None,
) -> SwapProposal:
    """Swaps that leave the least expected shortfall, most evenly, by the fewest agreements.

    Parameters
    ----------
    instance
        Tables with balances, supply, declared limits and agreements.
    quotas
        Quota per municipality before any swap [persons].
    region
        ``COLUMN=VALUE``; others neither give nor take.
    wishes
        What the user asks instead of ``[swap]``.

    Returns
    -------
    SwapProposal
        Transfers, every municipality before and after, and each stage with its bound.

    Raises
    ------
    InputRefusedError
        If the region is unknown, or an agreement cannot stand by itself.
    ConflictError
        If signed and wished deals cannot all be kept within the limits.
    SolverError
        If an engine fails or its answer does not survive recomputation.

    References
    ----------
    Huisvestingswet 2014 art. 29(2), text of 2015-07-01: two or more executives may change their
    quotas together as long as the sum does not change.
    """
    terms = terms_of(instance.settings.swap, wishes or SwapWishes(), region)
    standing, scenarios = positions(instance, quotas), scenarios_of(instance)
    findings = check_agreements(instance, standing, terms)
    check_promises(instance, quotas, findings)
    findings.refuse_errors()
    agreements = read_agreements(instance)
    problem = exchange_problem(instance, standing, scenarios, terms, agreements)
    outcome = run_in_child(
        solve_exchange, problem, terms.counted_as, terms.fairness, limits=Limits()
    )
    if outcome.status is Status.INFEASIBLE:
        clashes = conflict_findings(instance, standing, scenarios, problem, outcome.conflicts)
        raise ConflictError(clashes.errors)
    if not outcome.transfers:
        note_no_swap(instance, terms, problem, findings)
    proposal = proposal_of(
        instance, terms, agreements, standing, scenarios, problem, outcome, findings.notices
    )
    promises = promises_of(instance, quotas, proposal.transfers)
    note_promises(promises, findings)
    proposal = replace(proposal, promises=promises, notices=findings.notices)
    if not terms.leximin:
        return proposal
    plain = run_in_child(solve_exchange, problem, terms.counted_as, limits=Limits())
    return replace(proposal, agreements_without_leximin=int(plain.stage("agreements").objective))
