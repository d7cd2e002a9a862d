"""Keys side by side: one instance, one rounding, the law's own key beside every other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from allocator.comparing.figures import dwellings_of
from allocator.comparing.groups import Group, groups_of
from allocator.comparing.mixing import sensitivity
from allocator.errors import InputRefusedError
from allocator.findings import Finding, Findings
from allocator.keys import Key, bundled_keys, read_key
from allocator.keys.definition import STATUTORY
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance
from allocator.settings import ROUNDINGS

Sensitivity = tuple[tuple[Fraction, ...] | None, ...]
Chosen = tuple[str, Key, str]
"""A key as it was asked for, what it is, and its rounding."""


@dataclass(frozen=True, slots=True)
class KeyDivision:
    """One key, divided; every tuple in the order of the municipalities.

    ``common`` is by the rounding of the comparison, ``own`` by the rounding asked for this key
    (the same table where none was asked). Corrections and published quotas are left out.
    """

    key: Key
    common: QuotaTable
    own: QuotaTable
    law: tuple[int, ...]
    """The statutory key by the rounding of the comparison [persons]."""
    sensitivity: Sensitivity

    @property
    def name(self) -> str:
        """Name of the key."""
        return self.key.name

    @property
    def persons(self) -> tuple[int, ...]:
        """What the key gives [persons]."""
        return formula_of(self.own)

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """Exact share of the national number [persons]."""
        return tuple(row.share for row in self.own.rows if row.share is not None)

    @property
    def key_part(self) -> tuple[int, ...]:
        """Difference with the law that the key makes, rounding being equal."""
        return _minus(formula_of(self.common), self.law)

    @property
    def rounding_part(self) -> tuple[int, ...]:
        """Difference that the key's own rounding adds; zero where it has none."""
        return _minus(self.persons, formula_of(self.common))

    @property
    def difference(self) -> tuple[int, ...]:
        """Difference with the law: the key part plus the rounding part."""
        return _minus(self.persons, self.law)


@dataclass(frozen=True)
class Comparison:
    """Keys side by side; the statutory one first, the others by name."""

    instance: Instance
    rounding: str
    law: QuotaTable
    """The quotas as they are now, corrections and published figures included."""
    divisions: tuple[KeyDivision, ...]
    dwellings: tuple[Fraction | None, ...] | None
    """Association dwellings, where the instance has them."""
    notices: tuple[Finding, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Country, provinces, size classes and, where known, degrees of urbanisation."""
        return groups_of(self.instance)

    @cached_property
    def inhabitants(self) -> tuple[int, ...]:
        """Inhabitants per municipality."""
        return tuple(place.inhabitants for place in self.instance.municipalities)

    @property
    def total(self) -> int:
        """National number [persons]."""
        assert self.law.total is not None, "only national instances are compared"
        return self.law.total


def formula_of(table: QuotaTable) -> tuple[int, ...]:
    """What the division alone gives [persons]."""
    return tuple(row.formula for row in table.rows if row.formula is not None)


def _minus(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def split_rounding(asked: str) -> tuple[str, str | None]:
    """Split ``KEY=ROUNDING`` as a user writes it; no rounding where none is named.

    Examples
    --------
    >>> split_rounding("aanbod=webster")
    ('aanbod', 'webster')
    >>> split_rounding("aanbod")
    ('aanbod', None)
    """
    key, _, rounding = asked.rpartition("=")
    return (key, rounding) if key and rounding in ROUNDINGS else (asked, None)


def compare_keys(
    instance: Instance,
    keys: Sequence[str],
    rounding: str = "sluitend",
    roundings: Mapping[str, str] | None = None,
) -> Comparison:
    """Divide the national number by several keys and set them beside the law's own.

    Parameters
    ----------
    instance
        A national instance.
    keys
        Names of keys or paths of key files; the statutory key always takes part.
    rounding
        One rounding for all keys.
    roundings
        A rounding of its own for some keys, by the text in ``keys``. The difference with the law
        is then split into a key part and a rounding part.

    Returns
    -------
    Comparison
        The order of ``keys`` does not matter.

    Raises
    ------
    InputRefusedError
        If the instance is regional, a key is unknown or lacks an indicator, or two different
        keys have one name.
    ConflictError
        If the total is too small for a rounding, or the bounds of a key cannot hold.
    """
    findings = Findings()
    if instance.settings.scope != "landelijk":
        findings.error("compare_needs_country", instance.settings_place, column="scope")
        findings.refuse_errors()
    chosen = _chosen(keys, roundings or {}, rounding, findings)
    dwellings = dwellings_of(instance, findings)
    findings.refuse_errors()
    law = compute_quotas(instance, rounding, STATUTORY)
    divisions = _divisions(without_published(instance), chosen, rounding, formula_of(law))
    _note(instance, dwellings, findings)
    notices = (*law.notices, *findings.notices)
    return Comparison(instance, rounding, law, divisions, dwellings, notices)


def without_published(instance: Instance) -> Instance:
    """The instance without corrections and published quotas: these belong to the law's key."""
    kept = {
        name: table
        for name, table in instance.tables.items()
        if name not in {"correcties", "vastgesteld"}
    }
    return replace(instance, tables=kept)


def _chosen(
    keys: Sequence[str], roundings: Mapping[str, str], rounding: str, findings: Findings
) -> list[Chosen]:
    """Every key once; the statutory key first."""
    own = {STATUTORY: (STATUTORY, bundled_keys()[STATUTORY], roundings.get(STATUTORY, rounding))}
    for asked in keys:
        try:
            key = read_key(asked)
        except InputRefusedError as error:
            findings.items.extend(error.findings)
            continue
        entry = (asked, key, roundings.get(asked, rounding))
        if own.setdefault(key.name, entry)[1:] != entry[1:]:
            findings.error("compare_same_name", asked, column="name", found=key.name)
    return sorted(own.values(), key=lambda entry: (entry[1].name != STATUTORY, entry[1].name))


def _divisions(
    instance: Instance, chosen: Sequence[Chosen], rounding: str, law: tuple[int, ...]
) -> tuple[KeyDivision, ...]:
    """Every key divided; what any of them lacks is refused at once."""
    divisions, refused = [], Findings()
    for asked, key, own in chosen:
        try:
            divisions.append(_division(instance, asked, key, rounding, own, law))
        except InputRefusedError as error:
            refused.items.extend(item for item in error.findings if item not in refused.items)
    refused.refuse_errors()
    return tuple(divisions)


def _division(
    instance: Instance, asked: str, key: Key, rounding: str, own: str, law: tuple[int, ...]
) -> KeyDivision:
    common = compute_quotas(instance, rounding, asked)
    total = instance.settings.national_total
    assert total is not None
    return KeyDivision(
        key=key,
        common=common,
        own=common if own == rounding else compute_quotas(instance, own, asked),
        law=law,
        sensitivity=sensitivity(key, instance.tables["gemeenten"], total),
    )


def _note(
    instance: Instance, dwellings: Sequence[Fraction | None] | None, findings: Findings
) -> None:
    """Say what the comparison leaves out."""
    if instance.rows("correcties") or instance.rows("vastgesteld"):
        findings.notice("compare_formula_only", "instance.toml")
    if dwellings is None:
        findings.notice("compare_no_dwellings", "gemeenten.csv")
    elif None in dwellings:
        missing = sum(value is None for value in dwellings)
        findings.notice("compare_dwellings_unknown", "gemeenten.csv", value=missing)
