"""The command ``allocator``: options in, one call, text and an exit code out."""

from __future__ import annotations

import difflib
import functools
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from allocator import __version__
from allocator.errors import AllocatorError, ConflictError
from allocator.words import DEFAULT_LANGUAGE, LANGUAGES, text

INTERNAL, INTERRUPTED, TERMINATED = 1, 130, 143
DEFAULT_OUT = Path("allocator-demo")


class Suggesting(click.Group):
    """A group that names the command somebody probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look up a command; a near miss becomes a suggestion."""
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if self.get_command(ctx, args[0]) is None and near:
            ctx.fail(f"{args[0]}? → {ctx.command_path} {near[0]}")
        return super().resolve_command(ctx, args)


class Session:
    """How this call talks: language, JSON, progress."""

    def __init__(self, lang: str, as_json: bool, quiet: bool) -> None:
        self.lang, self.as_json, self.quiet = lang, as_json, quiet
        self._errors = Console(stderr=True, highlight=False)
        self._progress: Progress | None = None
        self._task: Any = None

    def say(self, lines: Sequence[str], content: dict[str, object]) -> None:
        """Print a result: text, or one JSON object."""
        if self.as_json:
            click.echo(json.dumps(content, ensure_ascii=False, sort_keys=True))
        elif not self.quiet:
            for line in lines:
                click.echo(line)

    def complain(self, lines: Sequence[str]) -> None:
        """Print to stderr."""
        for line in lines:
            click.echo(line, err=True)

    def step(self, key: str) -> None:
        """Show which step runs, on a terminal only."""
        if self.quiet or not self._errors.is_terminal:
            return
        if self._progress is None:
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=self._errors, transient=True)
            self._progress.start()
            self._task = self._progress.add_task("", total=None)
        self._progress.update(self._task, description=text(key, self.lang))

    def close(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.stop()


def common(function: Callable[..., int]) -> Callable[..., None]:
    """Options that every command has, and the way every error ends."""

    @click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="opt_lang")
    @click.option("--json", "as_json", is_flag=True, help="opt_json")
    @click.option("--quiet", is_flag=True, help="opt_quiet")
    @click.option("--workers", type=click.IntRange(1, 64), default=1, help="opt_workers")
    @functools.wraps(function)
    def wrapped(lang: str, as_json: bool, quiet: bool, workers: int, **options: Any) -> None:
        del workers  # No stage is split over processes yet; the promise already holds.
        session = Session(lang, as_json, quiet)
        sys.exit(_guarded(session, functools.partial(function, session, **options), options))

    return wrapped


def _guarded(session: Session, call: Callable[[], int], options: dict[str, Any]) -> int:
    """Run a command; whatever goes wrong ends in a sentence and an exit code."""
    try:
        return call()
    except click.ClickException:
        raise
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except AllocatorError as error:
        _explain_trouble(session, error, options.get("out"))
        return error.exit_code
    except KeyboardInterrupt:
        session.complain([text("screen_interrupted", session.lang)])
        return INTERRUPTED
    except Terminated:
        session.complain([text("screen_interrupted", session.lang)])
        return TERMINATED
    except Exception:  # noqa: BLE001 - the last door: no traceback on the screen
        line = text("screen_internal", session.lang, path=_private_traceback())
        if session.as_json:
            click.echo(json.dumps({"exit_code": INTERNAL, "message": [line]}, ensure_ascii=False))
        session.complain([line])
        return INTERNAL
    finally:
        session.close()


class Terminated(BaseException):
    """Somebody asked the process to stop."""


def _terminate(_signal: int, _frame: object) -> None:
    raise Terminated


def _private_traceback() -> str:
    descriptor, path = tempfile.mkstemp(prefix="allocator-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(traceback.format_exc())
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


@click.group(cls=Suggesting, help="help_main", context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="allocator")
def commands() -> None:
    """Hold the commands; the text users see is in the catalogue."""


def _out(default: Path | None = None) -> Callable[..., Any]:
    kind = click.Path(path_type=Path)
    # A default of None would itself count as an answer to a required option.
    given: dict[str, Any] = {"required": True} if default is None else {"default": default}
    return click.option("--out", type=kind, help="opt_out", **given)


INSTANCE = click.argument("instance", type=click.Path(path_type=Path))
RESULT = click.argument("result", type=click.Path(path_type=Path))
REGION = click.option("--region", default="", help="opt_region")
EXERCISE = click.option("--oefening", "exercise", is_flag=True, help="opt_exercise")
ROUNDING = click.option(
    "--rounding",
    type=click.Choice(["wettelijk", "sluitend", "webster", "grootste-rest", "jefferson", "hill"]),
    help="opt_rounding",
)


def _finish(session: Session, run: Any) -> int:
    from allocator import screen

    session.close()
    if not session.quiet and not session.as_json:
        session.complain([notice.line(session.lang) for notice in run.notices])
    session.say(screen.summary(run, session.lang), screen.summary_json(run, session.lang))
    return int(run.exit_code)


KEY = click.option("--key", help="opt_key")


@commands.command(help="help_demo")
@_out(DEFAULT_OUT)
@common
def demo(session: Session, out: Path) -> int:
    """Run the main job on the bundled instance."""
    from allocator import work

    return _finish(session, work.run_all(work.demo_request(out, session.lang, session.step)))


@commands.command(help="help_run")
@INSTANCE
@_out()
@KEY
@ROUNDING
@EXERCISE
@common
def run(session: Session, instance: Path, out: Path, **options: Any) -> int:
    """Run everything on any instance."""
    from allocator import work

    request = work.Request("run", instance, out, session.lang, step=session.step, **options)
    return _finish(session, work.run_all(request))


@commands.command(help="help_quota")
@INSTANCE
@_out()
@KEY
@ROUNDING
@common
def quota(session: Session, instance: Path, out: Path, **options: Any) -> int:
    """Divide the national total."""
    from allocator import work

    request = work.Request("quota", instance, out, session.lang, step=session.step, **options)
    return _finish(session, work.run_quota(request))


@commands.command(help="help_swap")
@INSTANCE
@_out()
@REGION
@common
def swap(session: Session, instance: Path, out: Path, region: str) -> int:
    """Propose swaps."""
    from allocator import work

    request = work.Request(
        "swap", instance, out, session.lang, swap_region=region, step=session.step
    )
    return _finish(session, work.run_swap(request))


@commands.command(help="help_link")
@INSTANCE
@_out()
@REGION
@EXERCISE
@common
def link(session: Session, instance: Path, out: Path, region: str, exercise: bool) -> int:
    """Propose links."""
    from allocator import work

    request = work.Request(
        "link",
        instance,
        out,
        session.lang,
        link_region=region,
        exercise=exercise,
        step=session.step,
    )
    return _finish(session, work.run_link(request))


@commands.command(help="help_verify")
@RESULT
@click.option("--instance", type=click.Path(path_type=Path), help="opt_instance")
@common
def verify(session: Session, result: Path, instance: Path | None) -> int:
    """Re-check a result."""
    from allocator import verifying

    session.step("step_verify")
    verifying.verify_or_refuse(result, instance)
    line = text("screen_verified", session.lang, path=result)
    session.say([line], {"exit_code": 0, "result": str(result)})
    return 0


@commands.command(help="help_explain")
@RESULT
@click.argument("name")
@click.argument("taker", default="")
@common
def explain(session: Session, result: Path, name: str, taker: str) -> int:
    """Say why: a municipality, a household, or the deal between two municipalities."""
    from allocator import explaining
    from allocator.reading.cells import MUNICIPALITY

    if taker:
        found = explaining.explain_deal(result, name, taker, session.lang)
    elif MUNICIPALITY.fullmatch(name):
        found = explaining.explain_municipality(result, name, session.lang)
    else:
        found = explaining.explain_household(result, name, session.lang)
    session.say(found.lines(), found.as_json())
    return 0


@commands.command(help="help_generate")
@click.option("--municipalities", type=click.IntRange(1, 100_000), help="opt_municipalities")
@click.option("--base", type=click.Path(path_type=Path), help="opt_base")
@click.option("--households", type=click.IntRange(1, 10_000_000), help="opt_households")
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, help="opt_seed")
@_out()
@common
def generate(
    session: Session,
    municipalities: int | None,
    base: Path | None,
    households: int | None,
    seed: int,
    out: Path,
) -> int:
    """Make a synthetic instance."""
    from allocator import generating
    from allocator.reading.instance import find_instance

    if (municipalities is None) == (base is None):
        raise click.UsageError(text("generate_one_base", session.lang))
    session.step("step_generate")
    if base is not None:
        stand = generating.base_from_instance(find_instance(base))
    else:
        stand = generating.synthetic_base(municipalities or 1, seed)
    tables = generating.generate_tables(stand, households, seed)
    generating.write_instance(tables, generating.instance_settings(stand, households, seed), out)
    rows = {name: len(own) for name, own in tables.items()}
    line = text("screen_generated", session.lang, out=out, households=rows["huishoudens"])
    session.say([line], {"exit_code": 0, "out": str(out), "rows": rows})
    return 0


@commands.command(help="help_report")
@RESULT
@common
def report(session: Session, result: Path) -> int:
    """Add the pages and sheets for people."""
    from allocator import verifying, work

    verifying.verify_or_refuse(result)
    session.step("step_report")
    work.add_report(result, session.lang)
    session.say([text("screen_written", session.lang, out=result)], {"exit_code": 0})
    return 0


@commands.command(help="help_doctor")
@common
def doctor(session: Session) -> int:
    """Solve a tiny model on every engine."""
    from models.solver.selftest import engines

    found = engines()
    lines = [f"{name} {number}: {'ok' if works else '-'}" for name, number, works in found]
    session.say(lines, {"engines": [list(engine) for engine in found]})
    return 0 if all(works for _, _, works in found) else 7


def _translate(command: click.Command, lang: str) -> None:
    """Put the sentences of the catalogue in the place of their keys."""
    if command.help:
        command.help = text(command.help, lang)
    for parameter in command.params:
        help_key = getattr(parameter, "help", None)
        if help_key and help_key.startswith("opt_"):
            parameter.help = text(help_key, lang)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _translate(child, lang)


def _language(arguments: Sequence[str]) -> str:
    """Language of the help texts: they are made before the options are read."""
    for i, argument in enumerate(arguments):
        value = argument.partition("=")[2] or "".join(arguments[i + 1 : i + 2])
        if argument.partition("=")[0] == "--lang" and value in LANGUAGES:
            return value
    return DEFAULT_LANGUAGE


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, _terminate)
    _translate(commands, _language(sys.argv[1:]))
    commands(prog_name="allocator")


if __name__ == "__main__":
    main()
