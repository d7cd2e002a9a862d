"""What a run found, as the tables and the manifest of the result folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.canonical import csv_bytes, json_bytes, settings_bytes, six_decimals, table_bytes
from allocator.position import Position
from allocator.publishing import Files
from allocator.quota import QuotaTable, certificate_of
from allocator.reading import Instance
from models.solution import Bounds, Status

if TYPE_CHECKING:
    from allocator.linking import LinkProposal
    from allocator.swapping import SwapProposal
    from allocator.swapping.composition import CompositionProposal

Row = tuple[object, ...]

QUOTA_TABLES = ("gemeenten", "vastgesteld", "correcties")
COMPOSITION_TABLES = ("standen", "aanbod", "woningklassen", "nareis", "buren", "samenstelling")
SWAP_TABLES = (
    "standen",
    "aanbod",
    "woningklassen",
    "ruilruimte",
    "nareis",
    "buren",
    "uitruilafspraken",
    "toezeggingen",
)
LINK_TABLES = (
    "standen",
    "aanbod",
    "woningklassen",
    "koppelgrenzen",
    "arbeidsmarkt",
    "huishoudens",
    "volwassenen",
    "passing",
)


def input_files(instance: Instance) -> Files:
    """The canonical copy of every table that was read, and of the settings."""
    files = {"invoer/instance.toml": settings_bytes(instance.settings)}
    for data in instance.tables.values():
        folder = "vertrouwelijk/invoer" if data.table.is_confidential else "invoer"
        files[f"{folder}/{data.table.file}"] = table_bytes(data)
    return files


def key_files(quotas: QuotaTable) -> Files:
    """The key that was used, unless it is the law's own."""
    return {} if quotas.key.is_statutory else {"invoer/sleutel.toml": quotas.key.as_toml()}


def quota_files(quotas: QuotaTable) -> Files:
    """``taakstellingen.csv``."""
    columns = (
        "gemeente_code",
        "gemeente",
        "provincie_code",
        "inwoners",
        "exact_aandeel",
        "formule",
        "correctie",
        "taakstelling",
        "vastgesteld",
    )
    rows = (
        (
            row.code,
            row.name,
            row.province,
            row.inhabitants,
            None if row.share is None else six_decimals(row.share),
            row.formula,
            row.correction,
            row.quota,
            row.published,
        )
        for row in quotas.rows
    )
    return {"taakstellingen.csv": csv_bytes(columns, rows)}


def swap_files(proposal: SwapProposal) -> Files:
    """``overdrachten.csv``, ``na_uitruil.csv``, and what promised returns come to."""
    promised = {(own.giver, own.taker): own.half_year for own in proposal.promises}
    transfers = sorted(proposal.transfers, key=lambda item: (item.giver, item.taker))
    moved = (
        (
            item.giver, item.taker, "herverdeling", "", "", item.persons,
            promised.get((item.giver, item.taker), ""), item.reason,
        )
        for item in transfers
    )  # fmt: skip
    after = (
        _after(row.position, row.change, row.shortfall_before, row.shortfall_after, row.label)
        for row in proposal.rows
    )
    return {**_swap_tables(moved, after), **_promise_table(proposal)}


def _promise_table(proposal: SwapProposal) -> Files:
    """``toezeggingen_stand.csv``, where a return is promised: it changes no quota."""
    columns = "van_code naar_code halfjaar personen overgedragen laagste_taakstelling oordeel"
    rows = [
        (own.giver, own.taker, own.half_year, own.persons, own.moved, own.lowest, own.standing)
        for own in proposal.promises
    ]
    return {"toezeggingen_stand.csv": csv_bytes(columns.split(), rows)} if rows else {}


def composition_files(proposal: CompositionProposal) -> Files:
    """The same two tables for a request about household sizes: no quota changes."""
    moved = (
        (
            move.giver, move.taker, "samenstelling", move.size_text, move.households,
            move.persons, "", "passende_woningen",
        )
        for move in proposal.moves
    )  # fmt: skip
    after = (
        _after(row.position, 0, row.left_before, row.left_after, row.label) for row in proposal.rows
    )
    return _swap_tables(moved, after)


def _after(position: Position, change: int, before: int, after: int, label: str) -> Row:
    """One municipality before and after."""
    own = (position.backlog, position.lead, position.room["midden"])
    quota = position.quota
    return (position.code, quota, change, quota + change, *own, before, after, label)


def _swap_tables(moved: Iterable[Row], after: Iterable[Row]) -> Files:
    return {
        "overdrachten.csv": csv_bytes(
            (
                "van_code",
                "naar_code",
                "soort",
                "woningklasse",
                "huishoudens",
                "personen",
                "toezegging_halfjaar",
                "reden",
            ),
            moved,
        ),
        "na_uitruil.csv": csv_bytes(
            (
                "gemeente_code",
                "taakstelling",
                "overdracht",
                "gewijzigde_taakstelling",
                "achterstand",
                "voorsprong",
                "plaatsbaar",
                "tekort_voor",
                "tekort_na",
                "oordeel",
            ),
            after,
        ),
    }


def link_files(proposal: LinkProposal) -> Files:
    """The confidential tables, the counts per municipality, and what was wished."""
    from allocator.linking.lists import list_files
    from allocator.linking.wishes import wish_files

    links = (
        (
            link.household,
            link.municipality,
            link.dwelling,
            "ja" if link.has_dwelling else "nee",
            link.persons,
            link.fit,
            link.reason,
        )
        for link in proposal.links
    )
    return {
        "vertrouwelijk/koppelvoorstel.csv": csv_bytes(
            (
                "huishouden_id",
                "gemeente_code",
                "verwachte_woningklasse",
                "woning_in_zicht",
                "personen",
                "passing",
                "reden",
            ),
            links,
        ),
        "vertrouwelijk/niet_gekoppeld.csv": csv_bytes(
            ("huishouden_id", "reden"), proposal.not_linked
        ),
        "koppelingen_per_gemeente.csv": _counts(proposal),
        **wish_files(proposal.wishes, proposal.costs),
        **_beside(proposal),
        **list_files(proposal),
    }


def _beside(proposal: LinkProposal) -> Files:
    from allocator.linking.side_tables import side_files

    return {} if proposal.basis is None else side_files(proposal.basis)


def _counts(proposal: LinkProposal) -> bytes:
    counts: dict[tuple[str, str], list[int]] = {
        (code, dwelling): [0, 0]
        for code in proposal.municipalities
        for dwelling in ("", *sorted(proposal.classes))
    }
    for link in proposal.links:
        cell = counts[link.municipality, link.dwelling]
        cell[0] += 1
        cell[1] += link.persons
    return csv_bytes(
        ("gemeente_code", "woningklasse", "huishoudens", "personen"),
        ((*key, *counts[key]) for key in sorted(counts)),
    )


def certificate_file(
    quotas: QuotaTable,
    swaps: SwapProposal | None,
    links: LinkProposal | None,
    composition: CompositionProposal | None = None,
) -> Files:
    """``certificaat.json``: what lets anyone check the claims."""
    content: dict[str, object] = {"quota": certificate_of(quotas)}
    if swaps is not None:
        content["swap"] = swaps.certificate()
    if composition is not None:
        content["samenstelling"] = composition.certificate()
    if links is not None:
        from allocator.linking.proofs import link_certificate

        content["link"] = link_certificate(links)
    return {"certificaat.json": json_bytes(content)}


def stages_of(
    quotas: QuotaTable,
    swaps: SwapProposal | None,
    links: LinkProposal | None,
    composition: CompositionProposal | None = None,
) -> list[dict[str, object]]:
    """Each stage with its status, objective, bound and gap."""
    del quotas  # A division has no objective: it is exact or refused.
    stages: list[dict[str, object]] = [
        {"name": "taakstelling", "status": "optimal", "gap_target": 0}
    ]
    if swaps is not None:
        stages += swaps.stages
    if composition is not None:
        stages += composition.stages
    if links is not None:
        from allocator.linking.proofs import link_stages

        stages += link_stages(links)
    return stages


def stage_entry(
    name: str, status: Status, bounds: Bounds, target: float, scale: int | None = None
) -> dict[str, object]:
    """One stage of the manifest; ``scale`` is the denominator of the gap where it is its own."""
    return {
        "name": name,
        "status": str(status),
        "objective": bounds.objective,
        "bound": bounds.bound,
        "gap": gap_of(bounds, scale),
        "gap_target": target,
    }


def gap_of(bounds: Bounds, scale: int | None = None) -> float | int:
    """Fraction by which the bound may beat the plan, rounded up to six decimals."""
    if bounds.is_closed:
        return 0
    whole = max(1, abs(bounds.objective) if scale is None else scale)
    gap = Fraction(bounds.difference, whole) * 10**6
    return float(f"{-(-gap.numerator // gap.denominator)}e-6")


def manifest_of(
    instance: Instance,
    parameters: Mapping[str, object],
    versions: Mapping[str, str],
    stages: list[dict[str, object]],
) -> dict[str, object]:
    """Everything of the manifest but the hashes."""
    retention = instance.settings.retention
    return {
        "name": instance.settings.name,
        "parameters": dict(parameters),
        "versions": dict(versions),
        "stages": stages,
        "retention": retention.isoformat() if retention else "",
    }
