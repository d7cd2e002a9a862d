"""Words by which a swap would ask what the law does not allow, each with its own refusal.

Huisvestingswet 2014 art. 29, text of 2015-07-01: the quota follows from inhabitants alone (1), and
two or more executives may change their quotas together as long as the sum stays (2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGNED = "getekend"
FIXED = (SIGNED, "vastgezet")
"""Kinds of agreement that stand as they are, of a number of persons."""
TABLES = ("ruilruimte", "uitruilafspraken", "toezeggingen")
_REFUSED = (
    ("swap_of_settlement", re.compile(r"vereven|vereffen|settlement")),
    (
        "swap_of_reception",
        re.compile(r"opvang|azc|asiel|spreidingswet|bedden|plaatsen|reception|asylum|(^|_)beds"),
    ),
    (
        "swap_of_balances",
        re.compile(
            r"(^|_)(stand|achterstand|voorsprong|saldo|schuld|tegoed|"
            r"balance|backlog|lead|arrears|debt)"
        ),
    ),
    (
        "swap_changes_sum",
        re.compile(
            r"(personen|persons)(_.+|[0-9]+)$|(^|_)(terug|tegen|return)_|_terug$|"
            r"verhouding|koers|ratio|rate$|factor"
        ),
    ),
)
# Asylum requests and places of work are indicators of another kind.
_RECEPTION_INDICATOR = re.compile(
    r"opvang|azc|asielzoeker|asylum_?seeker|bedden|(?<!arbeids)(?<!werk)plaatsen|"
    r"reception|(^|_)beds|(asylum|shelter)_?places"
)
_RECEPTION_REASON = re.compile(
    r"opvang|azc|asielzoekerscentr|spreidingswet|asielplaatsen|bedden|reception|asylum places"
)


def refusal_of(table: str, column: str) -> str:
    """Code of the finding for an unknown column of a table of swaps; empty where none is known."""
    return _refused(column) if table in TABLES else ""


def refusal_of_kind(kinds: Sequence[str], found: str) -> str:
    """The same for a kind of agreement that there is not, such as one about balances."""
    return _refused(found) if SIGNED in kinds else ""


def refusal_of_setting(place: str) -> str:
    """The same for an unknown setting of ``[swap]``."""
    head, _, name = place.partition(".")
    return _refused(name) if head == "swap" else ""


def names_reception(column: str) -> bool:
    """Whether an indicator of a key counts reception: its places, its beds or who stays in it."""
    return bool(_RECEPTION_INDICATOR.search(column.lower()))


def gives_reception_as_reason(reason: str) -> bool:
    """Whether a correction of a quota names reception places as its reason."""
    return bool(_RECEPTION_REASON.search(reason.lower()))


def _refused(word: str) -> str:
    return next((code for code, names in _REFUSED if names.search(word.lower())), "")
