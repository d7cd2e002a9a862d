"""A part of the country, by a column of ``gemeenten``: ``provincie_code=PV24``."""

from __future__ import annotations

from allocator.errors import InputRefusedError
from allocator.findings import Findings, nearest, offered
from allocator.reading import Instance


def municipalities_in(instance: Instance, region: str) -> tuple[bool, ...]:
    """Whether each municipality lies in ``region``; all do when it is empty.

    Raises
    ------
    InputRefusedError
        If the column is not there, or nobody has that value.
    """
    if not region:
        return (True,) * len(instance.municipalities)
    column, equals, value = region.partition("=")
    column, value = column.strip(), value.strip()
    findings = Findings()
    table = instance.tables["gemeenten"]
    if not equals or not table.has(column):
        findings.error(
            "unknown_region_column",
            table.place,
            1,
            column,
            suggestion=nearest(column, table.columns) or "provincie_code",
        )
        raise InputRefusedError(findings.errors)
    inside = tuple(place.row.get(column, "") == value for place in instance.municipalities)
    if not any(inside):
        known = {place.row.get(column, "") for place in instance.municipalities}
        findings.error(
            "unknown_region",
            table.place,
            column=column,
            found=value,
            known=offered(value, known),
        )
        raise InputRefusedError(findings.errors)
    return inside
