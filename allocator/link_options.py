"""What a planner may ask of a run of linking beyond its instance."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Options of ``link``; the defaults are the ordinary run on everything at once."""

    prices: Path | None = None
    """Certificate or result whose prices make the plan again, without a search."""
    keep_for: Path | None = None
    """Certificate or result whose scarcity prices keep back what later arrivals need."""
    stand_per: datetime.date | None = None
    """Day on which households must wait and dwellings must be available."""
    old: Path | None = None
    """Result whose plan is kept as far as can be, and whose prices prove the new one."""
    pins: tuple[str, ...] = ()
    """``HUISHOUDEN=GEMEENTE``: this household goes there."""
    forbids: tuple[str, ...] = ()
    """``HUISHOUDEN=GEMEENTE``: this household does not go there."""
    reserves: tuple[str, ...] = ()
    """``GEMEENTE,KLASSE,AANTAL``: so many dwellings stay free."""
    supply: tuple[str, ...] = ()
    """``GEMEENTE,KLASSE,AANTAL``: dwellings of a class, instead of what the tables say."""


ORDINARY = LinkOptions()
