"""A purge that is cut off, meets others or may not remove: no household is left unsaid."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allocator.custody import purging
from allocator.publishing import add_to_result
from tests.allocator.publishing.test_publishing import fine
from tests.allocator.publishing.test_two_writers import of_another
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import call, read_table, spawn, tree

DAY = ("--date", "2021-02-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A result, a refused one beside it, and a conflict report that names a household."""
    out = write_result(tmp_path / "uit", cases.demo_case())
    shutil.copytree(out, tmp_path / "uit.afgekeurd")
    (tmp_path / "uit.conflict.json").write_text(next(iter(households(out))))
    return out


def households(folder: Path) -> set[str]:
    rows = read_table(folder / "vertrouwelijk" / "invoer" / "huishoudens.csv")
    return {row["huishouden_id"] for row in rows}


def named_in(names: set[str], folder: Path) -> list[str]:
    """Files that still name a household."""
    return [
        file for file, text in tree(folder).items() if any(name.encode() in text for name in names)
    ]


class Killed(BaseException):
    """As good as SIGKILL, where nothing is renamed or removed any more."""


def killed_at(n: int, folder: Path, everything: list[str]) -> bool:
    """Whether a purge that is killed at its n-th rename or removal came as far as that."""
    count = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call_or_die(path: Path, *more: Any, **options: Any) -> Any:
            if path.name.startswith(".allocator-slot-"):  # the kernel frees it
                return real(path, *more, **options)
            count[0] += 1
            if count[0] >= n:
                raise Killed
            return real(path, *more, **options)

        return call_or_die

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", dying(Path.rename))
        patch.setattr(Path, "unlink", dying(Path.unlink))
        patch.setattr(shutil, "rmtree", dying(shutil.rmtree))
        try:
            call("purge", folder, *everything, *DAY)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("everything", [[], ["--all"]])
@pytest.mark.parametrize("second", [[], ["--all"]])
def test_a_purge_cut_off_anywhere_is_finished_by_the_next(
    folder: Path, tmp_path: Path, everything: list[str], second: list[str]
) -> None:
    names, kept = households(folder), tmp_path.with_name(tmp_path.name + "-bewaard")
    shutil.copytree(tmp_path, kept)
    for n in range(1, 30):
        shutil.rmtree(tmp_path)
        shutil.copytree(kept, tmp_path)
        if not killed_at(n, folder, everything):
            break
        ran = call("purge", folder, *second, *DAY)
        assert ran.code == 0, (n, ran.err)
        assert named_in(names, tmp_path) == [], n
        left = {path.name for path in tmp_path.iterdir()}
        assert left - {"uit"} == {"uit.gewist.json"}, n
        assert call("purge", folder, *DAY).code == 3, n
        if folder.exists():
            assert call("verify", folder).code == 0, n
        log = json.loads((tmp_path / "uit.gewist.json").read_bytes())
        assert log["geheel"] != folder.exists(), n
        assert len(log["resultaat"]) == 64, n
    assert n > 4, "a purge renames and removes more than that"


def test_what_lies_beside_goes_though_the_result_itself_is_clean(folder: Path) -> None:
    names = households(folder)
    shutil.move(folder.with_name("uit.afgekeurd"), folder.with_name("apart"))
    assert call("purge", folder, *DAY).code == 0
    shutil.move(folder.with_name("apart"), folder.with_name("uit.afgekeurd"))
    before = tree(folder)
    assert call("purge", folder, *DAY).code == 0
    assert (named_in(names, folder.parent), tree(folder)) == ([], before)


def test_a_refused_result_alone_is_kept_as_long_as_it_says(folder: Path) -> None:
    shutil.rmtree(folder)
    beside = folder.with_name("uit.afgekeurd")
    content = json.loads((beside / "manifest.json").read_bytes())
    (beside / "manifest.json").write_text(json.dumps({**content, "retention": "2021-02-02"}))
    ran = call("purge", folder, *DAY)
    assert (ran.code, "2021-02-02" in ran.err, beside.exists()) == (3, True, True)
    assert call("purge", folder, "--date", "2021-02-02").code == 0
    assert [path.name for path in folder.parent.iterdir()] == ["uit.gewist.json"]


def test_what_is_beside_a_place_without_a_result_may_be_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "uit.afgekeurd").mkdir()
    (tmp_path / "uit.afgekeurd" / "brief.txt").write_text("van een ander")
    assert call("purge", tmp_path / "uit", *DAY).code == 8
    assert tree(tmp_path) == {"uit.afgekeurd/brief.txt": b"van een ander"}
    assert call("purge", tmp_path / "elders", *DAY).code == 3
    assert call("purge", tmp_path / "nergens" / "uit", *DAY).code == 3


@pytest.mark.parametrize("everything", [False, True])
def test_nobody_adds_to_a_result_while_it_is_purged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, everything: bool
) -> None:
    refused, real = [], purging.refuse_foreign

    def meanwhile(result: Path) -> None:
        real(result)
        adds = of_another(lambda: add_to_result(folder, lambda _copy: {"rapport.md": b"x"}, fine))
        refused.append(adds)

    monkeypatch.setattr(purging, "refuse_foreign", meanwhile)
    assert call("purge", folder, *DAY, *["--all"] * everything).code == 0
    assert refused == ["out_in_use"]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("everything", [[], ["--all"]])
@pytest.mark.parametrize("stuck", ["result", ".afgekeurd", ".conflict.json"])
def test_what_may_not_be_removed_is_named_and_never_called_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stuck: str, everything: list[str], lang: str
) -> None:
    names, real, unlink = households(folder), shutil.rmtree, Path.unlink
    held_fast: set[Path] = set()

    def refused(path: Path, *more: Any, **options: Any) -> None:
        held = path.with_name("uit.afgekeurd").exists() == (stuck == "result")
        if stuck != ".conflict.json" and held and ".allocator-weg-" in path.name:
            held_fast.add(path)
        if path in held_fast:
            if options.get("ignore_errors") or more:
                return
            raise PermissionError(errno.EACCES, "Permission denied")
        real(path, *more, **options)

    def refused_too(path: Path, **options: Any) -> None:
        if stuck == path.name.removeprefix("uit") == ".conflict.json":
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refused)
        patch.setattr(Path, "unlink", refused_too)
        ran = call("purge", folder, *DAY, *everything, "--lang", lang)
    assert (ran.code, ran.out) == (8, "")
    (path,) = {folder.parent / Path(file).parts[0] for file in named_in(names, folder.parent)}
    assert str(path) in ran.err
    assert {"nl": "gegevens van huishoudens", "en": "data of households"}[lang] in ran.err
    assert "(Permission denied)" in ran.err
    assert "ongewijzigd" not in ran.err and "unchanged" not in ran.err
    assert call("purge", folder, *DAY).code == 0
    assert named_in(names, folder.parent) == []


@pytest.mark.parametrize("everything", [[], ["--all"]])
@pytest.mark.parametrize("named", [".", "../uit/../uit"])
def test_a_purge_of_where_one_stands_ends_well(
    folder: Path, everything: list[str], named: str
) -> None:
    ran = spawn("purge", named, *everything, *DAY, cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    assert str(folder.with_name("uit.gewist.json")) in ran.out
    left = {path.name for path in folder.parent.iterdir()}
    assert left == {"uit.gewist.json"} | ({"uit"} if not everything else set())


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("everything", [[], ["--all"]])
@pytest.mark.parametrize("at", ["rename", "rmtree", "unlink"])
def test_a_purge_that_is_broken_off_says_that_it_is_not_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch, everything: list[str], lang: str, at: str
) -> None:
    def stop(path: Path, *_: Any, **__: Any) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil if at == "rmtree" else Path, at, stop)
    ran = call("purge", folder, *DAY, *everything, "--lang", lang)
    assert ran.code == 130
    assert {"nl": "Draai het commando opnieuw", "en": "Run the command again"}[lang] in ran.err
    assert str(folder) in ran.err and "niets geschreven" not in ran.err
    assert call("purge", folder, *DAY, *everything).code == 0
