"""The whole instance: base tables as they are, the others drawn one after the other."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import MADE, BaseTables, GenerateRequestError, Row, Tables
from allocator.generating.draft import Draft
from allocator.generating.drawing import stream
from allocator.generating.followers import make_followers
from allocator.generating.households import make_adults, make_households
from allocator.generating.labour import make_labour_market
from allocator.generating.landscape import dwelling_classes
from allocator.generating.standing import make_standings
from allocator.generating.supply import make_supply
from allocator.generating.willingness import make_willingness

_HOUSEHOLDS_PER_MUNICIPALITY = 20

_MAKERS: dict[str, Callable[[Draft, Generator], list[Row]]] = {
    "standen": make_standings,
    "huishoudens": make_households,
    "volwassenen": make_adults,
    "aanbod": make_supply,
    "nareis": make_followers,
    "ruilruimte": make_willingness,
    "arbeidsmarkt": make_labour_market,
}


def generate_tables(base: BaseTables, households: int | None, seed: int) -> Tables:
    """All tables of an instance: name to rows of text cells, in canonical order.

    Parameters
    ----------
    base
        What stays as it is; every table of ``MADE`` that it lacks is drawn, and
        ``woningklassen`` if missing. A made-up landscape also gets ``volwassenen``.
    households
        Rows of ``huishoudens`` where that table is drawn. Without it, as many as the persons to
        house ask for, and 20 a municipality in a made-up landscape.
    seed
        Equal base, households and seed give equal rows.

    Returns
    -------
    dict
        Over all households, persons = quota + achterstand - voorsprong - realised, and those
        still to be linked add up in each province, by place of reception, to what its
        municipalities must still link. A table without rows is left out.

    Raises
    ------
    GenerateRequestError
        If that many households cannot hold the persons.
    InputRefusedError
        If the base gives no quotas.

    Notes
    -----
    ``vastgesteld`` and ``passing`` are never drawn: they would overrule the computed quota and
    the labour-market table.
    """
    tables = {name: [dict(row) for row in rows] for name, rows in base.tables.items()}
    tables.setdefault("woningklassen", dwelling_classes())
    wanted = _wanted(base, households)
    draft = Draft(instance_settings(base, households, seed), tables, wanted)
    for name in made_tables(base):
        if name not in tables:
            tables[name] = _MAKERS[name](draft, stream(seed, name))
    return {name: rows for name, rows in tables.items() if rows}


def made_tables(base: BaseTables) -> tuple[str, ...]:
    """Tables that are drawn on this base, in the order of drawing."""
    also = {"volwassenen"} if base.is_landscape else set[str]()
    return tuple(name for name in _MAKERS if name in also or name in MADE)


def instance_settings(base: BaseTables, households: int | None, seed: int) -> dict[str, object]:
    """``instance.toml`` of what ``generate_tables`` gives for the same arguments.

    Raises
    ------
    GenerateRequestError
        If a made-up landscape has fewer persons than municipalities.
    """
    settings = {**base.settings, "seed": seed}
    drawn = [name for name in made_tables(base) if name not in base.tables]
    if base.is_landscape:
        settings["national_total"] = _national_total(base, settings, households, seed)
        drawn += list(base.tables)
    elif "woningklassen" not in base.tables:
        drawn.append("woningklassen")
    settings["synthetic"] = _synthetic(base, drawn)
    sources = base.settings.get("sources", {})
    given = dict(sources) if isinstance(sources, dict) else {}
    settings["sources"] = given | dict.fromkeys(sorted(drawn), f"synthetisch, seed {seed}")
    return settings


def _synthetic(base: BaseTables, drawn: list[str]) -> bool | list[str]:
    declared = base.settings.get("synthetic", False)
    if declared is True:
        return True
    names = declared if isinstance(declared, list | tuple) else ()
    return sorted({*(str(name) for name in names), *drawn})


def _wanted(base: BaseTables, households: int | None) -> int | None:
    if households is None and base.is_landscape:
        return _HOUSEHOLDS_PER_MUNICIPALITY * len(base.tables["gemeenten"])
    return households


def _national_total(
    base: BaseTables, settings: dict[str, object], households: int | None, seed: int
) -> int:
    """Quota such that quota and balance together fill about so many households.

    The balance is known only once there are quotas: it is drawn on a first guess, and the guess
    is corrected by what it was off.
    """
    count = _wanted(base, households) or 0
    mean = sum((i + 1) * weight for i, weight in enumerate(priors.HOUSEHOLD_SIZES))
    persons = count * mean // sum(priors.HOUSEHOLD_SIZES)
    municipalities = len(base.tables["gemeenten"])
    if persons < municipalities:
        raise GenerateRequestError("generate_too_few", municipalities=municipalities, found=count)
    draft = Draft({**settings, "national_total": persons}, dict(base.tables))
    draft.tables["standen"] = make_standings(draft, stream(seed, "standen"))
    need = sum(position.to_house for position in draft.positions())
    return max(municipalities, persons * persons // need)
