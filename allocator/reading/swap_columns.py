"""Columns by which a swap would ask what the law does not allow, each with its own refusal.

Huisvestingswet 2014 art. 29, text of 2015-07-01: the quota follows from inhabitants alone (1), and
two or more executives may change their quotas together as long as the sum stays (2).
"""

from __future__ import annotations

import re

TABLES = ("ruilruimte", "uitruilafspraken", "toezeggingen")
_REFUSED = (
    ("swap_of_settlement", re.compile(r"vereven|settlement")),
    ("swap_of_reception", re.compile(r"opvang|azc|asiel|reception|asylum")),
    (
        "swap_of_balances",
        re.compile(r"(^|_)(stand|achterstand|voorsprong|saldo|balance|backlog|lead)"),
    ),
    ("swap_changes_sum", re.compile(r"(personen|persons)_.+|verhouding|koers|ratio")),
)


def refusal_of(table: str, column: str) -> str:
    """Code of the finding for an unknown column of a table of swaps; empty where none is known."""
    if table not in TABLES:
        return ""
    return next((code for code, names in _REFUSED if names.search(column.lower())), "")
