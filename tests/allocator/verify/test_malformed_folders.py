"""Whatever is wrong with the files of a folder is a failure, never a traceback."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import Failure, verify_result
from tests.allocator.verify.exact import expected, said
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document, lines, raw
from tests.allocator.verify.handmade.folder import write_result

QUOTAS, PROOF, MANIFEST = "taakstellingen.csv", "certificaat.json", "manifest.json"
TOWNS, TOML = "invoer/gemeenten.csv", "invoer/instance.toml"


def codes(folder: Path) -> set[str]:
    return {failure.code for failure in verify_result(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "result", cases.link_case())


def resave(name: str, old: str, new: str) -> Callable[[Path], Any]:
    return lambda folder: raw(folder, name, old.encode(), new.encode())


KINDS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a BOM": (resave(QUOTAS, "gemeente_code,", "\ufeffgemeente_code,"), "V9A"),
    "CRLF": (resave(QUOTAS, "\n", "\r\n"), "V9A"),
    "no final newline": (
        lambda f: (f / QUOTAS).write_bytes((f / QUOTAS).read_bytes()[:-1]),
        "V9A",
    ),
    "nothing at all": (lambda f: (f / QUOTAS).write_bytes(b""), "V9A"),
    "not UTF-8": (lambda f: raw(f, QUOTAS, b"Plaats", b"Pl\xe9ats"), "V9A"),
    "only a newline": (lambda f: (f / QUOTAS).write_bytes(b"\n"), "V9B"),
    "another header": (resave(QUOTAS, "inwoners", "inwoner"), "V9B"),
    "a doubled header": (resave(TOWNS, "x_rd", "inwoners"), "V9B"),
    "a column too many": (resave(QUOTAS, "vastgesteld\n", "vastgesteld,extra\n"), "V9B"),
    "columns in another order": (
        resave(TOWNS, "gemeente_code,gemeente", "gemeente,gemeente_code"),
        "V9B",
    ),
    "a field too few": (lambda f: lines(f, QUOTAS, lambda t: t.insert(1, t.pop(1)[:-1])), "V9C"),
    "an empty line": (lambda f: lines(f, QUOTAS, lambda t: t.insert(2, "")), "V9C"),
    "quotes for nothing": (resave(QUOTAS, "Plaats 1", '"Plaats 1"'), "V9C"),
    "quotes round a header": (resave(QUOTAS, "gemeente,", '"gemeente",'), "V9C"),
    "a quote that never ends": (resave(QUOTAS, "Plaats 1", '"Plaats 1'), "V9C"),
    "1_000": (resave(TOWNS, "5000", "5_000"), "V9D"),
    "1.000": (resave(TOWNS, "5000", "5.000"), "V9D"),
    "other digits": (resave(TOWNS, "5000", "٥٠٠٠"), "V9D"),
    "a superscript": (resave(TOWNS, "5000", "500²"), "V9D"),
    "a plus": (resave(TOWNS, "5000", "+5000"), "V9D"),
    "a leading zero": (resave(TOWNS, "5000", "05000"), "V9D"),
    "minus zero": (resave(QUOTAS, ",0,", ",-0,"), "V9D"),
    "below zero": (resave(TOWNS, "5000", "-5000"), "V9D"),
    "padding": (resave(TOWNS, "5000", " 5000"), "V9D"),
    "padding of a name": (resave(TOWNS, "Plaats 1", "Plaats 1 "), "V9D"),
    "a control character": (resave(TOWNS, "Plaats 1", "Plaats\x1b1"), "V9D"),
    "a number beyond bounds": (resave(TOWNS, "5000", "9" * 5000), "V9D"),
    "a code in lower case": (resave(TOWNS, "SY0001", "sy0001"), "V9D"),
    "rows out of order": (lambda f: lines(f, TOWNS, lambda t: t.append(t.pop(1))), "V9E"),
    "a row twice": (lambda f: lines(f, TOWNS, lambda t: t.append(t[-1])), "V9E"),
    "NaN": (resave(PROOF, '"objective": -', '"objective": NaN, "x": -'), "V1G"),
    "Infinity in order": (lambda f: document(f, PROOF, lambda c: c.update(x=1e999)), "V1G"),
    "JSON cut short": (lambda f: raw(f, PROOF, b"}\n}\n", b"}\n"), "V1G"),
    "JSON that is a list": (lambda f: (f / PROOF).write_bytes(b"[]\n"), "V1G"),
    "JSON too deep": (lambda f: (f / PROOF).write_bytes(b"[" * 100_000), "V1G"),
    "JSON in another order": (
        lambda f: (f / PROOF).write_text(json.dumps(json.loads((f / PROOF).read_text()))),
        "V1G",
    ),
    "a key twice": (resave(PROOF, '"bound":', '"bound": 0,\n    "bound":'), "V1G"),
    "TOML that is not": (resave(TOML, "seed", "seed seed"), "V1G"),
    "TOML with CRLF": (resave(TOML, "\n", "\r\n"), "V1G"),
    "TOML without a final newline": (
        lambda f: (f / TOML).write_bytes((f / TOML).read_bytes().rstrip(b"\n")),
        "V1G",
    ),
    "TOML out of order": (resave(TOML, "half_year", "zalf_year"), "V1G"),
    "a manifest without parameters": (
        lambda f: document(f, MANIFEST, lambda m: m.pop("parameters")),
        "V1Z",
    ),
    "an unknown command": (
        lambda f: document(f, MANIFEST, lambda m: m["parameters"].update(command="x")),
        "V1J",
    ),
    "parameters that are a list": (
        lambda f: document(f, MANIFEST, lambda m: m.update(parameters=[1])),
        "V1Z",
    ),
    "stages that are a text": (
        lambda f: document(f, MANIFEST, lambda m: m.update(stages="x")),
        "V7Z",
    ),
    "a certificate without prices": (
        lambda f: document(f, PROOF, lambda c: c["link"].pop("mu")),
        "V4Z",
    ),
    "no province": (lambda f: raw(f, TOML, b"scope", b"scop"), "V2Z"),
    "a table that the command does not use": (
        lambda f: (f / "invoer/buren.csv").write_text("gemeente_code_a,gemeente_code_b\n"),
        "V1B",
    ),
    "a household table in the open": (
        lambda f: (f / "invoer/huishoudens.csv").write_text("huishouden_id,personen\n"),
        "V1B",
    ),
    "a file too many": (lambda f: (f / "kladblok.txt").write_text("x"), "V1B"),
    "a link to a file": (lambda f: (f / "rapport.html").symlink_to(f / QUOTAS), "V1E"),
    "a folder too many": (lambda f: (f / "extra").mkdir(), "V1E"),
    "a pipe": (lambda f: os.mkfifo(f / "rapport.html"), "V1E"),
    "no table of quotas": (lambda f: (f / QUOTAS).unlink(), "V1A"),
    "no municipalities": (lambda f: (f / TOWNS).unlink(), "V1A"),
    "no instance": (lambda f: (f / TOML).unlink(), "V1A"),
    "no certificate": (lambda f: (f / PROOF).unlink(), "V1A"),
}


EXPECTED = expected("forms")


def sabotaged(name: str, folder: Path) -> tuple[Failure, ...]:
    """Write a result, spoil its form, and return what is said of it."""
    write_result(folder, cases.link_case())
    KINDS[name][0](folder)
    rehash(folder)
    return verify_result(folder)


@pytest.mark.parametrize("name", KINDS)
def test_a_malformed_file_is_a_failure(name: str, tmp_path: Path) -> None:
    failures = sabotaged(name, tmp_path / "result")
    assert KINDS[name][1] in {failure.code for failure in failures}
    assert said(failures) == EXPECTED[name]


def test_a_changed_file_without_a_new_hash_is_a_failure(folder: Path) -> None:
    raw(folder, QUOTAS, b"Plaats 1", b"Plaats 9")
    assert codes(folder) == {"V1C", "V2A"}


def test_a_file_that_the_manifest_does_not_list_is_a_failure(folder: Path) -> None:
    (folder / "rapport.html").write_text("<html></html>")
    assert codes(folder) == {"V1D"}
    rehash(folder)
    assert codes(folder) == set()


def test_a_file_that_only_the_manifest_lists_is_a_failure(folder: Path) -> None:
    document(folder, MANIFEST, lambda m: m["outputs"].update({"rapport.html": "0" * 64}))
    assert codes(folder) == {"V1D"}


@pytest.mark.parametrize("content", [b"", b"{}\n", b"null\n", b"{", b"\xff", b"[" * 9000])
def test_a_manifest_of_nothing_is_a_failure(content: bytes, folder: Path) -> None:
    (folder / MANIFEST).write_bytes(content)
    assert codes(folder)


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert codes(tmp_path / "nothing") == {"V1A"}
    (tmp_path / "file").write_text("x")
    assert codes(tmp_path / "file") == {"V1A"}


def mutate(data: bytes, draw: random.Random) -> bytes:
    """Change, drop, double or insert a few bytes."""
    content = bytearray(data)
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(content) + 1)
        end = min(len(content), at + draw.randint(0, 4))
        content[at:end] = draw.choice(
            [b"", bytes([draw.randrange(256)]), content[at:end] * 2, b"-1", b"{}"]
        )
    return bytes(content)


def check_mutations(folder: Path, count: int, seed: int) -> int:
    """Mutate one file at a time; return how often the result still passed."""
    draw, passed = random.Random(seed), 0
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    before = {path: path.read_bytes() for path in files}
    for _ in range(count):
        path = draw.choice(files)
        path.write_bytes(mutate(before[path], draw))
        if path.name != MANIFEST:
            rehash(folder)
        passed += not verify_result(folder)
        path.write_bytes(before[path])
        (folder / MANIFEST).write_bytes(before[folder / MANIFEST])
    assert not verify_result(folder)
    return passed


def test_mutated_files_end_in_failures_and_never_in_a_traceback(folder: Path) -> None:
    # What passes is unchanged, or says nothing that counts: a name of a source, a price that
    # moves no bound, an input that decides nothing.
    assert check_mutations(folder, 200, 1) < 50


@pytest.mark.nightly
def test_many_more_mutated_files_never_end_in_a_traceback(tmp_path: Path) -> None:
    for seed, make in enumerate((cases.quota_case, cases.demo_case, cases.scores_case)):
        check_mutations(write_result(tmp_path / str(seed), make()), 4000, seed)
