"""Equal input gives equal bytes: twice, in any row order, in any office form, with two workers."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import (
    INSTANCES,
    Ran,
    Row,
    call,
    change_table,
    copy_instance,
    read_table,
    spawn,
    tree,
    write_table,
)

Rewrite = Callable[[Path], None]
JOBS = [
    ("quota", "nl-2021-1"),
    ("swap", "tiny-ruil"),
    ("link", "tiny-koppel"),
    ("run", "tiny-koppel"),
]


def shuffled(rows: list[Row]) -> list[Row]:
    random.Random(7).shuffle(rows)
    return rows


def other_columns(rows: list[Row]) -> list[Row]:
    return [dict(reversed(row.items())) for row in rows]


def rows_shuffled(path: Path) -> None:
    change_table(path, shuffled)


def columns_turned(path: Path) -> None:
    change_table(path, other_columns)


def semicolons_in_cp1252(path: Path) -> None:
    write_table(path, read_table(path), "cp1252", ";", "\r\n")


def everything_at_once(path: Path) -> None:
    rows_shuffled(path)
    columns_turned(path)
    semicolons_in_cp1252(path)


def semicolons_with_bom(path: Path) -> None:
    write_table(path, read_table(path), "utf-8-sig", ";", "\r\n")


def commas_with_bom(path: Path) -> None:
    write_table(path, read_table(path), "utf-8-sig")


FORMS = [
    *(
        (job, rewrite)
        for job in JOBS[:2]
        for rewrite in (
            rows_shuffled,
            columns_turned,
            semicolons_in_cp1252,
            semicolons_with_bom,
            commas_with_bom,
        )
    ),
    (JOBS[2], rows_shuffled),
    (JOBS[3], everything_at_once),
]


def rewritten(name: str, folder: Path, rewrite: Rewrite) -> Path:
    copy = copy_instance(name, folder)
    for path in copy.glob("*.csv"):
        rewrite(path)
    return copy


def made(command: str, instance: object, out: Path, *options: object) -> dict[str, bytes]:
    ran = call(command, instance, "--out", out, *options)
    assert ran.code == 0, ran.err
    return tree(out)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, bytes]]:
    """Every job once, in a process of its own."""
    results = {}
    for job in JOBS:
        ran = spawn(*job, "--out", tmp_path_factory.mktemp("plain") / "r")
        assert ran.code == 0, ran.err
        results[job] = tree(ran.folder)
    return results


@pytest.mark.parametrize("job", JOBS, ids=" ".join)
def test_a_second_run_with_two_workers_gives_the_same_bytes(
    job: tuple[str, str], plain: dict[tuple[str, str], dict[str, bytes]], tmp_path: Path
) -> None:
    """In this process instead of one of its own: another hash seed, other modules loaded."""
    assert made(*job, tmp_path / "r", "--workers", 2) == plain[job]


@pytest.mark.parametrize(("job", "rewrite"), FORMS)
def test_another_form_of_the_same_tables_gives_the_same_bytes(
    job: tuple[str, str],
    rewrite: Rewrite,
    plain: dict[tuple[str, str], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    command, name = job
    copy = rewritten(name, tmp_path / "in", rewrite)
    changed = {path.name for path in copy.iterdir() if differs(path, INSTANCES / name / path.name)}
    assert changed, "the other form is no other form"
    assert made(command, copy, tmp_path / "r") == plain[job]


def differs(one: Path, other: Path) -> bool:
    return one.read_bytes() != other.read_bytes()


def test_the_main_job_again_with_rows_shuffled_and_two_workers(
    demo: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, so that the hash seed and the order of imports are others too."""
    assert demo.code == 0, demo.err
    rewritten("nl-2021-1", tmp_path / "in", rows_shuffled)
    monkeypatch.setattr("allocator.work.instances_dir", lambda: tmp_path / "in")
    ran = call("demo", "--workers", 2, "--out", tmp_path / "r")
    assert ran.code == 0, ran.err
    assert tree(ran.folder) == tree(demo.folder)


def test_another_seed_is_another_input(tmp_path: Path) -> None:
    """The comparison above can fail: one changed byte of input is seen."""
    copy = copy_instance("tiny-koppel", tmp_path / "in")
    toml = copy / "instance.toml"
    toml.write_text(toml.read_text("utf-8").replace("seed = 1", "seed = 2"), "utf-8")
    one = made("link", "tiny-koppel", tmp_path / "one")
    assert made("link", copy, tmp_path / "other") != one
