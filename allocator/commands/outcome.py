"""What is done with a result: verify, explain, report."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.commands.options import RESULT
from allocator.commands.session import Session, common
from allocator.words import text


@click.command(help="help_verify")
@RESULT
@click.option("--instance", type=click.Path(path_type=Path), help="opt_instance")
@common
def verify(session: Session, result: Path, instance: Path | None) -> int:
    """Re-check a result."""
    from allocator import verifying

    session.step("step_verify")
    verifying.verify_or_refuse(result, instance)
    line = text("screen_verified", session.lang, path=result)
    session.say([line], {"exit_code": 0, "result": str(result)})
    return 0


@click.command(help="help_explain")
@RESULT
@click.argument("name")
@click.argument("taker", default="")
@common
def explain(session: Session, result: Path, name: str, taker: str) -> int:
    """Say why: a municipality, a household, or the deal between two municipalities."""
    from allocator import explaining
    from allocator.reading.cells import MUNICIPALITY

    if taker:
        found = explaining.explain_deal(result, name, taker, session.lang)
    elif MUNICIPALITY.fullmatch(name):
        found = explaining.explain_municipality(result, name, session.lang)
    else:
        found = explaining.explain_household(result, name, session.lang)
    session.say(found.lines(), found.as_json())
    return 0


@click.command(help="help_report")
@RESULT
@click.option("--grenzen", "boundaries", type=click.Path(path_type=Path), help="opt_boundaries")
@common
def report(session: Session, result: Path, boundaries: Path | None) -> int:
    """Add the pages and sheets for people."""
    from allocator import verifying, work

    verifying.verify_or_refuse(result)
    session.step("step_report")
    work.add_report(result, session.lang, boundaries)
    session.say([text("screen_written", session.lang, out=result)], {"exit_code": 0})
    return 0


COMMANDS = (verify, explain, report)
