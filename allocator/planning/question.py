"""What is to be divided over whom, before bounds, tiers or periods come in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from allocator.canonical import json_bytes
from allocator.findings import Finding, Findings
from allocator.keys import Key, whole_weights
from allocator.publishing import Files
from allocator.quota import METHODS, QuotaTable, certificate_of, compute_quotas
from allocator.reading import Instance
from allocator.results import input_files, key_files, quota_files
from models.apportionment import Method


@dataclass(frozen=True, slots=True)
class Question:
    """A national number and the claims on it; every tuple in the order of the municipalities."""

    instance: Instance
    plain: QuotaTable
    """The quotas without bounds, tiers or memory."""
    claims: tuple[int, ...]
    total: int
    notices: tuple[Finding, ...]

    @property
    def method(self) -> Method:
        """Method of the rounding."""
        return METHODS[self.plain.rounding]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the municipalities."""
        return tuple(place.code for place in self.instance.municipalities)

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """Exact shares of the total [persons]."""
        return tuple(Fraction(row.share or 0) for row in self.plain.rows)

    @property
    def formula(self) -> tuple[int, ...]:
        """What the division alone gives [persons]."""
        return tuple(row.formula or 0 for row in self.plain.rows)

    def files(self, certificate: dict[str, object], **more: bytes) -> Files:
        """What every result has: inputs, key, quotas as they are now, certificate."""
        return {
            **input_files(self.instance),
            **key_files(self.plain),
            **quota_files(self.plain),
            "certificaat.json": json_bytes({"quota": certificate_of(self.plain), **certificate}),
            **more,
        }

    def parameters(self) -> dict[str, object]:
        """Key and rounding that were used, for the manifest."""
        return {"key": self.plain.key.name, "rounding": self.plain.rounding}


def ask(instance: Instance, rounding: str | None, key: str | None, closed: bool = True) -> Question:
    """Take the question that an instance puts.

    Parameters
    ----------
    instance
        A national instance.
    rounding, key
        As for :func:`allocator.quota.compute_quotas`.
    closed
        Whether the rounding must meet the total, as bounds and tiers need.

    Raises
    ------
    InputRefusedError
        If the instance is regional, or the rounding does not meet the total.
    ConflictError
        If the total is too small for the rounding.
    """
    findings = Findings()
    if instance.settings.scope != "landelijk":
        findings.error("plan_needs_country", instance.settings_place, column="scope")
        findings.refuse_errors()
    plain = compute_quotas(instance, rounding, key)
    if closed and METHODS[plain.rounding] is Method.CEILING:
        findings.error(
            "plan_needs_sum", instance.settings_place, column="rounding", found=plain.rounding
        )
        findings.refuse_errors()
    if any(row.correction or row.published is not None for row in plain.rows):
        findings.notice("plan_formula_only", "taakstellingen.csv")
    total = instance.settings.national_total
    assert total is not None, "reading refuses a national instance without a total"
    notices = (*instance.notices, *plain.notices, *findings.notices)
    return Question(instance, plain, claims_of(instance, plain.key, total), total, notices)


def claims_of(instance: Instance, key: Key, total: int) -> tuple[int, ...]:
    """Whole claims in the proportions of the key."""
    if key.is_statutory:
        return tuple(place.inhabitants for place in instance.municipalities)
    return tuple(whole_weights(key, instance.tables["gemeenten"], total))
