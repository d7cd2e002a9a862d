"""One place, many writers: one wins, the others are told at once, nothing is mixed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allocator.errors import OutputTroubleError
from allocator.locking import only_writer
from allocator.publishing import MANIFEST, add_to_result, publish
from tests.allocator.publishing.test_publishing import snapshot
from tests.allocator.publishing.writer import files, fine
from tests.cli.calling import call, spawn, tree

WRITER = Path(__file__).with_name("writer.py")
MARKS = "cdefghij"


class Writer:
    """One process of ``writer.py``."""

    def __init__(self, out: Path, mark: str) -> None:
        self.mark = mark
        self.process = subprocess.Popen(
            [sys.executable, str(WRITER), str(out), mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(params=[MARKS[:2]])
def writers(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Writer]]:
    started = [Writer(tmp_path / "uit", mark) for mark in request.param]
    assert [writer.hear() for writer in started] == ["ready"] * len(started)
    yield started
    for writer in started:
        writer.kill()


def exactly_one_wins(writers: list[Writer], out: Path) -> None:
    for writer in writers:
        writer.tell("hold")
    said = {writer.mark: writer.hear() for writer in writers}
    assert sorted(said.values()) == ["in"] + ["out_in_use"] * 7
    (winner,) = (writer for writer in writers if said[writer.mark] == "in")
    winner.tell("on you go")
    assert winner.hear() == "done"
    assert snapshot(out) == files(winner.mark)


def whoever_wins_is_whole(writers: list[Writer], out: Path) -> None:
    for writer in writers:
        writer.tell("go")
    said = {writer.mark: writer.hear() for writer in writers}
    assert set(said.values()) <= {"done", "out_in_use"}
    winners = [mark for mark, word in said.items() if word == "done"]
    assert snapshot(out) in [files(mark) for mark in winners]


@pytest.mark.parametrize("writers", [MARKS], indirect=True)
@pytest.mark.parametrize("rounds", [6, pytest.param(200, marks=pytest.mark.nightly)])
def test_eight_writers_of_one_folder_never_mix(
    writers: list[Writer], tmp_path: Path, rounds: int
) -> None:
    for _ in range(rounds):
        exactly_one_wins(writers, tmp_path / "uit")
        whoever_wins_is_whole(writers, tmp_path / "uit")
        assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_a_killed_writer_holds_nobody_up(writers: list[Writer], tmp_path: Path) -> None:
    dead, alive = writers[:2]
    dead.tell("hold")
    assert dead.hear() == "in"
    alive.tell("go")
    assert alive.hear() == "out_in_use"
    dead.kill()
    assert len(list(tmp_path.iterdir())) == 2, "the lock and the working folder of the dead"
    alive.tell("go")
    assert alive.hear() == "done"
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_a_stopped_writer_keeps_its_place(writers: list[Writer], tmp_path: Path) -> None:
    asleep, other = writers[:2]
    asleep.tell("hold")
    assert asleep.hear() == "in"
    asleep.process.send_signal(signal.SIGSTOP)
    other.tell("go")
    assert other.hear() == "out_in_use"
    asleep.process.send_signal(signal.SIGCONT)
    asleep.tell("on you go")
    assert asleep.hear() == "done"
    assert snapshot(tmp_path / "uit") == files(asleep.mark)


def test_the_second_command_is_told_who_writes_and_what_to_do(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    before = tree(out)
    with only_writer(out):
        second = spawn("quota", "tiny-onmogelijk", "--out", out)
    assert second.code == 8
    assert f"wordt nu beschreven door proces {os.getpid()}." in second.err
    assert "Wacht tot dat klaar is of kies een andere map" in second.err
    assert tree(tmp_path) == {f"uit/{name}": content for name, content in before.items()}


def of_another(work: Callable[[], None]) -> str:
    """Why another thread may not, or nothing."""
    refused = []

    def enter() -> None:
        try:
            work()
        except OutputTroubleError as error:
            refused.append(error.key)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return "".join(refused)


@pytest.mark.parametrize("work", ["publish", "add"])
def test_what_stands_in_a_place_that_is_held_is_no_sign(work: str, tmp_path: Path) -> None:
    """Whoever holds it may have taken the old result away, or have put half of one there."""
    out = tmp_path / "uit"
    out.mkdir()
    (out / "tabel.csv").write_text("half")
    does = {
        "publish": lambda: publish(files("a"), out, fine),
        "add": lambda: add_to_result(out, lambda _copy: {"b": b"b"}, fine),
    }
    with only_writer(out):
        assert of_another(does[work]) == "out_in_use"
    assert of_another(does[work]) == "out_not_ours"
    assert snapshot(out) == {"tabel.csv": b"half"}


def test_nobody_publishes_between_reading_a_result_and_adding_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, refused, read = tmp_path / "uit", [], Path.read_bytes
    publish(files("a"), out, fine)

    def reads(path: Path) -> bytes:
        if not refused and path.name == "tabel1.csv":
            refused.append("?")
            refused.append(of_another(lambda: publish(files("b"), out, fine)))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reads)
    add_to_result(out, lambda _copy: {"erbij.csv": b"x"}, fine)
    assert refused == ["?", "out_in_use"]
    assert {**snapshot(out), MANIFEST: b""} == {**files("a"), "erbij.csv": b"x", MANIFEST: b""}


def test_an_old_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".allocator-slot-uit").write_text("1")  # process 1 always lives: no proof of use
    assert call("quota", "tiny-quota", "--out", tmp_path / "uit").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_the_same_thread_may_enter_again_and_another_may_not(tmp_path: Path) -> None:
    def enter() -> None:
        with only_writer(tmp_path / "uit"):
            pass

    with only_writer(tmp_path / "uit"):
        enter()
        assert of_another(enter) == "out_in_use"
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_no_way_to_write_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elders").write_text("van een ander")
    (tmp_path / ".allocator-slot-uit").symlink_to(tmp_path / "elders")
    assert call("quota", "tiny-quota", "--out", tmp_path / "uit").code == 8
    assert (tmp_path / "elders").read_text() == "van een ander"
