"""A result appears whole or not at all."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from allocator import publishing
from allocator.errors import OutputTroubleError, VerificationFailedError
from allocator.locking import only_writer
from allocator.publishing import Files, publish, with_manifest

GOOD: Mapping[str, tuple[str, ...]] = {"nl": (), "en": ()}


def fine(_folder: Path) -> Mapping[str, tuple[str, ...]]:
    """A verifier that is content."""
    return GOOD


def files(text: str) -> Files:
    """A small result."""
    content = {"tabel.csv": text.encode(), "vertrouwelijk/invoer/lijst.csv": b"x\n"}
    return with_manifest(content, {"name": text, "parameters": {}, "stages": [], "versions": {}})


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_result_stands_whole_and_private(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    publish(files("een"), out, fine)
    assert snapshot(out) == files("een")
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_manifest_hashes_every_other_file() -> None:
    manifest = json.loads(files("een")["manifest.json"])
    assert set(manifest["inputs"]) == {"vertrouwelijk/invoer/lijst.csv"}
    assert set(manifest["outputs"]) == {"tabel.csv"}


def test_an_older_result_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    publish(files("een"), out, fine)
    publish(files("twee"), out, fine)
    assert snapshot(out) == files("twee")
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_not_ours_is_never_replaced(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "uit"
    other = tmp_path / "elders"
    other.mkdir()
    (other / "brief.txt").write_text("van een ander")
    if kind == "folder":
        other.rename(out)
    elif kind == "file":
        out.write_text("van een ander")
    else:
        out.symlink_to(other)
    before = snapshot(tmp_path)
    with pytest.raises(OutputTroubleError):
        publish(files("een"), out, fine)
    assert snapshot(tmp_path) == before


def test_a_refused_result_goes_to_quarantine_and_the_old_one_stays(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    publish(files("een"), out, fine)
    with pytest.raises(VerificationFailedError):
        publish(files("twee"), out, lambda _folder: {"nl": ("fout",), "en": ("wrong",)})
    assert snapshot(out) == files("een")
    assert snapshot(tmp_path / "uit.afgekeurd") == files("twee")


def test_what_the_report_adds_is_hashed_and_verified_again(tmp_path: Path) -> None:
    seen: list[set[str]] = []

    def look(folder: Path) -> Mapping[str, tuple[str, ...]]:
        seen.append(set(snapshot(folder)))
        return GOOD

    publish(files("een"), tmp_path / "uit", look, lambda _folder: {"rapport.html": b"<p>"})
    assert "rapport.html" not in seen[0]
    assert "rapport.html" in seen[1]
    assert "rapport.html" in json.loads((tmp_path / "uit/manifest.json").read_text())["outputs"]


def test_a_killed_run_leaves_the_old_result_and_the_next_start_sweeps(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    publish(files("een"), out, fine)
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from allocator.publishing import publish, with_manifest\n"
        "def verify(folder): os.kill(os.getpid(), signal.SIGKILL)\n"
        "publish(with_manifest({'a': b'1'}, {}), Path(sys.argv[1]), verify)\n"
    )
    root = Path(publishing.__file__).parent.parent
    ended = subprocess.run([sys.executable, "-c", script, str(out)], cwd=root, check=False)
    assert ended.returncode == -9
    assert snapshot(out) == files("een")
    assert len(list(tmp_path.iterdir())) == 3, "the result, a lock and a working folder"
    with only_writer(out):
        publishing.sweep(out)
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_a_result_taken_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    publish(files("een"), out, fine)
    out.rename(tmp_path / ".allocator-oud-uit-999999999-abc")
    publishing.sweep(out)
    assert snapshot(out) == files("een")
