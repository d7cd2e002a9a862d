"""A result that is replaced while somebody reads it: nobody is told that it is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allocator import explaining, verifying
from allocator.publishing import publish
from tests.allocator.publishing.test_publishing import fine
from tests.allocator.publishing.test_two_writers import of_another
from tests.cli.calling import call, tree

PERSON = ("--name", "A", "--role", "B", "--reason", "c", "--date", "2026-01-01")
WRITERS: dict[str, tuple[str, ...]] = {
    "report": (),
    "report --raad": ("--raad", "SY0001"),
    "papers": (),
    "export": ("--form", "csv"),
    "annex": (),
    "decide": ("--what", "SY0001", "--outcome", "overgenomen", *PERSON),
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    assert call("swap", "tiny-ruil", "--out", tmp_path / "uit").code == 0
    return tmp_path / "uit"


@pytest.fixture
def other(tmp_path: Path) -> dict[str, bytes]:
    """Files of another result, which comes in the place of the first."""
    assert call("quota", "tiny-quota", "--out", tmp_path / "ander" / "uit").code == 0
    return tree(tmp_path / "ander" / "uit")


def replaced(real: Callable[..., Any], out: Path, files: dict[str, bytes], seen: list[str]) -> Any:
    """The real call, of which the first finds the result replaced when it is half done."""

    def call_it(*arguments: Any, **options: Any) -> Any:
        first = not seen
        seen.append("read")
        found = real(*arguments, **options)
        if first:
            seen[0] = of_another(lambda: publish(files, out, fine)) or "replaced"
            if seen[0] == "replaced" and real is REAL_VERIFY:
                raise FileNotFoundError("a table of the result that was")
        return found

    return call_it


REAL_VERIFY = verifying.verify_result


@pytest.mark.parametrize("words", [("verify",), ("annex", "--out"), ("extract",), ("sample",)])
def test_who_only_reads_reads_again(
    out: Path,
    other: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    seen: list[str] = []
    more = {
        "verify": (),
        "annex": ("--out", tmp_path / "bijlage.csv"),
        "extract": ("--audience", "openbaar", "--out", tmp_path / "deel"),
        "sample": ("--seed", 1),
    }
    monkeypatch.setattr(verifying, "verify_result", replaced(REAL_VERIFY, out, other, seen))
    ran = call(words[0], out, *more[words[0]])
    assert (ran.code, ran.err) == (0, "")
    assert seen[0] == "replaced"
    assert tree(out) == other


def test_an_explanation_is_of_one_result(
    out: Path, other: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        explaining, "load_result", replaced(explaining.load_result, out, other, seen)
    )
    ran = call("explain", out, "SY0001")
    assert (ran.code, seen) == (0, ["replaced", "read"])
    monkeypatch.undo()
    assert ran.out == call("explain", out, "SY0001").out


@pytest.mark.parametrize("name", WRITERS)
def test_who_writes_holds_the_place_while_it_verifies(
    out: Path, other: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(verifying, "verify_result", replaced(REAL_VERIFY, out, other, seen))
    ran = call(name.partition(" ")[0], out, *WRITERS[name])
    assert (ran.code, ran.err) == (0, "")
    assert seen[0] == "out_in_use"
    monkeypatch.undo()
    assert call("verify", out).code == 0


@pytest.mark.parametrize("name", WRITERS)
def test_a_result_that_was_taken_aside_is_there_for_who_writes(
    out: Path, name: str, tmp_path: Path
) -> None:
    out.rename(tmp_path / ".allocator-oud-uit-999999-abc")
    assert call(name.partition(" ")[0], out, *WRITERS[name]).code == 0
    assert call("verify", out).code == 0


@pytest.mark.parametrize("missing", [False, True])
def test_what_is_wrong_with_a_result_that_stays_is_said_at_once(
    out: Path, monkeypatch: pytest.MonkeyPatch, missing: bool
) -> None:
    calls = []

    def counted(folder: Path) -> Any:
        calls.append(folder)
        return REAL_VERIFY(folder)

    monkeypatch.setattr(verifying, "verify_result", counted)
    table = out / "overdrachten.csv"
    table.unlink() if missing else table.write_bytes(table.read_bytes() + b"\n")
    assert call("verify", out).code == 6
    assert len(calls) == 1


def test_the_same_result_published_again_is_another_one(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    same = tree(out)
    monkeypatch.setattr(verifying, "verify_result", replaced(REAL_VERIFY, out, same, seen))
    assert call("verify", out).code == 0
    assert seen == ["replaced", "read"]


def test_who_only_reads_needs_no_right_to_write(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lock: nothing there is opened to be written."""
    real = os.open

    def read_only(path: Any, flags: int, *more: Any, **options: Any) -> int:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        assert not (writes and str(path).startswith(str(tmp_path))), path
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", read_only)
    before = tree(tmp_path)
    assert call("verify", out).code == 0
    assert call("explain", out, "SY0001").code == 0
    assert tree(tmp_path) == before
