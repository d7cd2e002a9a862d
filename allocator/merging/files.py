"""The folder of a merged instance, as ``docs/reference/planning.md`` has it."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.canonical import settings_bytes, table_bytes
from allocator.merging.apply import INHABITANTS
from allocator.merging.instance import Merged
from allocator.planning.exact import exact_text
from allocator.planning.outcome import Sentence, Summary
from allocator.planning.result_tables import Row, rows_bytes
from allocator.publishing import Files

FLOWS = "kolom datum oud_code nieuw_code aandeel geheel exact aantal"
FIXED = "datum nieuw_code delen vastgesteld verschil"
TOTALS = "kolom voor delen vastgesteld_verschil na"


def merged_files(merged: Merged) -> Files:
    """An instance that the strict reader accepts, and beside it how it was made."""
    tables = merged.instance.tables.values()
    return {
        "instance.toml": settings_bytes(merged.instance.settings),
        **{data.table.file: table_bytes(data) for data in tables},
        "herleiding/herindelingen.csv": table_bytes(merged.concordance.table.data),
        "herleiding/gemeenten_voor.csv": table_bytes(merged.before.tables["gemeenten"]),
        "herleiding/delen.csv": rows_bytes(FLOWS, _flow_rows(merged)),
        "herleiding/vastgesteld.csv": rows_bytes(FIXED, _fixed_rows(merged)),
        "herleiding/controle.csv": rows_bytes(TOTALS, _total_rows(merged)),
    }


def _flow_rows(merged: Merged) -> Iterator[Row]:
    flows = merged.carried.flows
    for flow in sorted(flows, key=lambda own: (own.column, own.day, own.old, own.new)):
        yield {
            "kolom": flow.column,
            "datum": flow.day,
            "oud_code": flow.old,
            "nieuw_code": flow.new,
            "aandeel": exact_text(flow.share),
            "geheel": flow.whole,
            "exact": exact_text(flow.exact),
            "aantal": flow.amount,
        }


def _fixed_rows(merged: Merged) -> Iterator[Row]:
    for own in sorted(merged.carried.fixed, key=lambda own: (own.day, own.code)):
        yield {
            "datum": own.day,
            "nieuw_code": own.code,
            "delen": own.parts,
            "vastgesteld": own.fixed,
            "verschil": own.fixed - own.parts,
        }


def _total_rows(merged: Merged) -> Iterator[Row]:
    for total in sorted(merged.totals, key=lambda own: own.column):
        yield {
            "kolom": total.column,
            "voor": total.before,
            "delen": total.parts,
            "vastgesteld_verschil": total.fixed,
            "na": total.after,
        }


def merge_parameters(merged: Merged) -> dict[str, object]:
    """What the manifest says of the merger."""
    own = {
        "from_year": merged.before.settings.structure_year,
        "to_year": merged.instance.settings.structure_year,
        "counts": [total.column for total in merged.totals],
    }
    return {"merge": own}


def merge_summary(merged: Merged) -> Summary:
    """Control totals and how many municipalities there are, in a few lines."""
    years: dict[str, int | str] = {
        "first": str(merged.before.settings.structure_year),
        "last": str(merged.instance.settings.structure_year),
        "before": len(merged.before.tables["gemeenten"].rows),
        "after": len(merged.instance.tables["gemeenten"].rows),
    }
    sentences = [Sentence("merge_municipalities", years)]
    for total in merged.totals:
        figures = {"before": total.before, "parts": total.parts, "after": total.after}
        sentences.append(Sentence("merge_total", {"column": total.column, **figures}))
        if total.column == INHABITANTS and merged.carried.fixed:
            fixed = {"count": len(merged.carried.fixed), "difference": total.fixed}
            sentences.append(Sentence("merge_fixed", fixed))
    totals = {
        own.column: {"before": own.before, "parts": own.parts, "fixed": own.fixed,
                     "after": own.after}
        for own in merged.totals
    }  # fmt: skip
    figures_: dict[str, object] = {
        "structure_year": merged.instance.settings.structure_year,
        "municipalities": {"before": years["before"], "after": years["after"]},
        "totals": totals,
    }
    return Summary("merge", tuple(sentences), figures_, merged.notices)
