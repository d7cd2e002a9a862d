"""The quota of every municipality: by the formula, as corrected, as published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.errors import ConflictError
from allocator.exact_text import fraction_text
from allocator.findings import Finding, Findings
from allocator.keys import Key, read_key, whole_weights
from allocator.reading import Instance
from allocator.reading.tables import whole
from models.apportionment import (
    AllZeroWeightsError,
    Division,
    DivisorInterval,
    Method,
    RemainderCut,
    TotalBelowClaimsError,
    ceiling,
    divide,
)

METHODS: dict[str, Method] = {
    "wettelijk": Method.CEILING,
    "sluitend": Method.ADAMS,
    "webster": Method.WEBSTER,
    "grootste-rest": Method.LARGEST_REMAINDER,
    "jefferson": Method.JEFFERSON,
    "hill": Method.HILL,
}

GEMEENTEN = "gemeenten.csv"
CORRECTIES = "correcties.csv"


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One municipality, in persons."""

    code: str
    name: str
    province: str
    inhabitants: int
    share: Fraction | None
    """Exact share of the total; none where no total is divided."""
    statutory: int | None
    """The share rounded up by itself: the letter of the law."""
    formula: int | None
    correction: int
    quota: int
    """What counts: the published quota where there is one, otherwise formula + correction."""
    published: int | None


@dataclass(frozen=True, slots=True)
class QuotaTable:
    """All quotas of a half-year with the proof of the division."""

    rows: tuple[QuotaRow, ...]
    key: Key
    rounding: str
    total: int | None
    divisor: Fraction | None
    """Given divisor of a regional instance."""
    division: Division | None
    tied: tuple[str, ...]
    """Codes with an equal claim to the last person."""
    notices: tuple[Finding, ...] = ()

    @property
    def sum(self) -> int:
        """Persons over all municipalities."""
        return sum(row.quota for row in self.rows)

    @property
    def statutory_sum(self) -> int | None:
        """Sum of the shares rounded up each by itself; none where no total is divided."""
        if self.division is None:
            return None
        return sum(row.statutory for row in self.rows if row.statutory is not None)

    @property
    def surplus(self) -> int | None:
        """By how much rounding every share up overshoots the total."""
        if self.total is None or self.statutory_sum is None:
            return None
        return self.statutory_sum - self.total


@dataclass(frozen=True, slots=True)
class _Formula:
    """What the division alone says, before corrections and published figures."""

    shares: Sequence[Fraction | None]
    statutory: Sequence[int | None]
    parts: Sequence[int | None]
    division: Division | None = None
    divisor: Fraction | None = None


def compute_quotas(
    instance: Instance, rounding: str | None = None, key: str | None = None
) -> QuotaTable:
    """Quota of every municipality of the instance.

    Parameters
    ----------
    instance
        Settings, inhabitants and, where there are, published quotas and corrections.
    rounding
        One of ``METHODS``; by default that of the instance for its own key, otherwise
        ``sluitend`` for the statutory key and ``webster`` for any other.
    key
        Name of a key or path of a key file; by default that of the instance.

    Raises
    ------
    InputRefusedError
        If no total can be divided, or a quota would be negative.
    ConflictError
        If the total is too small for a rounding that gives everybody at least one.

    References
    ----------
    Huisvestingswet 2014 art. 29(1), text of 2015-07-01; for ``sluitend`` see
    ``docs/adr/0001-rounding.md``.
    """
    findings = Findings()
    chosen = read_key(key) if key else read_key(instance.settings.key, instance.settings_place)
    rounding = rounding or _default_rounding(instance, chosen, key)
    formula = _formula(instance, chosen, rounding, findings)
    findings.refuse_errors()
    rows = _rows(instance, formula, findings)
    findings.refuse_errors()
    total = instance.settings.national_total if formula.division is not None else None
    table = QuotaTable(
        rows=rows,
        key=chosen,
        rounding=rounding,
        total=total,
        divisor=formula.divisor,
        division=formula.division,
        tied=_tied(instance, formula),
    )
    _note_sum(table, findings)
    return replace(table, notices=findings.notices)


def _tied(instance: Instance, formula: _Formula) -> tuple[str, ...]:
    if formula.division is None:
        return ()
    return tuple(instance.municipalities[i].code for i in formula.division.tied)


def _note_sum(table: QuotaTable, findings: Findings) -> None:
    """A published table may add up to something else than the national total: say so."""
    expected = table.total
    if expected is not None and table.rounding != "wettelijk" and table.sum != expected:
        findings.notice("published_sum", "vastgesteld.csv", found=table.sum, expected=expected)


def _default_rounding(instance: Instance, key: Key, asked: str | None) -> str:
    own = instance.settings.rounding
    if own is not None and asked in {None, instance.settings.key}:
        return own
    return "sluitend" if key.is_statutory else "webster"


def _formula(instance: Instance, key: Key, rounding: str, findings: Findings) -> _Formula:
    settings = instance.settings
    if settings.scope == "landelijk":
        return _national(instance, key, rounding, findings)
    if not key.is_statutory:
        findings.error("key_needs_all", instance.settings_place, column="key", found=key.name)
    whole_country = (settings.national_total, settings.national_inhabitants, settings.divisor)
    if all(value is not None for value in whole_country):
        return _with_divisor(instance, rounding, findings)
    nothing: list[None] = [None] * len(instance.municipalities)
    shares = _regional_shares(instance)
    published = _figures(instance, "vastgesteld", "taakstelling")
    if not published:
        findings.error("regional_total", instance.settings_place, column="national_total")
        return _Formula(shares, nothing, nothing)
    for place in instance.municipalities:
        if place.code not in published:
            source = instance.tables["vastgesteld"].place
            findings.error("quota_not_published", source, found=place.code)
    return _Formula(shares, nothing, nothing)


def _regional_shares(instance: Instance) -> Sequence[Fraction | None]:
    """What the country's numbers say of each municipality, also where nothing is divided."""
    settings = instance.settings
    if settings.national_total is None or settings.national_inhabitants is None:
        return [None] * len(instance.municipalities)
    share = Fraction(settings.national_total, settings.national_inhabitants)
    return [place.inhabitants * share for place in instance.municipalities]


def _national(instance: Instance, key: Key, rounding: str, findings: Findings) -> _Formula:
    total = instance.settings.national_total
    assert total is not None, "reading refuses a national instance without a total"
    weights = _weights(instance, key, total)
    try:
        division = divide(METHODS[rounding], total, weights)
        statutory = ceiling(total, weights).parts
    except AllZeroWeightsError:
        findings.error("no_inhabitants", GEMEENTEN, column="inwoners")
    except TotalBelowClaimsError as error:
        findings.error(
            "total_below_claims",
            instance.settings_place,
            column="national_total",
            rounding=rounding,
            total=total,
            units=error.lower_sum,
        )
        raise ConflictError(findings.errors) from None
    else:
        share = Fraction(total, sum(weights))
        shares = [weight * share for weight in weights]
        return _Formula(shares, statutory, division.parts, division)
    return _Formula([], [], [])


def _weights(instance: Instance, key: Key, total: int) -> list[int]:
    """Whole weights in the proportions of the key."""
    if key.is_statutory:
        return [place.inhabitants for place in instance.municipalities]
    return whole_weights(key, instance.tables["gemeenten"], total)


def _with_divisor(instance: Instance, rounding: str, findings: Findings) -> _Formula:
    """A region with the country's own divisor: each quotient rounded by itself."""
    settings = instance.settings
    assert settings.divisor is not None
    divisor = Fraction(settings.divisor)
    if rounding not in {"wettelijk", "sluitend", "webster", "jefferson"}:
        findings.error(
            "rounding_needs_all", instance.settings_place, column="rounding", found=rounding
        )
        return _Formula([], [], [])
    weights = [place.inhabitants for place in instance.municipalities]
    shares = [value for value in _regional_shares(instance) if value is not None]
    # Huisvestingswet 2014 art. 29(1), text of 2015-07-01: rounded up to a whole number.
    statutory = [_up(value) for value in shares]
    quotients = [Fraction(weight * divisor.denominator, divisor.numerator) for weight in weights]
    parts = {
        "wettelijk": statutory,
        "sluitend": [_up(value) for value in quotients],
        "webster": [_up(value - Fraction(1, 2)) for value in quotients],
        "jefferson": [value.numerator // value.denominator for value in quotients],
    }[rounding]
    return _Formula(shares, statutory, parts, divisor=divisor)


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _rows(instance: Instance, formula: _Formula, findings: Findings) -> tuple[QuotaRow, ...]:
    published = _figures(instance, "vastgesteld", "taakstelling")
    corrections = _figures(instance, "correcties", "correctie")
    rows = []
    for i, place in enumerate(instance.municipalities):
        correction = corrections.get(place.code, 0)
        part = formula.parts[i]
        figure = published.get(place.code)
        quota = figure if figure is not None else (part or 0) + correction
        if quota < 0:
            findings.error(
                "negative_quota",
                instance.tables["correcties"].place,
                column="correctie",
                found=place.code,
                value=quota,
            )
        if figure is not None and correction:
            findings.notice("published_leads", "correcties.csv", found=place.code, value=correction)
        rows.append(
            QuotaRow(
                place.code,
                place.name,
                place.province,
                place.inhabitants,
                formula.shares[i],
                formula.statutory[i],
                part,
                correction,
                quota,
                figure,
            )
        )
    return tuple(rows)


def _figures(instance: Instance, table: str, column: str) -> dict[str, int]:
    return {row["gemeente_code"]: whole(row, column) for row in instance.rows(table)}


def certificate_of(table: QuotaTable) -> dict[str, object]:
    """The proof of the division, as ``certificaat.json`` has it."""
    proof: dict[str, object] = {
        "method": table.rounding,
        "total": table.total,
        "tied": list(table.tied),
        "statutory_sum": table.statutory_sum,
        "statutory_surplus": table.surplus,
    }
    if table.divisor is not None:
        proof["divisor"] = str(table.divisor)
    certificate = table.division.certificate if table.division is not None else None
    if isinstance(certificate, RemainderCut):
        proof["remainder_low"] = _fraction(certificate.lowest_up, certificate.shared_weights)
        proof["remainder_high"] = _fraction(certificate.highest_down, certificate.shared_weights)
        return proof
    interval = certificate if isinstance(certificate, DivisorInterval) else None
    proof["divisor_low"] = fraction_text(interval.low if interval else None)
    proof["divisor_high"] = fraction_text(interval.high if interval else None)
    return proof


def _fraction(part: int | None, whole_: int) -> str | None:
    return None if part is None else fraction_text(Fraction(part, whole_))
