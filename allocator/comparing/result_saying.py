"""What the terminal says of two results beside each other; and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from allocator.comparing.against_law import AgainstLaw
from allocator.comparing.results import MunicipalityChange, ResultComparison
from allocator.screen_text import aligned
from allocator.words import number, text

SHOWN = 20
"""Municipalities or settings that a terminal shows of one kind; files have them all."""
HEADS = ("code", "name", "before", "after", "difference", "reasons")
QUANTITIES = ("taakstelling", "gewijzigde_taakstelling", "gekoppelde_personen")


def result_comparison_lines(found: ResultComparison, lang: str) -> list[str]:
    """What differs, for whom, and what may have moved it."""
    lines = [text("results_title", lang, before=found.names[0], after=found.names[1])]
    if not (found.files or found.parameters or found.municipalities or found.transfers):
        return [*lines, text("results_same", lang)]
    lines += [*_law(found, lang), *_inputs(found, lang)]
    for quantity in QUANTITIES:
        lines += _figures(found, quantity, lang)
    if found.transfers:
        count = number(len(found.transfers), lang)
        lines.append(text("results_transfers", lang, count=count))
    return lines


def _law(found: ResultComparison, lang: str) -> Iterator[str]:
    """How far either is from the letter of the law; nothing where no national total is given."""
    both = [
        [
            (figures.letter, figures.quota)
            for row in found.legal
            for figures in (row.before if first else row.after,)
            if figures.letter is not None and figures.quota is not None
        ]
        for first in (True, False)
    ]
    for key, pairs in zip(("results_law_before", "results_law_after"), both, strict=True):
        if pairs:
            letters, quotas = (sum(column) for column in zip(*pairs, strict=True))
            yield text(
                key,
                lang,
                count=number(sum(one != other for one, other in pairs), lang),
                letter=number(letters, lang),
                quota=number(quotas, lang),
            )


def _inputs(found: ResultComparison, lang: str) -> Iterator[str]:
    for change in found.files[:SHOWN]:
        kind = text(f"results_kind_{change.kind}", lang)
        rows = sum(row.file == change.file.rpartition("/")[2] for row in found.rows)
        yield (
            text("results_file", lang, file=change.file, kind=kind, rows=number(rows, lang))
            if rows
            else text("results_file_only", lang, file=change.file, kind=kind)
        )
    for setting in found.parameters[:SHOWN]:
        yield text(
            "results_parameter",
            lang,
            name=setting.name,
            before=setting.before or "-",
            after=setting.after or "-",
        )
    yield from _more(len(found.files) + len(found.parameters), SHOWN, lang)


def _figures(found: ResultComparison, quantity: str, lang: str) -> Iterator[str]:
    changes = found.changes_of(quantity)
    if not changes:
        return
    yield text(
        f"results_{quantity}",
        lang,
        count=number(len(changes), lang),
        difference=_signed(sum(change.difference for change in changes), lang),
    )
    heads = [text(f"results_{name}_head", lang) for name in HEADS]
    rows = [_cells(change, lang) for change in changes[:SHOWN]]
    yield from aligned(heads, rows, left=(0, 1, len(HEADS) - 1))
    yield from _more(len(changes), SHOWN, lang)


def _cells(change: MunicipalityChange, lang: str) -> tuple[str, ...]:
    return (
        change.code,
        change.name,
        "-" if change.before is None else number(change.before, lang),
        "-" if change.after is None else number(change.after, lang),
        _signed(change.difference, lang),
        ", ".join(reason_text(reason, lang) for reason in change.reasons) or "-",
    )


def reason_text(reason: str, lang: str) -> str:
    """A reason in words."""
    whose, _, table = reason.partition("_")
    if whose in {"eigen", "andere"}:
        return text(f"reason_{whose}", lang, table=text(f"reason_{table}", lang))
    return text(f"reason_{reason}", lang)


def _more(found: int, shown: int, lang: str) -> Iterator[str]:
    if found > shown:
        yield text("screen_more", lang, count=number(found - shown, lang))


def _signed(value: int, lang: str) -> str:
    return f"+{number(value, lang)}" if value > 0 else number(value, lang)


def result_comparison_json(found: ResultComparison) -> dict[str, object]:
    """Everything that differs, for machines."""
    return {
        "command": "compare",
        "names": list(found.names),
        "files": [
            {"file": change.file, "kind": change.kind, "before": change.before}
            | {"after": change.after}
            for change in found.files
        ],
        "parameters": [
            {"name": change.name, "before": change.before, "after": change.after}
            for change in found.parameters
        ],
        "rows": [
            {"file": change.file, "key": change.key, "kind": change.kind}
            | {"column": change.column, "before": change.before, "after": change.after}
            for change in found.rows
        ],
        "municipalities": [
            {"code": change.code, "quantity": change.quantity, "reasons": list(change.reasons)}
            | {"before": change.before, "after": change.after}
            for change in found.municipalities
        ],
        "law": [{"code": row.code, "name": row.name} | _both(row) for row in found.legal],
        "transfers": [
            {"giver": change.giver, "taker": change.taker, "kind": change.kind}
            | {"before": change.before, "after": change.after}
            for change in found.transfers
        ],
    }


def _both(row: AgainstLaw) -> dict[str, object]:
    return {"before": asdict(row.before), "after": asdict(row.after)}
