"""A page and a workbook of cards, sentences and tables, whatever they are about."""

from __future__ import annotations

from dataclasses import dataclass, field

from allocator.reporting.charts import Chart
from allocator.reporting.grid import Grid
from allocator.reporting.html import asset, csp_hash, environment, footer_rule
from allocator.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class Card:
    """A big number with what it is; ``note`` may say more.

    ``value`` is an ``int`` where the workbook should hold a number.
    """

    label: str
    value: str | int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of the third level: sentences, then cards, chart, tables."""

    heading: str = ""
    text: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    chart: Chart | None = None
    grids: tuple[Grid, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page; ``name`` is its anchor."""

    name: str
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that a page and a workbook say.

    ``banners`` are pairs of a short word and the sentence after it, the proposal first;
    ``sheets`` the tables of the workbook after its first sheet, by name.
    """

    title: str
    page_title: str
    lead: str
    banners: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    version: str
    is_synthetic: bool = False
    sheets: tuple[tuple[str, Grid], ...] = field(default=())

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every big number, in reading order."""
        return tuple(
            card for section in self.sections for part in section.parts for card in part.cards
        )


def document_page(document: Document, voice: Voice) -> str:
    """The page as text: one offline file, with the style and the script of the report."""
    templates = environment(voice)
    css = asset(templates, "rapport.css") + footer_rule(document.is_synthetic, voice)
    script = asset(templates, "rapport.js")
    page = templates.get_template("document.html.j2").render(
        document=document,
        lang=voice.lang,
        css=css,
        script=script,
        css_hash=csp_hash(css),
        script_hash=csp_hash(script),
    )
    return page if page.endswith("\n") else page + "\n"
