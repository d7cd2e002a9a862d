"""Calling the command, and looking at what it leaves."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cli

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT / "instances"
COMMAND = (sys.executable, str(ROOT / "cli.py"))
Row = dict[str, str]


@dataclass(frozen=True)
class Ran:
    """What a call of the command gave; ``folder`` is its ``--out``, if it had one."""

    code: int
    out: str
    err: str
    folder: Path = Path()

    @property
    def json(self) -> dict[str, Any]:
        """Stdout as the one JSON object that ``--json`` promises."""
        content = json.loads(self.out)
        assert isinstance(content, dict)
        return content

    @property
    def codes(self) -> list[str]:
        """Codes of the findings of a refusal asked for with ``--json``."""
        return [finding["code"] for finding in self.json["findings"]]


def call(*words: object) -> Ran:
    """Run the command in this process: quick, for the many."""
    arguments = [str(word) for word in words]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.commands.main(arguments, prog_name="allocator")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Ran(code, out.getvalue(), err.getvalue(), _folder(arguments))


def spawn(*words: object, cwd: Path | None = None, timeout: int = 180) -> Ran:
    """Run ``cli.py`` as a process of its own, as in a bare clone."""
    arguments = [str(word) for word in words]
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr, _folder(arguments))


def environment() -> dict[str, str]:
    """The surroundings of a child: text in UTF-8, no settings of the caller's Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _folder(arguments: list[str]) -> Path:
    if "--out" not in arguments[:-1]:
        return Path()
    return Path(arguments[arguments.index("--out") + 1])


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def copy_instance(name: str, folder: Path) -> Path:
    """A copy of a bundled instance that a test may change."""
    return Path(shutil.copytree(INSTANCES / name, folder / name))


def read_table(path: Path) -> list[Row]:
    """Rows of a comma-separated table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def write_table(
    path: Path, rows: Iterable[Row], encoding: str = "utf-8", delimiter: str = ",", end: str = "\n"
) -> None:
    """Write rows that all have the columns of the first."""
    listed = list(rows)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(
        stream, list(listed[0]), delimiter=delimiter, lineterminator=end, strict=True
    )
    writer.writeheader()
    writer.writerows(listed)
    path.write_bytes(stream.getvalue().encode(encoding))


def change_table(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """Rewrite a table with other rows."""
    write_table(path, change(read_table(path)))


def set_in_toml(folder: Path, name: str, literal: str) -> None:
    """Give a top-level setting of ``instance.toml`` another value, or add it."""
    path = folder / "instance.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(f"{name} =")]
    path.write_text("\n".join([f"{name} = {literal}", *kept, ""]), encoding="utf-8")


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a result."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
