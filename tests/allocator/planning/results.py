"""A small result of every planning command."""

from __future__ import annotations

from pathlib import Path

from allocator.planning import Outcome, banded, drifted, following, planned, tabled, tiered
from tests.allocator.planning.cases import Case, published, put_table, put_text

PLACES = [320, 310, 500, 77]
PROVINCES = ("PV01", "PV02", "PV01", "PV02")


def make(command: str, folder: Path) -> Outcome:
    """A small result of a command."""
    instance = Case(PLACES, 22, PROVINCES).put(folder / "nu")
    text = "halfjaar,landelijk_totaal\n2021-1,10\n2021-2,12\n"
    half_years = put_text(folder / "halfjaren.csv", text)
    if command == "band":
        rows = [(f"SY{i + 1:04d}", own) for i, own in enumerate([2, 3, 6, 1])]
        last = put_table(folder / "vorige.csv", ("gemeente_code", "taakstelling"), rows)
        limits = put_text(folder / "g.csv", "gemeente_code,minimaal,maximaal\nSY0001,,6\n")
        return banded(instance, last, "1/2", limits)
    if command == "next":
        first = published(following(instance), folder / "eerder")
        later = Case(PLACES, 22, PROVINCES, half_year="2021-2").put(folder / "later")
        return following(later, first / "historie.csv")
    margins = put_text(folder / "m.csv", "soort,naam,totaal\nkolom,a,12\nkolom,b,10\n")
    return {
        "tiers": lambda: tiered(instance),
        "table": lambda: tabled(instance, margins),
        "plan": lambda: planned(instance, half_years),
        "drift": lambda: drifted(instance, half_years),
    }[command]()
