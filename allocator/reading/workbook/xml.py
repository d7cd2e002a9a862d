"""XML in one pass, with what a spreadsheet never needs refused: types, entities, other codings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

MAX_DEPTH = 64


class UnsafeXmlError(ValueError):
    """The XML is broken, or holds what could make its reader see something else."""


def stream(content: bytes, start: Start, end: End, text: Text) -> None:
    """Call back for every element, under its local name.

    Parameters
    ----------
    content
        A whole document in UTF-8.
    start, end, text
        Told local names and attributes (local names too), and text in one or more pieces.

    Raises
    ------
    UnsafeXmlError
        If the document is broken, nested too deep, has a document type, or another coding.
    """
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnsafeXmlError("too deep")
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.XmlDeclHandler = _coding
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(str(error)) from error


@lru_cache(maxsize=1_000)
def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: object) -> None:
    raise UnsafeXmlError("a document type or an entity")


def _coding(_version: str, coding: str | None, _standalone: int) -> None:
    if coding is not None and coding.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsafeXmlError("not UTF-8")
