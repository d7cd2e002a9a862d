"""A sample that anybody can draw again by its public seed, as sheets to recompute by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from allocator import explaining
from allocator.custody.derived import write_derived
from allocator.reporting.result import read_rows
from allocator.words import text

_HOUSEHOLDS = "vertrouwelijk/koppelvoorstel.csv"


def draw(names: Iterable[str], seed: int, count: int) -> list[str]:
    """Draw names by a public seed.

    Parameters
    ----------
    names
        What may be drawn; their order does not matter.
    seed
        Any whole number, announced before the result was made.
    count
        How many to draw; fewer where there are not so many.

    Returns
    -------
    list of str
        The names with the lowest SHA-256 of ``SEED:NAME``, lowest first, as ``sha256sum`` gives
        it to anybody.
    """
    ranked = sorted({*names}, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())
    return ranked[:count]


def municipality_sheet(result: Path, seed: int, count: int, lang: str) -> list[str]:
    """The sheet for the municipalities that are drawn.

    Raises
    ------
    InputRefusedError
        If the result is not complete.
    """
    codes = [row["gemeente_code"] for row in read_rows(result / "taakstellingen.csv")]
    lines = [text("sample_head", lang, seed=seed, count=count, result=result.name)]
    for code in draw(codes, seed, count):
        lines += ["", *explaining.explain_municipality(result, code, lang).lines()]
        lines.append(text("sample_tick", lang))
    return lines


def household_sheet(result: Path, seed: int, count: int, lang: str) -> list[str]:
    """The confidential sheet for the households that are drawn; empty where none was linked.

    Raises
    ------
    InputRefusedError
        If the result is not complete.
    """
    if not (result / _HOUSEHOLDS).is_file():
        return []
    names = [row["huishouden_id"] for row in read_rows(result / _HOUSEHOLDS)]
    lines = [text("sample_head", lang, seed=seed, count=count, result=result.name)]
    for name in draw(names, seed, count):
        lines += ["", *explaining.explain_household(result, name, lang).lines()]
        lines.append(text("sample_tick", lang))
    return lines


def write_sample(result: Path, seed: int, count: int, lang: str, out: Path) -> None:
    """Write both sheets, the one about households in ``vertrouwelijk/``.

    Raises
    ------
    InputRefusedError, OutputTroubleError
        As the result or the disk refuse.
    """
    files = {"steekproef.txt": _bytes(municipality_sheet(result, seed, count, lang))}
    about_households = household_sheet(result, seed, count, lang)
    if about_households:
        files["vertrouwelijk/steekproef.txt"] = _bytes(about_households)
    parameters = {"command": "sample", "seed": seed, "count": count, "lang": lang}
    write_derived(result, out, files, parameters)


def _bytes(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8")
