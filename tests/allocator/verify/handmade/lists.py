"""The lists beside the links: sizes per municipality, proposals per region."""

from __future__ import annotations

from dataclasses import dataclass

from tests.allocator.verify.handmade.case import csv_text


@dataclass
class Row:
    """A household of the plan."""

    name: str
    code: str
    size: int
    kind: str
    reason: str
    home: str
    weeks: int

    @property
    def seen(self) -> str:
        return "ja" if self.kind or self.reason == "nareis" else "nee"


def list_files(rows: list[Row], region: dict[str, str]) -> dict[str, str]:
    mix = []
    for code, size in sorted({(row.code, row.size) for row in rows}):
        own = [row for row in rows if (row.code, row.size) == (code, size)]
        joining = len([row for row in own if row.reason == "nareis"])
        lacking = len([row for row in own if row.seen == "nee"])
        mix.append([code, size, len(own), len(own) - joining - lacking, lacking, joining])
    proposals = []
    for r in sorted(rows, key=lambda r: (region[r.code], r.code, r.name)):
        if r.reason != "bestaande_koppeling":
            own = [region[r.code], r.code, r.name, r.size, r.kind, r.seen]
            proposals.append([*own, r.home, region.get(r.home, ""), r.weeks, r.reason])
    return {
        "vertrouwelijk/verwachte_samenstelling.csv": csv_text(
            "gemeente_code personen huishoudens met_woning zonder_woning nareis", mix
        ),
        "vertrouwelijk/regievoerders.csv": csv_text(
            "regio gemeente_code huishouden_id personen verwachte_woningklasse woning_in_zicht"
            " opvang_gemeente opvang_regio weken_wachtend reden",
            proposals,
        ),
    }
