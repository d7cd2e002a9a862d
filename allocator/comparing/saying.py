"""What the terminal says of keys, sweeps and past half-years; and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from allocator.comparing.backtest import BacktestHalfYear, BacktestTable
from allocator.comparing.comparison import Comparison, KeyDivision
from allocator.comparing.figures import decimals
from allocator.comparing.measures import gini, half_distance
from allocator.comparing.sweep import SweepTable
from allocator.comparing.tables import direction
from allocator.quota import QuotaTable
from allocator.words import number, text

SHOWN_DECIMALS = 4
FURTHEST = 3
"""Municipalities named of those that go up or down most."""


def comparison_lines(comparison: Comparison, lang: str) -> list[str]:
    """The comparison in a few lines: the law, then every key against it."""
    settings = comparison.instance.settings
    lines = [
        text("screen_title", lang, name=settings.name, half_year=settings.half_year),
        text(
            "compare_total",
            lang,
            total=number(comparison.total, lang),
            units=number(len(comparison.inhabitants), lang),
            rounding=comparison.rounding,
        ),
        *_law_lines(comparison.law, lang),
    ]
    for own in comparison.divisions:
        lines += _key_lines(comparison, own, lang)
    return [*lines, text("proposal_not_decision", lang)]


def _law_lines(law: QuotaTable, lang: str) -> list[str]:
    """The letter of the law beside the rounding used, and what that rounding is."""
    statutory, surplus = number(law.statutory_sum or 0, lang), number(law.surplus or 0, lang)
    lines = [text("screen_statutory", lang, statutory=statutory, surplus=surplus)]
    return [*lines, text("label_sluitend", lang)] if law.rounding == "sluitend" else lines


def _key_lines(comparison: Comparison, own: KeyDivision, lang: str) -> Iterator[str]:
    key = own.key
    status = text(f"compare_status_{key.status}", lang)
    title = key.title.nl if lang == "nl" else key.title.en
    yield text("compare_key", lang, name=own.name, title=title, status=status)
    turns = [direction(change) for change in own.difference]
    evenness = gini(own.persons, comparison.inhabitants) or Fraction(0)
    if not any(own.difference):
        total, even = number(sum(own.persons), lang), number(evenness, lang, SHOWN_DECIMALS)
        yield text("compare_key_same", lang, sum=total, gini=even)
        return
    yield text(
        "compare_key_figures",
        lang,
        sum=number(sum(own.persons), lang),
        higher=number(turns.count("hoger"), lang),
        lower=number(turns.count("lager"), lang),
        equal=number(turns.count("gelijk"), lang),
        shifted=_shifted(own.difference, lang),
        gini=number(evenness, lang, SHOWN_DECIMALS),
    )
    yield text(
        "compare_key_most",
        lang,
        higher=_furthest(comparison, own, 1),
        lower=_furthest(comparison, own, -1),
    )
    if own.own.rounding != own.common.rounding:
        yield text(
            "compare_key_rounding",
            lang,
            rounding=own.own.rounding,
            key_part=_shifted(own.key_part, lang),
            rounding_part=_shifted(own.rounding_part, lang),
        )


def _furthest(comparison: Comparison, own: KeyDivision, sign: int) -> str:
    """The municipalities that go up (1) or down (-1) most, with their change."""
    places = comparison.instance.municipalities
    changes = zip(own.difference, places, strict=True)
    ordered = sorted((-sign * change, place.code, place.name) for change, place in changes)
    shown = [f"{name} {-sign * moved:+d}" for moved, _, name in ordered[:FURTHEST] if moved < 0]
    return ", ".join(shown) or "-"


def _shifted(changes: tuple[int, ...], lang: str) -> str:
    """Half the sum of absolute changes, with a decimal where it is no whole number."""
    half = half_distance(changes, (0,) * len(changes))
    return number(half, lang, 0 if half.denominator == 1 else 1)


def comparison_json(comparison: Comparison, lang: str) -> dict[str, object]:
    """The same for machines."""
    settings = comparison.instance.settings
    return {
        "command": "compare",
        "name": settings.name,
        "half_year": settings.half_year,
        "total": comparison.total,
        "rounding": comparison.rounding,
        "statutory_sum": comparison.law.statutory_sum,
        "surplus": comparison.law.surplus,
        "keys": [_key_json(comparison, own) for own in comparison.divisions],
        "notices": [item.as_json(lang) for item in comparison.notices],
    }


def _key_json(comparison: Comparison, own: KeyDivision) -> dict[str, object]:
    turns = [direction(change) for change in own.difference]
    evenness = gini(own.persons, comparison.inhabitants)
    return {
        "key": own.name,
        "status": own.key.status,
        "rounding": own.own.rounding,
        "sum": sum(own.persons),
        "higher": turns.count("hoger"),
        "lower": turns.count("lager"),
        "equal": turns.count("gelijk"),
        "shifted": str(half_distance(own.persons, own.law)),
        "gini": None if evenness is None else decimals(evenness),
        "tied": list(own.own.tied),
    }


def sweep_lines(table: SweepTable, lang: str) -> list[str]:
    """The grid in a few lines: how many points, and how far quotas move over it."""
    settings = table.instance.settings
    ranges = table.ranges
    widest = max(range(len(ranges)), key=lambda i: (ranges[i].most - ranges[i].least, -i))
    place, own = table.instance.municipalities[widest], ranges[widest]
    return [
        text("screen_title", lang, name=settings.name, half_year=settings.half_year),
        text(
            "sweep_points",
            lang,
            name=table.key.name,
            points=number(len(table.points), lang),
            left_out=number(table.left_out, lang),
            rounding=table.rounding,
        ),
        *_law_lines(table.law, lang),
        text(
            "sweep_range",
            lang,
            moving=number(sum(one.least < one.most for one in ranges), lang),
            units=number(len(ranges), lang),
            name=place.name,
            least=number(own.least, lang),
            most=number(own.most, lang),
        ),
        text("proposal_not_decision", lang),
    ]


def sweep_json(table: SweepTable) -> dict[str, object]:
    """The same for machines."""
    return {
        "command": "sweep",
        "name": table.instance.settings.name,
        "key": table.key.name,
        "rounding": table.rounding,
        "points": len(table.points),
        "left_out": table.left_out,
        "moving": sum(one.least < one.most for one in table.ranges),
    }


def backtest_lines(table: BacktestTable, lang: str) -> list[str]:
    """Half-year by half-year: published, housed, and where the formula differs."""
    lines = [text("backtest_title", lang, keys=", ".join(key.name for key in table.keys))]
    for half in table.half_years:
        lines += _half_year_lines(half, lang)
    return [*lines, text("label_sluitend", lang), text("backtest_descriptive", lang)]


def _half_year_lines(half: BacktestHalfYear, lang: str) -> Iterator[str]:
    yield text(
        "backtest_half_year",
        lang,
        half_year=half.about.half_year,
        published=number(sum(row.published.quota for row in half.rows), lang),
        housed=number(sum(row.published.housed for row in half.rows), lang),
        until=half.about.housed_until,
    )
    used = number(half.used_total, lang)
    if half.deviations:
        names = ", ".join(f"{name} {own:+d}" for name, own in half.deviations.items())
        total = number(half.total_deviation, lang)
        yield text("backtest_deviation", lang, total=total, used=used, names=names)
    else:
        yield text("backtest_no_deviation", lang, used=used)
    yield f"  {half.about.note[lang]}"


def backtest_json(table: BacktestTable) -> dict[str, object]:
    """The same for machines."""
    return {
        "keys": [key.name for key in table.keys],
        "rounding": table.rounding,
        "half_years": [
            {
                "half_year": half.about.half_year,
                "used_total": half.used_total,
                "total_origin": half.about.total_origin,
                "population_origin": half.about.population_origin,
                "published": sum(row.published.quota for row in half.rows),
                "housed": sum(row.published.housed for row in half.rows),
                "housed_until": half.about.housed_until,
                "deviation_total": half.total_deviation,
                "deviations": half.deviations,
            }
            for half in table.half_years
        ],
    }
