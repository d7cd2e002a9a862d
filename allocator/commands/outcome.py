"""What is done with a result: verify, explain, report, draft the papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.commands.options import RESULT
from allocator.commands.session import Session, common
from allocator.words import text

if TYPE_CHECKING:
    from allocator.explaining import Explanation
    from allocator.swapping.second import SecondSearch

FOLDER = click.Path(path_type=Path)


@click.command(help="help_verify")
@RESULT
@click.option("--instance", type=click.Path(path_type=Path), help="opt_instance")
@click.option("--second-engine", "again", is_flag=True, help="opt_second_engine")
@common
def verify(session: Session, result: Path, instance: Path | None, again: bool) -> int:
    """Re-check a result."""
    from allocator import verifying
    from allocator.commands.custody import log_json, log_lines
    from allocator.custody.decisions import state_of

    session.step("step_verify")
    verifying.verify_or_refuse(result, instance)
    state = state_of(result)
    lines = [text("screen_verified", session.lang, path=result), *log_lines(state, session.lang)]
    content = {"exit_code": 0, "result": str(result), **log_json(state)}
    if again:
        found = _search_again(session, result)
        lines += _second_lines(found, session.lang)
        content["second_engine"] = _second_json(found)
    session.say(lines, content)
    return 0


def _search_again(session: Session, result: Path) -> SecondSearch:
    from allocator.swapping.second import search_again
    from models.solver.progress import listening

    session.step("step_second_engine")
    with listening(session.advance):
        return search_again(result)


def _second_lines(found: SecondSearch, lang: str) -> list[str]:
    """One line per stage, what it rests on and what the other engine says."""
    from allocator.swapping.second import printed

    engines = ", ".join(f"{name} {version}" for name, version in found.engines.items())
    key = "second_without" if found.without else "second_first"
    lines = [text(key, lang, without=", ".join(found.without), engines=engines or "-")]
    for stage in found.stages:
        values = {
            "stage": text(f"report_stage_{stage.name}", lang),
            "objective": printed(stage.objective, lang),
            "other": printed(stage.other_objective, lang),
            "other_bound": printed(stage.other_bound, lang),
            "proof": text(f"second_proof_{stage.proof}", lang),
        }
        lines.append(text(f"second_{stage.verdict}", lang, **values))
    return lines


def _second_json(found: SecondSearch) -> dict[str, object]:
    stages = [
        {
            "name": stage.name,
            "proof": stage.proof,
            "objective": str(stage.objective),
            "bound": str(stage.bound),
            "other_objective": str(stage.other_objective),
            "other_bound": str(stage.other_bound),
            "verdict": str(stage.verdict),
        }
        for stage in found.stages
    ]
    return {"without": list(found.without), "engines": found.engines, "stages": stages}


@click.command(help="help_explain")
@RESULT
@click.argument("names", nargs=-1, required=True)
@common
def explain(session: Session, result: Path, names: tuple[str, ...]) -> int:
    """Say why: municipalities, households, or the deal between two municipalities."""
    from allocator.steady import steadily

    found = steadily(result, lambda: _explained(result, names, session.lang))
    lines = [line for one in found for line in ("", "", *one.lines())][2:]
    several: dict[str, object] = {"explanations": [one.as_json() for one in found]}
    session.say(lines, found[0].as_json() if len(found) == 1 else several)
    return 0


def _explained(result: Path, names: tuple[str, ...], lang: str) -> list[Explanation]:
    from allocator.explaining import Explainer

    explainer = Explainer(result, lang)
    codes = [explainer.code_of(name) for name in names]
    if len(names) == 2 and all(codes):
        return [explainer.agreement(*codes)]
    return [explainer.explain(name) for name in names]


@click.command(help="help_report")
@RESULT
@click.option("--grenzen", "boundaries", type=click.Path(path_type=Path), help="opt_boundaries")
@click.option("--pdf", "on_paper", is_flag=True, help="opt_pdf")
@click.option("--raad", "council", default="", help="opt_council")
@common
def report(
    session: Session, result: Path, boundaries: Path | None, on_paper: bool, council: str
) -> int:
    """Add the pages and sheets for people."""
    from allocator import drafting, steady, verifying, work

    with steady.held(result):
        verifying.verify_or_refuse(result)
        session.step("step_report")
        if not council:
            work.add_report(result, session.lang, boundaries, on_paper)
        else:
            name = drafting.add_council_sheet(result, council, session.lang)
            line = text("screen_written", session.lang, out=result / name)
            session.say([line], {"exit_code": 0, "sheet": name})
            return 0
    session.say([text("screen_written", session.lang, out=result)], {"exit_code": 0})
    return 0


@click.command(help="help_papers")
@RESULT
@click.option("--sjablonen", "templates", type=click.Path(path_type=Path), help="opt_templates")
@click.option("--clausule", "clause", default="vast", show_default=True, help="opt_clause")
@click.option(
    "--geef-sjablonen", "give", type=click.Path(path_type=Path), help="opt_give_templates"
)
@common
def papers(
    session: Session, result: Path, templates: Path | None, clause: str, give: Path | None
) -> int:
    """Draft decisions, notices, council letters and agenda sheets in Word."""
    from allocator import drafting, steady, verifying
    from allocator.papers import write_templates

    if give is not None:
        written = [path.name for path in write_templates(give)]
        key = "screen_template_written" if len(written) == 1 else "screen_templates_written"
        line = text(key, session.lang, count=len(written), out=give)
        session.say([line], {"exit_code": 0, "out": str(give), "templates": written})
        return 0
    with steady.held(result):
        verifying.verify_or_refuse(result)
        session.step("step_papers")
        drafted = drafting.add_papers(result, clause, templates)
    key = "screen_paper_written" if len(drafted) == 1 else "screen_papers_written"
    key = key if drafted else "screen_no_papers"
    line = text(key, session.lang, count=len(drafted), out=result / "stukken")
    session.say([line], {"exit_code": 0, "papers": drafted})
    return 0


COMMANDS = (verify, explain, report, papers)
