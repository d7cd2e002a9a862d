"""One result from the first look to the last, though other processes publish in its place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from allocator.errors import output_trouble
from allocator.locking import from_the_start
from allocator.publishing import MANIFEST, sweep

Found = TypeVar("Found")


@contextlib.contextmanager
def held(result: Path) -> Iterator[None]:
    """Hold the place of a result that is to be written to, and finish what was cut off there.

    Raises
    ------
    OutputTroubleError
        If somebody else holds it, or the place does not allow writing.
    """
    with from_the_start(result):
        place = result.absolute()
        if place.parent.is_dir():
            try:
                sweep(place)
            except OSError as error:
                raise output_trouble(result, error) from error
        yield


def steadily(result: Path, read: Callable[[], Found]) -> Found:
    """What ``read`` finds; once more where the result was another by the end of it.

    Whoever only reads holds no place, for that is writing. What is read while another result
    takes the place may be half of each: neither it nor what goes wrong is believed.

    Raises
    ------
    AllocatorError
        As ``read`` does.
    """
    before = _which(result)
    try:
        found = read()
    except Exception:
        if _which(result) == before:
            raise
    else:
        if _which(result) == before:
            return found
    return read()


def _which(result: Path) -> tuple[bytes, int] | None:
    """What tells one result in a place from the next, even if it says the same; none if none."""
    try:
        return (result / MANIFEST).read_bytes(), result.stat().st_ino
    except OSError:
        return None
