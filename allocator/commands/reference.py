"""The page of all commands, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import click

from allocator.words import text

LANG = "en"
"""Reference pages are in English, like the code."""


def commands_page(rooms: Sequence[ModuleType]) -> str:
    """``docs/reference/commands.md``: every command with its arguments and options."""
    lines = [
        "# Commands",
        "",
        "Made from the code; a test compares. Every command also takes `--lang nl|en`, `--json`, "
        "`--quiet`, `--workers N` and `--help`.",
    ]
    for room in rooms:
        title = text(f"room_{room.__name__.rpartition('.')[2]}", LANG)
        lines += ["", f"## {title}"]
        for command in room.COMMANDS:
            lines += ["", f"### {command.name}", "", *_command(command)]
    return "\n".join(lines) + "\n"


def _command(command: click.Command) -> list[str]:
    arguments = [
        f"{own.human_readable_name.upper()}{'…' if own.nargs != 1 else ''}"
        for own in command.params
        if isinstance(own, click.Argument)
    ]
    said = _said(command.help or "")
    lines = [f"`allocator {' '.join([str(command.name), *arguments])}`", "", said]
    options = [own for own in command.params if isinstance(own, click.Option)]
    rows = [_row(own) for own in options if own.help not in _COMMON]
    if rows:
        lines += ["", "| option | |", "|---|---|", *rows]
    return lines


_COMMON = {"opt_lang", "opt_json", "opt_quiet", "opt_workers"}


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    kind = option.type
    choices = ", ".join(kind.choices) if isinstance(kind, click.Choice) else ""
    notes = [_said(option.help or "")]
    notes += [f"One of {choices}."] if choices else []
    notes += ["Required."] if option.required else []
    shown = option.default if option.show_default else None
    notes += [f"Default {shown}."] if shown is not None else []
    return f"| {names} | {' '.join(notes)} |".replace("\n", " ")


def _said(key: str) -> str:
    return text(key, LANG) if key.startswith(("help_", "opt_")) else key
