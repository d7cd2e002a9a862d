"""What is wrong with a TOML file, one finding a fault, in words of ours.

The checks themselves are pydantic's; its sentences are English and speak of Python types, so each
kind of fault has a sentence in the catalogue.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from allocator.findings import Findings, nearest

_PLACE = re.compile(r"line (\d+), column (\d+)")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?|-?[0-9]{1,300}/[0-9]{1,300}")
_BRANCHES = frozenset({"bool", "int", "str", "tuple[str, ...]"})
"""What pydantic adds to a place to say which of two types it tried."""
_CODES = {
    "bool_type": "setting_not_switch",
    "date_from_datetime_inexact": "setting_not_date",
    "date_from_datetime_parsing": "setting_not_date",
    "date_parsing": "setting_not_date",
    "date_type": "setting_not_date",
    "dict_type": "setting_not_table",
    "int_from_float": "setting_not_whole",
    "int_type": "setting_not_whole",
    "model_attributes_type": "setting_not_table",
    "model_type": "setting_not_table",
    "string_type": "setting_not_text",
    "tuple_type": "setting_not_list",
}


def read_toml(content: bytes, file: str, findings: Findings) -> dict[str, Any] | None:
    """Parse TOML; a fault goes to ``findings`` with the line where it stands."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        findings.error("toml_not_text", file)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        # Without a place the fault is where the file ends.
        line, letter = place.groups() if place else (content.count(b"\n") + 1, 1)
        findings.error("bad_toml", file, int(line), letter=letter, detail=error)
    return None


def exact_number(value: object) -> str:
    """Text of a whole number, a decimal number or a fraction, in lowest terms.

    Raises
    ------
    PydanticCustomError
        If the value is none of these; a binary fraction is refused because nobody wrote it down.

    Examples
    --------
    >>> exact_number("0.4")
    '2/5'
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        top, _, bottom = value.partition("/")
        if int(bottom or 1):
            return str(Fraction(top) * Fraction(1, int(bottom or 1)))
    raise PydanticCustomError("setting_not_exact", "an exact number such as 2/3 or 0.4, quoted")


def note_faults(
    error: ValidationError, file: str, findings: Findings, known: Iterable[str] = ()
) -> None:
    """Put every fault of a file in ``findings``, in the order of pydantic.

    Parameters
    ----------
    error
        What pydantic says.
    file
        Name of the file.
    findings
        Where the faults go; the column is the setting, parts of a list counted from 1.
    known
        Settings that exist, to suggest one for a name that does not.
    """
    names = tuple(known)
    faults = [(_place(fault), fault) for fault in error.errors()]
    inside = {place[:depth] for place, _ in faults for depth in range(len(place))}
    for place, fault in faults:
        if fault["type"] == "too_short" and place in inside:
            continue  # counted after its faulty parts were left out
        code, values = _finding(fault, names)
        if code == "setting_unknown" and (refused := _refused_by_law(place)):
            code, values = refused, {}
        findings.error(code, file, column=".".join(place), **values)


def _refused_by_law(place: tuple[str, ...]) -> str:
    # The reader of instances reads settings too, so neither can wait for the other.
    from allocator.reading.swap_columns import refusal_of_setting

    return refusal_of_setting(".".join(place))


def _place(fault: ErrorDetails) -> tuple[str, ...]:
    return tuple(
        str(part + 1 if isinstance(part, int) else part)
        for part in fault["loc"]
        if part not in _BRANCHES
    )


def _finding(fault: ErrorDetails, known: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Code of the sentence and what it names."""
    kind, given, found = fault["type"], fault.get("ctx", {}), str(fault["input"])[:60]
    if kind == "missing":
        return "setting_missing", {}
    if kind == "extra_forbidden":
        return "setting_unknown", {"suggestion": nearest(str(fault["loc"][-1]), known) or "-"}
    if kind == "literal_error":
        choices = str(given["expected"]).replace("'", "").replace(" or ", ", ")
        return "setting_choice", {"found": found, "known": choices}
    if kind in {"greater_than_equal", "less_than_equal"}:
        is_low = kind == "greater_than_equal"
        code = "setting_low" if is_low else "setting_high"
        return code, {"found": found, "limit": given["ge" if is_low else "le"]}
    if kind in {"string_too_long", "too_long"}:
        return "setting_long", {"limit": given["max_length"]}
    if kind in {"string_too_short", "too_short"}:
        return "setting_empty", {}
    if kind == "string_pattern_mismatch":
        return "setting_pattern", {"found": found, "pattern": given["pattern"]}
    own = kind if kind.startswith("setting_") else _CODES.get(kind, "setting_bad")
    return own, {**given, "found": found} if own == kind else {"found": found}
