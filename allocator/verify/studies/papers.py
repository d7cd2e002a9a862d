"""V14: read the tables of the Word files back and hold them against the result's own tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import zip_longest

from allocator.verify.core.folder import INSTANCE, Result
from allocator.verify.core.reader import CONTRACT
from allocator.verify.studies.wordfile import DAMAGE, Paper, Row, read_paper

_RULES = CONTRACT["papers"]
_Move = tuple[str, str, str, str, int]  # giver, taker, class, households, persons
_Own = tuple[str, Paper]  # name of the municipality, its decision


def papers_in(result: Result) -> set[str]:
    """Name the Word files of a result."""
    return {name for name in result.files if re.fullmatch(_RULES["name"], name)}


class _Papers:
    """The transfers and names of a result, and who decides together."""

    def __init__(self, result: Result) -> None:
        self.result, self.log = result, result.log
        self.names = dict(result.rows("taakstellingen", "gemeente_code", "gemeente"))
        rows = result.rows("na_uitruil", *_RULES["figures"])
        self.figures = {code: [int(x) for x in values] for code, *values in rows}
        self.moves: dict[str, list[_Move]] = {"herverdeling": [], "samenstelling": []}
        for giver, taker, size, homes, persons, kind in result.rows(
            "overdrachten", *_RULES["moved"]
        ):
            self.moves.setdefault(kind, []).append((giver, taker, size, homes, int(persons)))
        self.promises = result.rows("toezeggingen_stand", *_RULES["promised"])
        # No quota that is neither that of the law nor a published one.
        published = ("",) not in result.rows("taakstellingen", "vastgesteld")
        self.by_law = published or "invoer/sleutel.toml" not in result.files
        self.by_pair = result.parameters.get("swap", {}).get("form") == "bilateraal"

    def check(self) -> None:
        exercise = self.result.parameters.get("link", {}).get("oefening", False)
        found, wanted = papers_in(self.result), dict(self._wanted())
        first: dict[frozenset[str], _Own] = {}
        for kind in _RULES["kinds"]:
            # Of every kind of paper that is there, nobody's is missing.
            ours = {name for name in {*wanted} | found if name.startswith(f"stukken/{kind}-")}
            for name in sorted(ours - found if ours & found else ()):
                self.log.add("V14I", name)
        for file in sorted(found):
            self.log.unless(self.by_law, "V14J", file)
            kind, code = re.fullmatch(_RULES["name"], file).group(1, 2)  # type: ignore[union-attr]
            try:
                paper = read_paper(self.result.files[file])
            except DAMAGE as error:
                self.log.add("V14D", file, "", "", type(error).__name__)
                continue
            self.log.unless(not (exercise and kind in _RULES["signed"]), "V14H", file)
            self._check_marks(file, kind, code, paper)
            if file not in wanted:
                self.log.add("V14G", file, code)
                continue
            self._check_tables(file, kind, code, wanted[file], paper)
            if kind == "besluit":
                group, own = wanted[file], (self.names[code], paper)
                self._check_same(file, group, own, first.setdefault(frozenset(group), own))

    def _wanted(self) -> Iterator[tuple[str, set[str]]]:
        """Yield the name of every paper that the transfers ask for, and who it is about."""
        for kind in _RULES["kinds"]:
            edges = [{move[0], move[1]} for move in self._of(kind)]
            by_pair = self.by_pair and kind in _RULES["signed"]
            tied = [_tied({code}, edges) for code in set[str]().union(*edges)]
            for group in edges if by_pair else tied:
                for code in sorted(group)[: None if kind in _RULES["own"] else 1]:
                    other = f"-met-{min(group - {code})}" if by_pair else ""
                    yield f"stukken/{kind}-{code}{other}.docx", group

    def _of(self, kind: str) -> list[_Move]:
        return self.moves["samenstelling" if kind == "verzoek-coa" else "herverdeling"]

    def _check_marks(self, file: str, kind: str, code: str, paper: Paper) -> None:
        made_up = self.result.documents[INSTANCE].get("synthetic", False)
        for mark in [*_RULES["marks"], *([_RULES["exercise"]] if made_up else [])]:
            self.log.unless(mark in paper.margins, "V14E", file, "", "", "", mark)
        told = "what_if" not in self.result.parameters or _RULES["what_if"] in paper.text
        self.log.unless(told, "V14E", file, "", "", "", _RULES["what_if"])
        for odd in sorted(paper.odd):
            self.log.add("V14M", file, "", "", f"w:{odd}")
        law = kind == "verzoek-coa" and re.search(_RULES["never"], paper.text)
        self.log.unless(not law, "V14F", file, "", "", law and law[0])
        said = "\n".join(paper.lines).lower()
        for ways in self._said(kind, code):
            self.log.unless(any(x.lower() in said for x in ways), "V14L", file, "", "", "", ways[0])

    def _said(self, kind: str, code: str) -> Iterator[list[str]]:
        """Yield what the sentences of a paper must hold, each with the ways to say it."""
        own = self.result.parameters.get("samenstelling", {})
        if kind == "besluit" and code in self.names:
            year, _, half = self.result.documents[INSTANCE]["half_year"].partition("-")
            yield [self.names[code]]
            yield [form.format(year=year) for form in _RULES["half_year"][half]]
        if kind == "verzoek-coa" and own:
            yield from ([_RULES["expected"]], [_shares(own["aandelen"])])
            yield _RULES["basis"][own["aanname"]]

    def _check_same(self, file: str, group: set[str], one: _Own, other: _Own) -> None:
        """Hold a decision beside another of its group: they differ in whose each is."""
        names = sorted((self.names[code] for code in group), key=len, reverse=True)
        anyone = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")

        def bare(line: str, own: str) -> str:
            return anyone.sub(lambda name: "=" * (name[0] == own), line)

        pairs = zip_longest(one[1].lines, other[1].lines, fillvalue="")
        odd = [(x, y) for x, y in pairs if x != y and bare(x, one[0]) != bare(y, other[0])]
        # A copy under another name: it says whose it is in the same words.
        odd += [(other[0], one[0])] * (one[0] != other[0] and one[1].lines == other[1].lines)
        for x, y in (tuple(map(str.split, pair)) for pair in odd[:1]):
            words = [" ".join(w for w in a if w not in b) for a, b in ((x, y), (y, x))]
            self.log.add("V14K", file, other[0], "", *words)

    def _check_tables(self, file: str, kind: str, code: str, group: set[str], paper: Paper) -> None:
        moves = [move for move in self._of(kind) if {move[0], move[1]} <= group]
        found = Counter(name for name, _ in paper.tables)
        returns = [*self._returns(moves)] if kind in _RULES["promising"] else []
        wanted = Counter([*_RULES["kinds"][kind], *(["promises"] if returns else [])])
        for gap, odd in (((), found - wanted), (("",), wanted - found)):
            for name in odd.elements():
                self.log.add("V14A", file, "", "", *gap, _head(name))
        for name, rows in paper.tables:
            who = [(x, self.names[x], [x]) for x in ([code] if name == "own" else sorted(group))]
            every = (_RULES["total"], f"{_dutch(len(group))} {_RULES['parties']}", sorted(group))
            who += [every] * (name != "own")
            if name in ("transfers", "exchange"):
                expected = [self._moved(move, name) for move in moves]
            elif name == "promises":
                expected = returns
            else:
                expected = [(*said, *self._numbers(name, own, moves)) for *said, own in who]
            for lost in Counter(expected) - Counter(rows):
                self.log.add("V14B", file, lost[0], _head(name), "", " | ".join(lost))
            for strange in Counter(rows) - Counter(expected):
                self.log.add("V14C", file, strange[0], _head(name), " | ".join(strange))

    def _returns(self, moves: list[_Move]) -> Iterator[Row]:
        """Yield what the parties of these transfers promise each other for later."""
        pairs, said = {move[:2] for move in moves}, _RULES["promises"]
        for giver, taker, half, persons, lowest, verdict in self.promises:
            if (giver, taker) in pairs:
                ends = tuple(f"{self.names[code]} ({code})" for code in (taker, giver))
                least = _dutch(int(lowest)) if lowest else "–"
                yield (*ends, half, _dutch(int(persons)), least, said[verdict])

    def _numbers(self, table: str, codes: list[str], moves: list[_Move]) -> Iterator[str]:
        """Yield what a table says of these municipalities together."""
        gone, come = ([move for move in moves if move[end] in codes] for end in (0, 1))
        if table == "balance":
            for own in (gone, come):
                yield _dutch(sum(int(move[3] or "0") for move in own))
                yield _dutch(sum(move[4] for move in own))
            return
        change = sum(move[4] for move in come) - sum(move[4] for move in gone)
        quota, *lacks = (sum(self.figures[code][i] for code in codes) for i in range(3))
        if table != "own":
            yield from (_dutch(quota), "+" * (change > 0) + _dutch(change), _dutch(quota + change))
        if table != "quota":
            yield from map(_dutch, lacks)

    def _moved(self, move: _Move, table: str) -> Row:
        ends = tuple(f"{self.names[code]} ({code})" for code in move[:2])
        classes = (move[2], _dutch(int(move[3] or "0"))) if table == "exchange" else ()
        return (*ends, *classes, _dutch(move[4]))


def check_papers(result: Result) -> None:
    """V14: every Word file says what the tables of the result say, and what it is."""
    _Papers(result).check()


def _tied(group: set[str], edges: list[set[str]]) -> set[str]:
    more = group.union(*(edge for edge in edges if edge & group))
    return group if more == group else _tied(more, edges)


def _head(table: str) -> str:
    """A table as a reader of the paper knows it."""
    return " | ".join(_RULES["tables"][table])


def _dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _shares(shares: dict[str, str]) -> str:
    """List shares of households by size in tenths of a per cent, a half up."""
    whole = sum(map(Fraction, shares.values()))
    tenths = {x: (Fraction(shares[x]) * 2000 / whole + 1) // 2 for x in sorted(shares, key=int)}
    return ", ".join(f"{x}: {n // 10}{f',{n % 10}' * (n % 10 > 0)} %" for x, n in tenths.items())
