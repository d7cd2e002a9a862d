"""The domain: municipalities, quotas, swaps, households, reading, reporting.

Refuses to start beside another distribution's top-level package ``models``.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

__version__ = "0.1.0"

_DISTRIBUTION = "taakstelling-allocator"


def _refuse_foreign_models() -> None:
    """Fail early when the generic name ``models`` belongs to somebody else.

    Looked up, not imported, so that the verifier stays free of the engine.
    """
    spec = importlib.util.find_spec("models")
    origin = Path(spec.origin) if spec is not None and spec.origin else None
    if origin is None or _DISTRIBUTION not in origin.read_text(encoding="utf-8"):
        raise ImportError(
            "the package 'models' in this environment is not the one of "
            f"{_DISTRIBUTION}: install it in an environment of its own"
        )


_refuse_foreign_models()
