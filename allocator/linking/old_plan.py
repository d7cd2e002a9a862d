"""The plan of an earlier result, to keep as much of as can be."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allocator.canonical import sha256
from allocator.findings import Findings
from allocator.linking.households import Task
from allocator.linking.proposal import EXISTING
from allocator.linking.wishes import WISHES, Wish
from models.linking.again import NOWHERE
from models.linking.problem import NO_DWELLING, LinkPlan

PLAN, MANIFEST = "vertrouwelijk/koppelvoorstel.csv", "manifest.json"
_OWN = frozenset({"from_sha256", "prices_sha256", "wishes"})
"""What two runs may differ in and still ask the same of every municipality without a wish."""


@dataclass(frozen=True, slots=True)
class OldPlan:
    """What an earlier result proposed."""

    place: Mapping[str, tuple[str, str]]
    """Municipality and class (or empty) of each household it proposed to link."""
    wishes: tuple[Wish, ...]
    inputs: Mapping[str, str]
    """Hash of each input but its wishes."""
    asked: Mapping[str, object]
    """``parameters.link`` without what was wished."""
    sha256: str
    """Hash of its manifest, which names the hash of every other file."""

    def as_plan(self, task: Task, at: Mapping[str, int], classes: tuple[str, ...]) -> LinkPlan:
        """The old plan in the rows of a new task; ``NOWHERE`` for whom it did not know."""
        where = np.full(len(task.waiting), NOWHERE, dtype=np.int64)
        dwelling = np.full(len(task.waiting), NO_DWELLING, dtype=np.int64)
        for h, row in enumerate(task.waiting):
            code, name = self.place.get(row["huishouden_id"], ("", ""))
            if code in at:
                where[h] = at[code]
                dwelling[h] = classes.index(name) if name in classes else NO_DWELLING
        return LinkPlan(where, dwelling)


def read_old(folder: Path) -> OldPlan:
    """Read the plan of a result folder; its prices are read by ``read_earlier``.

    Raises
    ------
    InputRefusedError
        If it is no result with links, its households are gone, or a file is not what its
        manifest says.
    """
    findings = Findings()
    try:
        manifest = (folder / MANIFEST).read_bytes()
        stated = json.loads(manifest)
        rows = _rows(folder, PLAN, stated["outputs"])
        wishes: list[dict[str, str]] = []
        if WISHES in stated["inputs"]:
            wishes = _rows(folder, WISHES, stated["inputs"])
        asked = stated["parameters"]["link"]
        old = OldPlan(
            place={
                row["huishouden_id"]: (row["gemeente_code"], row["verwachte_woningklasse"])
                for row in rows
                if row["reden"] != EXISTING
            },
            wishes=tuple(Wish(*row.values()) for row in wishes),
            inputs={name: text for name, text in stated["inputs"].items() if name != WISHES},
            asked={name: asked[name] for name in asked.keys() - _OWN},
            sha256=sha256(manifest),
        )
    except _OtherHashError as error:
        findings.error("old_plan_damaged", error.args[0])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        findings.error("old_plan_missing", folder.name)
    findings.refuse_errors()
    return old


class _OtherHashError(Exception):
    """A file is other than its manifest says; names it."""


def _rows(folder: Path, name: str, hashes: Mapping[str, str]) -> list[dict[str, str]]:
    content = (folder / name).read_bytes()
    if sha256(content) != hashes[name]:
        raise _OtherHashError(name)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
