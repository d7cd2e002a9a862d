"""What a planning command hands back: files, a summary, and how they reach the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

from allocator import __version__
from allocator.findings import Finding
from allocator.planning.recheck import failures_of
from allocator.publishing import Files, Verify, publish, refuse_foreign, with_manifest
from allocator.reading import Instance
from allocator.regimes import regimes
from allocator.results import manifest_of
from allocator.solving import answered
from allocator.words import LANGUAGES, number, text
from models.solver.roll import Roll

Value = int | str | Fraction
"""A fraction is written with six decimals."""


class Percent(Fraction):
    """A share, written as per cent with one decimal."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogue with its values; numbers are written per language."""

    key: str
    values: Mapping[str, Value]

    def in_language(self, lang: str) -> str:
        """The sentence."""
        return text(self.key, lang, **{name: _shown(v, lang) for name, v in self.values.items()})


def _shown(value: Value, lang: str) -> str:
    if isinstance(value, Percent):
        return f"{number(value * 100, lang, decimals=1)} %"
    if isinstance(value, Fraction):
        return number(value, lang, decimals=6)
    return value if isinstance(value, str) else number(value, lang)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the terminal says, in words and as figures."""

    command: str
    sentences: tuple[Sentence, ...]
    figures: Mapping[str, object]
    notices: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> int:
        """Always 0: these commands are exact, or refuse."""
        return 0

    def lines(self, lang: str) -> list[str]:
        """The outcome in a few lines."""
        said = [sentence.in_language(lang) for sentence in self.sentences]
        return [*said, text("proposal_not_decision", lang)]

    def as_json(self, lang: str) -> dict[str, object]:
        """The same for machines."""
        return {
            "command": self.command,
            "exit_code": self.exit_code,
            **self.figures,
            "notices": [notice.as_json(lang) for notice in self.notices],
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole result, the manifest included, not yet on disk."""

    files: Files
    summary: Summary


def outcome(
    instance: Instance,
    files: Files,
    summary: Summary,
    parameters: Mapping[str, object],
    lang: str,
    roll: Roll | None = None,
) -> Outcome:
    """Put the manifest with the files.

    ``parameters`` are those of the command itself; ``roll`` says which engines answered.
    """
    settings = instance.settings
    command = summary.command
    stated: dict[str, object] = {
        "command": command,
        "key": settings.key,
        "rounding": settings.rounding or "",
        "seed": settings.seed,
        "lang": lang,
        "regime": regimes()[settings.regime].as_parameters(settings.period),
        "notices": [
            {tongue: item.line(tongue) for tongue in LANGUAGES} for item in summary.notices
        ],
        **parameters,
    }
    versions = {"allocator": __version__, "numpy": version("numpy"), **answered(roll or Roll())}
    stages: list[dict[str, object]] = [
        {"name": "taakstelling", "status": "optimal", "gap_target": 0}
    ]
    manifest = manifest_of(instance, stated, versions, stages)
    return Outcome(with_manifest(files, manifest), summary)


def publish_outcome(made: Outcome, out: Path, verify: Verify = failures_of) -> Summary:
    """Write the result whole or not at all, re-checked from disk before it appears.

    Raises
    ------
    VerificationFailedError, OutputTroubleError
        As :func:`allocator.publishing.publish` does.
    """
    refuse_foreign(out)
    publish(made.files, out, verify)
    return made.summary
