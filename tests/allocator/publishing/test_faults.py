"""Whatever fails or is killed at any moment: the old result or the new, whole, no leftovers."""

from __future__ import annotations

import fcntl
import io
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import OutputTroubleError
from allocator.locking import only_writer
from allocator.publishing import add_to_result, publish, sweep
from tests.allocator.publishing.test_publishing import fine, snapshot
from tests.allocator.publishing.test_two_writers import Writer
from tests.allocator.publishing.writer import SIZES, files
from tests.cli.calling import call, tree

CALLS: dict[str, tuple[Any, str]] = {
    "open": (os, "open"),
    "write": (os, "fdopen"),
    "chmod": (os, "fchmod"),
    "flush": (os, "fsync"),
    "close": (os, "close"),
    "folder": (Path, "mkdir"),
    "private folder": (tempfile, "mkdtemp"),
    "rename": (Path, "rename"),
    "remove": (Path, "unlink"),
    "remove all": (shutil, "rmtree"),
    "lock": (fcntl, "flock"),
    "lock text": (os, "ftruncate"),
}


class Torn(io.BytesIO):
    """A stream that takes half of what it is given, and then the disk is full."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self.stream = stream

    def write(self, content: Any) -> int:
        os.write(self.stream.fileno(), content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        self.stream.close()
        super().close()


def failing_at(n: int, real: Callable[..., Any], name: str, count: list[int]) -> Callable[..., Any]:
    """The real call, but the n-th time it fails; ``count`` counts."""

    def fails(*arguments: Any, **options: Any) -> Any:
        count[0] += 1
        if count[0] != n:
            return real(*arguments, **options)
        if name == "write":
            return Torn(real(*arguments, **options))
        if name == "remove all" and options.get("ignore_errors"):
            return None
        if name == "close":
            real(*arguments)
        raise OSError(28, "No space left on device")

    return fails


def next_start(out: Path) -> None:
    """What every writer does first."""
    with only_writer(out):
        sweep(out)


@pytest.mark.parametrize("name", CALLS)
def test_a_failure_of_any_call_leaves_one_whole_result(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, (module, function) = tmp_path / "uit", CALLS[name]
    for n in range(1, 100):
        publish(files("a"), out, fine)
        failed, count = False, [0]
        with monkeypatch.context() as patch:
            real = getattr(module, function)
            patch.setattr(module, function, failing_at(n, real, name, count))
            try:
                publish(files("b"), out, fine)
            except OutputTroubleError:
                failed = True
        if count[0] < n:
            break
        next_start(out)
        # A flush of the parent folder may fail when the new result stands already.
        assert snapshot(out) in ([files("a"), files("b")] if failed else [files("b")]), n
        assert [path.name for path in tmp_path.iterdir()] == ["uit"], n
    assert n > 1, "the call is never made, so this says nothing"


def test_two_failures_in_the_swap_are_mended_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real, calls = tmp_path / "uit", Path.rename, iter(range(1, 9))
    publish(files("a"), out, fine)

    def rename(self: Path, target: Path) -> Path:
        if next(calls) > 1:
            raise OSError(5, "Input/output error")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(OutputTroubleError):
            publish(files("b"), out, fine)
    next_start(out)
    assert snapshot(out) == files("a")
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_a_report_that_cannot_be_written_is_output_trouble(tmp_path: Path) -> None:
    def full(_folder: Path) -> dict[str, bytes]:
        raise OSError(28, "No space left on device")

    publish(files("a"), tmp_path / "uit", fine)
    with pytest.raises(OutputTroubleError):
        add_to_result(tmp_path / "uit", full, fine)
    assert snapshot(tmp_path / "uit") == files("a")
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


@pytest.fixture
def starved(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "uit", "b")
    assert writer.hear() == "ready"
    yield writer
    writer.kill()


def test_a_full_disk_leaves_the_old_result(starved: Writer, tmp_path: Path) -> None:
    """Every size from which some file does not fit, as the kernel enforces it."""
    out = tmp_path / "uit"
    publish(files("a"), out, fine)
    for size in (1, *(size + step for size in sorted(SIZES) for step in (-1, 1))):
        starved.tell(f"small {size}")
        word = starved.hear()
        if size <= max(SIZES):
            assert word == "out_trouble"
            assert snapshot(out) == files("a")
        else:
            assert word == "done"
            assert snapshot(out) == files("b")
        assert [path.name for path in tmp_path.iterdir()] == ["uit"]


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Writer]:
    """A process that has imported everything and forks whoever is to be killed."""
    writer = Writer(tmp_path / "uit", "b")
    assert writer.hear() == "ready"
    yield writer
    writer.kill()


def killed(nursery: Writer, word: str, after: float) -> bool:
    """Start a writer, kill it after so many seconds; whether the kill came before its end."""
    nursery.tell(word)
    child = int(nursery.hear())
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    nursery.tell("reap")
    return nursery.hear() == "-9"


def kill_until_enough(
    kills: int, longest: float, kill: Callable[[float], bool], wait_longer: bool
) -> tuple[int, int]:
    """Kill at random moments until more than a quarter of so many kills came when they should.

    How long anything takes depends on who else uses the machine, so every miss moves the latest
    moment, and every hit moves it back by less: most kills are to hit, and the last moments are
    to be tried too. Returns the kills, and those that came in time.
    """
    moment, first, done, hits = random.Random(kills), longest, 0, 0
    while done < 20 * kills and (done < kills or hits <= kills // 4):
        done += 1
        hit = kill(moment.uniform(0.0, longest))
        hits += hit
        if wait_longer:
            longest = max(first, 0.94 * longest) if hit else min(1.0, 1.25 * longest)
        else:
            longest *= 1.06 if hit else 0.8
    assert hits > kills // 4, "too few were killed in the midst of their work"
    return done, hits


@pytest.mark.parametrize("true", [0.005, 0.1, 0.8])
@pytest.mark.parametrize("wait_longer", [False, True])
def test_enough_kills_hit_whatever_was_measured(true: float, wait_longer: bool) -> None:
    """Something that lasts so long, or begins so late, of which another machine said 0.1 s."""
    moments = []

    def kill(after: float) -> bool:
        moments.append(after)
        return (after > true) == wait_longer

    done, hits = kill_until_enough(40, 0.1, kill, wait_longer)
    assert (done <= 60, hits > 10) == (True, True)
    assert wait_longer or min(moments[-20:]) < true < max(moments), "not up to its last moment"


@pytest.mark.parametrize("kills", [25, pytest.param(1000, marks=pytest.mark.nightly)])
def test_killed_while_it_publishes_one_whole_result_stands(
    tmp_path: Path, nursery: Writer, kills: int
) -> None:
    out = tmp_path / "uit"
    publish(files("a"), out, fine)

    def kill(after: float) -> bool:
        assert killed(nursery, "fork", after)
        left = len(list(tmp_path.iterdir())) > 1
        next_start(out)
        assert snapshot(out) in (files("a"), files("b"))
        assert [path.name for path in tmp_path.iterdir()] == ["uit"]
        return left

    done, left = kill_until_enough(kills, 0.02, kill, wait_longer=True)
    print(f"{left} of {done} kills fell between the first and the last write")


@pytest.mark.parametrize("kills", [6, pytest.param(1000, marks=pytest.mark.nightly)])
def test_a_command_killed_anywhere_leaves_the_old_result_or_the_new(
    tmp_path: Path, nursery: Writer, kills: int
) -> None:
    """From its first line on: reading, dividing, verifying, publishing, or after its end."""
    out = tmp_path / "uit"
    nursery.tell("warm")
    assert nursery.hear() == "warm"
    start = time.monotonic()
    nursery.tell("quota")
    nursery.hear()
    nursery.tell("reap")
    assert nursery.hear() == "0"
    took, new = time.monotonic() - start, snapshot(out)

    def kill(after: float) -> bool:
        shutil.rmtree(out)
        publish(files("a"), out, fine)
        caught = killed(nursery, "quota", after)
        next_start(out)
        assert snapshot(out) in (files("a"), new)
        assert [path.name for path in tmp_path.iterdir()] == ["uit"]
        return caught

    done, caught = kill_until_enough(kills, 1.1 * took, kill, wait_longer=False)
    print(f"{caught} of {done} kills came before the end, first measured at {took:.2f} s")


def test_a_made_up_instance_is_swept_and_locked_too(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    (tmp_path / ".allocator-werk-uit-999999-abc").mkdir()
    words = ("generate", "--municipalities", 12, "--seed", 1, "--out", out)
    with only_writer(out):
        before = tree(tmp_path)
    assert call(*words).code == 0, before
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]
