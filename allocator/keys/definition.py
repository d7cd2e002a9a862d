"""What a key is: parts, weights, caps, credits and where it comes from."""

from __future__ import annotations

import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)

from allocator.errors import InputRefusedError
from allocator.findings import Findings, nearest
from allocator.toml_checks import exact_number, note_faults, read_toml

STATUTORY = "inwoners"
Exact = Annotated[str, BeforeValidator(exact_number)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Texts(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nl: StrictStr
    en: StrictStr


class Part(BaseModel):
    """One indicator with its weight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: Name
    weight: Exact = "1"
    year: StrictInt | None = None
    times: tuple[Name, ...] = ()
    one_plus: Name | None = None
    inverse: StrictBool = False
    exponent: Annotated[StrictInt, Field(ge=1, le=9)] = 1
    cap: Exact | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of ``gemeenten`` that the part reads."""
        return (self.indicator, *self.times, *((self.one_plus,) if self.one_plus else ()))


class Key(BaseModel):
    """A key, as its TOML file has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    title: Texts
    status: Literal["wet", "beleid", "voorstel", "benadering"]
    source: Texts
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    credit: Name | None = None
    floor: Exact | None = None
    ceiling: Exact | None = None

    @property
    def is_statutory(self) -> bool:
        """Whether this is the law's own key: inhabitants and nothing else, by its own name.

        The same weights under another name are somebody's key: it is written down with the
        result like any other.
        """
        if self.name != STATUTORY:
            return False
        plain = Part(indicator=STATUTORY)
        bare = [part.model_copy(update={"year": None, "weight": "1"}) for part in self.parts]
        return bare == [plain] and not (self.credit or self.floor or self.ceiling)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of ``gemeenten`` that the key reads, once."""
        names = [name for part in self.parts for name in part.columns]
        if self.credit:
            names.append(self.credit)
        return tuple(dict.fromkeys(names))

    def as_toml(self) -> bytes:
        """The canonical file: sorted keys, defaults left out."""
        content = self.model_dump(mode="python", exclude_none=True, exclude_defaults=True)
        content["parts"] = [_sorted(part) for part in content["parts"]]
        return tomli_w.dumps(_sorted(content)).encode("utf-8")


def _sorted(content: dict[str, Any]) -> dict[str, Any]:
    plain = {name: content[name] for name in sorted(content)}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()
    }


@cache
def bundled_keys() -> dict[str, Key]:
    """The keys that come with the program, by name."""
    folder = files("allocator").joinpath("parameters").joinpath("keys")
    found = {}
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        key = _parse(path.read_bytes(), path.name)
        found[key.name] = key
    return found


def read_key(name: str, place: str = "--key") -> Key:
    """A bundled key by name, or a key file by path; ``place`` says where the name was given.

    Raises
    ------
    InputRefusedError
        If the name is not known or the file is no key.
    """
    if name in bundled_keys():
        return bundled_keys()[name]
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return _parse(path.read_bytes(), path.name)
    findings = Findings()
    findings.error(
        "unknown_key",
        place,
        column="" if place == "--key" else "key",
        found=name,
        suggestion=nearest(name, bundled_keys()) or ", ".join(bundled_keys()),
    )
    raise InputRefusedError(findings.errors)


def _parse(content: bytes, file: str) -> Key:
    findings = Findings()
    data = read_toml(content, file, findings)
    if data is not None:
        try:
            return Key.model_validate(_tuples(data))
        except ValidationError as error:
            note_faults(error, file, findings, [*Key.model_fields, *Part.model_fields])
    raise InputRefusedError(findings.errors)


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples: keys are values that may not change."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
