"""Re-check a result folder from its own files, without the engine that made it.

It has its own reader and its own exact arithmetic, and is written from
``docs/reference/result-folder.md``; ``contract.toml`` holds that page's lists and our sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from allocator.verify import folder as form
from allocator.verify.backtest import check_backtest
from allocator.verify.comparing import check_comparison
from allocator.verify.composition import check_composition
from allocator.verify.links import check_links
from allocator.verify.papers import check_papers
from allocator.verify.quotas import check_quotas
from allocator.verify.reader import CONTRACT, Failure, Stop
from allocator.verify.swap_studies import check_potential, check_wishes
from allocator.verify.swaps import check_swaps
from allocator.verify.sweep import check_sweep

__all__ = ["Failure", "check_names", "verify_result"]


def verify_result(folder: Path) -> tuple[Failure, ...]:
    """Recompute everything that a result folder claims.

    Parameters
    ----------
    folder
        The result folder; nothing outside it is read, nothing is written.

    Returns
    -------
    tuple of Failure
        Everything found wrong, in a fixed order; empty when all is well. Never an exception.
    """
    result = _read(folder)
    if not result.log:
        _guard(result, "V1", form.check_files)
        _guard(result, "V1", form.check_parameters)
        _guard(result, "V9", form.read_tables)
    # A wrong hash or parameter does not keep the content from being checked; a wrong form does.
    if {failure.code for failure in result.log} <= {"V1C", "V1D", "V1H"}:
        _guard(result, "V7", form.check_stages)
        quotas = _guard(result, "V2", check_quotas) if "always" in result.parts else None
        if quotas and "swap" in result.parts:
            quotas = _guard(result, "V3", check_swaps, quotas)
        if quotas and "composition" in result.parts:
            _guard(result, "V15", check_composition, quotas)
        if quotas and "overdrachten" in result.tables:
            _guard(result, "V14", check_papers)
        if quotas and "link" in result.parts:
            _guard(result, "V4", check_links, quotas)
        if quotas and "potential" in result.parts:
            _guard(result, "V17", check_potential, quotas)
        if quotas and "wishes" in result.parts:
            _guard(result, "V18", check_wishes, quotas)
        for part, (family, check) in _STUDIES.items():
            if part in result.parts:
                _guard(result, family, check)
    ids = {*_identifiers(result.files)}
    shown = {failure.without(ids) for failure in result.log}
    return tuple(sorted(shown, key=lambda failure: (len(failure.code), astuple(failure))))


_STUDIES: dict[str, tuple[str, Callable[[form.Result], None]]] = {
    "compare": ("V11", check_comparison),
    "sweep": ("V12", check_sweep),
    "backtest": ("V13", check_backtest),
}


def check_names(folder: Path, lang: str = "nl") -> tuple[str, ...]:
    """Name the checks that ``verify_result`` does on a folder, in ``nl`` or ``en``."""
    result, checks = _read(folder), CONTRACT["checks"].items()
    parts = {"any", *(result.parts or ["always"]), *(["papers"] if form.papers_in(result) else [])}
    return tuple(f"{name} {texts[lang == 'en']}" for name, texts in checks if texts[2] in parts)


def _identifiers(files: dict[str, bytes]) -> Iterator[str]:
    """Name every household and sponsor of the confidential files, however damaged these are."""
    # The column of the pseudonym; limits on swaps, wishes, fairness and mixes of sizes name nobody.
    places = {"nareis": 2, "regievoerders": 2, "ruilruimte": 9}
    places |= dict.fromkeys(("eerlijkheid", "verwachte_samenstelling", "wensen_verdeling"), 99)
    for name in (name for name in files if name.startswith("vertrouwelijk/")):
        place = places.get(Path(name).stem, 0)
        for line in files[name].decode(errors="replace").split("\n"):
            yield from filter(None, line.split(",")[place : place + 1])


def _read(folder: Path) -> form.Result:
    result = form.Result()
    _guard(result, "V1", form.read_folder, folder, folder)
    _guard(result, "V1", form.read_documents)
    return result


def _guard(result: form.Result, family: str, check: Callable[..., Any], *given: Any) -> Any:
    try:
        return check(result, *given)
    except Stop as stop:
        result.log.add(*stop.args)
    except Exception as error:  # noqa: BLE001 - a malformed folder must not end in a traceback
        result.log.add(f"{family}Z", "", "", "", type(error).__name__)
    return None
