"""How a call talks and how it ends: language, JSON, progress, and an exit code for all trouble."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from allocator.errors import AllocatorError, ConflictError
from allocator.screen_text import fitted
from allocator.words import DEFAULT_LANGUAGE, LANGUAGES, text

INTERNAL, INTERRUPTED, TERMINATED = 1, 130, 143


class Terminated(BaseException):
    """Somebody asked the process to stop."""


class Session:
    """How this call talks: language, JSON, progress; and how many processes it may use."""

    def __init__(self, lang: str, as_json: bool, quiet: bool, workers: int = 1) -> None:
        self.lang, self.as_json, self.quiet, self.workers = lang, as_json, quiet, workers
        self._errors = Console(stderr=True, highlight=False)
        self._progress: Progress | None = None
        self._task: Any = None

    def say(self, lines: Sequence[str], content: dict[str, object]) -> None:
        """Print a result: text, or one JSON object."""
        if self.as_json:
            click.echo(json.dumps(content, ensure_ascii=False, sort_keys=True))
        elif not self.quiet:
            _print(lines, is_error=False)

    def complain(self, lines: Sequence[str]) -> None:
        """Print to stderr."""
        _print(lines, is_error=True)

    def step(self, key: str) -> None:
        """Show which step runs, on a terminal only."""
        if self.quiet or not self._errors.is_terminal:
            return
        if self._progress is None:
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=self._errors, transient=True)
            self._progress.start()
            self._task = self._progress.add_task("", total=None)
        self._progress.update(self._task, description=text(key, self.lang), total=None)

    def advance(self, done: int, total: int) -> None:
        """Show how far the step is, on a terminal only."""
        if self._progress is not None:
            self._progress.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.stop()


def _print(lines: Sequence[str], is_error: bool) -> None:
    """One line each; on a terminal broken between words, in a pipe or file left as they are."""
    stream = sys.stderr if is_error else sys.stdout
    width = shutil.get_terminal_size().columns if stream.isatty() else 0
    for line in lines:
        for part in line.split("\n") if width else [line]:
            for piece in fitted(part, width) if width else [part]:
                click.echo(piece, err=is_error)


def common(function: Callable[..., int]) -> Callable[..., None]:
    """Options that every command has, and the way every error ends."""

    @click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="opt_lang")
    @click.option("--json", "as_json", is_flag=True, help="opt_json")
    @click.option("--quiet", is_flag=True, help="opt_quiet")
    @click.option("--workers", type=click.IntRange(1, 64), default=1, help="opt_workers")
    @functools.wraps(function)
    def wrapped(lang: str, as_json: bool, quiet: bool, workers: int, **options: Any) -> None:
        # Only what can be split uses more than one process; the outcome is the same for any number.
        session = Session(lang, as_json, quiet, workers)
        sys.exit(_guarded(session, functools.partial(function, session, **options), options))

    return wrapped


def _guarded(session: Session, call: Callable[[], int], options: dict[str, Any]) -> int:
    """Run a command; whatever goes wrong ends in a sentence and an exit code."""
    from allocator.locking import from_the_start

    try:
        with from_the_start(options.get("out")):
            return call()
    except click.ClickException:
        raise
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except AllocatorError as error:
        _explain_trouble(session, error, options.get("out"))
        return error.exit_code
    except (KeyboardInterrupt, Terminated) as stop:
        session.complain([_broken_off(session.lang)])
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last door: no traceback on the screen
        line = text("screen_internal", session.lang, path=_private_traceback(error))
        if session.as_json:
            click.echo(json.dumps({"exit_code": INTERNAL, "message": [line]}, ensure_ascii=False))
        session.complain([line])
        return INTERNAL
    finally:
        session.close()


def _broken_off(lang: str) -> str:
    """Whether the command had come as far as putting something in its place."""
    from allocator.locking import last_filled

    written = last_filled()
    if written is None:
        return text("screen_interrupted", lang)
    key, path = written
    return text(key, lang, path=path)


def _frames(error: BaseException | None) -> list[str]:
    """Where it went wrong and of which kind: a message may hold data of a household."""
    lines: list[str] = []
    while error is not None:
        lines = [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n", *lines]
        error = error.__cause__ or error.__context__
    return lines


def _private_traceback(error: BaseException) -> str:
    descriptor, path = tempfile.mkstemp(prefix="allocator-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(_frames(error))
    return path


def _explain_trouble(session: Session, error: AllocatorError, out: Path | None) -> None:
    from allocator import screen

    session.close()
    if session.as_json:
        click.echo(json.dumps(screen.trouble_json(error, session.lang), ensure_ascii=False))
    session.complain(screen.trouble(error, session.lang))
    if isinstance(error, ConflictError) and out is not None:
        from allocator.publishing import write_conflict

        path = write_conflict(screen.trouble_json(error, session.lang), out)
        session.complain([text("screen_conflict_written", session.lang, path=path)])


def finish(session: Session, run: Any) -> int:
    """Say what came out: notices to stderr, the summary to stdout."""
    from allocator import screen

    session.close()
    if not session.quiet and not session.as_json:
        session.complain([notice.line(session.lang) for notice in run.notices])
    session.say(screen.summary(run, session.lang), screen.summary_json(run, session.lang))
    return int(run.exit_code)
