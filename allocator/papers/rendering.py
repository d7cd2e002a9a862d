"""Fill a Word template in; a user's own template runs in a sandbox and is refused by name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.errors import InputRefusedError
from allocator.findings import Finding
from allocator.papers.wordfile import base_template, settled

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

KINDS = ("besluit", "melding-coa", "melding-gs", "raadsbrief", "agenda", "verzoek-coa")
"""The kinds of paper; each has a template ``KIND.docx``."""
# Ours: many times what a letter with a logo needs, and little enough to open without thought.
LARGEST_FILE, LARGEST_CONTENT, MOST_PARTS = 10_000_000, 40_000_000, 500


_UNKNOWN_FIELD = re.compile(r"'dict object' has no attribute '(\w+)'|^'(\w+)' is undefined")
"""How the engine says that a template asks for a field that there is not."""


@dataclass(frozen=True)
class Templates:
    """The user's templates by kind; ours where a kind is not among them."""

    own: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """What the user's own are called."""

    def render(self, kind: str, fields: Mapping[str, Any], title: str) -> bytes:
        """One filled-in Word file, the same bytes for the same fields.

        Raises
        ------
        InputRefusedError
            If a template uses a field that does not exist, or cannot be read.
        """
        from docxtpl import DocxTemplate

        if kind not in self.own:
            return _filled(DocxTemplate(io.BytesIO(base_template(kind))), fields, title)
        try:
            return _filled(DocxTemplate(io.BytesIO(self.own[kind])), fields, title)
        except Exception as error:  # noqa: BLE001 - a template of somebody else can break anywhere
            file = self.files[kind]
            reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
            unknown = _UNKNOWN_FIELD.search(reason)
            if unknown:
                name = unknown[1] or unknown[2]
                raise _refused("papers_template_field", file, field=name) from None
            raise _refused("papers_template_broken", file, reason=reason) from None


def templates_in(folder: Path) -> Templates:
    """Read the templates of a user.

    Raises
    ------
    InputRefusedError
        If there is no such folder, it has no template, or holds a Word file of another name, or
        one that is no Word file or too large.
    """
    found = template_files(folder)
    if not found:
        raise _refused("papers_no_templates", folder.name, kinds=_known())
    findings, files = [], dict[str, str]()
    for path in found:
        kind = path.stem.lower()
        if kind not in KINDS:
            findings.append(_finding("papers_template_unknown", path.name, kinds=_known()))
        elif files.setdefault(kind, path.name) != path.name:
            other = files[kind]
            findings.append(_finding("papers_template_twice", path.name, other=other))
        elif not _is_sound(path):
            findings.append(_finding("papers_template_unreadable", path.name))
    if findings:
        raise InputRefusedError(findings)
    return Templates({path.stem.lower(): path.read_bytes() for path in found}, files)


def template_files(folder: Path) -> list[Path]:
    """The Word files of a folder, whatever capitals their names have.

    Without the lock files that Word puts beside what it has open.
    """
    return [
        path
        for path in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if path.suffix.lower() == ".docx" and not path.name.startswith("~$")
    ]


def _filled(template: Any, fields: Mapping[str, Any], title: str) -> bytes:
    template.render(dict(fields), jinja_env=_environment(), autoescape=True)
    _say_first(template.docx, fields.get("wat_als", ""))
    stream = io.BytesIO()
    template.save(stream)
    return settled(stream.getvalue(), title)


def _say_first(document: Any, sentence: str) -> None:
    """Put a sentence above a paper whose template does not say it."""
    if not sentence or any(sentence in paragraph.text for paragraph in document.paragraphs):
        return
    document.element.body.insert(0, document.add_paragraph(sentence)._p)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Remembering(SandboxedEnvironment):
        """Compiles a text once: one template is filled in for hundreds of municipalities."""

        made: dict[Any, Any] = {}  # noqa: RUF012 - of the one environment there is

        def from_string(self, source: Any, *given: Any, **named: Any) -> Any:
            if given or named or not isinstance(source, str):
                return super().from_string(source, *given, **named)
            if source not in self.made:
                self.made[source] = super().from_string(source)
            return self.made[source]

    return Remembering(autoescape=True, undefined=StrictUndefined)


def _is_sound(path: Path) -> bool:
    """Whether a file is a zip of bearable size with a document in it; nothing is unpacked."""
    if path.stat().st_size > LARGEST_FILE:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    size = sum(entry.file_size for entry in entries)
    return (
        size <= LARGEST_CONTENT
        and len(entries) <= MOST_PARTS
        and "word/document.xml" in {entry.filename for entry in entries}
    )


def _known() -> str:
    return ", ".join(f"{kind}.docx" for kind in KINDS)


def _finding(code: str, file: str, **values: str) -> Finding:
    return Finding(code, file, values=tuple(values.items()))


def _refused(code: str, file: str, **values: str) -> InputRefusedError:
    return InputRefusedError([_finding(code, file, **values)])
