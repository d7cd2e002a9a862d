"""A disk that is full: exit 8 that names it, the old result to the byte, and nothing half."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import OutputTroubleError, output_trouble
from allocator.papers import write_templates
from allocator.screen import trouble
from tests.cli.calling import Ran, call, spawn, tree

WORDS = {"nl": "De schijf is vol", "en": "The disk is full"}


class Counted(io.BytesIO):
    """A stream on a disk with room for so many bytes; what still fits is written."""

    def __init__(self, stream: Any, room: list[int]) -> None:
        super().__init__()
        self.stream, self.room = stream, room

    def write(self, content: Any) -> int:
        fits = content[: self.room[0]]
        self.room[0] -= len(fits)
        self.stream.write(fits)
        if len(fits) < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(fits)

    def flush(self) -> None:
        self.stream.flush()

    def fileno(self) -> int:
        return int(self.stream.fileno())

    def close(self) -> None:
        self.stream.close()


@contextmanager
def room_for(count: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every file that is opened to be written share so many bytes."""
    room, real = [count], os.fdopen

    def opened(descriptor: int, mode: str = "r", *more: Any, **options: Any) -> Any:
        stream = real(descriptor, mode, *more, **options)
        return Counted(stream, room) if "wb" in mode else stream

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", opened)
        yield


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> int:
    """Bytes of the result that is to be written."""
    out = tmp_path_factory.mktemp("heel") / "uit"
    assert call("quota", "nl-2021-1", "--out", out).code == 0
    return sum(map(len, tree(out).values()))


def with_old_result(folder: Path) -> dict[str, bytes]:
    assert call("quota", "tiny-quota", "--out", folder / "uit").code == 0
    return tree(folder)


def check(ran: Ran, folder: Path, old: dict[str, bytes], lang: str) -> None:
    assert ran.code == 8, ran.err
    assert WORDS[lang] in ran.err
    assert str(folder / "uit") in ran.err
    assert "Traceback" not in ran.err
    assert tree(folder) == old
    assert [path.name for path in folder.iterdir()] == ["uit"]


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("part", [0, 1, 30, 99])
def test_wherever_the_room_ends_the_old_result_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, part: int, lang: str
) -> None:
    old = with_old_result(tmp_path)
    with room_for(size * part // 100, monkeypatch):
        ran = call("quota", "nl-2021-1", "--out", tmp_path / "uit", "--lang", lang)
    check(ran, tmp_path, old, lang)
    with room_for(2 * size, monkeypatch):
        assert call("quota", "nl-2021-1", "--out", tmp_path / "uit").code == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of two megabytes in memory; none where this user may not mount one."""
    folder = tmp_path / "schijf"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Leave so many bytes on a disk, in a folder of its own beside the results."""
    filler = disk / "vulling"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, free - left)))
    return filler


@pytest.mark.parametrize("left", [0, 4096, 40_000, 90_000])
def test_a_full_disk_of_the_kernel_leaves_the_old_result(
    tmp_path: Path,
    small_disk: Path | None,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    left: int,
) -> None:
    """Where no disk may be mounted the same is asked of the counted one; never skipped."""
    if small_disk is None:
        old = with_old_result(tmp_path)
        (tmp_path / "schijf").rmdir()
        with room_for(min(left, size - 1), monkeypatch):
            check(call("quota", "nl-2021-1", "--out", tmp_path / "uit"), tmp_path, old, "nl")
        return
    folder = small_disk / "map"
    folder.mkdir()
    old = with_old_result(folder)
    filler = fill(small_disk, min(left, size - 1))
    check(spawn("quota", "nl-2021-1", "--out", folder / "uit"), folder, old, "nl")
    filler.unlink()
    assert call("quota", "nl-2021-1", "--out", folder / "uit").code == 0
    assert [path.name for path in folder.iterdir()] == ["uit"]


@pytest.mark.parametrize("room", [0, 500])
def test_a_form_that_does_not_fit_is_not_left_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    with room_for(room, monkeypatch):
        ran = call("template", "--out", tmp_path / "form.xlsx", "--group", "regiotafel")
    assert (ran.code, WORDS["nl"] in ran.err) == (8, True), ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_template_that_does_not_fit_is_not_left_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, room = Path.write_bytes, [3]

    def write(self: Path, content: bytes) -> int:
        room[0] -= 1
        if room[0]:
            return real(self, content)
        real(self, content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(OutputTroubleError) as caught:
        write_templates(tmp_path / "eigen")
    assert caught.value.key == "out_disk_full"
    monkeypatch.undo()
    whole = write_templates(tmp_path / "ander")
    half = tree(tmp_path / "eigen")
    assert len(half) == 2 < len(whole)
    assert half.items() <= tree(tmp_path / "ander").items()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "schijf is vol"),
        (errno.EDQUOT, "schijf is vol"),
        (errno.EACCES, "mag niet schrijven"),
        (errno.EROFS, "mag niet schrijven"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_system_refuses_is_said_in_words(tmp_path: Path, number: int, words: str) -> None:
    error = output_trouble(tmp_path / "nog" / "niet", OSError(number, os.strerror(number)))
    assert error.exit_code == 8
    (line,) = trouble(error, "nl")
    assert words in line
    assert "?" not in line
