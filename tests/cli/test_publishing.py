"""A result is there whole or not at all, and nothing of anybody else is touched."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import ROOT, call, environment, manifest, spawn, tree

# The command, killed the moment it starts to verify what it wrote.
KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
import allocator.verify
import cli
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
allocator.verify.verify_result = die
import allocator.verifying
allocator.verifying.verify_result = die
sys.argv = ["allocator", "quota", "tiny-quota", "--out", {out!r}]
cli.main()
"""


def foreign_folder(out: Path) -> None:
    out.mkdir()
    (out / "brief.txt").write_text("van iemand anders", encoding="utf-8")


def foreign_manifest(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text('{"name": "een webapp", "icons": []}', encoding="utf-8")


def broken_manifest(out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text("geen json", encoding="utf-8")


def plain_file(out: Path) -> None:
    out.write_text("een bestand", encoding="utf-8")


@pytest.mark.parametrize("there", [foreign_folder, foreign_manifest, broken_manifest, plain_file])
def test_what_is_not_ours_is_refused_and_untouched(
    there: Callable[[Path], None], tmp_path: Path
) -> None:
    there(tmp_path / "uit")
    before = tree(tmp_path)
    ran = call("quota", "tiny-quota", "--out", tmp_path / "uit")
    assert ran.code == 8
    assert str(tmp_path / "uit") in ran.err
    assert "Traceback" not in ran.err
    assert tree(tmp_path) == before


def test_the_main_job_refuses_what_is_not_ours_before_it_begins(tmp_path: Path) -> None:
    foreign_folder(tmp_path / "uit")
    before = tree(tmp_path)
    assert call("demo", "--out", tmp_path / "uit").code == 8
    assert tree(tmp_path) == before


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "uit").mkdir()
    assert call("quota", "tiny-quota", "--out", tmp_path / "uit").code in {0, 8}


def test_a_place_below_a_file_is_output_trouble(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("x", encoding="utf-8")
    ran = call("quota", "tiny-quota", "--out", tmp_path / "bestand" / "uit")
    assert ran.code == 8
    assert "Traceback" not in ran.err
    assert tree(tmp_path) == {"bestand": b"x"}


def test_an_old_result_is_replaced_whole(tmp_path: Path) -> None:
    out, fresh = tmp_path / "uit", tmp_path / "vers"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    assert call("quota", "tiny-quota", "--out", out).code == 0
    assert call("quota", "tiny-quota", "--out", fresh).code == 0
    assert tree(out) == tree(fresh)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["uit", "vers"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    assert call("quota", "tiny-quota", "--out", tmp_path / "a" / "b" / "uit").code == 0


def test_a_relative_place_is_below_where_one_stands(tmp_path: Path) -> None:
    ran = spawn("quota", "tiny-quota", "--out", "uit", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert (tmp_path / "uit" / "manifest.json").is_file()


def test_the_manifest_names_every_file_by_its_hash(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    listed = manifest(out)["inputs"] | manifest(out)["outputs"]
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in tree(out).items()}
    del hashes["manifest.json"]
    assert listed == hashes
    assert set(manifest(out)["inputs"]) == {name for name in hashes if "invoer/" in name}


def test_nothing_in_a_result_tells_where_when_or_on_what_it_was_made(tmp_path: Path) -> None:
    out = tmp_path / "een-heel-bijzondere-map"
    assert call("swap", "tiny-ruil", "--out", out, "--workers", "2").code == 0
    everything = b"".join(tree(out).values())
    for word in (b"een-heel-bijzondere-map", os.uname().nodename.encode(), b"workers"):
        assert word not in everything
    assert not {"time", "date", "host", "duration", "seconds", "path"} & set(manifest(out))


def test_only_the_owner_may_look_into_what_is_confidential(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("link", "tiny-koppel", "--out", out).code == 0
    assert (out / "vertrouwelijk").stat().st_mode & 0o077 == 0


def test_tables_are_plain_text_for_machines(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    for name, content in tree(out).items():
        assert b"\r" not in content, name
        assert content.endswith(b"\n"), name
        assert not content.startswith(b"\xef\xbb\xbf"), name
        if name.endswith(".json"):
            parsed = json.loads(content)
            again = json.dumps(parsed, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            assert again.encode() == content, name


def test_a_killed_run_leaves_the_old_result_and_after_the_next_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-onmogelijk", "--out", out).code == 0
    before = tree(out)
    program = KILLED.format(root=str(ROOT), out=str(out))
    done = subprocess.run([sys.executable, "-c", program], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    assert tree(out) == before
    assert len(list(tmp_path.iterdir())) > 1, "the run was killed before it wrote anything"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]
