"""The command ``allocator``: its commands, its help in two languages and its signals."""

from __future__ import annotations

import difflib
import signal
import sys
from collections.abc import Sequence

import click

from allocator import __version__
from allocator.commands import (
    custody,
    exchange,
    forms,
    job,
    outcome,
    planning,
    studies,
    tools,
    weekly,
)
from allocator.commands.session import Terminated
from allocator.commands.wording import speak
from allocator.words import DEFAULT_LANGUAGE, LANGUAGES, text

ROOMS = (job, weekly, exchange, studies, planning, outcome, forms, custody, tools)


class Suggesting(click.Group):
    """A group that names the command somebody probably meant, and lists them room by room."""

    lang = DEFAULT_LANGUAGE

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by kind of work, each with its whole first sentence."""
        del ctx
        for room in ROOMS:
            title = text(f"room_{room.__name__.rpartition('.')[2]}", self.lang)
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (str(command.name), (command.help or "").partition(". ")[0].rstrip("."))
                        for command in room.COMMANDS
                    ]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look up a command; a near miss becomes a suggestion."""
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if self.get_command(ctx, args[0]) is None and near:
            ctx.fail(f"{args[0]}? → {ctx.command_path} {near[0]}")
        return super().resolve_command(ctx, args)


def _pass_on(ctx: click.Context, _: click.Parameter, lang: str | None) -> None:
    """Let a language that stands before the command hold for the command."""
    if lang:
        ctx.default_map = {name: {"lang": lang} for name in commands.commands}


@click.group(cls=Suggesting, help="help_main", context_settings={"max_content_width": 100})
@click.version_option(
    __version__, prog_name="allocator", message="%(prog)s %(version)s", help="opt_version"
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), help="opt_lang", expose_value=False, callback=_pass_on
)
def commands() -> None:
    """Hold the commands; the text users see is in the catalogue."""


for room in ROOMS:
    for command in room.COMMANDS:
        commands.add_command(command)


def _terminate(_signal: int, _frame: object) -> None:
    raise Terminated


def _translate(command: click.Command, lang: str) -> None:
    """Put the sentences of the catalogue in the place of their keys."""
    command.options_metavar = text("metavar_options", lang)
    if command.help:
        command.help = text(command.help, lang)
    for parameter in command.params:
        help_key = getattr(parameter, "help", None)
        if help_key and help_key.startswith("opt_"):
            parameter.help = text(help_key, lang)
    if isinstance(command, click.Group):
        command.subcommand_metavar = text("metavar_commands", lang)
        commands.lang = lang
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
    lang = _language(sys.argv[1:])
    speak(lang)
    _translate(commands, lang)
    commands(prog_name="allocator")


if __name__ == "__main__":
    main()
