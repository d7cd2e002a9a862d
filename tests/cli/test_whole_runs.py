"""Whole roads: generate and run, a region alone, the law of later years, a fault of ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from tests.cli.calling import (
    COMMAND,
    ROOT,
    Ran,
    call,
    copy_instance,
    environment,
    read_table,
    set_in_toml,
    tree,
)

BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {{"models", "ortools", "pulp", "scipy", "pydantic", "pandas"}}:
            raise ImportError(name + " is blocked")
sys.path.insert(0, {root!r})
import allocator  # looks whether ``models`` is ours, without loading it
sys.meta_path.insert(0, Block())
from pathlib import Path
from allocator.verify import verify_result
failures = verify_result(Path({folder!r}))
sys.exit(len(failures))
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A synthetic instance and the whole road over it."""
    folder = tmp_path_factory.mktemp("gemaakt")
    size = ("--municipalities", 8, "--households", 40, "--seed", 1)
    assert call("generate", *size, "--out", folder / "in").code == 0
    ran = call("run", folder / "in", "--out", folder / "r")
    assert ran.code == 0, ran.err
    return ran


def test_a_generated_instance_goes_all_the_way(generated: Ran) -> None:
    assert call("verify", generated.folder).code == 0
    linked = read_table(generated.folder / "vertrouwelijk" / "koppelvoorstel.csv")
    others = read_table(generated.folder / "vertrouwelijk" / "niet_gekoppeld.csv")
    assert len(linked) + len(others) == 40
    after = read_table(generated.folder / "na_uitruil.csv")
    assert len(after) == 8
    assert sum(int(row["overdracht"]) for row in after) == 0


def test_a_generated_instance_is_the_same_twice(generated: Ran, tmp_path: Path) -> None:
    size = ("--municipalities", 8, "--households", 40, "--seed", 1)
    assert call("generate", *size, "--out", tmp_path / "in").code == 0
    assert tree(tmp_path / "in") == tree(generated.folder.parent / "in")


def test_another_engine_room_is_not_needed_to_verify(generated: Ran) -> None:
    program = BLOCKED.format(root=str(ROOT), folder=str(generated.folder))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_number_can_be_explained(generated: Ran) -> None:
    for code in ("SY0001", "SY0008"):
        ran = call("explain", generated.folder, code)
        assert ran.code == 0, ran.err
        assert code in ran.out
    household = read_table(generated.folder / "vertrouwelijk" / "koppelvoorstel.csv")[0]
    names = {
        row["gemeente_code"]: row["gemeente"]
        for row in read_table(generated.folder / "taakstellingen.csv")
    }
    ran = call("explain", generated.folder, household["huishouden_id"])
    assert ran.code == 0, ran.err
    assert names[household["gemeente_code"]] in ran.out


def test_whom_to_explain_must_be_there(generated: Ran) -> None:
    ran = call("explain", generated.folder, "SY9999")
    assert ran.code in {2, 3}
    assert "SY9999" in ran.err
    assert "Traceback" not in ran.err


def test_a_region_with_published_quotas_goes_all_the_way(tmp_path: Path) -> None:
    ran = call("run", "flevoland-2021-1", "--out", tmp_path / "r")
    assert ran.code == 0, ran.err
    after = read_table(tmp_path / "r" / "na_uitruil.csv")
    assert sum(int(row["gewijzigde_taakstelling"]) for row in after) == 328


def test_a_swap_in_one_region_touches_nobody_else(tmp_path: Path) -> None:
    ran = call("swap", "nl-2021-1", "--region", "provincie_code=PV24", "--out", tmp_path / "r")
    assert ran.code == 0, ran.err
    inside = {
        row["gemeente_code"]
        for row in read_table(tmp_path / "r" / "taakstellingen.csv")
        if row["provincie_code"] == "PV24"
    }
    deals = read_table(tmp_path / "r" / "overdrachten.csv")
    assert deals
    assert {code for row in deals for code in (row["van_code"], row["naar_code"])} <= inside
    changed = {
        row["gemeente_code"]
        for row in read_table(tmp_path / "r" / "na_uitruil.csv")
        if row["overdracht"] != "0"
    }
    assert changed <= inside


def test_swap_never_opens_the_households(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path / "in")
    (instance / "huishoudens.csv").write_bytes(b"\xff\xfe\x00 geen tabel")
    ran = call("swap", instance, "--out", tmp_path / "r")
    assert ran.code == 0, ran.err
    assert not (tmp_path / "r" / "vertrouwelijk").exists()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("nl", "geldend recht niet gecontroleerd"), ("en", "law in force not checked")],
)
def test_a_later_half_year_says_that_the_law_was_not_checked(
    lang: str, words: str, tmp_path: Path
) -> None:
    instance = copy_instance("tiny-quota", tmp_path / "in")
    set_in_toml(instance, "half_year", '"2031-1"')
    ran = call("quota", instance, "--lang", lang, "--out", tmp_path / "r")
    assert ran.code == 0, ran.err
    assert words in ran.out + ran.err


def test_every_command_takes_the_common_options() -> None:
    for name, command in cli.commands.commands.items():
        taken = {option for parameter in command.params for option in parameter.opts}
        assert {"--lang", "--json", "--quiet"} <= taken, name


def test_a_fault_of_ours_shows_no_traceback_and_keeps_it_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: object) -> None:
        raise RuntimeError("een geheim")

    monkeypatch.setattr("allocator.work.run_quota", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ran = call("quota", "tiny-quota", "--out", tmp_path / "r")
    assert ran.code == 1
    assert "Traceback" not in ran.out + ran.err
    assert "geheim" not in ran.out + ran.err
    (details,) = tmp_path.iterdir()
    assert str(details) in ran.err
    assert "een geheim" in details.read_text(encoding="utf-8")
    assert details.stat().st_mode & 0o077 == 0


def test_a_reader_that_stops_listening_is_no_fault_of_ours(generated: Ran, tmp_path: Path) -> None:
    """As in ``allocator explain … | head -1``."""
    process = subprocess.Popen(
        [*COMMAND, "explain", str(generated.folder), "SY0001"],
        env=environment() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait(timeout=60)
    assert not re.search("Onverwachte fout|Traceback", said)
    assert list(tmp_path.iterdir()) == []
