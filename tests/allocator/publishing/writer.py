"""A process that publishes results when it is told to; killed, starved and raced by the tests.

Run as ``python writer.py OUT MARK``: it says ``ready``, then answers each line on its stdin.
``loop`` publishes for ever; ``go`` publishes once; ``hold`` publishes once but waits in the middle
for another line; ``small N`` allows files of N bytes and publishes once. ``fork`` and ``quota``
leave the work to a child that is there at once: it publishes for ever, or runs the whole command
once; its number is told, and ``reap`` waits for its end. ``warm`` runs the command here, so that
every child of it finds all modules read.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from allocator.errors import OutputTroubleError
from allocator.publishing import Files, publish, with_manifest

SIZES = (10, 70_000, 9_000)


def files(mark: str) -> Files:
    """A result of which every file carries the same mark."""
    content = {f"tabel{i}.csv": (mark * size).encode() for i, size in enumerate(SIZES)}
    content["vertrouwelijk/invoer/lijst.csv"] = mark.encode()
    return with_manifest(content, {"name": mark, "parameters": {}, "stages": [], "versions": {}})


def say(word: str) -> None:
    print(word, flush=True)


def fine(_folder: Path) -> Mapping[str, tuple[str, ...]]:
    return {"nl": (), "en": ()}


def waiting(lines: Iterator[str]) -> Callable[[Path], Mapping[str, tuple[str, ...]]]:
    """A verifier that says that it is in, and waits to be let go."""

    def verify(folder: Path) -> Mapping[str, tuple[str, ...]]:
        say("in")
        next(lines)
        return fine(folder)

    return verify


def in_a_child(work: Callable[[], None]) -> int:
    """Process that does the work; a fork of one that has imported everything starts at once."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        # A group of its own, as a command has; no answer of its own spoils ours.
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        work()
        os._exit(0)
    return child


def for_ever(out: Path) -> None:
    for letter in cycle("ab"):
        publish(files(letter), out, fine)


def whole_command(out: Path) -> None:
    import cli

    cli.commands.main(["quota", "tiny-quota", "--out", str(out), "--quiet"], prog_name="allocator")


def main() -> None:
    out, mark = Path(sys.argv[1]), sys.argv[2]
    lines = iter(sys.stdin.readline, "")
    say("ready")
    for line in lines:
        word, _, number = line.strip().partition(" ")
        if word == "warm":
            with suppress(SystemExit):
                whole_command(out)
            say("warm")
            continue
        if word in ("fork", "quota"):
            child = in_a_child(partial(for_ever if word == "fork" else whole_command, out))
            say(str(child))
            continue
        if word == "reap":
            say(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
            continue
        verify = waiting(lines) if word == "hold" else fine
        if word == "small":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(number), resource.RLIM_INFINITY))
        try:
            for letter in cycle("ab") if word == "loop" else mark:
                publish(files(letter), out, verify)
            say("done")
        except OutputTroubleError as error:
            say(error.key)


if __name__ == "__main__":
    main()
