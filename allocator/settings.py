"""``instance.toml``: what an instance says of itself, checked."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from allocator.findings import Findings, nearest
from allocator.period import HalfYear
from allocator.regimes import regimes
from allocator.schema import TABLE_BY_NAME
from allocator.toml_checks import exact_number, note_faults, read_toml

Rounding = Literal["wettelijk", "sluitend", "webster", "grootste-rest", "jefferson", "hill"]
ROUNDINGS: tuple[Rounding, ...] = (
    "wettelijk",
    "sluitend",
    "webster",
    "grootste-rest",
    "jefferson",
    "hill",
)
Pairs = Literal["regio", "provincie", "buren", "alle"]
SwapForm = Literal["regiobesluit", "bilateraal"]

Adults = Literal["gemiddelde", "som", "minstens_een", "zwakste"]
Order = Literal["gewogen", "strikt"]
Fair = Literal["geen", "vloer", "maxmin"]
Points = Annotated[StrictInt, Field(ge=0, le=1_000_000)]


SETTINGS_FILE = "instance.toml"
"""Also the name in notices: the manifest must not tell a workbook from a folder."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SwapSettings(_Part):
    """``[swap]``: who may trade with whom, in what pieces, and what counts as an agreement."""

    pairs: Pairs = "provincie"
    form: SwapForm = "regiobesluit"
    lot: Annotated[StrictInt, Field(ge=1, le=100_000)] = 1
    partners_max: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    leximin: StrictBool = False


class LinkSettings(_Part):
    """``[link]``: the weights of the objective, in whole points, and what is allowed."""

    zonder_woning: StrictBool = True
    zonder_woning_basis: Points = 500
    zonder_woning_per_week: Points = 10
    zonder_woning_weken_max: Points = 60
    zonder_woning_personen: Points = 3
    tekort_eerste: Points = 60
    tekort_verder: Points = 200
    over_eerste: Points = 40
    over_verder: Points = 150
    volwassenen: Adults = "gemiddelde"
    order: Order = "gewogen"
    eerlijk: Fair = "geen"
    eerlijk_vloer: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    vooruit_plaatsen: StrictBool = False
    vooruit_plaatsen_reden: Annotated[StrictStr, Field(max_length=200)] = ""
    marge_deel: Annotated[StrictInt, Field(ge=1, le=1000)] = 20


class DemoSettings(_Part):
    """``[demo]``: what ``allocator demo`` links."""

    link_region: StrictStr = ""


class Settings(_Part):
    """The whole of ``instance.toml``."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    half_year: StrictStr
    scope: Literal["landelijk", "regio"]
    national_total: Annotated[StrictInt, Field(ge=0, le=999_999_999)] | None = None
    national_inhabitants: Annotated[StrictInt, Field(ge=1, le=999_999_999)] | None = None
    divisor: StrictInt | StrictStr | None = None
    population_date: datetime.date
    structure_year: Annotated[StrictInt, Field(ge=1900, le=2200)]
    regime: StrictStr
    rounding: Rounding | None = None
    key: StrictStr = "inwoners"
    seed: Annotated[StrictInt, Field(ge=0, le=2**62)] = 0
    synthetic: StrictBool | tuple[StrictStr, ...] = False
    stand_teken: Literal["achterstand_positief", "achterstand_negatief"] | None = None
    retention: datetime.date | None = None
    swap: SwapSettings = SwapSettings()
    link: LinkSettings = LinkSettings()
    demo: DemoSettings = DemoSettings()
    sources: dict[str, StrictStr] = Field(default_factory=dict)

    @field_validator("half_year")
    @classmethod
    def _is_half_year(cls, value: str) -> str:
        try:
            return str(HalfYear.parse(value))
        except ValueError as error:
            raise PydanticCustomError("setting_not_half_year", "a half-year") from error

    @field_validator("divisor")
    @classmethod
    def _is_divisor(cls, value: int | str | None) -> int | str | None:
        if value is not None and Fraction(exact_number(value)) <= 0:
            raise PydanticCustomError("setting_not_positive", "a divisor is above zero")
        return value

    @field_validator("synthetic")
    @classmethod
    def _names_tables(cls, value: bool | tuple[str, ...]) -> bool | tuple[str, ...]:
        if not isinstance(value, bool):
            unknown = [name for name in value if name not in TABLE_BY_NAME]
            if unknown:
                raise PydanticCustomError(
                    "setting_unknown_table",
                    "an unknown table",
                    {"table": unknown[0], "suggestion": nearest(unknown[0], TABLE_BY_NAME) or "-"},
                )
        return value

    @field_validator("regime")
    @classmethod
    def _is_regime(cls, value: str) -> str:
        if value not in regimes():
            raise PydanticCustomError(
                "setting_choice", "an unknown regime", {"known": ", ".join(sorted(regimes()))}
            )
        return value

    @property
    def period(self) -> HalfYear:
        """The half-year."""
        return HalfYear.parse(self.half_year)

    def is_synthetic(self, table: str) -> bool:
        """Whether this table is declared to be made up."""
        if isinstance(self.synthetic, bool):
            return self.synthetic
        return table in self.synthetic


def read_settings(content: bytes, file: str, findings: Findings) -> Settings | None:
    """Check ``instance.toml``; every problem goes to ``findings``."""
    data = read_toml(content, file, findings)
    return None if data is None else settings_from(data, file, findings)


def settings_from(data: dict[str, Any], file: str, findings: Findings) -> Settings | None:
    """Check settings as TOML gives them; every problem goes to ``findings``."""
    if isinstance(data.get("synthetic"), list):
        data["synthetic"] = tuple(data["synthetic"])
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        parts = (Settings, SwapSettings, LinkSettings)
        note_faults(error, file, findings, [name for part in parts for name in part.model_fields])
        return None
    _check_together(settings, file, findings)
    return settings


def _check_together(settings: Settings, file: str, findings: Findings) -> None:
    if settings.scope == "landelijk" and settings.national_total is None:
        findings.error("setting_missing", file, column="national_total")
    if settings.scope == "landelijk" and settings.divisor is not None:
        findings.error("divisor_not_regional", file, column="divisor")
    link = settings.link
    if link.vooruit_plaatsen != bool(link.vooruit_plaatsen_reden.strip()):
        findings.error("forward_without_reason", file, column="link.vooruit_plaatsen_reden")
    elif link.vooruit_plaatsen:
        reason = link.vooruit_plaatsen_reden
        findings.notice("forward_placing", SETTINGS_FILE, column="link", reason=reason)
    regime = regimes()[settings.regime]
    period = settings.period
    if not regime.covers(period):
        findings.error(
            "regime_not_in_force", file, column="regime", regime=regime.name, half_year=str(period)
        )
    if not regime.is_checked_for(period):
        findings.notice(
            "law_not_checked",
            SETTINGS_FILE,
            column="half_year",
            checked_on=regime.checked_on.isoformat(),
        )
    if settings.population_date != period.population_date:
        findings.notice(
            "other_population_date",
            SETTINGS_FILE,
            column="population_date",
            found=settings.population_date.isoformat(),
            expected=period.population_date.isoformat(),
        )
