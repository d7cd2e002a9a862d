"""Problems in the user's data: collected, all shown at once, each with a stable code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from allocator.errors import InputRefusedError
from allocator.words import text

_OFFER = re.compile(r" [^.?!]*\{suggestion\}[.?]")
"""The sentence of a finding that offers the nearest known word."""
_SHEET = "\x1e"
"""Between a workbook and its sheet; no name of either holds it."""


def in_sheet(file: str, sheet: str) -> str:
    """The place of a sheet, to be handed on wherever a file name is asked for."""
    return f"{file}{_SHEET}{sheet}"


class Severity(StrEnum):
    """Whether the run stops."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: where, what was found, how to mend it.

    ``code`` is the catalogue key of the sentence; ``row`` is the row as the spreadsheet shows it
    (the header is row 1), 0 when the finding is not about one row. ``sheet`` is empty for a file
    that is no workbook.
    """

    code: str
    file: str
    row: int = 0
    column: str = ""
    values: tuple[tuple[str, str], ...] = ()
    severity: Severity = Severity.ERROR
    sheet: str = ""

    def sentence(self, lang: str) -> str:
        """What is wrong and how to mend it."""
        values = dict(self.values)
        if values.get("suggestion") != "-":
            return text(self.code, lang, **values)
        # Nothing is like what was found: then there is no sentence that offers it.
        return _OFFER.sub("", text(self.code, lang)).format(**values)

    def place(self, lang: str) -> str:
        """File, sheet, row and column."""
        parts = [self.file]
        if self.sheet:
            parts.append(text("place_sheet", lang, sheet=self.sheet))
        if self.row:
            parts.append(text("place_row", lang, row=self.row))
        if self.column:
            parts.append(text("place_column", lang, column=self.column))
        return ", ".join(parts)

    def line(self, lang: str) -> str:
        """The whole finding on one line, with its code."""
        kind = text(f"severity_{self.severity}", lang)
        return f"{self.place(lang)}: {kind} {self.code}: {self.sentence(lang)}"

    def as_json(self, lang: str) -> dict[str, object]:
        """The finding for machines; the sentence in ``lang``.

        What was found stands beside the fields of the finding for short, and whole in
        ``values``: a value may be called anything, ``code`` too, and takes nobody's place.
        """
        return {
            **dict(self.values),
            "code": self.code,
            "severity": str(self.severity),
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "message": self.sentence(lang),
            "values": dict(self.values),
        }


@dataclass(slots=True)
class Findings:
    """A collector: everything is looked at before anything is refused."""

    items: list[Finding] = field(default_factory=list)

    def error(self, code: str, file: str, row: int = 0, column: str = "", **values: object) -> None:
        """Note an error."""
        self._add(Severity.ERROR, code, file, row, column, values)

    def notice(
        self, code: str, file: str, row: int = 0, column: str = "", **values: object
    ) -> None:
        """Note something the reader should know that does not stop the run."""
        self._add(Severity.NOTICE, code, file, row, column, values)

    def _add(
        self,
        severity: Severity,
        code: str,
        file: str,
        row: int,
        column: str,
        values: dict[str, object],
    ) -> None:
        filled = tuple((name, str(value)) for name, value in values.items())
        name, _, sheet = file.partition(_SHEET)
        self.items.append(Finding(code, name, row, column, filled, severity, sheet))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a run."""
        return tuple(item for item in self.items if item.severity is Severity.ERROR)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """The findings that do not."""
        return tuple(item for item in self.items if item.severity is Severity.NOTICE)

    def refuse_errors(self) -> None:
        """Stop when there is any error.

        Raises
        ------
        InputRefusedError
            With every error found so far.
        """
        if self.errors:
            raise InputRefusedError(self.errors)


OFFERED = 8
"""Effort: known words that a sentence names before it breaks off."""


def offered(word: str, known: Iterable[str]) -> str:
    """Known words to choose from, the one most like ``word`` first; a dash where there are none."""
    words = sorted(filter(None, {*known}))
    best = nearest(word, words)
    ordered = [best] * bool(best) + [other for other in words if other != best]
    more = ", …" if len(ordered) > OFFERED else ""
    return (", ".join(ordered[:OFFERED]) or "-") + more


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``, or one that begins with it; else an empty string."""
    words = sorted(filter(None, known))
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    found += [other for other in words if word and other.startswith(word)]
    return found[0] if found else ""
