"""What a test reads of a page: parsed by the standard library, nothing of the templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr", "base"}


@dataclass
class Element:
    """One element with its own text and that of everything inside."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """Every element of this tag inside, in order."""
        found = []
        for element in self.inside:
            found += [element] if element.tag == tag else []
            found += element.all(tag)
        return found

    def everything(self) -> list[Element]:
        """Every element inside, in order."""
        found = []
        for element in self.inside:
            found += [element, *element.everything()]
        return found


class Page(HTMLParser):
    """A parsed page; an element that is never closed or closed out of turn is an error."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(content)
        self.close()
        assert self.open == [self.root], [element.tag for element in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        """Every element of this tag."""
        return self.root.all(tag)

    def by_id(self, name: str) -> Element:
        """The element with this id."""
        (found,) = [e for e in self.root.everything() if e.attributes.get("id") == name]
        return found

    def landmarks(self) -> list[str]:
        """What the regions of the page are called, as a screen reader lists them."""
        regions = [
            e
            for e in self.root.everything()
            if e.tag == "section" or e.attributes.get("role") == "region"
        ]
        return [self.by_id(e.attributes["aria-labelledby"]).text for e in regions]

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a table by the headings of its columns, without the totals."""
        table = self.by_id(name)
        heads = [cell.text for cell in table.all("thead")[0].all("th")]
        rows = []
        for row in table.all("tbody")[0].all("tr"):
            cells = [cell.text for cell in row.inside]
            rows.append(dict(zip(heads, cells, strict=True)))
        return rows

    def figures(self) -> dict[str, str]:
        """Figures of the explained municipality as printed; the last of a name counts."""
        found = {}
        for element in self.all("dd"):
            if "data-figure" in element.attributes:
                found[element.attributes["data-figure"]] = element.text
        return found


def dutch(printed: str) -> Fraction:
    """A number as a Dutch reader reads it."""
    return Fraction(printed.replace(".", "").replace(",", "."))


def english(printed: str) -> Fraction:
    """A number as an English reader reads it."""
    return Fraction(printed.replace(",", ""))
