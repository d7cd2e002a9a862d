"""Python objects over a pipe between a process and its own child."""

from __future__ import annotations

import pickle
from typing import IO

_HEADER = 8
_PIECE = 1 << 20
"""Effort: bytes that are asked of a pipe at once."""


class PipeClosedError(Exception):
    """The other side closed the pipe, between frames or within one."""


def write_frame(pipe: IO[bytes], content: object) -> None:
    """Write one object, whole.

    Raises
    ------
    OSError
        If the other side is gone.
    """
    body = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    view = memoryview(len(body).to_bytes(_HEADER, "big") + body)
    while view:
        # An unbuffered pipe may take a part only.
        view = view[pipe.write(view) :]


def read_frame(pipe: IO[bytes]) -> object:
    """Read one object.

    Raises
    ------
    PipeClosedError
        If the pipe ends before the object does.
    """
    size = int.from_bytes(_read_exactly(pipe, _HEADER), "big")
    # The bytes come from our own child or parent over a pipe that nobody else holds.
    return pickle.loads(_read_exactly(pipe, size))  # noqa: S301


def _read_exactly(pipe: IO[bytes], count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        part = pipe.read(min(count, _PIECE))
        if not part:
            raise PipeClosedError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
