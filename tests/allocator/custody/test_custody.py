"""Who sees a result, who decides on it, what is drawn from it and what is left of it."""

from __future__ import annotations

import hashlib
import json
import random
import stat
from pathlib import Path

import pytest

from allocator.custody.sampling import draw
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import Ran, call, read_table, tree

BESIDE = ("--name", "A. Voorbeeld", "--role", "wethouder", "--date", "2021-01-05")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "uit", cases.demo_case())


def decide(folder: Path, what: str, outcome: str = "overgenomen", reason: str = "past") -> Ran:
    words = ("--what", what, "--outcome", outcome, "--reason", reason)
    return call("decide", folder, *words, *BESIDE, "--json")


def households(folder: Path) -> set[str]:
    rows = read_table(folder / "vertrouwelijk" / "invoer" / "huishoudens.csv")
    return {row["huishouden_id"] for row in rows}


@pytest.mark.parametrize("audience", ["rijk", "openbaar"])
def test_only_coa_gets_households(folder: Path, tmp_path: Path, audience: str) -> None:
    assert call("extract", folder, "--audience", audience, "--out", tmp_path / "deel").code == 0
    content = b"".join(tree(tmp_path / "deel").values())
    assert not [name for name in tree(tmp_path / "deel") if "vertrouwelijk" in name]
    assert not [name for name in households(folder) if name.encode() in content]
    assert call("verify", tmp_path / "deel").code == 0


def test_coa_gets_the_proposal_and_no_input(folder: Path, tmp_path: Path) -> None:
    assert call("extract", folder, "--audience", "coa", "--out", tmp_path / "deel").code == 0
    names = set(tree(tmp_path / "deel"))
    assert {"vertrouwelijk/koppelvoorstel.csv", "vertrouwelijk/niet_gekoppeld.csv"} <= names
    # Coordinators are COA's own staff: their list goes along, as it stands in the result.
    listed = "vertrouwelijk/regievoerders.csv"
    assert (tmp_path / "deel" / listed).read_bytes() == (folder / listed).read_bytes()
    assert len(read_table(folder / listed)) > 0
    assert call("verify", tmp_path / "deel").code == 0
    assert not [name for name in names if "invoer" in name]
    assert stat.S_IMODE((tmp_path / "deel" / "vertrouwelijk").stat().st_mode) == 0o700


def test_a_region_sees_its_own_rows_and_its_own_deals(folder: Path, tmp_path: Path) -> None:
    towns = read_table(folder / "invoer" / "gemeenten.csv")
    value = towns[0]["provincie_code"]
    inside = {row["gemeente_code"] for row in towns if row["provincie_code"] == value}
    assert inside != {row["gemeente_code"] for row in towns}
    out = tmp_path / "deel"
    region = f"provincie_code={value}"
    assert (
        call("extract", folder, "--audience", "regio", "--region", region, "--out", out).code == 0
    )
    assert {row["gemeente_code"] for row in read_table(out / "taakstellingen.csv")} == inside
    for row in read_table(out / "overdrachten.csv"):
        assert {row["van_code"], row["naar_code"]} & inside


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--audience", "regio"), 2),
        (("--audience", "rijk", "--region", "provincie_code=PV01"), 2),
        (("--audience", "regio", "--region", "provincie_code=PV99"), 3),
        (("--audience", "regio", "--region", "kleur=rood"), 3),
    ],
)
def test_a_region_that_is_not_there_is_refused(
    folder: Path, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    assert call("extract", folder, *words, "--out", tmp_path / "deel").code == code
    assert not (tmp_path / "deel").exists()


def test_the_public_part_lets_nobody_subtract_who_follows(folder: Path, tmp_path: Path) -> None:
    assert call("extract", folder, "--audience", "openbaar", "--out", tmp_path / "deel").code == 0
    for name, content in tree(tmp_path / "deel").items():
        head = content.split(b"\n")[0]
        assert b"tekort" not in head, name
        assert b"plaatsbaar" not in head, name
    counts = read_table(tmp_path / "deel" / "koppelingen_per_gemeente.csv")
    assert "x" in {row["huishoudens"] for row in counts}
    assert not {row["huishoudens"] for row in counts} & {"1", "2", "3", "4"}


def test_a_part_carries_its_retention_date_and_a_changed_one_is_seen(
    folder: Path, tmp_path: Path
) -> None:
    document(folder, "manifest.json", lambda m: m.update(retention="2031-01-01"))
    out = tmp_path / "deel"
    assert call("extract", folder, "--audience", "rijk", "--out", out).code == 0
    assert json.loads((out / "manifest.json").read_bytes())["retention"] == "2031-01-01"
    (out / "taakstellingen.csv").write_bytes(b"x\n")
    assert call("verify", out).code == 6


def test_a_decision_needs_a_person_a_role_and_a_reason(folder: Path) -> None:
    words = ["decide", folder, "--what", "SY0001", "--outcome", "overgenomen"]
    given = {"--name": "A. Voorbeeld", "--role": "wethouder", "--reason": "past"}
    given["--date"] = "2021-01-05"
    for missing in given:
        rest = [word for name in given if name != missing for word in (name, given[name])]
        assert call(*words, *rest).code == 2, missing
        blank = [] if missing == "--date" else [missing, " "]
        assert call(*words, *rest, *blank).code in {2, 3}, missing
    assert not folder.with_name("uit.besluiten.jsonl").exists()
    assert decide(folder, "SY0001").code == 0
    assert stat.S_IMODE(folder.with_name("uit.besluiten.jsonl").stat().st_mode) == 0o600


def test_nothing_is_decided_on_what_is_not_proposed_or_on_an_exercise(folder: Path) -> None:
    assert decide(folder, "SY9999").codes == ["decision_unknown"]
    document(folder, "manifest.json", lambda m: m["parameters"]["link"].update(oefening=True))
    assert decide(folder, "SY0001").codes == ["decision_on_exercise"]


def test_the_last_decision_counts_and_the_share_that_departs_is_told(folder: Path) -> None:
    assert decide(folder, "SY0001").json["override_percent"] == 0
    assert decide(folder, "SY0002").json["decided"] == 2
    ran = decide(folder, "SY0001", "afgeweken", "de raad wil anders")
    assert (ran.json["decided"], ran.json["departed"], ran.json["override_percent"]) == (2, 1, 50)
    said = call("verify", folder).out
    assert "Besluiten over dit resultaat: 2, waarvan 1 afwijkend (50 %)" in said
    assert ran.json["head"] in said


def test_that_nobody_ever_departs_is_told(folder: Path) -> None:
    known = [f"SY{i:04d}" for i in range(1, 10)]
    rows = read_table(folder / "taakstellingen.csv")
    names = [row["gemeente_code"] for row in rows if row["gemeente_code"] in known]
    names += sorted(households(folder))
    decided = [name for name in names if decide(folder, name).code == 0]
    assert len(decided) >= 10
    assert "nooit afgeweken" in call("verify", folder).out


def test_a_decision_on_an_earlier_result_stays_but_does_not_count(folder: Path) -> None:
    assert decide(folder, "SY0001").code == 0
    document(folder, "manifest.json", lambda m: m["outputs"].update({"x.csv": "0" * 64}))
    from allocator.custody.decisions import state_of

    state = state_of(folder)
    assert (state.lines, state.decided, state.elsewhere) == (1, 0, 1)


@pytest.mark.parametrize("edits", [200, pytest.param(1000, marks=pytest.mark.nightly)])
def test_every_edit_of_the_log_is_seen(folder: Path, edits: int) -> None:
    from allocator.custody.decisions import state_of
    from allocator.errors import VerificationFailedError

    for name in ("SY0001", "SY0002", "SY0003"):
        assert decide(folder, name).code == 0
    log, rng, missed = folder.with_name("uit.besluiten.jsonl"), random.Random(edits), []
    sound = log.read_bytes()
    lines = sound.splitlines(keepends=True)
    for n in range(edits):
        changed = bytearray(sound)
        changed[rng.randrange(len(sound))] ^= rng.randrange(1, 256)
        sabotaged = [
            bytes(changed),
            b"".join(lines[1:]),
            lines[0] + lines[2],
            b"".join(lines[::-1]),
        ]
        log.write_bytes(sabotaged[n % 4])
        try:
            state_of(folder)
        except VerificationFailedError:
            continue
        missed.append(n)
    assert missed == []
    assert call("verify", folder).code == 6


def test_the_draw_is_the_lowest_hash_whatever_the_order() -> None:
    names = [f"SY{i:04d}" for i in range(100)]
    by_hand = min(names, key=lambda name: hashlib.sha256(f"7:{name}".encode()).hexdigest())
    assert draw(names, 7, 1) == [by_hand]
    assert draw(reversed(names), 7, 5) == draw(names, 7, 5)
    assert draw(names, 8, 5) != draw(names, 7, 5)
    assert len(draw(names[:2], 7, 5)) == 2


def test_a_sample_shows_households_in_its_confidential_part_only(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "proef"
    ran = call("sample", folder, "--seed", 7, "--count", 2)
    assert ran.out.count("Nagerekend: [ ]") == 2
    assert call("sample", folder, "--seed", 7, "--count", 2, "--out", out).code == 0
    parts = tree(out)
    drawn = [
        name
        for name in households(folder)
        if name.encode() in parts["vertrouwelijk/steekproef.txt"]
    ]
    assert drawn
    del parts["vertrouwelijk/steekproef.txt"]
    said = ran.out.encode() + b"".join(parts.values())
    assert not [name for name in households(folder) if name.encode() in said]
    assert call("verify", out).code == 0


def test_a_purge_leaves_no_household_and_logs_the_fact(folder: Path) -> None:
    names = households(folder)
    (folder.with_name("uit.conflict.json")).write_text("H-1")
    assert call("purge", folder, "--date", "2021-02-01").code == 0
    left = b"".join(tree(folder.parent).values())
    assert not [name for name in names if name.encode() in left]
    assert not folder.with_name("uit.conflict.json").exists()
    log = json.loads(folder.with_name("uit.gewist.json").read_bytes())
    assert (log["datum"], log["geheel"]) == ("2021-02-01", False)
    assert call("verify", folder).code == 0
    assert call("purge", folder, "--date", "2021-02-01").code == 3
    assert call("purge", folder, "--all", "--date", "2021-02-01").code == 0
    assert [path.name for path in folder.parent.iterdir()] == ["uit.gewist.json"]


def test_a_purge_waits_for_the_retention_date(folder: Path) -> None:
    document(folder, "manifest.json", lambda m: m.update(retention="2021-02-02"))
    rehash(folder)
    before = tree(folder.parent)
    ran = call("purge", folder, "--date", "2021-02-01")
    assert ran.code == 3
    assert "2021-02-02" in ran.err
    assert tree(folder.parent) == before
    assert call("purge", folder, "--date", "2021-02-02").code == 0


def test_a_purge_touches_nothing_of_anybody_else(tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("van een ander")
    assert call("purge", tmp_path, "--all", "--date", "2021-02-01").code == 8
    assert (tmp_path / "brief.txt").exists()


def test_open_tables_come_with_what_a_data_catalogue_asks(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deel"
    assert call("extract", folder, "--audience", "openbaar", "--out", out).code == 0
    said = json.loads((out / "dcat.jsonld").read_text(encoding="utf-8"))
    assert said["@type"] == "dcat:Dataset"
    assert {title["@language"] for title in said["dct:title"]} == {"nl", "en"}
    named = {
        own["dct:title"]: own["spdx:checksum"]["spdx:checksumValue"]
        for own in said["dcat:distribution"]
    }
    tables = {name: text for name, text in tree(out).items() if name.endswith(".csv")}
    assert named == {name: hashlib.sha256(text).hexdigest() for name, text in tables.items()}
    assert "dct:publisher" not in said and "dct:license" not in said
    other = tmp_path / "rijk"
    assert call("extract", folder, "--audience", "rijk", "--out", other).code == 0
    assert not (other / "dcat.jsonld").exists()
