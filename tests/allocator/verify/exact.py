"""What the verifier says of each wrong result, all of it, in one table beside the tests.

That a wrong result is caught is little: the failures must be those of that wrong and no other, each
with its place, what stands there and what should. ``expected_failures.toml`` holds them as a reader
sees them. Where they rightly change, write the table anew, and read what changed in it::

    python -m tests.allocator.verify.exact
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from allocator.verify import Failure

_TABLE = Path(__file__).with_name("expected_failures.toml")
Sabotaged = Callable[[str, Path], tuple[Failure, ...]]
_HEAD = "# What the verifier says of each wrong result; see exact.py.\n"


def said(failures: Iterable[Failure]) -> list[str]:
    """Return failures as a reader sees them."""
    return [failure.text("en") for failure in failures]


def expected(part: str) -> dict[str, list[str]]:
    """Return what is expected of each wrong result of one file of tests, by name."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return table[part]


def _written(part: str, names: Iterable[str], sabotaged: Sabotaged, place: Path) -> str:
    text = f"\n[{part}]\n"
    for number, name in enumerate(names):
        lines = said(sabotaged(name, place / f"{part}{number}"))
        shown = "".join(f"    {json.dumps(line, ensure_ascii=False)},\n" for line in lines)
        text += f"{json.dumps(name)} = [\n{shown}]\n"
    return text


def main() -> None:
    """Write the table anew."""
    from tests.allocator.verify import test_malformed_folders as forms
    from tests.allocator.verify import test_sabotage as results
    from tests.allocator.verify import test_sabotage_runs as runs
    from tests.allocator.verify import test_sabotage_swaps as swaps

    with tempfile.TemporaryDirectory() as place:
        text = _HEAD
        text += _written("forms", forms.KINDS, forms.sabotaged, Path(place))
        text += _written("results", results.KINDS, results.sabotaged, Path(place))
        text += _written("swaps", swaps.KINDS, swaps.sabotaged, Path(place))
        text += _written("runs", runs.KINDS, runs.sabotaged, Path(place))
    _TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
