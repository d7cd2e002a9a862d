"""The page of all commands is what the commands are.

Made anew by ``python -m tests.docs.test_commands_page``.
"""

from __future__ import annotations

from pathlib import Path

import cli
from allocator.commands.reference import commands_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == commands_page(cli.ROOMS)


def test_every_command_has_a_heading_and_a_sentence() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, command in cli.commands.commands.items():
        assert f"\n### {name}\n" in page
        assert command.help
    assert "opt_" not in page and "help_" not in page


if __name__ == "__main__":
    PAGE.write_text(commands_page(cli.ROOMS), encoding="utf-8")
