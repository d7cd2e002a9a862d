"""Studies of swaps: what they could relieve, and wishes that nobody gains by misstating."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.commands.options import INSTANCE
from allocator.commands.session import Session, common
from allocator.words import number, text

if TYPE_CHECKING:
    from allocator.swapping.potential import Analysis, Potential
    from allocator.swapping.wishes import Granted, WishStudy

BY = click.option("--by", "column", default="provincie_code", help="opt_region_column")
OUT = click.option("--out", type=click.Path(path_type=Path), help="opt_out_study")


@click.command(help="help_potential")
@INSTANCE
@BY
@OUT
@common
def potential(session: Session, instance: Path, column: str, out: Path | None) -> int:
    """Say what swaps could relieve."""
    from allocator.swapping.potential import analyse_potential

    _begin(session, out)
    found = analyse_potential(instance, column)
    if out is not None:
        from allocator.swapping.study_files import write_potential

        write_potential(found, out, session.lang, session.step)
    _notices(session, found)
    lines = [*_potential_lines(found, session.lang), *_closing(session, found, out)]
    session.say(lines, {**_analysis_json(found), **_written(out)})
    return 0


def _begin(session: Session, out: Path | None) -> None:
    from allocator.publishing import refuse_foreign

    if out is not None:
        refuse_foreign(out)
    session.step("step_read")


def _notices(session: Session, found: Analysis | WishStudy) -> None:
    """Say what the reader should know of the input."""
    session.close()
    if not session.quiet and not session.as_json:
        notices = (*found.instance.notices, *found.quotas.notices)
        session.complain([notice.line(session.lang) for notice in notices])


def _closing(session: Session, found: Analysis | WishStudy, out: Path | None) -> list[str]:
    from allocator.reporting.synthetic import made_up_lines

    made_up = made_up_lines(found.instance, session.lang)
    written = [] if out is None else [text("screen_written", session.lang, out=out)]
    return [*made_up, *written, text("study_not_proposal", session.lang)]


def _written(out: Path | None) -> dict[str, object]:
    return {} if out is None else {"out": str(out)}


def _potential_lines(found: Analysis, lang: str) -> list[str]:
    """Regions in scenario midden, then the whole in every scenario."""
    from allocator.swapping.potential import Pairing

    lines = [_potential_line("potential_region", region, lang) for region in found.regions()]
    if len(found.scenarios) > 1:
        lines.insert(0, text("potential_by_region", lang))
    for scenario in found.scenarios:
        if len(found.scenarios) > 1:
            lines.append(text("potential_scenario", lang, scenario=scenario))
        within, across = (found.whole(pairing, scenario) for pairing in Pairing)
        lines.append(_potential_line("potential_within", within, lang))
        lines.append(_potential_line("potential_across", across, lang))
    return [*lines, text("potential_bound", lang)]


def _potential_line(key: str, found: Potential, lang: str) -> str:
    from allocator.reporting.voice import Voice

    limit = f"potential_limit_{found.limit}" if found.shortfall else "potential_no_shortfall"
    values = {
        "municipalities": Voice(lang).municipalities(found.municipalities),
        "shortfall": number(found.shortfall, lang),
        "relief": number(found.relief, lang),
        "left": number(found.left, lang),
        "limit": text(limit, lang),
    }
    return text(key, lang, region=_region_name(found.region), **values)


def _region_name(region: str) -> str:
    """A region with its code, where that is known."""
    from allocator.reporting.provinces import province_name

    # A column of another name may hold codes of its own: only those of provinces have a name.
    name = province_name(region)
    return region if name == region else f"{name} ({region})"


def _analysis_json(found: Analysis) -> dict[str, object]:
    from allocator.swapping.potential import Pairing

    return {
        "by": found.column,
        "regions": [_potential_json(region) for region in found.regions()],
        "within_regions": _potential_json(found.whole(Pairing.WITHIN)),
        "all_pairs": _potential_json(found.whole(Pairing.ACROSS)),
        "rows": [_potential_json(row) for row in found.rows],
    }


def _potential_json(found: Potential) -> dict[str, object]:
    return {
        "region": found.region,
        "pairs": str(found.pairing),
        "scenario": found.scenario,
        "municipalities": found.municipalities,
        "shortfall": found.shortfall,
        "relief": found.relief,
        "bound": found.relief,
        "left": found.left,
        "limit": str(found.limit),
    }


@click.command(help="help_wishes")
@INSTANCE
@BY
@OUT
@common
def wishes(session: Session, instance: Path, column: str, out: Path | None) -> int:
    """Divide stated wishes so that nobody gains by stating another one."""
    from allocator.swapping.wishes import study_wishes

    _begin(session, out)
    found, lang = study_wishes(instance, column), session.lang
    if out is not None:
        from allocator.swapping.study_files import write_wishes

        write_wishes(found, out, lang, session.step)
    _notices(session, found)
    names = {place.code: place.name for place in found.instance.municipalities}
    order = ", ".join(f"{names[code]} ({code})" for code in found.order)
    lines = [_wish_line(row, names[row.code], lang) for row in found.rows if row.wish]
    lines += [text("wishes_claim", lang), text("wishes_order", lang, order=order)]
    session.say(
        [*lines, *_closing(session, found, out)], {**_wishes_json(found, lang), **_written(out)}
    )
    return 0


def _wish_line(row: Granted, name: str, lang: str) -> str:
    key = "wishes_row_tied" if row.is_tied else "wishes_row"
    key = key if row.region else "wishes_row_nowhere"
    change = f"{row.change:+d}" if row.change else "0"
    who = {"name": name, "code": row.code, "region": _region_name(row.region)}
    return text(key, lang, **who, wish=f"{row.wish:+d}", change=change)


def _wishes_json(found: WishStudy, lang: str) -> dict[str, object]:
    rows = [
        {
            "code": row.code,
            "region": row.region,
            "wish": row.wish,
            "change": row.change,
            "side": str(row.side),
            "is_short_side": str(row.side) != "lang",
            "is_tied": row.is_tied,
        }
        for row in found.rows
    ]
    claim = text("wishes_claim", lang)
    return {"by": found.column, "order": list(found.order), "rows": rows, "claim": claim}


COMMANDS = (potential, wishes)
