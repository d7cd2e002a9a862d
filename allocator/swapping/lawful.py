"""Whether quotas that are to be swapped are those of the law."""

from __future__ import annotations

from allocator.findings import Finding, Findings
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.reading.swap_columns import names_reception
from allocator.settings import SETTINGS_FILE


def check_key(instance: Instance, quotas: QuotaTable, by_option: bool) -> tuple[Finding, ...]:
    """What a reader should know of the key under quotas that are to be swapped.

    Parameters
    ----------
    instance
        Where the key was chosen, unless by option.
    quotas
        Quota per municipality before any swap [persons]; published ones rest on no key of ours.
    by_option
        Whether ``--key`` chose the key.

    Raises
    ------
    InputRefusedError
        If the key counts reception places.

    References
    ----------
    Huisvestingswet 2014 art. 29(1), text of 2015-07-01: the quota follows from inhabitants alone.
    """
    findings, key = Findings(), quotas.key
    if key.is_statutory or all(row.published is not None for row in quotas.rows):
        return ()
    place, column = ("--key", "") if by_option else (instance.settings_place, "key")
    counted = [name for name in key.columns if names_reception(name)]
    if counted:
        found = ", ".join(counted)
        findings.error("swap_of_reception_key", place, column=column, name=key.name, found=found)
    # A notice ends up in the manifest, which must not tell a workbook from a folder.
    file = "--key" if by_option else SETTINGS_FILE
    findings.notice("swap_key_not_statutory", file, column=column, name=key.name)
    findings.refuse_errors()
    return findings.notices
