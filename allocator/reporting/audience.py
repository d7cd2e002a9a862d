"""The page and workbook of one audience, made from the tables of its own part and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allocator.keys.definition import STATUTORY
from allocator.reporting import account, composition, grids, rows
from allocator.reporting.audience_counts import (
    PUBLIC,
    Files,
    count_parts,
    hidden_note,
    link_cards,
    table_rows,
)
from allocator.reporting.cautions import cautions
from allocator.reporting.division import national_inhabitants, shown_divisor
from allocator.reporting.document import Card, Document, Part, Section
from allocator.reporting.fairness import size_fairness_chart, size_fairness_grid
from allocator.reporting.figures import Totals, totals
from allocator.reporting.grid import Grid, Kind, columns
from allocator.reporting.law import half_year, is_checked, law_text
from allocator.reporting.moments import last_day
from allocator.reporting.result import COMPOSITION, Result, refuse
from allocator.reporting.swap_account import sought
from allocator.reporting.voice import Voice

QUOTAS, AFTER, TRANSFERS = "taakstellingen.csv", "na_uitruil.csv", "overdrachten.csv"
PROMISES = "toezeggingen_stand.csv"
CONFIDENTIAL = "vertrouwelijk/"
NOT_LINKED = "vertrouwelijk/niet_gekoppeld.csv"
REGION = "regio"
SIZES = "eerlijkheid_grootte.csv"


def audience_document(files: Files, manifest: Mapping[str, Any], voice: Voice) -> Document:
    """What the page and the workbook of one audience say.

    Parameters
    ----------
    files
        The tables of the part by path; of the confidential ones only a number of rows is taken.
    manifest
        The manifest of the part; ``parameters.about`` says what the result was about.
    voice
        The language.

    Raises
    ------
    InputRefusedError
        If the part has no quotas, or a table or the manifest is not as the contract says.
    """
    try:
        parameters = manifest["parameters"]
        audience, result = str(parameters["audience"]), _result(files, manifest)
    except (KeyError, ValueError, TypeError, csv.Error):
        raise refuse("page_not_readable", "manifest.json") from None
    sections = (
        _short(files, result, audience, voice),
        _quotas(result, voice),
        *_swaps(result, audience, voice),
        *_links(files, result, audience, voice),
        _origin(result, voice),
    )
    half = half_year(result)
    title = voice.say(f"report_title_half_{half.half}", year=str(half.year))
    whose = _whose(result, voice)
    return Document(
        title=title,
        page_title=f"{title}: {whose}",
        lead=voice.say("page_audience_lead", whose=whose, name=result.name)
        + " "
        + voice.say("report_lead", first=half.start, last=last_day(half), name=result.name),
        banners=_banners(result, audience, voice),
        sections=sections,
        version=result.versions["allocator"],
        is_synthetic=bool(account.synthetic_tables(result, voice)),
        sheets=tuple(_sheets(sections, voice)),
    )


def _result(files: Files, manifest: Mapping[str, Any]) -> Result:
    """The part as a result of its own: what it does not hold is not there."""
    parameters = manifest["parameters"]
    about = parameters["about"]
    is_request = about["command"] == COMPOSITION
    after = _after(files)
    quotas = tuple(rows.read_quota(row) for row in table_rows(files, QUOTAS))
    transfers = tuple(rows.read_transfer(row) for row in table_rows(files, TRANSFERS))
    return Result(
        folder=Path(),
        name=manifest["name"],
        instance=dict(about["instance"]),
        key={},
        parameters={**parameters, "regime": about["regime"], "key": about["key"]}
        | {"what_if": about.get("what_if", False), "housed": about.get("housed", False)}
        | {"link": {"oefening": about["exercise"], "region": about["link_region"]}},
        versions=manifest["versions"],
        inputs={},
        retention=manifest.get("retention", ""),
        stages=(),
        certificate={"quota": dict(about["division"])},
        municipalities=tuple(_outside(about)),
        quotas=quotas,
        published=None,
        corrections=None,
        balances=None,
        supply=None,
        classes=None,
        follow_on=None,
        after_swap=None if is_request else after,
        left_over=after if is_request else None,
        transfers=transfers if TRANSFERS in files else None,
        promises=tuple(rows.read_promise(row) for row in table_rows(files, PROMISES)) or None,
        links=None,
        households_not_linked=len(table_rows(files, NOT_LINKED)) if NOT_LINKED in files else None,
        size_groups=tuple(table_rows(files, SIZES)) or None,
    )


def _outside(about: Mapping[str, Any]) -> Iterator[rows.Municipality]:
    """Municipalities beyond the part with which one inside it trades: a code and a name."""
    for code, name in about["outside"].items():
        yield rows.Municipality(code, name, "", 0, None, None, {})


def _after(files: Files) -> tuple[rows.AfterSwap, ...] | None:
    """The state after swaps; what the public part leaves out counts as 0 and is never shown."""
    if AFTER not in files:
        return None
    left_out = dict.fromkeys(
        ("achterstand", "voorsprong", "plaatsbaar", "tekort_voor", "tekort_na"), "0"
    )
    return tuple(
        rows.read_after_swap({**left_out, "oordeel": "", **row}) for row in table_rows(files, AFTER)
    )


def _whose(result: Result, voice: Voice) -> str:
    audience, region = result.parameters["audience"], str(result.parameters.get("region", ""))
    return voice.say(f"page_audience_{audience}", region=account.region_name(region))


def _banners(result: Result, audience: str, voice: Voice) -> tuple[tuple[str, str], ...]:
    found = [(voice.say("report_proposal"), voice.say("report_proposal_long"))]
    seen = "page_open" if audience == PUBLIC else "page_internal"
    found.append((voice.say(seen), voice.say(f"{seen}_long")))
    found += cautions(result, voice)
    if account.is_exercise(result):
        found.append((voice.say("report_exercise"), voice.say("report_exercise_long")))
    made_up = account.synthetic_tables(result, voice)
    if made_up:
        said = voice.say("report_synthetic_long", tables=", ".join(made_up))
        found.append((voice.say("report_synthetic"), said))
    if not is_checked(result):
        short = voice.say("report_law_not_checked_short")
        found.append((short, voice.say("report_law_not_checked", half_year=half_year(result))))
    return tuple(found)


def _short(files: Files, result: Result, audience: str, voice: Voice) -> Section:
    sums = totals(result)
    parts = [
        Part(text=(voice.say(f"page_{audience}_text"),)),
        Part(voice.say("report_short_quota"), cards=tuple(_quota_cards(result, sums, voice))),
    ]
    if result.after_swap is not None:
        cards = tuple(_swap_cards(result, sums, audience, voice))
        parts.append(Part(voice.say("report_short_swap"), cards=cards))
    linked = tuple(link_cards(files, result, audience, voice))
    if linked:
        parts.append(Part(voice.say("report_short_link"), cards=linked))
    parts.append(Part(text=(voice.say("report_who_decides"),)))
    return Section("kort", voice.say("report_short_heading"), tuple(parts))


def _quota_cards(result: Result, sums: Totals, voice: Voice) -> Iterator[Card]:
    if sums.national_total is not None:
        note = voice.say("report_card_total_note")
        yield Card(voice.say("report_card_total"), sums.national_total, note)
    count = voice.municipalities(len(result.quotas))
    yield Card(voice.say("report_card_sum"), sums.quota_sum, count)
    if sums.difference is not None:
        said = "report_card_differs" if sums.difference else "report_card_closes"
        yield _difference("report_card_difference", sums.difference, voice.say(said), voice)


def _difference(label: str, value: int, note: str, voice: Voice) -> Card:
    said = voice.say("report_difference", count=voice.signed(value))
    return Card(voice.say(label), said, note)


def _swap_cards(result: Result, sums: Totals, audience: str, voice: Voice) -> Iterator[Card]:
    shifted, changed = sums.shifted or 0, sums.changed_sum or 0
    note = voice.say("report_card_deals", deals=voice.deals(sums.deals or 0))
    yield Card(voice.say("report_card_shifted"), voice.persons(shifted), note)
    if audience != PUBLIC:
        said = voice.say("report_from_to", before=sums.shortfall_before, after=sums.shortfall_after)
        note = voice.say("report_card_shortfall_note")
        yield Card(voice.say("report_card_shortfall"), said, note)
    over = changed - sums.quota_sum
    key = "page_over_border" if audience == REGION and over else "report_card_swap_note"
    yield _difference("report_card_swap_difference", over, voice.say(key), voice)


def _quotas(result: Result, voice: Voice) -> Section:
    text = [voice.say("report_quota_text")]
    if result.certificate["quota"]["method"] == "sluitend":
        text.append(voice.say("report_closing_label"))
    parts = [
        Part(text=tuple(text)),
        *_by_hand(result, voice),
        Part(voice.say("report_by_municipality"), grids=(grids.quota_grid(result, voice),)),
    ]
    if len({row.province for row in result.quotas}) > 1:
        grid = grids.province_grid(result, voice)
        parts.append(Part(voice.say("report_by_province"), grids=(grid,)))
    return Section("taakstellingen", voice.say("report_quota_heading"), tuple(parts))


def _by_hand(result: Result, voice: Voice) -> Iterator[Part]:
    """The figures with which a reader recomputes any quota of the table on paper."""
    total, everyone = result.instance.get("national_total"), national_inhabitants(result)
    if total is None or not everyone:
        return
    terms = [
        (voice.say("report_card_total"), voice.number(total)),
        (voice.say("page_everyone"), voice.number(everyone)),
    ]
    text = [voice.say("page_by_hand_letter")]
    method, divisor = result.certificate["quota"]["method"], shown_divisor(result)
    if method == "sluitend" and result.parameters["key"] == STATUTORY and divisor is not None:
        text.append(voice.say("page_by_hand_closing"))
        shown = divisor.decimals
        exact = str(divisor.value) if shown is None else voice.number(divisor.value, shown)
        terms.append((voice.say("page_divisor"), exact))
    yield Part(voice.say("page_by_hand"), tuple(text), terms=tuple(terms))


def _swaps(result: Result, audience: str, voice: Voice) -> Iterator[Section]:
    heading = voice.say("report_swap_heading")
    if result.left_over is not None and audience != PUBLIC:
        both = (composition.move_grid(result, voice), composition.left_over_grid(result, voice))
        said = (voice.say("report_composition_text"),)
        heading = voice.say("report_composition_heading")
        yield Section("samenstelling", heading, (Part(text=said, grids=both),))
    if result.after_swap is None:
        return
    moved = grids.transfer_grid(result, voice)
    parts = [Part(text=sought(result, voice))]
    if moved.rows:
        parts.append(Part(voice.say("report_swap_list"), grids=(moved,)))
    else:
        parts.append(Part(text=(voice.say("report_swap_empty"),)))
    if result.promises:
        said = (voice.say("report_promise_text"),)
        grid = grids.promise_grid(result, voice)
        parts.append(Part(voice.say("report_promise_heading"), said, grids=(grid,)))
    after = _changed_grid if audience == PUBLIC else grids.after_swap_grid
    parts.append(Part(voice.say("report_swap_after"), grids=(after(result, voice),)))
    yield Section("herverdeling", heading, tuple(parts))


def _changed_grid(result: Result, voice: Voice) -> Grid:
    """What the public may know of a swap: quotas before and after."""
    heads = columns(
        voice.lang,
        ("report_municipality_head", Kind.TEXT),
        ("report_code_head", Kind.TEXT),
        ("report_quota_head", Kind.NUMBER),
        ("report_change_head", Kind.SIGNED),
        ("report_changed_head", Kind.NUMBER),
    )
    names = {row.code: row.name for row in result.quotas}
    after = result.after_swap or ()
    cells = tuple(
        (names.get(row.code, row.code), row.code, row.quota, row.transfer, row.changed_quota)
        for row in after
    )
    sums = (
        sum(row.quota for row in after),
        sum(row.transfer for row in after),
        sum(row.changed_quota for row in after),
    )
    total = (voice.say("report_total_row"), None, *sums)
    caption = voice.say("page_changed_caption")
    return Grid("tabel-na-uitruil", caption, heads, cells, total, True)


def _links(files: Files, result: Result, audience: str, voice: Voice) -> Iterator[Section]:
    parts = tuple(count_parts(files, result, audience, voice))
    if not parts:
        return
    fair = size_fairness_grid(result, voice)
    if fair is not None:
        text = (voice.say("fair_text"), voice.say("fair_hidden"))
        chart = size_fairness_chart(fair, voice)
        parts += (Part(voice.say("fair_heading"), text, chart=chart, grids=(fair,)),)
    said = [voice.say("report_link_text")]
    region = str(result.parameters["link"]["region"])
    if region:
        said.append(voice.say("report_link_region", region=account.region_name(region)))
    said += [voice.say("report_link_counts"), *hidden_note(files, voice)]
    heading = voice.say("report_link_heading")
    yield Section("koppelingen", heading, (Part(text=tuple(said)), *parts))


def _origin(result: Result, voice: Voice) -> Section:
    """Where the part comes from, and how anybody checks that it is unchanged."""
    terms = [
        (voice.say("page_from"), result.name),
        (voice.say("page_fingerprint"), str(result.parameters["result"])),
    ]
    law = law_text(result, voice)
    terms += [(voice.say("page_law"), law)] * bool(law)
    terms += [(voice.say("page_retention"), result.retention)] * bool(result.retention)
    text = (voice.say("page_origin_text"),)
    part = Part(text=text, terms=tuple(terms))
    return Section("herkomst", voice.say("page_origin_heading"), (part,))


def _sheets(sections: tuple[Section, ...], voice: Voice) -> Iterator[tuple[str, Grid]]:
    names = {
        "tabel-taakstellingen": "report_sheet_quotas",
        "tabel-provincies": "report_sheet_provinces",
        "tabel-herverdelingen": "report_sheet_transfers",
        "tabel-na-uitruil": "report_sheet_after",
        "tabel-toezeggingen": "report_sheet_promises",
        "tabel-samenstelling": "report_sheet_sizes",
        "tabel-over": "report_sheet_left",
        "tabel-koppelingen": "report_sheet_links",
        "tabel-eerlijkheid": "fair_sheet",
        "tabel-koppelingen-personen": "page_sheet_link_persons",
    }
    for section in sections:
        for part in section.parts:
            for grid in part.grids:
                yield voice.say(names[grid.name]), grid
