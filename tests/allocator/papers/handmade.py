"""A small result with swaps, and its papers: the verifier's handmade folder plus Word files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx

from allocator.papers import papers_of
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case, json_text, rehash
from tests.allocator.verify.handmade.folder import write_result

LAW = {
    "law": "Huisvestingswet 2014",
    "article": "art. 29 lid 1",
    "text_of": "2015-07-01",
    "checked_on": "2024-09-16",
}


def result(folder: Path, case: Case | None = None, **swap: Any) -> Path:
    """Write a result; ``swap`` goes into the manifest's parameters of the swap."""
    write_result(folder, case or cases.swap_case())
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["parameters"]["swap"] |= swap
    manifest["parameters"]["regime"] = LAW
    path.write_bytes(json_text(manifest).encode())
    return folder


def with_papers(folder: Path, **options: Any) -> Path:
    """Add the papers to a result, hashes and all."""
    for name, content in papers_of(folder, **options).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    rehash(folder)
    return folder


def in_part(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the text of one part of a Word file, as somebody with an editor could."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before, "nothing would change"
    parts[part] = after.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(stream.getvalue())


def text_of(content: bytes) -> str:
    """Every word of a Word file, header and footer too, as the library for it reads them."""
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    lines = [paragraph.text for paragraph in section.header.paragraphs]
    lines += [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [" | ".join(cell.text for cell in row.cells) for row in table.rows]
    return "\n".join(lines + [paragraph.text for paragraph in section.footer.paragraphs])


def rows_of(content: bytes, at: int = 0) -> list[list[str]]:
    """One table of a Word file."""
    table = docx.Document(io.BytesIO(content)).tables[at]
    return [[cell.text for cell in row.cells] for row in table.rows]


def tables_of(content: bytes) -> list[list[list[str]]]:
    """Every table of a Word file."""
    return [rows_of(content, at) for at in range(len(docx.Document(io.BytesIO(content)).tables))]
