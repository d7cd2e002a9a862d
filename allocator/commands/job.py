"""The main job, whole and in parts: demo, run, quota, swap, link."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.commands.options import (
    AGAINST,
    COMPOSITION,
    EXERCISE,
    FORBID,
    FORM,
    INSTANCE,
    KEY,
    LEXIMIN,
    LINK_FORBID,
    LINK_PIN,
    LOT,
    OLD,
    PARTNERS,
    PIN,
    REGION,
    RESERVE,
    ROUNDING,
    SUPPLY,
    TRIANGLES,
    out_option,
)
from allocator.commands.session import Session, common, finish
from allocator.words import text

if TYPE_CHECKING:
    from allocator import work

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
COMPOSITION_COMMAND = "swap-samenstelling"
DEFAULT_OUT = Path("allocator-demo")


@click.command(help="help_demo")
@out_option(DEFAULT_OUT)
@common
def demo(session: Session, out: Path) -> int:
    """Run the main job on the bundled instance."""
    from allocator import work

    request = _request(session, "demo", work.demo_instance(), out)
    return finish(session, work.run_all(request))


def _request(
    session: Session, command: str, instance: Path, out: Path, **asked: Any
) -> work.Request:
    """What the user asked for, with the terminal to say how far it is."""
    from allocator import work

    return work.Request(
        command, instance, out, session.lang, step=session.step, advance=session.advance, **asked
    )


@click.command(help="help_run")
@INSTANCE
@out_option()
@KEY
@ROUNDING
@EXERCISE
@common
def run(session: Session, instance: Path, out: Path, **options: Any) -> int:
    """Run everything on any instance."""
    from allocator import work

    return finish(session, work.run_all(_request(session, "run", instance, out, **options)))


@click.command(help="help_quota")
@INSTANCE
@out_option()
@KEY
@ROUNDING
@common
def quota(session: Session, instance: Path, out: Path, **options: Any) -> int:
    """Divide the national total."""
    from allocator import work

    return finish(session, work.run_quota(_request(session, "quota", instance, out, **options)))


@click.command(help="help_swap")
@INSTANCE
@out_option()
@REGION
@FORM
@LOT
@PARTNERS
@LEXIMIN
@PIN
@FORBID
@SUPPLY
@AGAINST
@COMPOSITION
@TRIANGLES
@common
def swap(
    session: Session,
    instance: Path,
    out: Path,
    region: str,
    against: Path | None,
    composition: bool,
    triangles: bool,
    **asked: Any,
) -> int:
    """Propose swaps, or what to ask COA about household sizes."""
    from allocator import work
    from allocator.swapping.terms import SwapWishes
    from allocator.swapping.whatif import WhatIf

    if composition or triangles:
        # Two instruments, never in one result: what shapes the other one is refused, not ignored.
        if not composition or against or any(asked.values()):
            raise click.UsageError(text("composition_usage", session.lang))
        request = _request(session, COMPOSITION_COMMAND, instance, out, swap_region=region)
        return finish(session, work.run_composition(request, triangles))
    change = WhatIf(*(asked.pop(name) for name in ("pins", "forbids", "supply")))
    wishes = SwapWishes(**asked)
    request = _request(
        session,
        "swap",
        instance,
        out,
        swap_region=region,
        swap_wishes=wishes,
        what_if=change,
        against=against,
    )
    return finish(session, work.run_swap(request))


@click.command(help="help_link")
@INSTANCE
@out_option()
@REGION
@EXERCISE
@click.option("--prices", type=FILE, help="opt_prices")
@click.option("--stand-per", "stand_per", type=DAY, metavar="JJJJ-MM-DD", help="opt_stand_per")
@click.option("--keep-for", "keep_for", type=FILE, help="opt_keep_for")
@OLD
@LINK_PIN
@LINK_FORBID
@RESERVE
@SUPPLY
@common
def link(
    session: Session,
    instance: Path,
    out: Path,
    region: str,
    exercise: bool,
    stand_per: datetime.datetime | None,
    **options: Any,
) -> int:
    """Propose links."""
    from allocator import work
    from allocator.link_options import LinkOptions

    today = stand_per.date() if stand_per else None
    request = _request(
        session,
        "link",
        instance,
        out,
        link_region=region,
        exercise=exercise,
        link_options=LinkOptions(stand_per=today, **options),
    )
    return finish(session, work.run_link(request))


COMMANDS = (demo, run, quota, swap, link)
