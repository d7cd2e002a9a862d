"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

INSTANCE = click.argument("instance", type=click.Path(path_type=Path))
RESULT = click.argument("result", type=click.Path(path_type=Path))
REGION = click.option("--region", default="", help="opt_region")
EXERCISE = click.option("--oefening", "exercise", is_flag=True, help="opt_exercise")
ROUNDINGS = click.Choice(["wettelijk", "sluitend", "webster", "grootste-rest", "jefferson", "hill"])
ROUNDING = click.option("--rounding", type=ROUNDINGS, help="opt_rounding")
COMMON_ROUNDING = click.option(
    "--rounding", type=ROUNDINGS, default="sluitend", help="opt_common_rounding"
)
FORM = click.option("--form", type=click.Choice(["regiobesluit", "bilateraal"]), help="opt_form")
LOT = click.option("--lot", type=click.IntRange(1, 100_000), help="opt_lot")
PARTNERS = click.option(
    "--partners", "partners_max", type=click.IntRange(1, 100_000), help="opt_partners"
)
LEXIMIN = click.option("--leximin/--no-leximin", default=None, help="opt_leximin")
PIN = click.option("--pin", "pins", multiple=True, help="opt_pin")
FORBID = click.option("--forbid", "forbids", multiple=True, help="opt_forbid")
SUPPLY = click.option("--aanbod", "supply", multiple=True, help="opt_supply")
LINK_PIN = click.option("--pin", "pins", multiple=True, help="opt_link_pin")
LINK_FORBID = click.option("--forbid", "forbids", multiple=True, help="opt_link_forbid")
RESERVE = click.option("--reserve", "reserves", multiple=True, help="opt_reserve")
OLD = click.option("--from", "old", type=click.Path(path_type=Path), help="opt_from")
AGAINST = click.option("--against", type=click.Path(path_type=Path), help="opt_against")
COMPOSITION = click.option("--samenstelling", "composition", is_flag=True, help="opt_composition")
TRIANGLES = click.option("--driehoek", "triangles", is_flag=True, help="opt_triangles")
KEY = click.option("--key", help="opt_key")


def out_option(default: Path | None = None) -> Callable[..., Any]:
    """``--out``: required, unless there is a default."""
    kind = click.Path(path_type=Path)
    # A default of None would itself count as an answer to a required option.
    given: dict[str, Any] = {"required": True} if default is None else {"default": default}
    return click.option("--out", type=kind, help="opt_out", **given)
