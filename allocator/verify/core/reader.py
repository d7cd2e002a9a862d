"""The two hands of the verifier: failures as it words them, tables as it reads them."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections import Counter
from dataclasses import astuple, dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

CONTRACT = tomllib.loads((Path(__file__).parents[1] / "contract.toml").read_text(encoding="utf-8"))
_KIND_OF = {column: kind for kind, columns in CONTRACT["kinds"].items() for column in columns}


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong in a result folder.

    ``code`` is a family, ``V1`` to ``V18``, and a letter for the cause. ``file``, ``key`` and
    ``column`` say where; ``found`` and ``expected`` what stands there and what should. All but
    the first two are empty when there is nothing to say.
    """

    code: str
    file: str
    key: str = ""
    column: str = ""
    found: str = ""
    expected: str = ""

    def text(self, lang: str = "nl") -> str:
        """Say in one sentence, ``nl`` or ``en``, what is wrong and where."""
        pairs = zip(CONTRACT["words"]["en" if lang == "en" else "nl"], astuple(self), strict=True)
        _, place, *values = (f"{word} {value}".strip() if value else "" for word, value in pairs)
        place, shown = (", ".join(filter(None, x)) for x in ([place, *values[:2]], values[2:]))
        texts = CONTRACT["failures"].get(self.code) or CONTRACT["failures"][f"*{self.code[-1]}"]
        return f"{self.code} {place}: {texts[lang == 'en']}{f' ({shown})' if shown else ''}."


def _shown(part: object) -> str:
    """Return a value as text; Python itself writes no more than 4,300 digits out."""
    if not isinstance(part, Fraction):
        return str(part)
    digits = [str(Decimal(number)) for number in part.as_integer_ratio()]
    return "/".join(digits).removesuffix("/1")


class Stop(Exception):  # noqa: N818 - it ends one check, it is not an error of the program
    """Ends a check that cannot go on; its arguments are those of ``Log.add``."""


class Log(list[Failure]):
    """The failures found so far."""

    def add(self, code: str, file: str, *parts: object) -> None:
        """Write a failure down, every text short and printable; ``parts`` are key to expected."""
        texts = (_shown(part)[:80] for part in (file, *parts))
        self.append(Failure(code, *("".join(filter(str.isprintable, text)) for text in texts)))

    def unless(self, sound: object, code: str, file: str, *parts: object) -> None:
        """Write a failure down unless something is as it should be."""
        if not sound:
            self.add(code, file, *parts)

    def same(self, code: str, file: str, key: str, column: str, found: Any, wanted: Any) -> None:
        """Write a failure down unless both values are equal and of one type."""
        sound = type(found) is type(wanted) and found == wanted
        self.unless(sound, code, file, key, column, found, wanted)


@dataclass(frozen=True)
class Table:
    """One table as text, column by column; without columns where there is no such table."""

    file: str = ""
    size: int = 0
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> tuple[str, ...]:
        """Return the fields of a column, empty ones where there is no such column."""
        return self.columns.get(column) or ("",) * self.size

    def pick(self, *names: str) -> list[tuple[Any, ...]]:
        """Return the rows, reduced to some columns."""
        return list(zip(*map(self.__getitem__, names), strict=True))

    def totals(self, column: str, key: str = "gemeente_code") -> Counter[str]:
        """Add a column up per value of ``key``; a value that is not there has 0."""
        sums = Counter[str]()
        for name, text in self.pick(key, column):
            sums[name] += int(text or "0")
        return sums


def read_table(name: str, file: str, data: bytes, log: Log) -> Table | None:
    """Read a table that must be in canonical form; what is not goes to ``log``."""
    before, text = len(log), data.decode("utf-8", errors="replace")
    if text.encode() != data or text[-1:] != "\n" or "\r" in text or text[0] == "\ufeff":
        log.add("V9A", file)
        return None
    lines = text[:-1].split("\n")
    header, *rows = csv.reader(lines) if '"' in text else (line.split(",") for line in lines)
    key, columns = CONTRACT["tables"][name]
    known = []
    for column in columns.split():
        if column[-1] == "*":
            known += [own for own in header if own.startswith(column[:-1])]
        elif column[-1] != "?" or column[:-1] in header:
            known.append(column.rstrip("?"))
    # Only municipalities may have indicators of their own, behind the columns that are known.
    known += sorted({*header} - {*known, ""}) if name == "gemeenten" else []
    log.same("V9B", file, "", "", ",".join(header), ",".join(known))
    for number in [n for n, row in enumerate(rows, 2) if len(row) != len(header)]:
        log.add("V9C", file, number)
    if '"' in text:
        # Quotes only where a field needs them, and no field that runs over a line.
        csv.writer(again := io.StringIO(), lineterminator="\n").writerows([header, *rows])
        log.unless(again.getvalue() == text, "V9C", file)
    if len(log) > before:
        return None
    cells = zip(*rows, strict=True) if rows else [()] * len(header)
    table = Table(file, len(rows), dict(zip(header, cells, strict=True)))
    for column, values in table.columns.items():
        kind = _KIND_OF.get(f"{name}.{column}") or _KIND_OF.get(column, "text")
        form = CONTRACT["forms"][kind.rstrip("?")]
        pattern = re.compile(f"({form})?" if kind.endswith("?") else form)
        wrong = {value for value in {*values} if not pattern.fullmatch(value)}
        for number, value in enumerate(values if wrong else (), 2):
            log.unless(value not in wrong, "V9D", file, number, column, value)
    order = [_in_order(table, name) for name in key.rstrip("+").split()]
    for above, below in pairwise(zip(*order, strict=True)):
        if below < above or (below == above and not key.endswith("+")):
            log.add("V9E", file, ",".join(below))
    return table if len(log) == before else None


def _in_order(table: Table, column: str) -> tuple[str, ...]:
    """Return the fields of a key column so that they sort as they should."""
    fields = table[column.rstrip("#")]
    return tuple(text.zfill(15) for text in fields) if column[-1] == "#" else fields


def compare(table: Table, key: int, rows: Any, log: Log, usual: str, **family: str) -> None:
    """Compare a table with its rows; ``key`` columns name one, ``family`` is of a column."""
    found = {row[:key]: row for row in table.pick(*table.columns)}
    wanted = {row[:key]: row for row in rows}
    for name in found.keys() ^ wanted.keys():
        log.add(f"{usual}{'C' if name in found else 'B'}", table.file, ",".join(name))
    for name in found.keys() & wanted.keys():
        for column, a, b in zip(table.columns, found[name], wanted[name], strict=True):
            log.same(f"{family.get(column, usual)}A", table.file, ",".join(name), column, a, b)
