"""Which page and workbook belong to a folder, by the command that its manifest names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocator.reporting.audience import CONFIDENTIAL, audience_document
from allocator.reporting.book import Book, book_bytes
from allocator.reporting.changes import changes_document
from allocator.reporting.document import Card, Document, document_page
from allocator.reporting.html import REPORT_FILE
from allocator.reporting.lookback import lookback_document
from allocator.reporting.result import load_result, read_json, refuse
from allocator.reporting.voice import Voice
from allocator.reporting.workbook import WORKBOOK_FILE, result_book

DOCUMENTS = ("extract", "compare-results", "backtest")
"""Commands whose folder has a page of its own kind."""
NOT_LINKED = "vertrouwelijk/niet_gekoppeld.csv"


def is_document(folder: Path) -> bool:
    """Whether the page of a folder is of such a kind, and not the report of a result.

    Raises
    ------
    InputRefusedError
        If the folder has no manifest that can be read.
    """
    parameters = read_json(folder / "manifest.json").get("parameters")
    return isinstance(parameters, dict) and parameters.get("command") in DOCUMENTS


def document_of(folder: Path, voice: Voice) -> Document:
    """What the page of such a folder says.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read.
    """
    manifest = read_json(folder / "manifest.json")
    command = manifest["parameters"]["command"]
    if command == "extract":
        return audience_document(_tables(folder), manifest, voice)
    make = changes_document if command == "compare-results" else lookback_document
    return make(folder, manifest, voice)


def write_document(folder: Path, lang: str, boundaries: Path | None = None) -> list[Path]:
    """Write the page and the workbook of such a folder.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read, or boundaries are given: these pages have no map.
    """
    if boundaries is not None:
        raise refuse("page_without_map", boundaries.name)
    voice = Voice(lang)
    written = []
    for name, content in document_files(document_of(folder, voice), voice).items():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def _tables(folder: Path) -> dict[str, bytes]:
    """The tables of a part; of the confidential ones that of whom nothing was proposed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (*sorted(folder.glob("*.csv")), folder / NOT_LINKED)
        if path.is_file()
    }


def document_book(document: Document) -> Book:
    """The workbook of a document: its big numbers first, then its tables."""
    return Book(
        document.title,
        (document.lead, *(f"{word} {said}" for word, said in document.banners)),
        tuple((card.label, _figure(card)) for card in document.cards),
        document.sheets,
    )


def _figure(card: Card) -> int | str:
    if isinstance(card.value, int):
        return card.value
    return f"{card.value} ({card.note})" if card.note else card.value


def document_files(document: Document, voice: Voice) -> dict[str, bytes]:
    """The page and the workbook of a document, by name."""
    return {
        REPORT_FILE: document_page(document, voice).encode(),
        WORKBOOK_FILE: book_bytes(document_book(document), voice),
    }


def audience_files(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], lang: str
) -> dict[str, bytes]:
    """The page and the workbook of one audience.

    Raises
    ------
    InputRefusedError
        As :func:`allocator.reporting.audience.audience_document`.
    """
    voice = Voice(lang)
    own = {name: files[name] for name in files if not name.startswith(CONFIDENTIAL)}
    own |= {NOT_LINKED: files[NOT_LINKED]} if NOT_LINKED in files else {}
    return document_files(audience_document(own, manifest, voice), voice)


def book_of(folder: Path, lang: str) -> Book:
    """What the workbook of any folder says.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read.
    """
    voice = Voice(lang)
    if is_document(folder):
        return document_book(document_of(folder, voice))
    return result_book(load_result(folder), voice)
