"""The core of the verifier, to be read whole: files, quotas, swaps and links, V1 to V10.

It recomputes what the commands ``quota``, ``swap``, ``link``, ``run`` and ``demo`` claim, with a
reader and exact arithmetic of its own, and imports the standard library and numpy alone. What it
leaves to the studies beside it: ``docs/reference/trust.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocator.verify.core import folder as form
from allocator.verify.core.links import Links, check_links
from allocator.verify.core.quotas import check_quotas
from allocator.verify.core.reader import Stop
from allocator.verify.core.swaps import Swaps, check_swaps


@dataclass
class Checked:
    """What was recomputed of a result; a part is None where the result or its form lacks it.

    ``sound`` says whether its form let the content be checked. ``quotas`` are those of the law and
    the corrections, ``changed`` those after swaps.
    """

    result: form.Result
    sound: bool
    quotas: Counter[str] | None = None
    changed: Counter[str] | None = None
    swaps: Swaps | None = None
    links: Links | None = None


def read(folder: Path, **helpers: Callable[..., Any]) -> form.Result:
    """Read files and documents of a result."""
    result = form.Result(helpers=helpers)
    guard(result, "V1", form.read_folder, folder, folder)
    guard(result, "V1", form.read_documents)
    return result


def check(folder: Path, **helpers: Callable[..., Any]) -> Checked:
    """Recompute a result from its own files; never an exception, everything wrong in its log.

    The log may name households: it is for whoever holds the folder.

    Parameters
    ----------
    folder
        The result folder; nothing outside it is read, nothing is written.
    **helpers
        What the core does not do by itself, by name: ``key`` weighs municipalities by a key of
        their own, ``wishes`` applies those of a run to its links, ``strict`` proves an order of
        goals, ``fair`` a floor. What asks for one that is not given is a failure. ``terms`` holds
        the parameters against the instance; without it they are taken as they stand.
    """
    result = read(folder, **helpers)
    if not result.log:
        guard(result, "V1", form.check_files)
        guard(result, "V1", helpers.get("terms", lambda _: None))
        guard(result, "V9", form.read_tables)
    # A wrong hash or parameter does not keep the content from being checked; a wrong form does.
    found = Checked(result, {failure.code for failure in result.log} <= {"V1C", "V1D", "V1H"})
    if found.sound:
        guard(result, "V7", form.check_stages)
        if "always" in result.parts:
            found.quotas = found.changed = guard(result, "V2", check_quotas)
        if found.quotas and "swap" in result.parts:
            found.swaps = guard(result, "V3", check_swaps, found.quotas)
            found.changed = found.swaps.changed if found.swaps else None
        if found.changed and "link" in result.parts:
            found.links = guard(result, "V4", check_links, found.changed)
    return found


def guard(result: form.Result, family: str, check: Callable[..., Any], *given: Any) -> Any:
    """Do one check; what stops it is a failure of its family."""
    try:
        return check(result, *given)
    except Stop as stop:
        result.log.add(*stop.args)
    except Exception as error:  # noqa: BLE001 - a malformed folder must not end in a traceback
        result.log.add(f"{family}Z", "", "", "", type(error).__name__)
    return None
