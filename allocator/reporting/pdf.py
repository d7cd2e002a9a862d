"""``rapport.pdf``: the report page on paper, tagged PDF/A, for the archive.

Needs the extra ``pdf`` (typst). The words and figures are those of the page, taken from it.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

from allocator.errors import OutputTroubleError
from allocator.reporting.blocks import page_blocks
from allocator.reporting.voice import Voice

PDF_FILE = "rapport.pdf"


def write_pdf(folder: Path, lang: str) -> Path:
    """Write ``rapport.pdf`` beside the page it is made from.

    Raises
    ------
    OutputTroubleError
        If the extra ``pdf`` is not installed.
    """
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    path = folder / PDF_FILE
    path.write_bytes(pdf_bytes(page, lang))
    return path


def pdf_bytes(page: str, lang: str) -> bytes:
    """A report page as PDF; equal pages give equal bytes.

    Raises
    ------
    OutputTroubleError
        If the extra ``pdf`` is not installed.
    """
    try:
        import typst
    except ImportError:
        raise OutputTroubleError("pdf_needs_extra") from None
    templates = files("allocator") / "reporting" / "templates"
    css = (templates / "rapport.css").read_text(encoding="utf-8")
    blocks = page_blocks(page)
    for block in blocks:
        if block["kind"] == "drawing":
            block["svg"] = block["svg"].replace(">", f"><style>{_drawing_style(css)}</style>", 1)
    given = {
        "blocks": blocks,
        "title": next(block["text"] for block in blocks if block["kind"] == "heading"),
        "lang": lang,
        "footer": Voice(lang).say("report_proposal"),
        "shades": [
            found[1] for found in sorted(re.findall(r"\.swatch\.k(\d)\{background:(#\w+)\}", css))
        ],
    }
    made = typst.compile(
        (templates / "rapport.typ").read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        ignore_system_fonts=True,
        # Archive form with tags, and accessible.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=0,
    )
    assert isinstance(made, bytes), "one document gives one file"
    return made


def _drawing_style(css: str) -> str:
    """The rules that a drawing needs, by the classes that stand in it."""
    # A drawing has no page around it to take its letter from.
    names = r"(?:\.map|\.areas|\.chart|\.k\d|\.border)"
    rules = re.findall(rf"(?m)(?:^|(?<=\}}))({names}[^{{]*\{{[^}}]*\}})", css)
    return "".join(
        rule.replace("font-family:inherit", "font-family:'DejaVu Sans Mono'") for rule in rules
    )
