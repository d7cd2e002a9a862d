"""Linking week by week."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.commands.options import INSTANCE, out_option
from allocator.commands.session import Session, common
from allocator.words import text


@click.command(help="help_replay")
@INSTANCE
@click.option(
    "--weeks", type=click.IntRange(1, 60), default=26, show_default=True, help="opt_weeks"
)
@click.option(
    "--in-view",
    "weeks_in_view",
    type=click.IntRange(0, 60),
    default=12,
    show_default=True,
    help="opt_in_view",
)
@click.option("--keep-for", "keep_for", type=click.Path(path_type=Path), help="opt_keep_for")
@out_option()
@common
def replay(
    session: Session,
    instance: Path,
    out: Path,
    weeks: int,
    weeks_in_view: int,
    keep_for: Path | None,
) -> int:
    """Link a half-year again week by week."""
    from allocator.planning import publish_outcome
    from allocator.publishing import refuse_foreign
    from allocator.replaying import ReplayOptions, replay_instance

    refuse_foreign(out)
    session.step("step_link")
    options = ReplayOptions(weeks, weeks_in_view, keep_for, session.lang)
    made = replay_instance(instance, options)
    session.step("step_verify")
    summary = publish_outcome(made, out)
    session.close()
    if not session.quiet and not session.as_json:
        session.complain([notice.line(session.lang) for notice in summary.notices])
    written = text("screen_written", session.lang, out=out)
    session.say([*summary.lines(session.lang), written], summary.as_json(session.lang))
    return summary.exit_code


COMMANDS = (replay,)
