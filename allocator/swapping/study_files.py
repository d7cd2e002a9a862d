"""Both studies of swaps as a result folder, as ``docs/reference/result-folder.md`` has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from allocator.canonical import csv_bytes, json_bytes
from allocator.comparing.stated import manifest_for
from allocator.publishing import Files, publish, refuse_foreign, with_manifest
from allocator.quota import QuotaTable, certificate_of
from allocator.reading import Instance
from allocator.results import input_files, key_files, quota_files
from allocator.swapping.potential import Analysis
from allocator.swapping.wishes import WishStudy
from allocator.verifying import failures_of

Step = Callable[[str], None]
"""Told the catalogue key of each step as it begins."""

_POTENTIAL = "regio ruil scenario gemeenten tekort weg_te_nemen grens blijft beperkt_door"
_REGIONS = "regio gemeenten verschoven gerantsoeneerd gelijkspel"
_WISHES = "gemeente_code gemeente regio wens toegewezen kant gelijkspel volgorde"


def write_potential(found: Analysis, out: Path, lang: str, step: Step) -> None:
    """Publish what swaps could relieve, verified from disk.

    Raises
    ------
    VerificationFailedError, OutputTroubleError
        As :func:`allocator.publishing.publish` does.
    """
    manifest = manifest_for(found.instance, found.quotas, lang, "potential", {"by": found.column})
    manifest["versions"] = {**_versions(manifest), "ortools": version("ortools")}
    files = {**_base(found.instance, found.quotas), "potentieel.csv": _potential_table(found)}
    _publish(files, manifest, out, step)


def write_wishes(found: WishStudy, out: Path, lang: str, step: Step) -> None:
    """Publish how stated wishes are divided, verified from disk.

    A wish is what one party told in confidence: only sums by region stand outside the
    confidential folder.

    Raises
    ------
    VerificationFailedError, OutputTroubleError
        As :func:`allocator.publishing.publish` does.
    """
    manifest = manifest_for(found.instance, found.quotas, lang, "wishes", {"by": found.column})
    files = {
        **_base(found.instance, found.quotas),
        "wensen_regio.csv": _region_table(found),
        "vertrouwelijk/wensen_verdeling.csv": _wish_table(found),
    }
    _publish(files, manifest, out, step)


def _versions(manifest: Mapping[str, object]) -> dict[str, object]:
    stated = manifest["versions"]
    assert isinstance(stated, dict)
    return stated


def _base(instance: Instance, quotas: QuotaTable) -> Files:
    return {
        **input_files(instance),
        **key_files(quotas),
        **quota_files(quotas),
        "certificaat.json": json_bytes({"quota": certificate_of(quotas)}),
    }


def _potential_table(found: Analysis) -> bytes:
    rows = sorted(found.rows, key=lambda row: (row.region, row.pairing, row.scenario))
    return csv_bytes(
        _POTENTIAL.split(),
        (
            (
                row.region,
                row.pairing,
                row.scenario,
                row.municipalities,
                row.shortfall,
                row.relief,
                row.relief,  # the cut: equal to the flow, or the search would have stopped
                row.left,
                row.limit,
            )
            for row in rows
        ),
    )


def _region_table(found: WishStudy) -> bytes:
    return csv_bytes(
        _REGIONS.split(),
        (
            (own.region, own.municipalities, own.moved, own.long_side, _yes(own.is_tied))
            for own in found.regions()
        ),
    )


def _wish_table(found: WishStudy) -> bytes:
    names = {place.code: place.name for place in found.instance.municipalities}
    rank = {code: number for number, code in enumerate(found.order, 1)}
    return csv_bytes(
        _WISHES.split(),
        (
            (
                row.code,
                names[row.code],
                row.region,
                row.wish,
                row.change,
                row.side,
                _yes(row.is_tied),
                rank[row.code],
            )
            for row in found.rows
        ),
    )


def _yes(said: bool) -> str:
    return "ja" if said else "nee"


def _publish(files: Files, manifest: Mapping[str, object], out: Path, step: Step) -> None:
    refuse_foreign(out)
    step("step_write")

    def verify(folder: Path) -> Mapping[str, tuple[str, ...]]:
        step("step_verify")
        return failures_of(folder)

    publish(with_manifest(files, manifest), out, verify)
