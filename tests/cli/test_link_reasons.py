"""Every proposal carries a reason, and a reason other than the recomputed one is refused."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

import allocator.linking
from allocator.verify import verify_result
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import call, change_table, read_table

PLAN = "vertrouwelijk/koppelvoorstel.csv"
REASONS = (
    "bestaande_koppeling",
    "nareis",
    "vastgezet",
    "harde_eis",
    "hoogste_punten",
    "verdeling",
)
HARD = ("gemeenten_toegestaan", "gemeenten_uitgesloten", "vaste_gemeente")


def made(folder: Path, seed: int) -> Path:
    """A generated instance with claims, joining family, sponsors and one place for some."""
    words: tuple[object, ...] = ("--municipalities", 7, "--households", 60, "--seed", seed)
    assert call("generate", *words, "--out", folder / "i").code == 0
    draw = random.Random(seed)
    codes = [row["gemeente_code"] for row in read_table(folder / "i" / "gemeenten.csv")]

    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        for column in (*HARD, "status", "gekoppelde_gemeente", "referent_gemeente"):
            for row in rows:
                row.setdefault(column, "")
        for at, row in enumerate(rows):
            if at % 6 == 0:
                row.update(status="gekoppeld", gekoppelde_gemeente=draw.choice(codes))
            elif at % 6 == 1:
                row.update(dict.fromkeys(HARD, ""), referent_gemeente=draw.choice(codes))
            elif at % 6 == 2:
                row["verwachte_nareizigers"] = str(draw.randint(1, 4))
            elif at % 6 == 3:
                row.update(dict.fromkeys(HARD, ""), referent_gemeente="")
            elif at % 6 == 4:
                row.update(dict.fromkeys(HARD, ""), referent_gemeente="")
                row["vaste_gemeente"] = draw.choice(codes)
        return rows

    change_table(folder / "i" / "huishoudens.csv", change)
    return folder / "i"


def linked(folder: Path, seed: int) -> Path:
    instance = made(folder, seed)
    rows = read_table(instance / "huishoudens.csv")
    free = [
        row["huishouden_id"]
        for row in rows
        if row["status"] != "gekoppeld"
        and not any(row[name] for name in (*HARD, "referent_gemeente"))
    ]
    ran = call("link", instance, "--out", folder / "r", "--pin", f"{free[0]}=SY0002")
    assert ran.code in (0, 5), ran.err
    return folder / "r"


def rewrite(result: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (result / PLAN).write_text(text.getvalue(), encoding="utf-8")
    rehash(result)


def every_other_reason_is_refused(result: Path) -> set[str]:
    rows = read_table(result / PLAN)
    for shift in range(1, len(REASONS)):
        turned = [dict(row) for row in rows]
        for row in turned:
            row["reden"] = REASONS[(REASONS.index(row["reden"]) + shift) % len(REASONS)]
        rewrite(result, turned)
        found = {f.key for f in verify_result(result) if f.column == "reden" and f.code == "V7A"}
        assert found == {row["huishouden_id"] for row in rows}
    rewrite(result, rows)
    assert not verify_result(result)
    return {row["reden"] for row in rows}


def test_no_reason_but_the_recomputed_one_is_accepted(tmp_path: Path) -> None:
    result = linked(tmp_path, 1)
    assert every_other_reason_is_refused(result) == set(REASONS)


def test_one_wrong_reason_ends_with_exit_6(tmp_path: Path) -> None:
    result = linked(tmp_path, 2)
    rows = read_table(result / PLAN)
    rows[0]["reden"] = "harde_eis" if rows[0]["reden"] != "harde_eis" else "verdeling"
    rewrite(result, rows)
    assert call("verify", result).code == 6


@pytest.mark.nightly
@pytest.mark.parametrize("road", ["exact", "prices"])
@pytest.mark.parametrize("seed", range(3, 13))
def test_no_reason_of_many_instances_passes_unless_recomputed(
    tmp_path: Path, seed: int, road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if road == "prices":
        monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)
    assert every_other_reason_is_refused(linked(tmp_path, seed))
