"""Studies of swaps: what they could relieve, and wishes that nobody gains by misstating."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.commands.options import INSTANCE
from allocator.commands.session import Session, common
from allocator.words import number, text

if TYPE_CHECKING:
    from allocator.swapping.potential import Potential

BY = click.option("--by", "column", default="provincie_code", help="opt_region_column")


@click.command(help="help_potential")
@INSTANCE
@BY
@common
def potential(session: Session, instance: Path, column: str) -> int:
    """Say what swaps could relieve."""
    from allocator.swapping.potential import analyse_potential

    found = analyse_potential(instance, column)
    lang = session.lang
    lines = [_potential_line("potential_region", region, lang) for region in found.regions]
    lines.append(_potential_line("potential_within", found.within, lang))
    lines.append(_potential_line("potential_across", found.across, lang))
    lines += [text("potential_bound", lang), text("proposal_not_decision", lang)]
    content: dict[str, object] = {
        "by": column,
        "regions": [_potential_json(region) for region in found.regions],
        "within_regions": _potential_json(found.within),
        "all_pairs": _potential_json(found.across),
    }
    session.say(lines, content)
    return 0


def _potential_line(key: str, found: Potential, lang: str) -> str:
    values = {
        "municipalities": number(found.municipalities, lang),
        "shortfall": number(found.shortfall, lang),
        "relief": number(found.relief, lang),
        "left": number(found.left, lang),
    }
    return text(key, lang, region=found.region, **values)


def _potential_json(found: Potential) -> dict[str, object]:
    return {
        "region": found.region,
        "municipalities": found.municipalities,
        "shortfall": found.shortfall,
        "relief": found.relief,
        "bound": found.relief,
        "left": found.left,
    }


@click.command(help="help_wishes")
@INSTANCE
@BY
@common
def wishes(session: Session, instance: Path, column: str) -> int:
    """Divide stated wishes so that nobody gains by stating another one."""
    from allocator.swapping.wishes import study_wishes

    found = study_wishes(instance, column)
    lang = session.lang
    lines = [
        text(
            "wishes_row_tied" if row.is_tied else "wishes_row",
            lang,
            code=row.code,
            region=row.region,
            wish=f"{row.wish:+d}",
            change=f"{row.change:+d}" if row.change else "0",
        )
        for row in found.rows
        if row.wish
    ]
    order = ", ".join(found.order)
    lines += [text("wishes_claim", lang), text("wishes_order", lang, order=order)]
    lines.append(text("proposal_not_decision", lang))
    rows = [
        {
            "code": row.code,
            "region": row.region,
            "wish": row.wish,
            "change": row.change,
            "is_short_side": row.is_short_side,
            "is_tied": row.is_tied,
        }
        for row in found.rows
    ]
    claim = text("wishes_claim", lang)
    session.say(lines, {"by": column, "order": list(found.order), "rows": rows, "claim": claim})
    return 0


COMMANDS = (potential, wishes)
