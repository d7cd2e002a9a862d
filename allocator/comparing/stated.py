"""What the manifest of a comparison or a sweep says."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from allocator import __version__
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.regimes import regimes
from allocator.results import manifest_of
from allocator.words import LANGUAGES


def manifest_for(
    instance: Instance, law: QuotaTable, lang: str, command: str, own: Mapping[str, object]
) -> dict[str, object]:
    """Everything of a manifest but the hashes; ``own`` are the parameters of the command."""
    settings = instance.settings
    notices = (*instance.notices, *law.notices)
    parameters: dict[str, object] = {
        "command": command,
        "key": law.key.name,
        "rounding": law.rounding,
        "seed": settings.seed,
        "lang": lang,
        "regime": regimes()[settings.regime].as_parameters(settings.period),
        "notices": [{tongue: item.line(tongue) for tongue in LANGUAGES} for item in notices],
        command: dict(own),
    }
    versions = {"allocator": __version__, "numpy": version("numpy")}
    stages: list[dict[str, object]] = [
        {"name": "taakstelling", "status": "optimal", "gap_target": 0}
    ]
    return manifest_of(instance, parameters, versions, stages)
