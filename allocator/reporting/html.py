"""``rapport.html``: one offline page from the files of a result folder alone."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.explaining import municipality_explanation
from allocator.reporting import account, composition, grids
from allocator.reporting.boundarymap import boundary_map
from allocator.reporting.cautions import cautions
from allocator.reporting.charts import bar_chart
from allocator.reporting.division import national_inhabitants
from allocator.reporting.fairness import size_fairness_chart, size_fairness_grid
from allocator.reporting.figures import totals
from allocator.reporting.grid import written
from allocator.reporting.law import half_year, is_checked, law_source, law_text, regime
from allocator.reporting.moments import as_date, last_day
from allocator.reporting.result import Result, load_result
from allocator.reporting.study_grids import page_grids
from allocator.reporting.swap_account import reached, sought
from allocator.reporting.tilemap import MOST_TILES, tile_map
from allocator.reporting.voice import Voice

if TYPE_CHECKING:
    from jinja2 import Environment

REPORT_FILE = "rapport.html"
STUDY_TEXTS = {"potential": "report_study_potential", "wishes": "report_study_wishes"}
"""What a study says of its tables, by its command, where it is not what all of them say."""


def write_report(
    folder: Path, lang: str, explain_code: str | None = None, boundaries: Path | None = None
) -> Path:
    """Write ``rapport.html`` into a result folder, whole or not at all.

    Parameters
    ----------
    folder
        A result folder; only its public tables are read.
    lang
        ``nl`` or ``en``.
    explain_code
        The municipality whose number is explained; by default the largest quota in the link
        region, or the first code where there is no region.
    boundaries
        GeoJSON with boundaries of municipalities, for a map beside the tile map.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read or does not have ``explain_code``, or the boundaries are
        not usable.
    """
    page = report_page(load_result(folder), lang, explain_code, boundaries)
    path = folder / REPORT_FILE
    beside = folder / f".{REPORT_FILE}.part"
    beside.write_text(page, encoding="utf-8", newline="\n")
    return beside.replace(path)


def report_page(
    result: Result, lang: str, explain_code: str | None = None, boundaries: Path | None = None
) -> str:
    """The page as text.

    Raises
    ------
    InputRefusedError
        If the result does not have ``explain_code``, or the boundaries are not usable.
    """
    templates = environment(Voice(lang))
    css = asset(templates, "rapport.css") + printed_footer(result, Voice(lang))
    script = asset(templates, "rapport.js")
    code = explain_code or explained_code(result)
    explanation = municipality_explanation(result, code, lang)
    # Said at the top of the page already.
    own = explanation.notices[len(cautions(result, Voice(lang))) :]
    page = templates.get_template("rapport.html.j2").render(
        **_public(result, Voice(lang)),
        boundaries=boundary_map(result, boundaries, Voice(lang)) if boundaries else None,
        explanation=replace(explanation, notices=own),
        css=css,
        script=script,
        css_hash=csp_hash(css),
        script_hash=csp_hash(script),
    )
    return page if page.endswith("\n") else page + "\n"


def explained_code(result: Result) -> str:
    """The municipality that the page explains when nobody asks for another."""
    region = str(result.parameters.get("link", {}).get("region", ""))
    column, _, value = region.partition("=")
    inside = {
        row.code for row in result.municipalities if value and row.columns.get(column) == value
    }
    chosen = [row for row in result.quotas if row.code in inside]
    if not chosen:
        return min(row.code for row in result.quotas)
    return min(chosen, key=lambda row: (-row.quota, row.code)).code


def _public(result: Result, voice: Voice) -> dict[str, Any]:
    return {
        "result": result,
        "lang": voice.lang,
        "totals": totals(result),
        "everyone": national_inhabitants(result),
        "half_year": half_year(result),
        "last_day": last_day(half_year(result)),
        "dates": account.dates(result, voice),
        "synthetic": account.synthetic_tables(result, voice),
        "exercise": account.is_exercise(result),
        "cautions": cautions(result, voice),
        "notices": account.notices(result, voice),
        "differences": account.differences_from_law(result, voice),
        "sources": account.sources(result, voice),
        "glossary": account.glossary(voice),
        "regime": regime(result),
        "checked_on": as_date(regime(result).get("checked_on")),
        "law_checked": is_checked(result),
        "law": law_text(result, voice),
        "law_source": law_source(result, voice),
        "key_title": account.key_title(result, voice),
        "key_source": account.key_source(result, voice),
        "method": str(result.certificate["quota"]["method"]),
        "map": tile_map(result, voice),
        "most_tiles": MOST_TILES,
        "studies": page_grids(result, voice),
        "study_text": voice.say(STUDY_TEXTS.get(result.parameters["command"], "report_study_text")),
        "region": account.region_name(_region(result)),
        **_grids(result, voice),
    }


def _grids(result: Result, voice: Voice) -> dict[str, Any]:
    swapped, linked = result.after_swap is not None, result.links is not None
    requested = result.left_over is not None
    sizes = grids.size_grid(result, voice)
    short = grids.shortfall_grid(result, voice) if swapped else None
    rate = voice.say("report_size_chart")
    fair = size_fairness_grid(result, voice)
    return {
        "fair_grid": fair,
        "fair_chart": size_fairness_chart(fair, voice),
        "size_chart": bar_chart(sizes, [len(sizes.columns) - 1], rate, voice),
        "shortfall_grid": short,
        "shortfall_chart": bar_chart(short, [1, 2], short.caption, voice) if short else None,
        "quota_grid": grids.quota_grid(result, voice),
        "province_grid": grids.province_grid(result, voice),
        "size_grid": sizes,
        "transfer_grid": grids.transfer_grid(result, voice) if swapped else None,
        "swap_sought": sought(result, voice) if swapped else (),
        "swap_reached": tuple(reached(result, voice)) if swapped else (),
        "promise_grid": grids.promise_grid(result, voice) if result.promises else None,
        "after_grid": grids.after_swap_grid(result, voice) if swapped else None,
        "move_grid": composition.move_grid(result, voice) if requested else None,
        "left_grid": composition.left_over_grid(result, voice) if requested else None,
        "link_grid": grids.link_grid(result, voice) if linked else None,
        "stage_grid": account.stage_grid(result, voice),
        "hash_grid": account.hash_grid(result, voice),
        "other_deals": sum(row.kind != "herverdeling" for row in result.transfers or ()),
    }


def _region(result: Result) -> str:
    return str(result.parameters.get("link", {}).get("region", ""))


@cache
def environment(voice: Voice) -> Environment:
    """The templates of the pages, with the words and numbers of one language."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("allocator.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        t=voice.say,
        n=voice.number,
        signed=voice.signed,
        persons=voice.persons,
        households=voice.households,
        municipalities=voice.municipalities,
        deals=voice.deals,
        written=lambda cell, kind: written(cell, kind, voice.lang),
    )
    return made


def asset(templates: Environment, name: str) -> str:
    """A file that stands beside the templates, as it is."""
    loader = templates.loader
    if loader is None:
        raise ValueError("an environment without templates")
    return loader.get_source(templates, name)[0]


def printed_footer(result: Result, voice: Voice) -> str:
    """The rule that says at the foot of every printed page what the page is."""
    return footer_rule(bool(account.synthetic_tables(result, voice)), voice)


def footer_rule(is_synthetic: bool, voice: Voice) -> str:
    """That rule, for a page that rests on made-up tables or does not."""
    # On paper every page says what it is, also when it is taken out of its bundle.
    said = voice.say("report_proposal")
    if is_synthetic:
        said = f"{said} {voice.say('report_watermark')}"
    quoted = said.replace("\\", "\\\\").replace('"', '\\"')
    numbered = f'content:"{quoted} · " counter(page) " / " counter(pages)'
    return f"@page{{@bottom-center{{{numbered};font-size:8pt}}}}\n"


def csp_hash(content: str) -> str:
    """The hash by which a page allows its own style or script and no other."""
    return "sha256-" + b64encode(hashlib.sha256(content.encode()).digest()).decode()
