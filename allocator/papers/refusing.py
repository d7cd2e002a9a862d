"""Say of a user's own template why no paper made from it can stand, before anything is written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from allocator.findings import Finding
from allocator.papers.rendering import KINDS
from allocator.papers.wordfile import base_template

if TYPE_CHECKING:
    from allocator.verify import Failure

_KIND = re.compile(rf"stukken/({'|'.join(KINDS)})-")
_CAUSES = {
    "V14B": "papers_template_rows",
    "V14C": "papers_template_rows",
    "V14D": "papers_template_unreadable",
    "V14E": "papers_template_mark",
    "V14F": "papers_template_law",
    "V14K": "papers_template_unequal",
    "V14L": "papers_template_words",
    "V14M": "papers_template_hidden",
}


def template_findings(failures: Iterable[Failure], files: Mapping[str, str]) -> list[Finding]:
    """What is wrong with templates, each cause once.

    Parameters
    ----------
    failures
        What the verifier says of the papers drafted from them.
    files
        The user's own templates: name of the file by kind.

    Returns
    -------
    list of Finding
        One per template and cause; empty where no template is to blame.
    """
    found: dict[tuple[str, ...], Finding] = {}
    for failure in failures:
        kind = _KIND.match(failure.file)
        code = _table(failure) if failure.code == "V14A" else _CAUSES.get(failure.code)
        if code is not None and kind is not None and kind[1] in files:
            finding = Finding(code, files[kind[1]], values=_values(failure))
            # Every party says its own words in the same place: those of one are enough.
            of_all = failure.code in ("V14K", "V14L")
            place = () if of_all else (value for _, value in finding.values)
            found.setdefault((code, finding.file, *place), finding)
    return list(found.values())


def _table(failure: Failure) -> str:
    return "papers_template_table" if failure.expected else "papers_template_extra"


def _values(failure: Failure) -> tuple[tuple[str, str], ...]:
    """What the sentence names: the head of a table, the words that lack, or what stands there."""
    if failure.code in ("V14A", "V14B", "V14C"):
        said = failure.column or failure.expected or failure.found
        return (("head", _whole(said)),)
    return (("words", failure.expected), ("found", failure.found))


def _whole(said: str) -> str:
    """A head of which a failure, being short, may say the beginning alone."""
    longer = (head for head in _heads() if head.startswith(said))
    return said if said in _heads() else next(longer, said)


@cache
def _heads() -> tuple[str, ...]:
    """The heads of our own tables."""
    from docxtpl import DocxTemplate

    papers = (DocxTemplate(io.BytesIO(base_template(kind))).get_docx() for kind in KINDS)
    tables = (table for paper in papers for table in paper.tables)
    return tuple(" | ".join(cell.text for cell in table.rows[0].cells) for table in tables)
