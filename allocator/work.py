"""Read, decide, verify, report: one function for each command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from allocator import __version__
from allocator.drafting import missing_papers
from allocator.findings import Finding
from allocator.link_options import ORDINARY, LinkOptions
from allocator.places import instances_dir
from allocator.publishing import Files, add_to_result, publish, refuse_foreign, with_manifest
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance, read_instance
from allocator.regimes import regimes
from allocator.results import (
    COMPOSITION_TABLES,
    LINK_TABLES,
    QUOTA_TABLES,
    SWAP_TABLES,
    certificate_file,
    composition_files,
    input_files,
    key_files,
    link_files,
    manifest_of,
    quota_files,
    stages_of,
    swap_files,
)
from allocator.settings import Rounding
from allocator.solving import answered, solver_trouble, stand_ins
from allocator.verifying import failures_of
from allocator.words import LANGUAGES
from models.solver.progress import Progress, listening
from models.solver.roll import Roll, recording

if TYPE_CHECKING:
    from allocator.linking import LinkProposal
    from allocator.swapping import SwapProposal, SwapWishes
    from allocator.swapping.composition import CompositionProposal
    from allocator.swapping.whatif import WhatIf

DEMO_INSTANCE = "nl-2021-1"
GAP_ABOVE_TARGET = 5

Step = Callable[[str], None]
"""Told the catalogue key of each step as it begins."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asked for."""

    command: str
    instance: Path
    out: Path
    lang: str = "nl"
    rounding: Rounding | None = None
    key: str | None = None
    swap_region: str = ""
    swap_wishes: SwapWishes | None = None
    what_if: WhatIf | None = None
    against: Path | None = None
    link_region: str = ""
    exercise: bool = False
    link_options: LinkOptions = ORDINARY
    step: Step = lambda _key: None
    advance: Progress = lambda _done, _total: None
    """Told how far a long step is."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came out of it."""

    request: Request
    instance: Instance
    quotas: QuotaTable
    swaps: SwapProposal | None = None
    links: LinkProposal | None = None
    composition: CompositionProposal | None = None
    roll: Roll = field(default_factory=Roll)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What the reader should know, that did not stop the run."""
        parts = [part.notices for part in (self.swaps, self.composition) if part is not None]
        parts.append(stand_ins(self.roll))
        return (*self.instance.notices, *self.quotas.notices, *chain.from_iterable(parts))

    @property
    def stages(self) -> list[dict[str, object]]:
        """Stages as the manifest has them."""
        return stages_of(self.quotas, self.swaps, self.links, self.composition)

    @property
    def differences(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Objective of each stage of the swaps in the result compared with, and here."""
        if self.request.against is None:
            return {}
        from allocator.swapping.whatif import stage_differences

        return stage_differences(self.request.against, self.stages)

    @property
    def exit_code(self) -> int:
        """0 when every gap is within its target, otherwise 5."""
        open_gaps = (
            float(str(stage.get("gap", 0))) > float(str(stage["gap_target"]))
            for stage in self.stages
        )
        return GAP_ABOVE_TARGET if any(open_gaps) else 0


def demo_instance() -> Path:
    """The bundled instance."""
    return instances_dir() / DEMO_INSTANCE


def run_quota(request: Request) -> Run:
    """Divide the national total, or take the published quotas.

    Raises
    ------
    AllocatorError
        As the reading, the division, the verifier or the disk refuse.
    """
    refuse_foreign(request.out)
    request.step("step_read")
    instance = read_instance(request.instance, QUOTA_TABLES)
    run = Run(request, instance, _quotas(request, instance))
    _publish(run)
    return run


def run_swap(request: Request) -> Run:
    """Propose swaps on the half-year's quotas; never reads a household table."""
    refuse_foreign(request.out)
    request.step("step_read")
    instance = read_instance(
        request.instance,
        (*QUOTA_TABLES, *SWAP_TABLES),
        ("gemeenten", "aanbod", "woningklassen"),
    )
    if request.what_if is not None:
        from allocator.swapping.whatif import changed_instance

        instance = changed_instance(instance, request.what_if)
    quotas = _quotas_to_swap(request, instance)
    with recording() as roll:
        swaps = _swaps(request, instance, quotas)
    run = Run(request, instance, quotas, swaps=swaps, roll=roll)
    _ = run.differences  # An earlier result that cannot be read ends the run before it writes.
    _publish(run)
    return run


def run_composition(request: Request, triangles: bool) -> Run:
    """Propose what to ask COA about household sizes; no quota changes, no household is read."""
    from allocator.swapping.composing import propose_composition

    refuse_foreign(request.out)
    request.step("step_read")
    instance = read_instance(
        request.instance,
        (*QUOTA_TABLES, *COMPOSITION_TABLES),
        ("gemeenten", "aanbod", "woningklassen"),
    )
    quotas = _quotas_to_swap(request, instance)
    request.step("step_request")
    with solver_trouble(), recording() as roll, listening(request.advance):
        found = propose_composition(instance, quotas, request.swap_region, triangles)
    run = Run(request, instance, quotas, composition=found, roll=roll)
    _publish(run)
    return run


def run_link(request: Request) -> Run:
    """Link households on the half-year's quotas."""
    refuse_foreign(request.out)
    request.step("step_read")
    instance = read_instance(
        request.instance,
        (*QUOTA_TABLES, *LINK_TABLES),
        ("gemeenten", "aanbod", "woningklassen", "huishoudens"),
    )
    quotas = _quotas(request, instance)
    with recording() as roll:
        links = _links(request, instance, [row.quota for row in quotas.rows])
    run = Run(request, instance, quotas, links=links, roll=roll)
    _publish(run)
    return run


def run_all(request: Request) -> Run:
    """Quotas, swaps, links on the quotas after swaps, a verified result and a report."""
    refuse_foreign(request.out)
    request.step("step_read")
    instance = read_instance(
        request.instance,
        (*QUOTA_TABLES, *SWAP_TABLES, *LINK_TABLES),
        ("gemeenten", "aanbod", "woningklassen", "huishoudens"),
    )
    if request.command == "demo":
        request = replace(request, link_region=instance.settings.demo.link_region)
    quotas = _quotas_to_swap(request, instance)
    with recording() as roll:
        swaps = _swaps(request, instance, quotas)
        links = _links(request, instance, [row.changed_quota for row in swaps.rows])
    run = Run(request, instance, quotas, swaps, links, roll=roll)
    _publish(run, report=True)
    return run


def _quotas(request: Request, instance: Instance) -> QuotaTable:
    request.step("step_quota")
    return compute_quotas(instance, request.rounding, request.key)


def _quotas_to_swap(request: Request, instance: Instance) -> QuotaTable:
    """Quotas with what a reader should know of their key; some keys end the run here."""
    from allocator.swapping.lawful import check_key

    quotas = _quotas(request, instance)
    found = check_key(instance, quotas, by_option=request.key is not None)
    return replace(quotas, notices=(*quotas.notices, *found))


def _swaps(request: Request, instance: Instance, quotas: QuotaTable) -> SwapProposal:
    from allocator.swapping import propose_swaps

    request.step("step_swap")
    with solver_trouble(), listening(request.advance):
        return propose_swaps(instance, quotas, request.swap_region, request.swap_wishes)


def _links(request: Request, instance: Instance, quotas: list[int]) -> LinkProposal:
    from allocator.linking import propose_links

    request.step("step_link")
    with listening(request.advance):
        return propose_links(
            instance, quotas, request.link_region, request.exercise, request.link_options
        )


def _publish(run: Run, report: bool = False) -> None:
    request = run.request
    request.step("step_write")
    files: Files = {
        **input_files(run.instance),
        **key_files(run.quotas),
        **quota_files(run.quotas),
    }
    if run.swaps is not None:
        files |= swap_files(run.swaps)
    if run.composition is not None:
        files |= composition_files(run.composition)
    if run.links is not None:
        files |= link_files(run.links)
    files |= certificate_file(run.quotas, run.swaps, run.links, run.composition)
    manifest = manifest_of(run.instance, _parameters(run), _versions(run), run.stages)

    def verify(folder: Path) -> Mapping[str, tuple[str, ...]]:
        request.step("step_verify")
        return failures_of(folder)

    def finish(folder: Path) -> Mapping[str, bytes]:
        request.step("step_report")
        # Ours: a paper for every single party takes longer than all the rest together, and is
        # drafted by `report` and `papers`.
        return {**report_files(folder, request.lang), **missing_papers(folder, joint_only=True)}

    publish(with_manifest(files, manifest), request.out, verify, finish if report else None)


def report_files(
    folder: Path, lang: str, boundaries: Path | None = None, on_paper: bool = False
) -> Mapping[str, bytes]:
    """The pages and sheets for people, from a result folder and boundaries where given."""
    from allocator.reporting import html, kinds, workbook

    if kinds.is_document(folder):
        paths = kinds.write_document(folder, lang, boundaries)
    else:
        page = html.write_report(folder, lang, boundaries=boundaries)
        paths = [page, workbook.write_workbook(folder, lang)]
    if on_paper:
        from allocator.reporting import pdf

        paths.append(pdf.write_pdf(folder, lang))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def add_report(
    folder: Path, lang: str, boundaries: Path | None = None, on_paper: bool = False
) -> None:
    """Add the pages and sheets to an existing result; the whole is published again.

    Raises
    ------
    AllocatorError
        As the verifier, the reader of the boundaries or the disk refuse.
    """
    from allocator.reporting.kinds import is_document

    def more(copy: Path) -> Mapping[str, bytes]:
        return {
            **report_files(copy, lang, boundaries, on_paper),
            **({} if is_document(copy) else missing_papers(copy, joint_only=False)),
        }

    add_to_result(folder, more, failures_of)


def _parameters(run: Run) -> dict[str, object]:
    settings, request = run.instance.settings, run.request
    parameters: dict[str, object] = {
        "command": request.command,
        "key": run.quotas.key.name,
        "rounding": run.quotas.rounding,
        "seed": settings.seed,
        "lang": request.lang,
        "regime": regimes()[settings.regime].as_parameters(settings.period),
        "notices": [{lang: notice.line(lang) for lang in LANGUAGES} for notice in run.notices],
    }
    if request.what_if:
        parameters["what_if"] = request.what_if.as_parameters()
    if run.swaps is not None:
        parameters["swap"] = run.swaps.terms.as_parameters()
    if run.composition is not None:
        parameters["samenstelling"] = run.composition.terms.as_parameters()
    if run.links is not None:
        parameters["link"] = {
            "region": run.links.region,
            "quota": "na_uitruil" if run.swaps is not None else "taakstelling",
            "oefening": request.exercise,
            **settings.link.model_dump(),
            **run.links.parameters,
        }
    return parameters


def _versions(run: Run) -> dict[str, str]:
    """Versions of what really answered."""
    return {"allocator": __version__, "numpy": version("numpy"), **answered(run.roll)}
