"""The report page taken apart into blocks: headings, paragraphs, tables, lists, drawings.

The page is our own and well formed, so one reading of it serves every other form of the report:
what is on paper is what is on the screen.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

Block = dict[str, Any]

SILENT = {"nav", "script", "style", "head", "title"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "caption", "figcaption", "dt", "dd", "th", "td"}
VOID = {"meta", "link", "br", "img", "input", "hr", "base"}


class _Reader(HTMLParser):
    """Turns the page into a flat list of blocks, in reading order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.silent: list[str] = []
        self.said: list[str] = []
        self.swatch: int | None = None
        self.drawing: list[str] = []
        self.in_drawing = 0
        self.alternative: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = {name: value or "" for name, value in attrs}
        if self.in_drawing or tag == "svg":
            self._draw(tag, given)
            return
        if not self.silent and (tag in SILENT or given.get("class") == "skip"):
            self.silent.append(tag)
        if self.silent:
            return
        if tag == "table":
            self.blocks.append(
                {"kind": "table", "caption": "", "rows": [], "right": [], "has_totals": False}
            )
        elif tag == "tr" and self._table() is not None:
            self.blocks[-1]["rows"].append([])
        elif tag == "tfoot":
            self.blocks[-1]["has_totals"] = True
        elif given.get("class", "").startswith("swatch k"):
            self.swatch = int(given["class"].removeprefix("swatch k"))
        elif tag == "dl":
            self.blocks.append({"kind": "terms", "rows": []})
        elif tag in BLOCKS:
            self._end(None)
        if tag in {"th", "td"} and self._table() is not None:
            self._align(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self.in_drawing:
            self._drawn(tag)
            return
        if self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
            return
        if tag in BLOCKS:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self.in_drawing:
            self.drawing.append(_escaped(data))
            if self.alternative and self.alternative[-1] == "":
                self.alternative[-1] = data
        elif not self.silent:
            self.said.append(data)

    def _table(self) -> Block | None:
        last = self.blocks[-1] if self.blocks else None
        return last if last is not None and last["kind"] == "table" else None

    def _align(self, tag: str, given: dict[str, str]) -> None:
        table = self.blocks[-1]
        if len(table["rows"]) == 1:
            is_text = tag == "th" and given.get("class") == "t"
            table["right"].append(not is_text)

    def _end(self, tag: str | None) -> None:
        text, self.said = " ".join("".join(self.said).split()), []
        table = self._table()
        if tag == "caption" and table is not None:
            table["caption"] = text
        elif tag in {"th", "td"} and table is not None:
            table["rows"][-1].append(text)
        elif tag in {"dt", "dd"} and self.blocks and self.blocks[-1]["kind"] == "terms":
            rows = self.blocks[-1]["rows"]
            if tag == "dt":
                rows.append([text, ""])
            else:
                rows[-1][1] = f"{rows[-1][1]} ({text})" if rows[-1][1] else text
        elif text and tag is not None and tag[0] == "h" and len(tag) == 2:
            self.blocks.append({"kind": "heading", "level": int(tag[1]), "text": text})
        elif text:
            kind = "item" if tag == "li" else "paragraph"
            self.blocks.append({"kind": kind, "text": text, "swatch": self.swatch})
            self.swatch = None

    def _draw(self, tag: str, given: dict[str, str]) -> None:
        self.in_drawing += 1
        if tag == "svg":
            given["xmlns"] = "http://www.w3.org/2000/svg"
            given["viewBox"] = given.pop("viewbox", given.get("viewBox", ""))
        written = "".join(f' {name}="{_escaped(value)}"' for name, value in given.items())
        self.drawing.append(f"<{tag}{written}>")
        if tag in {"title", "desc"} and self.in_drawing == 2:
            self.alternative.append("")

    def _drawn(self, tag: str) -> None:
        self.in_drawing -= 1
        self.drawing.append(f"</{tag}>")
        if tag == "svg":
            drawing = {"kind": "drawing", "svg": "".join(self.drawing)}
            self.blocks.append({**drawing, "text": ". ".join(self.alternative)})
            self.drawing, self.alternative = [], []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def page_blocks(page: str) -> list[Block]:
    """Blocks of a report page, in reading order.

    Kinds: ``heading`` (level, text), ``paragraph`` and ``item`` (text; an item of a legend has
    the number of its ``swatch``), ``table`` (caption, rows with the heading first, which columns
    line up right, whether the last row totals), ``terms`` (rows of two), ``drawing`` (svg, and
    its text for those who do not see it).
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.blocks
