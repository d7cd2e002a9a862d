"""A request about household sizes as people read it: packages by size, and who is better housed."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.reporting.explanation import Figure, Step, whole
from allocator.reporting.grid import Grid, Kind, columns
from allocator.reporting.result import Result, names_of
from allocator.reporting.rows import Transfer
from allocator.reporting.voice import Voice

_PROOF = "samenstelling"


def composition_step(result: Result, code: str, voice: Voice) -> Iterator[Step]:
    """What one municipality gives and takes by household size; nothing where it was not asked."""
    row = next((row for row in result.left_over or () if row.code == code), None)
    if row is None:
        return
    gives = [move for move in result.transfers or () if move.giver == code]
    takes = [move for move in result.transfers or () if move.taker == code]
    key = "explain_composition_package" if gives else "explain_composition_none"
    sentence = voice.say(
        key,
        gives=listed_sizes(gives, voice),
        takes=listed_sizes(takes, voice),
        partners=", ".join(_names(result, code)),
        persons=voice.persons(sum(move.persons for move in gives)),
    )
    figures = (
        *_expected(result, code, voice),
        whole(voice, "left_before", row.shortfall_before),
        whole(voice, "left_after", row.shortfall_after),
    )
    title = voice.say("explain_composition_title")
    yield Step("composition", title, sentence, figures, voice.say("explain_composition_law"))


def listed_sizes(moves: list[Transfer], voice: Voice) -> str:
    """Households by size: 3 × 1-persoons, 1 × 4-persoons."""
    counts: dict[str, int] = {}
    for move in moves:
        counts[move.dwelling_class] = counts.get(move.dwelling_class, 0) + (move.households or 0)
    return ", ".join(
        f"{voice.number(counts[name])} × {size_of(name, voice)}"
        for name in sorted(counts, key=_persons)
    )


def _names(result: Result, code: str) -> list[str]:
    names = {row.code: row.name for row in result.quotas}
    partners = {
        other
        for move in result.transfers or ()
        for one, other in ((move.giver, move.taker), (move.taker, move.giver))
        if one == code
    }
    return [names.get(other, other) for other in sorted(partners)]


def _expected(result: Result, code: str, voice: Voice) -> Iterator[Figure]:
    """Expected households by size, from the certificate."""
    proof = result.certificate.get(_PROOF, {})
    counts = proof.get("expected", {}).get(code, [])
    for size, count in zip(proof.get("sizes", []), counts, strict=False):
        if count:
            label = voice.say("explain_composition_expected", size=voice.number(int(size)))
            yield Figure(f"expected_{size}", label, voice.number(int(count)), int(count))


def size_of(name: str, voice: Voice) -> str:
    """A size such as ``4-persoons`` in the language of the reader."""
    return voice.say("report_household_of", size=voice.number(_persons(name)))


def _persons(name: str) -> int:
    return int(name.partition("-")[0])


def move_grid(result: Result, voice: Voice) -> Grid:
    """Every move that COA is asked for."""
    heads = columns(
        voice.lang,
        ("report_move_from_head", Kind.TEXT),
        ("report_move_to_head", Kind.TEXT),
        ("report_household_size_head", Kind.TEXT),
        ("report_households_head", Kind.NUMBER),
        ("report_persons_head", Kind.NUMBER),
    )
    names = names_of(result)
    moves = [move for move in result.transfers or () if move.kind == "samenstelling"]
    rows = tuple(
        (
            names.get(move.giver, move.giver),
            names.get(move.taker, move.taker),
            size_of(move.dwelling_class, voice),
            move.households or 0,
            move.persons,
        )
        for move in moves
    )
    sums = (sum(move.households or 0 for move in moves), sum(move.persons for move in moves))
    total = (voice.say("report_total_row"), None, None, *sums)
    return Grid(
        "tabel-samenstelling", voice.say("report_move_caption"), heads, rows, total, len(rows) > 20
    )


def left_over_grid(result: Result, voice: Voice) -> Grid:
    """Persons left over by municipality, before and after; only who has any or takes part."""
    heads = columns(
        voice.lang,
        ("report_municipality_head", Kind.TEXT),
        ("report_quota_head", Kind.NUMBER),
        ("report_left_before_head", Kind.NUMBER),
        ("report_left_after_head", Kind.NUMBER),
        ("report_verdict_head", Kind.TEXT),
    )
    names = {row.code: row.name for row in result.quotas}
    shown = list(result.left_over or ())
    rows = tuple(
        (
            names.get(row.code, row.code),
            row.quota,
            row.shortfall_before,
            row.shortfall_after,
            voice.say(f"report_verdict_{row.verdict}"),
        )
        for row in shown
    )
    sums = (
        sum(row.quota for row in shown),
        sum(row.shortfall_before for row in shown),
        sum(row.shortfall_after for row in shown),
    )
    total = (voice.say("report_total_row"), *sums, None)
    caption = voice.say("report_left_caption")
    return Grid("tabel-over", caption, heads, rows, total, len(rows) > 20)
