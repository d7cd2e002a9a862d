"""Broken off while it is put in place: the old result or the new, and what is said of it is so."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allocator import publishing
from allocator.commands.session import Terminated
from allocator.errors import OutputTroubleError
from allocator.locking import only_writer
from allocator.publishing import publish, sweep
from tests.allocator.publishing.test_publishing import fine, snapshot
from tests.allocator.publishing.writer import files
from tests.cli.calling import Ran, call, tree

STOPS: dict[type[BaseException], int] = {KeyboardInterrupt: 130, Terminated: 143}
UNWRITTEN = "er is niets geschreven"


@pytest.fixture
def old(tmp_path: Path) -> dict[str, bytes]:
    assert call("quota", "tiny-onmogelijk", "--out", tmp_path / "uit").code == 0
    return tree(tmp_path)


def stopped(
    folder: Path, stop: type[BaseException], where: str, when: str, patch: pytest.MonkeyPatch
) -> Ran:
    """A command that is stopped just before or after it renames a folder ``where``."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        here = target.name.startswith(where)
        if here and when == "before":
            patch.undo()
            raise stop
        moved = real(self, target)
        if here:
            patch.undo()
            raise stop
        return moved

    patch.setattr(Path, "rename", rename)
    return call("quota", "tiny-quota", "--out", folder / "uit")


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("where", [".allocator-oud-", "uit", ".allocator-weg-"])
def test_broken_off_between_the_renames_one_whole_result_stands(
    tmp_path: Path,
    old: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    stop: type[BaseException],
    where: str,
    when: str,
) -> None:
    ran = stopped(tmp_path, stop, where, when, monkeypatch)
    assert ran.code == STOPS[stop]
    assert call("verify", tmp_path / "uit").code == 0
    new = where == ".allocator-weg-" or (where, when) == ("uit", "after")
    stands = {f"uit/{name}": content for name, content in tree(tmp_path / "uit").items()}
    assert (stands != old) == new
    assert (UNWRITTEN in ran.err) == (not new), ran.err
    assert new == (f"Afgebroken toen {tmp_path / 'uit'} al geschreven was" in ran.err)
    if where != ".allocator-weg-":
        assert [path.name for path in tmp_path.iterdir()] == ["uit"]
    assert call("quota", "tiny-quota", "--out", tmp_path / "uit").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_broken_off_before_anything_nothing_is_said_of_an_earlier_command(
    tmp_path: Path, old: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert UNWRITTEN in stopped(tmp_path, KeyboardInterrupt, "uit", "before", monkeypatch).err
    assert tree(tmp_path) == old


def test_a_flush_that_fails_when_the_new_one_stands_does_not_call_it_unwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publishing._flush_folder

    def flush(path: Path) -> None:
        if path == tmp_path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(path)

    monkeypatch.setattr(publishing, "_flush_folder", flush)
    ran = call("quota", "tiny-quota", "--out", tmp_path / "uit")
    assert ran.code == 8
    assert "is geschreven, maar" in ran.err
    assert "ongewijzigd" not in ran.err
    assert call("verify", tmp_path / "uit").code == 0


@pytest.mark.parametrize("taken", [1, 2, 3])
def test_what_a_killed_removal_left_is_never_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """Killed when so many files of the old result are gone, and then the new one is taken away."""
    out, real = tmp_path / "uit", shutil.rmtree
    publish(files("a"), out, fine)

    def killed(folder: Path, *more: Any, **options: Any) -> None:
        if (folder / publishing.MANIFEST).is_file():
            for path in sorted(path for path in folder.rglob("*.csv"))[:taken]:
                path.unlink()
            raise KeyboardInterrupt
        real(folder, *more, **options)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(files("b"), out, fine)
    assert snapshot(out) == files("b")
    shutil.rmtree(out)
    with only_writer(out):
        sweep(out)
    assert list(tmp_path.iterdir()) == []


def locked(folder: Path) -> None:
    """A leftover of which the owner took his own rights away."""
    (folder / "vertrouwelijk").mkdir()
    (folder / "vertrouwelijk" / "h.csv").write_text("hh-1")
    (folder / "vertrouwelijk" / "elders").symlink_to(folder.parent)
    (folder / "vertrouwelijk").chmod(0o500)
    folder.chmod(0o500)


def as_nobody(work: Callable[[], None]) -> None:
    """Do it without the rights of root, in a child if need be; its failure is ours."""
    if os.geteuid():
        work()
        return
    child = os.fork()
    if not child:
        os.setgid(65534)
        os.setuid(65534)
        try:
            work()
        except BaseException:  # noqa: BLE001 - told by the exit code
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder where anybody may write: those of pytest are closed to everybody else."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["oud", "weg", "werk"])
def test_what_may_not_be_written_is_removed_all_the_same(common_folder: Path, kind: str) -> None:
    def work() -> None:
        leftover = common_folder / f".allocator-{kind}-uit-999999-abc"
        leftover.mkdir()
        locked(leftover)
        with only_writer(common_folder / "uit"):
            sweep(common_folder / "uit")

    as_nobody(work)
    assert list(common_folder.iterdir()) == []
    assert common_folder.stat().st_mode & 0o777 == 0o777, "the link was followed"


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("command", ["quota", "decide"])
def test_what_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, command: str
) -> None:
    out, leftover = tmp_path / "uit", tmp_path / ".allocator-weg-uit-999999-abc"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    leftover.mkdir()
    (tmp_path / ".allocator-werk-uit-999999-abc").mkdir()
    before, real = tree(out), shutil.rmtree

    def refused(folder: Path, *more: Any, **options: Any) -> None:
        if folder == leftover:
            raise PermissionError(errno.EACCES, "Permission denied", "vertrouwelijk")
        real(folder, *more, **options)

    person = ("--name", "A", "--role", "B", "--reason", "c", "--date", "2026-01-01")
    words = {
        "quota": ("quota", "tiny-onmogelijk", "--out", out),
        "decide": ("decide", out, "--what", "SY0001", "--outcome", "overgenomen", *person),
    }
    monkeypatch.setattr(shutil, "rmtree", refused)
    ran = call(*words[command], "--lang", lang)
    assert ran.code == 8
    assert str(leftover) in ran.err
    assert {"nl": "huishoudens", "en": "households"}[lang] in ran.err
    assert "schrijfrechten" not in ran.err
    assert tree(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [leftover.name, "uit"]


def test_of_several_that_cannot_be_removed_one_is_named_as_it_is_called_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for letter in "abc":
        (tmp_path / f".allocator-oud-uit-1-{letter}").mkdir()
    (tmp_path / ".allocator-werk-uit-1-a").mkdir()
    real = shutil.rmtree

    def refused(folder: Path, *more: Any, **options: Any) -> None:
        if folder.name.startswith(".allocator-weg-"):
            raise PermissionError(errno.EACCES, "Permission denied")
        real(folder, *more, **options)

    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(OutputTroubleError) as caught:
        sweep(tmp_path / "uit")
    left = sorted(tmp_path.iterdir())
    assert (caught.value.key, caught.value.values["path"]) == ("out_leftover", left[0])
    assert len(left) == 3
