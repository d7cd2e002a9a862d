"""Re-check a result folder from its own files, without the engine that made it.

``core`` is small and stands alone: files, quotas, swaps and links. ``studies`` has the checks of
everything beside them. Both are written from ``docs/reference/result-folder.md``;
``contract.toml`` holds that page's lists and our sentences.
"""

from __future__ import annotations

from pathlib import Path

from allocator.verify.core import check, read
from allocator.verify.core.reader import CONTRACT, Failure
from allocator.verify.masking import masked

__all__ = ["Failure", "check_names", "verify_result"]


def verify_result(folder: Path) -> tuple[Failure, ...]:
    """Recompute everything that a result folder claims: the core, then the studies.

    Parameters
    ----------
    folder
        The result folder; nothing outside it is read, nothing is written.

    Returns
    -------
    tuple of Failure
        Everything found wrong, in a fixed order; empty when all is well. Never an exception.
    """
    # Here and not above: importing the core must not need the studies.
    from allocator.verify import studies

    found = check(folder, **studies.HELPERS)
    studies.check_studies(found)
    return masked(found.result.log, found.result.files)


def check_names(folder: Path, lang: str = "nl") -> tuple[str, ...]:
    """Name the checks that ``verify_result`` does on a folder, in ``nl`` or ``en``."""
    from allocator.verify import studies

    result, checks = read(folder), CONTRACT["checks"].items()
    papers = ["papers"] if studies.papers_in(result) else []
    parts = {"any", *(result.parts or ["always"]), *papers}
    return tuple(f"{name} {texts[lang == 'en']}" for name, texts in checks if texts[2] in parts)
