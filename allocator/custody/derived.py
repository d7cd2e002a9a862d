"""Folders made from a result: a part for one audience, a sample, what a purge leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocator.canonical import json_bytes, sha256
from allocator.publishing import MANIFEST, Files, publish, with_manifest
from allocator.reporting.result import read_json
from allocator.words import LANGUAGES, text

COMMANDS = ("extract", "sample", "purge")


def fingerprint(folder: Path) -> str:
    """Hash of what a result says: its inputs and tables, not the pages made from them.

    Raises
    ------
    InputRefusedError
        If the folder has no manifest of ours.
    """
    manifest = read_json(folder / "manifest.json")
    said = {
        name: known
        for part in ("inputs", "outputs")
        for name, known in manifest.get(part, {}).items()
        if name.endswith((".csv", ".json", ".toml"))
    }
    return sha256(json_bytes(said))


def derived_content(result: Path, parameters: Mapping[str, object]) -> dict[str, Any]:
    """The manifest of a folder made from a result, but for the hashes."""
    manifest = read_json(result / "manifest.json")
    return {
        "name": manifest["name"],
        "parameters": {**parameters, "result": fingerprint(result)},
        "retention": manifest.get("retention", ""),
        "stages": [],
        "versions": manifest.get("versions", {}),
    }


def write_derived(
    result: Path, out: Path, files: Files, parameters: Mapping[str, object]
) -> dict[str, Any]:
    """Publish a folder made from a result, with the retention date of the result.

    Raises
    ------
    OutputTroubleError, VerificationFailedError
        As for :func:`allocator.publishing.publish`.
    """
    content = derived_content(result, parameters)
    publish(with_manifest(files, content), out, failures_of)
    return content


def failures_of(folder: Path) -> dict[str, tuple[str, ...]]:
    """Files of such a folder that are not, to the byte, those of its manifest."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    parts = [manifest.get(part) for part in ("inputs", "outputs")]
    named = {name: own for part in parts if isinstance(part, dict) for name, own in part.items()}
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST
    }
    wrong = sorted(name for name in {*named, *there} if named.get(name) != there.get(name))
    return {
        lang: tuple(text("derived_differs", lang, file=name) for name in wrong)
        for lang in LANGUAGES
    }
