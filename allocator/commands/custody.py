"""What happens to a result afterwards: extract, decide, sample, purge."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from allocator.commands.options import REGION, RESULT, out_option
from allocator.commands.session import Session, common
from allocator.words import number, text

DATE = click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="JJJJ-MM-DD",
    required=True,
    help="opt_decision_date",
)
AUDIENCES = ("rijk", "regio", "coa", "openbaar")
OUTCOMES = ("overgenomen", "afgeweken")
MANY = 10


@click.command(help="help_extract")
@RESULT
@click.option("--audience", type=click.Choice(AUDIENCES), required=True, help="opt_audience")
@REGION
@out_option()
@common
def extract(session: Session, result: Path, audience: str, region: str, out: Path) -> int:
    """Write the tables of one audience."""
    from allocator import verifying
    from allocator.custody import audiences

    if (audience == "regio") != bool(region):
        raise click.UsageError(text("extract_region", session.lang))
    verifying.verify_or_refuse(result)
    session.step("step_report")
    made = audiences.extract(result, audience, region, out, session.lang)
    lines = [
        text("extract_done", session.lang, audience=audience, files=len(made.files), out=out),
        *([text("extract_hidden", session.lang, hidden=made.hidden)] if made.hidden else []),
        *([text("extract_retention", session.lang, until=made.retention)] * bool(made.retention)),
    ]
    content = {"audience": audience, "files": list(made.files), "hidden": made.hidden}
    session.say(lines, {"exit_code": 0, "out": str(out), **content})
    return 0


@click.command(help="help_decide")
@RESULT
@click.option("--what", required=True, help="opt_what")
@click.option("--name", required=True, help="opt_decider")
@click.option("--role", required=True, help="opt_role")
@click.option("--reason", required=True, help="opt_reason")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True, help="opt_outcome")
@DATE
@common
def decide(
    session: Session,
    result: Path,
    what: str,
    name: str,
    role: str,
    reason: str,
    outcome: str,
    date: datetime.datetime,
) -> int:
    """Add one decision to the log."""
    from allocator import steady, verifying
    from allocator.custody import decisions

    with steady.held(result):
        verifying.verify_or_refuse(result)
        made = decisions.Decision(what, name, role, reason, outcome, date.date().isoformat())
        state = decisions.decide(result, made)
    line = text("decide_done", session.lang, log=decisions.log_of(result), head=state.head)
    session.say([line, *log_lines(state, session.lang)], {"exit_code": 0, **log_json(state)})
    return 0


def log_lines(state: object, lang: str) -> list[str]:
    """How many decisions there are, and how many depart from the proposal."""
    from allocator.custody.decisions import LogState

    assert isinstance(state, LogState)
    if not state.lines:
        return []
    percent = number(_percent(state.departed, state.decided), lang)
    lines = [
        text(
            "decide_state",
            lang,
            decided=state.decided,
            departed=state.departed,
            percent=percent,
            head=state.head,
        )
    ]
    if state.elsewhere:
        lines.append(text("decide_elsewhere", lang, elsewhere=state.elsewhere))
    if state.decided >= MANY and not state.departed:
        lines.append(text("decide_never_departed", lang))
    return lines


def log_json(state: object) -> dict[str, object]:
    """The same for machines."""
    from allocator.custody.decisions import LogState

    assert isinstance(state, LogState)
    percent = _percent(state.departed, state.decided)
    return {
        "decided": state.decided,
        "departed": state.departed,
        "override_percent": percent,
        "head": state.head,
    }


def _percent(part: int, whole: int) -> int:
    """Whole percents, half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


@click.command(help="help_sample")
@RESULT
@click.option("--seed", type=click.IntRange(0, 2**62), required=True, help="opt_sample_seed")
@click.option("--count", type=click.IntRange(1, 1000), default=3, help="opt_sample_count")
@click.option("--out", type=click.Path(path_type=Path), help="opt_sample_out")
@common
def sample(session: Session, result: Path, seed: int, count: int, out: Path | None) -> int:
    """Draw municipalities and households to recompute by hand."""
    from allocator import verifying
    from allocator.custody import sampling

    verifying.verify_or_refuse(result)
    lines = sampling.municipality_sheet(result, seed, count, session.lang)
    if out is not None:
        sampling.write_sample(result, seed, count, session.lang, out)
        lines = [text("sample_written", session.lang, out=out)]
    session.say(lines, {"exit_code": 0, "lines": lines})
    return 0


@click.command(help="help_purge")
@RESULT
@click.option("--all", "everything", is_flag=True, help="opt_purge_all")
@DATE
@common
def purge(session: Session, result: Path, everything: bool, date: datetime.datetime) -> int:
    """Remove what may no longer be kept."""
    from allocator.custody import purging

    log = purging.log_of(result)  # before: the working directory may be what is removed
    gone = purging.purge(result, date.date(), everything)
    line = text("purge_done", session.lang, gone=gone, log=log)
    session.say([line], {"exit_code": 0, "removed": gone})
    return 0


COMMANDS = (extract, decide, sample, purge)
