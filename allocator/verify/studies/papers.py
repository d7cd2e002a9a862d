"""V14: read the tables of the Word files back and hold them against the result's own tables."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from allocator.verify.core.folder import INSTANCE, Result
from allocator.verify.core.reader import CONTRACT

# What reading a damaged, encrypted or hostile file ends in.
_UNPACKING = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError)
_DAMAGE = (ValueError, KeyError, EOFError, RuntimeError, *_UNPACKING)
_RULES = CONTRACT["papers"]
_KEY, _PUBLISHED = "invoer/sleutel.toml", ("taakstellingen", "vastgesteld")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_Row = tuple[str, ...]
_Move = tuple[str, str, str, str, int]  # giver, taker, class, households, persons


def papers_in(result: Result) -> set[str]:
    """Name the Word files of a result."""
    return {name for name in result.files if re.fullmatch(_RULES["name"], name)}


@dataclass(frozen=True)
class _Paper:
    """One Word file: its text, and its tables by the kind that their heads say."""

    text: str
    margins: str
    tables: list[tuple[str, list[_Row]]]


class _Papers:
    """The transfers and names of a result, and who decides together."""

    def __init__(self, result: Result) -> None:
        self.result, self.log = result, result.log
        self.names = dict(result.rows("taakstellingen", "gemeente_code", "gemeente"))
        columns = ("taakstelling", "tekort_voor", "tekort_na")
        rows = result.rows("na_uitruil", "gemeente_code", *columns)
        self.figures = {code: [int(x) for x in values] for code, *values in rows}
        wanted = ("van_code", "naar_code", "woningklasse", "huishoudens", "personen", "soort")
        self.moves: dict[str, list[_Move]] = {"herverdeling": [], "samenstelling": []}
        for *move, persons, kind in result.rows("overdrachten", *wanted):
            giver, taker, size, households = move
            self.moves.setdefault(kind, []).append((giver, taker, size, households, int(persons)))
        stated = ("van_code", "naar_code", "halfjaar", "personen", "laagste_taakstelling")
        self.promises = result.rows("toezeggingen_stand", *stated, "oordeel")
        form = result.parameters.get("swap", {}).get("form", "regiobesluit")
        self.by_pair = form == "bilateraal"
        self.wanted = {kind: {*self._names(kind)} for kind in _RULES["kinds"]}

    def check(self) -> None:
        exercise = self.result.parameters.get("link", {}).get("oefening", False)
        # A quota that is neither that of the law nor a published one.
        other_key = _KEY in self.result.files and ("",) in self.result.rows(*_PUBLISHED)
        self._check_complete()
        for file in sorted(papers_in(self.result)):
            self.log.unless(not other_key, "V14J", file)
            kind, code, other = re.fullmatch(_RULES["name"], file).groups()  # type: ignore[union-attr]
            try:
                paper = _read(self.result.files[file])
            except _DAMAGE as error:
                self.log.add("V14D", file, "", "", type(error).__name__)
                continue
            self.log.unless(not (exercise and kind in _RULES["signed"]), "V14H", file)
            self._check_marks(file, kind, paper)
            group = self._group(file, kind, code, other)
            if group is None:
                self.log.add("V14G", file, code)
            else:
                self._check_tables(file, kind, code, group, paper)

    def _check_complete(self) -> None:
        """Of every kind of paper that is there, nobody's is missing."""
        found = papers_in(self.result)
        for kind in _RULES["kinds"]:
            if any(name.startswith(f"stukken/{kind}-") for name in found):
                for name in sorted(self.wanted[kind] - found):
                    self.log.add("V14I", name)

    def _names(self, kind: str) -> Iterator[str]:
        """Yield the name of every paper of a kind that the transfers ask for."""
        soort = "samenstelling" if kind == "verzoek-coa" else "herverdeling"
        edges = [{move[0], move[1]} for move in self.moves[soort]]
        is_own = kind in _RULES["own"]
        if kind in _RULES["signed"] and self.by_pair:
            for one, other in map(sorted, edges):
                yield f"stukken/{kind}-{one}-met-{other}.docx"
                if is_own:
                    yield f"stukken/{kind}-{other}-met-{one}.docx"
            return
        for code in set[str]().union(*edges):
            if is_own or code == min(_tied(code, edges)):
                yield f"stukken/{kind}-{code}.docx"

    def _check_marks(self, file: str, kind: str, paper: _Paper) -> None:
        made_up = self.result.documents[INSTANCE].get("synthetic", False)
        for mark in [*_RULES["marks"], *([_RULES["exercise"]] if made_up else [])]:
            self.log.unless(mark in paper.margins, "V14E", file, "", "", "", mark)
        told = "what_if" not in self.result.parameters or _RULES["what_if"] in paper.text
        self.log.unless(told, "V14E", file, "", "", "", _RULES["what_if"])
        if kind == "verzoek-coa":
            found = re.search(_RULES["never"], paper.text)
            self.log.unless(not found, "V14F", file, "", "", found and found[0])

    def _group(self, file: str, kind: str, code: str, other: str | None) -> set[str] | None:
        """Return who a paper is about, by its name; None where there is no such group."""
        if file not in self.wanted[kind]:
            return None
        if other:
            return {code, other}
        soort = "samenstelling" if kind == "verzoek-coa" else "herverdeling"
        return _tied(code, [{move[0], move[1]} for move in self.moves[soort]])

    def _check_tables(
        self, file: str, kind: str, code: str, group: set[str], paper: _Paper
    ) -> None:
        soort = "samenstelling" if kind == "verzoek-coa" else "herverdeling"
        moves = [move for move in self.moves[soort] if {move[0], move[1]} <= group]
        found = Counter(name for name, _ in paper.tables)
        returns = self._returns(moves) if kind in _RULES["promising"] else []
        wanted = Counter([*_RULES["kinds"][kind], *(["promises"] if returns else [])])
        more, less = ("; ".join(map(_head, own)) for own in (found - wanted, wanted - found))
        self.log.unless(found == wanted, "V14A", file, "", "", more, less)
        for name, rows in paper.tables:
            if name in ("transfers", "exchange"):
                expected = [self._moved(move, name) for move in moves]
            elif name == "promises":
                expected = returns
            elif name == "balance":
                who = [(x, self.names[x], [x]) for x in sorted(group)]
                who.append((_RULES["total"], self._all(sorted(group)), sorted(group)))
                expected = [(*said, *self._both_ways(codes, moves)) for *said, codes in who]
            elif name == "own":
                expected = [self._party(code, moves, name)]
            else:
                expected = [self._party(party, moves, name) for party in sorted(group)]
                expected.append(self._sum(sorted(group), moves, name))
            for lost in Counter(expected) - Counter(rows):
                self.log.add("V14B", file, lost[0], _head(name), "", " | ".join(lost))
            for strange in Counter(rows) - Counter(expected):
                self.log.add("V14C", file, strange[0], _head(name), " | ".join(strange))

    def _returns(self, moves: list[_Move]) -> list[_Row]:
        """Return what the parties of these transfers promise each other for later."""
        pairs, said = {move[:2] for move in moves}, _RULES["promises"]
        found = []
        for giver, taker, half, persons, lowest, verdict in self.promises:
            if (giver, taker) in pairs:
                ends = tuple(f"{self.names[code]} ({code})" for code in (taker, giver))
                least = _dutch(int(lowest)) if lowest else "–"
                found.append((*ends, half, _dutch(int(persons)), least, said[verdict]))
        return found

    def _both_ways(self, codes: list[str], moves: list[_Move]) -> Iterator[str]:
        """Yield the households and persons that these hand over, then those that they get."""
        for end in (0, 1):
            own = [move for move in moves if move[end] in codes]
            yield _dutch(sum(int(move[3] or "0") for move in own))
            yield _dutch(sum(move[4] for move in own))

    def _all(self, group: list[str]) -> str:
        return f"{_dutch(len(group))} {_RULES['parties'][len(group) != 1]}"

    def _party(self, code: str, moves: list[_Move], table: str) -> _Row:
        quota, before, after = self.figures[code]
        change = _change(code, moves)
        return (code, self.names[code], *_figures(table, quota, change, before, after))

    def _sum(self, group: list[str], moves: list[_Move], table: str) -> _Row:
        quota, before, after = (sum(self.figures[code][i] for code in group) for i in range(3))
        change = sum(_change(code, moves) for code in group)
        return (_RULES["total"], self._all(group), *_figures(table, quota, change, before, after))

    def _moved(self, move: _Move, table: str) -> _Row:
        giver, taker, size, households, persons = move
        ends = tuple(f"{self.names[code]} ({code})" for code in (giver, taker))
        classes = (size, _dutch(int(households or "0"))) if table == "exchange" else ()
        return (*ends, *classes, _dutch(persons))


def check_papers(result: Result) -> None:
    """V14: every Word file says what the tables of the result say, and what it is."""
    _Papers(result).check()


def _tied(code: str, edges: list[set[str]]) -> set[str]:
    group = {code}
    while True:
        more = set[str]().union(*(edge for edge in edges if edge & group)) - group
        if not more:
            return group
        group |= more


def _change(code: str, moves: list[_Move]) -> int:
    return sum(move[4] * ((move[1] == code) - (move[0] == code)) for move in moves)


def _head(table: str) -> str:
    """A table as a reader of the paper knows it."""
    return " | ".join(_RULES["tables"][table])


def _figures(table: str, quota: int, change: int, before: int, after: int) -> _Row:
    numbers = (_dutch(quota), "+" * (change > 0) + _dutch(change), _dutch(quota + change))
    lacks = (_dutch(before), _dutch(after))
    return {"quota": numbers, "effect": numbers + lacks, "own": lacks}[table]


def _dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _read(data: bytes) -> _Paper:
    """Read a Word file; sizes are looked at before anything is unpacked.

    Raises
    ------
    Exception
        One of ``_DAMAGE``, if it is too large or no Word file.
    """
    if len(data) > _RULES["largest_file"]:
        raise ValueError("too large")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        size = sum(entry.file_size for entry in entries)
        if size > _RULES["largest_content"] or len(entries) > _RULES["most_parts"]:
            raise ValueError("too large")
        if len({*names}) < len(names):
            raise ValueError("a part is there twice")
        trees = {
            name: _parse(archive, name) for name in names if re.fullmatch(_RULES["parts"], name)
        }
    body = trees["word/document.xml"]
    margins = [tree for name, tree in trees.items() if name.startswith(("word/hea", "word/foo"))]
    tables = [(_known(rows[0]), rows[1:]) for rows in map(_rows, body.iter(f"{_W}tbl")) if rows]
    return _Paper(
        " ".join(map(_text, trees.values())).lower(),
        " ".join(map(_text, margins)).lower(),
        [(name, rows) for name, rows in tables if name],
    )


def _parse(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as stream:
        data = stream.read(_RULES["largest_part"] + 1)
    # No document type: entities are how a small file becomes a large one.
    if len(data) > _RULES["largest_part"] or "<!" in data.decode("utf-8"):
        raise ValueError("too large, or not plain")
    return ElementTree.fromstring(data)


def _rows(table: ElementTree.Element) -> list[_Row]:
    return [
        tuple(_text(cell).strip() for cell in row.iter(f"{_W}tc")) for row in table.iter(f"{_W}tr")
    ]


def _known(head: _Row) -> str:
    return next((name for name, cells in _RULES["tables"].items() if tuple(cells) == head), "")


def _text(element: ElementTree.Element) -> str:
    paragraphs = (
        "".join(run.text or "" for run in paragraph.iter(f"{_W}t"))
        for paragraph in element.iter(f"{_W}p")
    )
    return " ".join(paragraphs)
