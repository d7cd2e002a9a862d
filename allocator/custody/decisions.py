"""The decision log: a proposal becomes a decision only by a named person, with a reason."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from allocator.canonical import sha256
from allocator.custody.derived import fingerprint
from allocator.errors import VerificationFailedError, output_trouble
from allocator.locking import only_writer
from allocator.publishing import beside, sweep
from allocator.reporting.result import read_rows, refuse
from allocator.words import LANGUAGES, text

DEPARTED = "afgeweken"
_START = "0" * 64
_SUFFIX = ".besluiten.jsonl"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log; nothing in it comes from a clock."""

    what: str
    name: str
    role: str
    reason: str
    outcome: str
    date: str


@dataclass(frozen=True, slots=True)
class LogState:
    """How a log stands: ``head`` is the hash of its last line, to be noted elsewhere."""

    lines: int
    decided: int
    departed: int
    elsewhere: int
    head: str


def log_of(result: Path) -> Path:
    """Where the log of a result stands: beside it, so that its hashes stay as they are."""
    result = result.absolute()
    return result.with_name(result.name + _SUFFIX)


def decide(result: Path, decision: Decision) -> LogState:
    """Add one decision to the log of a verified result.

    Parameters
    ----------
    result
        The result that proposes.
    decision
        ``what`` is a municipality, ``VAN>NAAR`` for a transfer, or a household id.

    Raises
    ------
    InputRefusedError
        If a field is empty, the result proposes no such thing, it is an exercise, or the transfer
        is of quotas by another key than the law's.
    VerificationFailedError
        If the log was changed.
    OutputTroubleError
        If the log cannot be written or another process writes there.
    """
    _refuse_unsaid(result, decision)
    log = log_of(result)
    try:
        with only_writer(result):
            sweep(result.absolute())
            lines = _checked(log)
            previous = lines[-1]["hash"] if lines else _START
            entry = {**asdict(decision), "previous": previous, "result": fingerprint(result)}
            entry["hash"] = _hash(entry)
            _write([*lines, entry], log, result.absolute())
    except OSError as error:
        raise output_trouble(log, error) from error
    return state_of(result)


def state_of(result: Path) -> LogState:
    """Check the chain of a log and count what was decided.

    Returns
    -------
    LogState
        Of each thing the last decision counts: a correction is added, never written over.

    Raises
    ------
    VerificationFailedError
        If a line was changed, taken out, put in or moved.
    """
    lines = _checked(log_of(result))
    here = fingerprint(result) if lines else ""
    last = {line["what"]: line["outcome"] for line in lines if line["result"] == here}
    return LogState(
        lines=len(lines),
        decided=len(last),
        departed=sum(outcome == DEPARTED for outcome in last.values()),
        elsewhere=sum(line["result"] != here for line in lines),
        head=lines[-1]["hash"] if lines else "",
    )


def _refuse_unsaid(result: Path, decision: Decision) -> None:
    file = log_of(result).name
    for field, value in asdict(decision).items():
        if not value.strip() or not value.isprintable():
            raise refuse("decision_field_empty", file, field=field)
    manifest = json.loads((result / "manifest.json").read_bytes())
    if manifest["parameters"].get("link", {}).get("oefening"):
        raise refuse("decision_on_exercise", file)
    if decision.what not in _proposed(result):
        raise refuse("decision_unknown", file)
    if ">" in decision.what and _is_by_another_key(result):
        raise refuse("decision_on_other_key", file)


def _is_by_another_key(result: Path) -> bool:
    """Whether a quota is neither that of the law nor a published one."""
    quotas = _rows(result / "taakstellingen.csv")
    return (result / "invoer" / "sleutel.toml").is_file() and not all(
        row["vastgesteld"] for row in quotas
    )


def _proposed(result: Path) -> set[str]:
    """Everything that a result proposes."""
    found = {row["gemeente_code"] for row in _rows(result / "taakstellingen.csv")}
    found |= {f"{row['van_code']}>{row['naar_code']}" for row in _rows(result / "overdrachten.csv")}
    links = _rows(result / "vertrouwelijk" / "koppelvoorstel.csv")
    return found | {row["huishouden_id"] for row in links}


def _rows(path: Path) -> list[dict[str, str]]:
    return read_rows(path) if path.is_file() else []


def _hash(entry: dict[str, Any]) -> str:
    said = {name: value for name, value in entry.items() if name != "hash"}
    return sha256(_line(said))


def _line(entry: dict[str, Any]) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


def _checked(log: Path) -> list[dict[str, Any]]:
    """Lines of a log of which every link holds.

    Raises
    ------
    VerificationFailedError
        Naming the first line that does not hold.
    """
    lines: list[dict[str, Any]] = []
    content = log.read_bytes() if log.is_file() else b""
    for number, written in enumerate(content.splitlines(keepends=True), 1):
        previous = lines[-1]["hash"] if lines else _START
        try:
            entry = json.loads(written)
            holds = (
                _line(entry) == written
                and entry["previous"] == previous
                and entry["hash"] == _hash(entry)
                and all(entry[name].strip() for name in Decision.__dataclass_fields__)
            )
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            holds = False
        if not holds:
            broken = {lang: (text("log_broken", lang, line=number),) for lang in LANGUAGES}
            raise VerificationFailedError(broken)
        lines.append(entry)
    return lines


def _write(lines: list[dict[str, Any]], log: Path, result: Path) -> None:
    """Put the longer log in the place of the shorter one, whole or not at all."""
    working = beside(result)
    try:
        descriptor = os.open(working / "log", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(map(_line, lines))
            stream.flush()
            os.fsync(stream.fileno())
        (working / "log").replace(log)
    finally:
        shutil.rmtree(working, ignore_errors=True)
