"""What if, what was and what differs: compare, sweep, backtest, annex."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.commands.options import COMMON_ROUNDING, INSTANCE, RESULT, out_option
from allocator.commands.session import Session, common
from allocator.words import number, text

if TYPE_CHECKING:
    from allocator.comparing.studies import Study

PATH = click.Path(path_type=Path)
KEYS = click.option("--key", "keys", multiple=True, help="opt_keys")


@click.command(help="help_compare")
@click.argument("places", nargs=-1, required=True, type=PATH)
@KEYS
@COMMON_ROUNDING
@click.option("--out", type=PATH, help="opt_out_results")
@common
def compare(
    session: Session,
    places: tuple[Path, ...],
    keys: tuple[str, ...],
    rounding: str,
    out: Path | None,
) -> int:
    """Set keys side by side on one instance, or two results."""
    from allocator.comparing import studies
    from allocator.keys import bundled_keys

    asked = studies.Asked(out, rounding, session.lang, session.step)
    if len(places) == 1 and keys and out is not None:
        return _finish(session, studies.study_keys(places[0], keys, asked))
    if len(places) == 2 and not keys:
        return _finish(session, studies.study_results(places[0], places[1], asked))
    raise click.UsageError(text("compare_usage", session.lang, keys=", ".join(bundled_keys())))


@click.command(help="help_sweep")
@INSTANCE
@click.argument("grid", type=PATH)
@COMMON_ROUNDING
@out_option()
@common
def sweep(session: Session, instance: Path, grid: Path, rounding: str, out: Path) -> int:
    """Work a key through a grid of weights."""
    from allocator.comparing import studies

    asked = studies.Asked(out, rounding, session.lang, session.step)
    found = studies.study_grid(instance, grid, asked, session.workers, session.advance)
    return _finish(session, found)


@click.command(help="help_backtest")
@click.argument("folder", required=False, type=PATH)
@KEYS
@COMMON_ROUNDING
@out_option()
@common
def backtest(
    session: Session, folder: Path | None, keys: tuple[str, ...], rounding: str, out: Path
) -> int:
    """Look back at published half-years."""
    from allocator.comparing import studies

    asked = studies.Asked(out, rounding, session.lang, session.step)
    return _finish(session, studies.study_past(folder, keys, asked))


@click.command(help="help_annex")
@RESULT
@click.option("--out", type=PATH, help="opt_out_annex")
@common
def annex(session: Session, result: Path, out: Path | None) -> int:
    """Write every municipality, its quota and its source."""
    from allocator.comparing.annex import write_annex

    session.step("step_verify")
    path, rows = write_annex(result, out)
    session.close()
    total, sources = sum(row.quota for row in rows), [str(row.origin) for row in rows]
    counts = {name: sources.count(name) for name in ("formule", "correctie", "vastgesteld")}
    formula, correction, published = (number(count, session.lang) for count in counts.values())
    lines = [
        text(
            "annex_sources",
            session.lang,
            formula=formula,
            correction=correction,
            published=published,
        ),
        text(
            "annex_written",
            session.lang,
            units=number(len(rows), session.lang),
            sum=number(total, session.lang),
            out=path,
        ),
        text("proposal_not_decision", session.lang),
    ]
    content = {"exit_code": 0, "command": "annex", "out": str(path), "sum": total, **counts}
    session.say(lines, content)
    return 0


def _finish(session: Session, study: Study) -> int:
    session.close()
    if not session.quiet and not session.as_json:
        session.complain([notice.line(session.lang) for notice in study.notices])
    session.say(study.lines, study.content)
    return 0


COMMANDS = (compare, sweep, backtest, annex)
