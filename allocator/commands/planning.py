"""Quotas with more rules than one half-year's division: mergers, revisions, bands, tiers, time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.commands.options import INSTANCE, KEY, RESULT, ROUNDING, out_option
from allocator.commands.session import Session, common
from allocator.words import text

if TYPE_CHECKING:
    from allocator.planning import Outcome, Summary


def _path_option(*names: str, help: str) -> Callable[..., Any]:
    return click.option(*names, type=click.Path(path_type=Path), help=help)


def _path_argument(name: str) -> Callable[..., Any]:
    return click.argument(name, type=click.Path(path_type=Path))


TOTALS = _path_option("--totals", help="opt_totals")


@click.command(help="help_merge")
@INSTANCE
@_path_argument("herindelingen")
@click.option("--structure-year", type=int, required=True, help="opt_structure_year")
@click.option("--count", "counts", multiple=True, help="opt_count")
@out_option()
@common
def merge(
    session: Session,
    instance: Path,
    herindelingen: Path,
    structure_year: int,
    counts: tuple[str, ...],
    out: Path,
) -> int:
    """Carry an instance to the municipalities of a later year."""
    from allocator.merging import merge_instance

    session.step("step_read")
    made = merge_instance(instance, herindelingen, structure_year, out, counts, session.lang)
    return _say(session, made, out)


@click.command(help="help_revise")
@RESULT
@click.option("--total", type=int, required=True, help="opt_total")
@_path_option("--agreements", help="opt_agreements")
@click.option("--divisor", help="opt_divisor")
@out_option()
@common
def revise(
    session: Session,
    result: Path,
    total: int,
    agreements: Path | None,
    divisor: str | None,
    out: Path,
) -> int:
    """Recompute a result on another national number."""
    from allocator.revising import revise as revise_result

    session.step("step_quota")
    made = revise_result(result, total, out, agreements, divisor, session.lang)
    return _say(session, made, out)


@click.command(help="help_band")
@INSTANCE
@_path_option("--previous", help="opt_previous")
@click.option("--width", help="opt_width")
@click.option("--on-persons", is_flag=True, help="opt_on_persons")
@_path_option("--limits", help="opt_limits")
@KEY
@ROUNDING
@out_option()
@common
def band(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Divide within floors, caps and a band against last period."""
    from allocator.planning import banded

    return _plan(session, out, banded, instance, given)


@click.command(help="help_tiers")
@INSTANCE
@click.option("--by", "column", default="provincie_code", show_default=True, help="opt_by")
@TOTALS
@KEY
@ROUNDING
@out_option()
@common
def tiers(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Divide over groups first, then within each."""
    from allocator.planning import tiered

    return _plan(session, out, tiered, instance, given)


@click.command(help="help_table")
@INSTANCE
@_path_argument("margins")
@_path_option("--cells", help="opt_cells")
@click.option(
    "--table-rounding",
    type=click.Choice(["webster", "jefferson", "sluitend", "hill"]),
    default="webster",
    show_default=True,
    help="opt_table_rounding",
)
@KEY
@ROUNDING
@out_option()
@common
def table(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Fill a table with both margins exact."""
    from allocator.planning import tabled

    return _plan(session, out, tabled, instance, given)


@click.command(help="help_plan")
@INSTANCE
@_path_argument("totals")
@KEY
@out_option()
@common
def plan(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Divide several half-years at once."""
    from allocator.planning import planned

    return _plan(session, out, planned, instance, given)


@click.command("next", help="help_next")
@INSTANCE
@_path_option("--history", help="opt_history")
@KEY
@out_option()
@common
def following(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Divide one more half-year with the remainders carried over."""
    from allocator.planning import following as follow

    return _plan(session, out, follow, instance, given)


@click.command(help="help_drift")
@INSTANCE
@TOTALS
@click.option("--half-years", "count", type=int, default=20, show_default=True, help="opt_half")
@KEY
@out_option()
@common
def drift(session: Session, instance: Path, out: Path, **given: Any) -> int:
    """Show where rounding without memory ends up."""
    from allocator.planning import drifted

    return _plan(session, out, drifted, instance, given)


COMMANDS = (merge, revise, band, tiers, table, plan, following, drift)


def _plan(
    session: Session,
    out: Path,
    make: Callable[..., Outcome],
    instance: Path,
    given: dict[str, Any],
) -> int:
    """Refuse a folder that is not ours before any work, make the result, publish it."""
    from allocator.planning import Options, publish_outcome
    from allocator.publishing import refuse_foreign

    refuse_foreign(out)
    session.step("step_quota")
    options = Options(given.pop("rounding", None), given.pop("key"), session.lang)
    made = make(instance, options=options, **given)
    session.step("step_verify")
    return _say(session, publish_outcome(made, out), out)


def _say(session: Session, summary: Summary, out: Path) -> int:
    session.close()
    if not session.quiet and not session.as_json:
        session.complain([notice.line(session.lang) for notice in summary.notices])
    written = text("screen_written", session.lang, out=out)
    session.say([*summary.lines(session.lang), written], summary.as_json(session.lang))
    return summary.exit_code
