"""Prefilled drafts for the Dutch Algorithm Register: one for each use of the program.

They state what the program's makers can know. What only the organisation that uses it can say
stays an open question.

References
----------
Algoritmeregister, publication standard 1.0 (required and always shown fields).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from allocator.errors import OutputTroubleError, output_trouble
from allocator.regimes import regimes

USES = ("taakstelling", "uitruil", "koppeling")
LONGEST = {"name": 99, "short_description": 349}
"""Most characters of a field, by the standard."""
TEXTS = (
    "theme",
    "goal_impact",
    "considerations",
    "human_intervention",
    "risk_management",
    "legal_basis",
    "data",
    "technical_working",
)
REGIME = "huisvestingswet-2014"


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft entry: fields by the names of the standard, and what is left to ask."""

    use: str
    fields: Mapping[str, str]
    open_questions: tuple[str, ...]

    def as_json(self) -> bytes:
        """The fields as one JSON object, sorted."""
        text = json.dumps(self.fields, ensure_ascii=False, indent=2, sort_keys=True)
        return f"{text}\n".encode()

    def as_page(self) -> bytes:
        """The same to read and to correct, the open questions last."""
        parts = [f"# Concept voor het Algoritmeregister: {self.use}", ""]
        for name, value in self.fields.items():
            parts += [f"## {name}", "", value or "*in te vullen door de organisatie*", ""]
        parts += ["## Open vragen voor de organisatie", ""]
        parts += [f"- {question}" for question in self.open_questions]
        return ("\n".join(parts) + "\n").encode()


def entry(use: str, organisation: str = "", contact: str = "") -> Entry:
    """Draft entry for one use of the program.

    Parameters
    ----------
    use
        One of ``USES``.
    organisation, contact
        Who uses it and where people can turn to; empty is left to fill in.

    Raises
    ------
    KeyError
        If there is no such use.
    """
    if use not in USES:
        raise KeyError(use)
    stated = tomllib.loads(
        (files("allocator") / "governance" / f"{use}.toml").read_text(encoding="utf-8")
    )
    checked_on = regimes()[REGIME].checked_on.isoformat()
    fields = {
        "name": stated["name"],
        "short_description": stated["short_description"],
        "organization": organisation,
        "status": "",
        "contact_email": contact,
        "publication_category": "",
        "lang": "nld",
        "standard_version": "1.0",
        **{name: " ".join(stated[name].format(checked_on=checked_on).split()) for name in TEXTS},
        "impacttoetsen": "",
        "provider": "taakstelling-allocator, open source (EUPL-1.2)",
        "begin_date": "",
        "end_date": "",
    }
    return Entry(use, fields, (stated["category"], *stated["open_questions"]))


def register_files(organisation: str = "", contact: str = "") -> dict[str, bytes]:
    """All drafts, as JSON and as a page."""
    made: dict[str, bytes] = {}
    for use in USES:
        draft = entry(use, organisation, contact)
        made[f"algoritmeregister-{use}.json"] = draft.as_json()
        made[f"algoritmeregister-{use}.md"] = draft.as_page()
    return made


def write_register(out: Path, organisation: str = "", contact: str = "") -> list[str]:
    """Write the drafts into a folder of their own; earlier drafts there are replaced.

    Raises
    ------
    OutputTroubleError
        If the folder holds anything else, or cannot be written.
    """
    drafts = register_files(organisation, contact)
    strange = {path.name for path in out.iterdir()} - drafts.keys() if out.is_dir() else set()
    if strange:
        raise OutputTroubleError("out_not_ours", path=out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in drafts.items():
            (out / name).write_bytes(content)
    except OSError as trouble:
        raise output_trouble(out, trouble) from trouble
    return sorted(drafts)
