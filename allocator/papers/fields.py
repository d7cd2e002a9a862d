"""What a template may use: the figures of one group, written out in Dutch.

Only ``taakstellingen.csv``, ``overdrachten.csv``, ``na_uitruil.csv``, the names, dates and
provinces of the instance and the days of signed deals are used; what a party declared it could
give or take is never read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from allocator.papers.groups import BILATERAL, SIGNED, Group
from allocator.period import HalfYear
from allocator.regimes import regimes
from allocator.reporting.cautions import BEGUN, OVER, phase, what_if_line
from allocator.reporting.law import half_year, is_checked, regime
from allocator.reporting.moments import as_date, last_day
from allocator.reporting.provinces import province_name
from allocator.reporting.result import Result, read_rows
from allocator.reporting.voice import Voice

LANGUAGE = "nl"  # Ours: Dutch authorities decide in Dutch, whatever language the reader asked for.
CLAUSES = ("vast", "naar-rato", "vervalt")

Fields = dict[str, Any]


def is_synthetic(result: Result) -> bool:
    """Whether any table is made up, wholly or in part."""
    return bool(result.instance.get("synthetic", False))


def common_fields(result: Result, clause: str) -> Fields:
    """What every paper says: half-year, law, clause, and whether data are made up."""
    voice, half, law = Voice(LANGUAGE), half_year(result), _law(result)
    return {
        "synthetisch": is_synthetic(result),
        "herkomst": result.name,
        "clausule": clause,
        "wat_als": what_if_line(result, voice),
        "clausule_kort": voice.say(f"papers_clause_{clause.replace('-', '_')}"),
        "halfjaar": {
            "code": str(half),
            "naam": voice.say(f"papers_half_year_{half.half}", year=str(half.year)),
            "tekst": voice.say(f"papers_of_half_year_{half.half}", year=str(half.year)),
            "begin": voice.written(half.start),
            "einde": voice.written(last_day(half)),
            "let_op": _warning(result, half, voice),
        },
        "wet": {
            "naam": str(law.get("law", "")),
            "tekst_van": _day(law.get("text_of"), voice),
            "gecontroleerd": is_checked(result),
            "gecontroleerd_op": _day(law.get("checked_on"), voice),
        },
    }


def _warning(result: Result, half: HalfYear, voice: Voice) -> str:
    """What a reader must know when the half-year has begun or is over."""
    found = phase(result)
    if found == OVER:
        return voice.say("papers_half_year_over", end=voice.written(last_day(half)))
    if found == BEGUN:
        return voice.say("papers_half_year_begun", start=voice.written(half.start))
    return ""


def group_fields(result: Result, group: Group, decisions: Sequence[Group]) -> Fields:
    """The figures of a group; ``decisions`` are all joint decisions of the proposal."""
    voice, names = Voice(LANGUAGE), names_of(result)
    own = [party_fields(result, group, code) for code in group.parties]
    mine = [one for one in decisions if {*one.parties} <= {*group.parties}]
    touching = [one for one in decisions if {*one.parties} & {*group.parties}]
    givers = {row.giver for row in group.transfers}
    in_all = set(group.parties).intersection(*({row.giver, row.taker} for row in group.transfers))
    bilateral = result.parameters.get("swap", {}).get("form") == BILATERAL
    return {
        "partijen": own,
        "totaal": _sums(result, group, voice),
        "overdrachten": [
            {
                "van": f"{names[row.giver]} ({row.giver})",
                "naar": f"{names[row.taker]} ({row.taker})",
                "personen": voice.number(row.persons),
            }
            for row in group.transfers
        ],
        "colleges": _names_in(group, result, voice),
        "provincies": _provinces(result, group, voice),
        "aantal_gevers": voice.number(len(givers)),
        "aantal_nemers": voice.number(len(group.parties) - len(givers)),
        "aantal_besluiten": voice.number(len(mine)),
        "in_meer_besluiten": len(touching) > 1 and len(mine) == 1,
        "bilateraal": bilateral,
        "paren": "; ".join(_names_in(one, result, voice) for one in mine) if bilateral else "",
        # Every transfer that a withdrawing party has no part in meets the rules by itself.
        "rest_blijft": in_all < {*group.parties},
        "niet_zonder": listed([names[code] for code in sorted(in_all)], voice),
        "getekend_op": _signed_on(result, group, voice),
        "al_getekend": any(row.reason == SIGNED for row in group.transfers),
        "vastgezet": any(row.reason == "vastgezet" for row in group.transfers),
        "toezeggingen": _promises(result, group, voice),
        "met_tegenprestatie": listed(
            [
                names[row.code]
                for row in result.after_swap or ()
                if row.code in group.parties and row.verdict == "tegenprestatie"
            ],
            voice,
        ),
    }


def _names_in(group: Group, result: Result, voice: Voice) -> str:
    names = names_of(result)
    return listed([names[code] for code in group.parties], voice)


def _promises(result: Result, group: Group, voice: Voice) -> list[Fields]:
    """Returns that parties of the group promise each other for a later half-year."""
    names = names_of(result)
    deals = {(row.giver, row.taker) for row in group.transfers}
    return [
        {
            "van": f"{names[own.taker]} ({own.taker})",
            "naar": f"{names[own.giver]} ({own.giver})",
            "halfjaar": own.half_year,
            "personen": voice.number(own.persons),
            "laagste": "–" if own.lowest is None else voice.number(own.lowest),
            "toereikend": voice.say(f"papers_promise_{own.standing}"),
        }
        for own in result.promises or ()
        if (own.giver, own.taker) in deals
    ]


def party_fields(result: Result, group: Group, code: str) -> Fields:
    """The row of one party: its quota, what this group changes, and its expected shortfall."""
    voice = Voice(LANGUAGE)
    row = next(row for row in result.after_swap or () if row.code == code)
    change = group.change(code)
    return {
        "code": code,
        "naam": names_of(result)[code],
        "geeft": change < 0,
        "taakstelling": voice.number(row.quota),
        "overdracht": voice.signed(change),
        "gewijzigd": voice.number(row.quota + change),
        "tekort_voor": voice.number(row.shortfall_before),
        "tekort_na": voice.number(row.shortfall_after),
        "oordeel": voice.say(f"report_verdict_{row.verdict}_long"),
    }


def own_fields(result: Result, group: Group, code: str) -> Fields:
    """What only the paper of one party says: who it is and who the others are."""
    voice, names = Voice(LANGUAGE), names_of(result)
    others = [names[party] for party in group.parties if party != code]
    return {
        "gemeente": party_fields(result, group, code),
        "anderen": listed(others, voice),
        "aantal_anderen": len(others),
    }


def exchange_fields(result: Result, group: Group) -> Fields:
    """The figures of a request about the composition of links."""
    voice, names = Voice(LANGUAGE), names_of(result)
    stated = result.parameters.get("samenstelling", {})
    return {
        "colleges": listed([names[code] for code in group.parties], voice),
        "aandelen": _shares(stated.get("aandelen", {})),
        "aanname": stated.get("aanname", False),
        "verschuivingen": [
            {
                "van": f"{names[row.giver]} ({row.giver})",
                "naar": f"{names[row.taker]} ({row.taker})",
                "grootte": row.dwelling_class,
                "huishoudens": voice.number(row.households or 0),
                "personen": voice.number(row.persons),
            }
            for row in group.transfers
        ],
        "partijen": [
            {"code": code, "naam": names[code], **_both_ways(group, (code,), voice)}
            for code in group.parties
        ],
        "totaal": {
            "naam": voice.municipalities(len(group.parties)),
            **_both_ways(group, group.parties, voice),
        },
    }


def _shares(stated: Mapping[str, str]) -> str:
    """Shares of households by number of persons, in per cents to one decimal: 1: 62 %, 2: 3,5 %."""
    weights = {int(size): Fraction(share) for size, share in stated.items()}
    said = []
    for size in sorted(weights):
        tenths = weights[size] * 1000 / sum(weights.values())
        whole, tenth = divmod((tenths + Fraction(1, 2)).__floor__(), 10)
        said.append(f"{size}: {whole},{tenth} %" if tenth else f"{size}: {whole} %")
    return ", ".join(said)


def _both_ways(group: Group, codes: Sequence[str], voice: Voice) -> Fields:
    """Households and persons that these municipalities hand over and get."""
    found = {}
    for way, end in (("af", "giver"), ("bij", "taker")):
        rows = [row for row in group.transfers if getattr(row, end) in codes]
        found[f"huishoudens_{way}"] = voice.number(sum(row.households or 0 for row in rows))
        found[f"personen_{way}"] = voice.number(sum(row.persons for row in rows))
    return found


def names_of(result: Result) -> Mapping[str, str]:
    """Name by municipality code."""
    return {row.code: row.name for row in result.quotas}


def _signed_on(result: Result, group: Group, voice: Voice) -> str:
    """Days of the signed deals among these transfers, as far as anybody filled them in."""
    pairs = {(row.giver, row.taker) for row in group.transfers if row.reason == SIGNED}
    path = result.folder / "invoer" / "uitruilafspraken.csv"
    rows = read_rows(path) if pairs and path.is_file() else []
    days = {
        row.get("datum", "")
        for row in rows
        if row["soort"] == SIGNED and (row["van_code"], row["naar_code"]) in pairs
    }
    return listed([voice.written(as_date(day)) for day in sorted(days - {""})], voice)


def listed(words: Sequence[str], voice: Voice) -> str:
    """Words as people list them: A, B en C."""
    if len(words) < 2:
        return "".join(words)
    return voice.say("papers_and", first=", ".join(words[:-1]), last=words[-1])


def _sums(result: Result, group: Group, voice: Voice) -> Fields:
    rows = [row for row in result.after_swap or () if row.code in group.parties]
    change = sum(map(group.change, group.parties))

    def add(take: Callable[[Any], int]) -> int:
        return sum(take(row) for row in rows)

    quota = add(lambda row: row.quota)
    return {
        "naam": voice.municipalities(len(rows)),
        "taakstelling": voice.number(quota),
        "overdracht": voice.signed(change),
        "gewijzigd": voice.number(quota + change),
        "tekort_voor": voice.number(add(lambda row: row.shortfall_before)),
        "tekort_na": voice.number(add(lambda row: row.shortfall_after)),
    }


def _law(result: Result) -> Mapping[str, Any]:
    """The rule set as the manifest states it, otherwise as the half-year's regime does."""
    name = str(result.instance.get("regime", ""))
    known = regimes()
    own = known[name].as_parameters(half_year(result)) if name in known else {}
    return own | regime(result)


def _provinces(result: Result, group: Group, voice: Voice) -> str:
    codes = {row.province for row in result.quotas if row.code in group.parties}
    return listed([province_name(code) for code in sorted(codes)], voice)


def _day(said: Any, voice: Voice) -> str:
    day: dt.date | None = as_date(said)
    return voice.written(day) if day else "–"
