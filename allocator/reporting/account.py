"""What a reader must know to judge a result: dates, sources, settings, data quality, proof."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from allocator.reporting.grid import Grid, Kind, columns
from allocator.reporting.law import half_year, is_checked
from allocator.reporting.moments import as_date, reference_dates
from allocator.reporting.provinces import province_name
from allocator.reporting.result import Result
from allocator.reporting.rows import Stage
from allocator.reporting.voice import Voice
from allocator.schema import TABLE_BY_NAME

GLOSSARY = (
    "quota",
    "permit_holder",
    "national_total",
    "swap",
    "backlog",
    "burden",
    "placeable",
    "shortfall",
    "link",
    "dwelling_class",
    "realisation",
    "follow_on",
    "key",
    "rounding",
    "bound",
    "who",
)
"""Words that the report explains, in this order."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its meaning."""

    word: str
    meaning: str


def glossary(voice: Voice) -> tuple[Term, ...]:
    """The words of the report."""
    return tuple(
        Term(voice.say(f"report_term_{name}"), voice.say(f"report_term_{name}_meaning"))
        for name in GLOSSARY
    )


def dates(result: Result, voice: Voice) -> tuple[Term, ...]:
    """Every reference date by its full name."""
    half = half_year(result)
    day = as_date(result.instance.get("population_date"))
    population = (("report_date_population", day),) if day else ()
    return tuple(
        Term(voice.say(name), voice.written(when))
        for name, when in (*population, *reference_dates(half))
    )


def synthetic_tables(result: Result, voice: Voice) -> tuple[str, ...]:
    """Names of the made-up tables; one name for all of them when everything is."""
    said = result.instance.get("synthetic", False)
    if said is True:
        return (voice.say("report_every_table"),)
    return tuple(table_name(name, voice) for name in said or ())


def is_exercise(result: Result) -> bool:
    """Whether real and made-up tables were mixed in the links."""
    return bool(result.parameters.get("link", {}).get("oefening", False))


def table_name(name: str, voice: Voice) -> str:
    """What people call a table."""
    known = name in TABLE_BY_NAME or name == "national_total"
    return voice.say(f"report_table_{name}") if known else name


def region_name(condition: str) -> str:
    """A region such as ``provincie_code=PV24`` as people call it."""
    column, _, value = condition.partition("=")
    return province_name(value) if column == "provincie_code" else value


def sources(result: Result, voice: Voice) -> tuple[Term, ...]:
    """Source per table, as the instance gives it."""
    said = result.instance.get("sources", {})
    return tuple(Term(table_name(name, voice), str(said[name])) for name in sorted(said))


def differences_from_law(result: Result, voice: Voice) -> tuple[str, ...]:
    """Settings under which the figures are not the letter of the law."""
    found = []
    key = str(result.parameters.get("key", "inwoners"))
    method = str(result.certificate["quota"]["method"])
    if key != "inwoners":
        found.append(voice.say("report_differs_key", basis=key_title(result, voice)))
    if method != "wettelijk":
        found.append(voice.say("report_differs_rounding", method=method))
    corrected = [row for row in result.quotas if row.correction]
    if corrected:
        found.append(
            voice.say(
                "report_differs_corrections",
                municipalities=voice.municipalities(len(corrected)),
                persons=voice.signed(sum(row.correction for row in corrected)),
            )
        )
    published = sum(row.published is not None for row in result.quotas)
    if published:
        leading = voice.municipalities(published)
        found.append(voice.say("report_differs_published", municipalities=leading))
    day = as_date(result.instance.get("population_date"))
    if day is not None and day != half_year(result).population_date:
        found.append(voice.say("report_differs_population_date", date=day))
    return (*found, *_narrower_swaps(result, voice))


def _narrower_swaps(result: Result, voice: Voice) -> tuple[str, ...]:
    swap = result.parameters.get("swap")
    if not isinstance(swap, dict) or swap.get("pairs", "alle") == "alle":
        return ()
    return (voice.say(f"report_differs_pairs_{swap['pairs']}"),)


def key_title(result: Result, voice: Voice) -> str:
    """What people call the key of the division."""
    title = result.key.get("title", {}).get(voice.lang)
    return str(title or result.parameters.get("key", "inwoners"))


def key_source(result: Result, voice: Voice) -> str:
    """Where the key comes from; empty for the statutory one."""
    return str(result.key.get("source", {}).get(voice.lang, ""))


def notices(result: Result, voice: Voice) -> tuple[str, ...]:
    """Data-quality notices: those of the run, and those that show from the tables."""
    said: Any = result.parameters.get("notices") or []
    found = [_notice(entry, voice.lang) for entry in said]
    if not is_checked(result):
        found.append(voice.say("report_law_not_checked", half_year=half_year(result)))
    derived = sum(row.columns.get("inwoners_bron") == "afgeleid" for row in result.municipalities)
    if derived:
        found.append(
            voice.say("report_notice_derived", municipalities=voice.municipalities(derived))
        )
    if result.links is not None:
        found.append(voice.say("report_notice_small_counts"))
    return tuple(found)


def _notice(entry: Any, lang: str) -> str:
    return str(entry.get(lang, "")) if isinstance(entry, dict) else str(entry)


_LINKS = "koppeling"


def stage_grid(result: Result, voice: Voice) -> Grid:
    """Every stage: what it reached, what no plan can beat, and whose word that is."""
    heads = columns(
        voice.lang,
        ("report_stage_head", Kind.TEXT),
        ("report_status_head", Kind.TEXT),
        ("report_objective_head", Kind.NUMBER),
        ("report_bound_head", Kind.NUMBER),
        ("report_gap_head", Kind.TEXT),
        ("report_proof_head", Kind.TEXT),
    )
    rows = tuple(
        (
            voice.say(f"report_stage_{stage.name}"),
            voice.say(f"report_status_{_status(stage)}"),
            _amount(stage.objective),
            _amount(stage.bound),
            gap_text(stage, voice),
            voice.say(f"report_proof_{_proof(result, stage)}"),
        )
        for stage in result.stages
    )
    return Grid("tabel-stappen", voice.say("report_stage_caption"), heads, rows)


def _proof(result: Result, stage: Stage) -> str:
    """What the bound of a stage rests on, as the certificate says it."""
    said = result.certificate
    stated: dict[str, str] = {}
    for part in ("swap", "samenstelling"):
        stated |= said.get(part, {}).get("proof", {})
    links = said.get("link")
    if links is None or not stage.name.startswith(_LINKS):
        # Without a word in the certificate it is a division, which is recomputed.
        return stated.get(stage.name, "recomputed")
    own = links.get("levels", {}).get(stage.name, links)
    # Prices are recomputed; what lies above them on the exact road is the word of two engines.
    by_prices = own["proof"] == "prices" or own.get("price_bound") == own["bound"]
    return "recomputed" if by_prices else "engines"


def _status(stage: Stage) -> str:
    return "exact" if stage.objective is None and stage.status == "optimal" else stage.status


def _amount(printed: str | None) -> int | str | None:
    # A fractional objective is written as a string such as 3/17.
    if printed is None:
        return None
    value = Fraction(printed)
    return value.numerator if value.denominator == 1 else printed


def gap_text(stage: Stage, voice: Voice) -> str:
    """The gap as a percentage; empty where there is no objective."""
    if stage.gap is None:
        return ""
    return voice.say("report_gap", percent=voice.number(100 * stage.gap, 3 if stage.gap else 0))


def hash_grid(result: Result, voice: Voice) -> Grid:
    """Public input files with their checksum."""
    heads = columns(voice.lang, ("report_file_head", Kind.TEXT), ("report_sha_head", Kind.TEXT))
    public = {file: sha for file, sha in result.inputs.items() if file.startswith("invoer/")}
    rows = tuple(sorted(public.items()))
    return Grid("tabel-invoer", voice.say("report_hash_caption"), heads, rows)
