"""Two results against the letter of the law, each by the inhabitants and the total it was given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.reporting.result import read_rows, read_toml


@dataclass(frozen=True, slots=True)
class LegalFigures:
    """Figures of one municipality in one result [persons]; None where the result has none.

    ``letter`` is its share of the national total rounded up, whatever the key of the result.
    """

    letter: int | None = None
    quota: int | None = None
    after_swap: int | None = None


@dataclass(frozen=True, slots=True)
class AgainstLaw:
    """One municipality in both results."""

    code: str
    name: str
    before: LegalFigures
    after: LegalFigures


def against_law(before: Path, after: Path) -> tuple[AgainstLaw, ...]:
    """Every municipality of two results, by code; none where neither has quotas.

    Raises
    ------
    InputRefusedError
        If a file cannot be read.
    """
    (old, names), (new, others) = _figures(before), _figures(after)
    known = {**names, **others}
    none = LegalFigures()
    return tuple(
        AgainstLaw(code, known[code], old.get(code, none), new.get(code, none))
        for code in sorted(known)
    )


def _figures(folder: Path) -> tuple[dict[str, LegalFigures], dict[str, str]]:
    quotas = _rows(folder.joinpath("taakstellingen.csv"))
    settings = folder.joinpath("invoer", "instance.toml")
    changed = {row["gemeente_code"]: row for row in _rows(folder.joinpath("na_uitruil.csv"))}
    instance = read_toml(settings) if settings.is_file() else {}
    total = instance.get("national_total")
    everyone = sum(int(row["inwoners"]) for row in quotas)
    if instance.get("scope") == "regio":
        everyone = instance.get("national_inhabitants") or 0
    found = {}
    for row in quotas:
        code, inhabitants = row["gemeente_code"], int(row["inwoners"])
        # Huisvestingswet 2014 art. 29(1), text of 2015-07-01: rounded up.
        letter = -(-total * inhabitants // everyone) if total is not None and everyone else None
        after = int(changed[code]["gewijzigde_taakstelling"]) if code in changed else None
        found[code] = LegalFigures(letter, int(row["taakstelling"]), after)
    return found, {row["gemeente_code"]: row["gemeente"] for row in quotas}


def _rows(path: Path) -> list[dict[str, str]]:
    return read_rows(path) if path.is_file() else []
