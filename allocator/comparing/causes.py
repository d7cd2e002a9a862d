"""Which differences between two results may have moved a figure of a municipality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from allocator.comparing.changed_inputs import FileChange, ParameterChange, RowChange
from allocator.schema import TABLE_BY_NAME

QUOTA, SWAP, LINKS = 0, 1, 2
"""How far down the ledger a figure stands."""

# Tables with a row for the municipality itself, with the first figure down the ledger they move.
_OWN = {
    "inwoners": QUOTA,
    "indicatoren": QUOTA,
    "correcties": QUOTA,
    "vastgesteld": QUOTA,
    "standen": SWAP,
    "aanbod": SWAP,
    "gemeenten": SWAP,
}
# Files of which only the hash is compared.
_BY_HASH = {
    "woningklassen": SWAP,
    "buren": SWAP,
    "ruilruimte": SWAP,
    "uitruilafspraken": SWAP,
    "nareis": SWAP,
    "koppelgrenzen": LINKS,
    "arbeidsmarkt": LINKS,
    "huishoudens": LINKS,
    "passing": LINKS,
    "volwassenen": LINKS,
}
_SHARED = {
    "landelijk_totaal": (("instance.national_total", "instance.national_inhabitants"), QUOTA),
    "deler": (("instance.divisor",), QUOTA),
    "sleutel": (("parameters.key", "sleutel."), QUOTA),
    "afronding": (("parameters.rounding",), QUOTA),
    "uitruilregels": (("parameters.swap.", "instance.swap."), SWAP),
    "versies": (("versions.",), SWAP),
    "koppelregels": (("parameters.link.", "instance.link.", "parameters.seed"), LINKS),
}


class Causes:
    """What differs, ready to be asked for one municipality."""

    def __init__(
        self,
        parameters: Sequence[ParameterChange],
        rows: Sequence[RowChange],
        files: Sequence[FileChange],
        published: Collection[str],
        indicators: bool,
    ) -> None:
        self._shared = {
            cause: depth
            for cause, (names, depth) in _SHARED.items()
            if any(change.name.startswith(names) for change in parameters)
        }
        self._rows: dict[str, set[str]] = defaultdict(set)
        for change in rows:
            table = _table(change)
            if indicators or table != "indicatoren":  # the law's key reads no indicator
                self._rows[table].add(change.key.partition("|")[0])
        changed = {change.file.rpartition("/")[2].removesuffix(".csv") for change in files}
        self._files = {name: depth for name, depth in _BY_HASH.items() if name in changed}
        self._published = published

    def of(self, code: str, depth: int) -> tuple[str, ...]:
        """Codes of what differs and may have moved a figure of this municipality.

        A quota that was published in both results moves by its publication alone.
        """
        if depth == QUOTA and code in self._published:
            return ("eigen_vastgesteld",)
        own = [table for table, first in _OWN.items() if first <= depth]
        found = [f"eigen_{table}" for table in own if code in self._rows[table]]
        found += [f"andere_{table}" for table in own if self._rows[table] - {code}]
        both = (*self._shared.items(), *self._files.items())
        return (*found, *(cause for cause, first in both if first <= depth))


def _table(change: RowChange) -> str:
    """Name of the table; ``gemeenten`` in three: inhabitants, indicators and the rest."""
    name = change.file.removesuffix(".csv")
    if name != "gemeenten":
        return name
    if change.column in {"", "inwoners"}:
        return "inwoners"
    known = change.column in TABLE_BY_NAME["gemeenten"].column_names
    return "gemeenten" if known else "indicatoren"
