"""A result appears whole or not at all: written beside, verified from disk, then renamed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from allocator.canonical import json_bytes, sha256
from allocator.errors import OutputTroubleError, VerificationFailedError, output_trouble
from allocator.locking import fill, only_writer

MANIFEST = "manifest.json"
INPUT_FOLDERS = ("invoer/", "vertrouwelijk/invoer/")
_WORKING = ".allocator-werk-"
_OLD = ".allocator-oud-"
_GONE = ".allocator-weg-"
_MANIFEST_KEYS = {"inputs", "name", "outputs", "parameters", "stages", "versions"}
_QUARANTINE = ".afgekeurd"
_CONFLICT = ".conflict.json"

Files = dict[str, bytes]
"""Content by path inside the result folder, with ``/`` as separator."""
Verify = Callable[[Path], Mapping[str, tuple[str, ...]]]
"""Failures of a folder as sentences per language; empty when all is well."""


def with_manifest(files: Files, manifest: Mapping[str, object]) -> Files:
    """Add ``manifest.json`` with the hash of every other file."""
    inputs = {path: sha256(files[path]) for path in sorted(files) if path.startswith(INPUT_FOLDERS)}
    outputs = {
        path: sha256(files[path])
        for path in sorted(files)
        if path not in inputs and path != MANIFEST
    }
    content = json_bytes({**manifest, "inputs": inputs, "outputs": outputs})
    return {**files, MANIFEST: content}


def publish(
    files: Files,
    out: Path,
    verify: Verify,
    finish: Callable[[Path], Mapping[str, bytes]] | None = None,
) -> None:
    """Write, verify and rename a result folder.

    Parameters
    ----------
    files
        Everything, the manifest included.
    out
        Where the folder is to stand. An older result there is replaced; anything else is not.
    verify
        Called with the folder as written to disk.
    finish
        Called with the verified folder; returns further files (a report) made from it.

    Raises
    ------
    VerificationFailedError
        If the verifier refuses the folder; it is kept beside ``out`` as quarantine.
    OutputTroubleError
        If the disk, the rights or the place do not allow it, or another process is writing
        there; an older result is untouched.
    """
    out = out.absolute()
    with contextlib.ExitStack() as stack:
        with _trouble(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(only_writer(out))
            # Not before: while somebody else swaps a folder in, what stands there is no sign.
            refuse_foreign(out)
            sweep(out)
            working = beside(out)
        _fill_and_swap(files, working, out, verify, finish)


def _fill_and_swap(
    files: Files,
    working: Path,
    out: Path,
    verify: Verify,
    finish: Callable[[Path], Mapping[str, bytes]] | None,
) -> None:
    try:
        with _trouble(out):
            _write(files, working)
            _check(working, out, verify)
            if finish is not None:
                _write(_added(files, finish(working)), working)
                _check(working, out, verify)
            _swap_in(working, out)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def add_to_result(
    folder: Path, finish: Callable[[Path], Mapping[str, bytes]], verify: Verify
) -> None:
    """Add or replace files of a result by publishing the whole again.

    The place is held from the first file read to the last file written: what another process
    publishes there meanwhile would be lost.

    Parameters
    ----------
    folder
        The result.
    finish
        Called with a private copy beside the result; returns the files to add or replace.
    verify
        Called with the copy before and after.

    Raises
    ------
    VerificationFailedError, OutputTroubleError
        As for :func:`publish`.
    """
    with contextlib.ExitStack() as stack:
        with _trouble(folder):
            stack.enter_context(only_writer(folder))
            refuse_foreign(folder)
            files = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        publish(files, folder, verify, finish)


def write_conflict(content: Mapping[str, object], out: Path) -> Path:
    """Write the conflict report beside the place of the result, for its owner only.

    Raises
    ------
    OutputTroubleError
        If it cannot be written.
    """
    path = out.absolute().with_name(out.name + _CONFLICT)
    with _trouble(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(json_bytes(content))
    return path


def _added(files: Files, more: Mapping[str, bytes]) -> Files:
    manifest = json.loads(files[MANIFEST])
    return with_manifest({**files, **more}, manifest)


def refuse_foreign(out: Path) -> None:
    """Never replace what we did not write.

    Raises
    ------
    OutputTroubleError
        If ``out`` exists and is neither an empty folder nor a result of ours.
    """
    if not out.exists() and not out.is_symlink():
        return
    if out.is_symlink() or not out.is_dir():
        raise OutputTroubleError("out_not_a_folder", path=out)
    if any(out.iterdir()) and not _is_ours(out / MANIFEST):
        raise OutputTroubleError("out_not_ours", path=out)


def _is_ours(manifest: Path) -> bool:
    """Whether a manifest is one that we write: a file of that name alone proves nothing."""
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.keys() >= _MANIFEST_KEYS


def sweep(out: Path) -> None:
    """Remove what a killed run left beside ``out``, and put an old result back in its place.

    Whoever calls this holds the place: then every owner named there is dead, whatever process
    has its number now.

    Raises
    ------
    OutputTroubleError
        Naming the first of those that cannot be removed, after all others are.
    """
    for leftover in _left_beside(out, _OLD):
        if not out.exists() and (leftover / MANIFEST).is_file():
            leftover.rename(out)
    reasons = []
    for leftover in leftovers(out):
        try:
            discard(leftover, out)
        except OSError as error:
            reasons.append(error.strerror or str(error))
    for leftover in leftovers(out)[:1] if reasons else []:
        raise OutputTroubleError("out_leftover", path=leftover, reason=reasons[0])


def leftovers(out: Path) -> list[Path]:
    """Folders beside ``out`` of runs that were cut off, or that could not remove them."""
    return [path for kind in (_OLD, _GONE, _WORKING) for path in _left_beside(out, kind)]


def discard(folder: Path, out: Path) -> None:
    """Remove a folder at or beside ``out`` for good, also where its rights were taken away.

    First under a name that says so: half of a result is never put back in its place.

    Raises
    ------
    OSError
        If it cannot be removed; it has the new name by then, unless that was refused.
    """
    if not folder.name.startswith((_GONE, _WORKING)):
        # No folder is made for it: on a full disk it is this that makes room.
        folder = folder.rename(out.with_name(_name(out, _GONE) + secrets.token_hex(4)))
    try:
        shutil.rmtree(folder)
    except OSError:
        with contextlib.suppress(OSError):
            _open_up(folder)
        shutil.rmtree(folder)


def _open_up(folder: Path) -> None:
    """Let the owner of a folder remove what is in it; a link leads elsewhere and is left alone."""
    folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            if not path.is_symlink():
                path.chmod(0o700)


def beside(out: Path, kind: str = _WORKING) -> Path:
    """Make a private folder beside ``out`` that names its owner; ``sweep`` knows it."""
    return Path(tempfile.mkdtemp(prefix=_name(out, kind), dir=out.parent))


def _name(out: Path, kind: str) -> str:
    """Name of a folder beside ``out``, but for a last part that nothing else has."""
    return f"{kind}{out.name}-{os.getpid()}-"


def _left_beside(out: Path, kind: str) -> list[Path]:
    """Working folders for ``out``, in a fixed order."""
    pattern = re.compile(re.escape(f"{kind}{out.name}-") + r"[0-9]+-[^-]*")
    return [path for path in sorted(out.parent.iterdir()) if pattern.fullmatch(path.name)]


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write and flush every file; everything is for its owner only."""
    for name, content in files.items():
        path = folder / name
        for parent in reversed(path.relative_to(folder).parents[:-1]):
            (folder / parent).mkdir(exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(descriptor, 0o600)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        _flush_folder(path)


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(working: Path, out: Path, verify: Verify) -> None:
    failures = verify(working)
    if not any(failures.values()):
        return
    quarantine = out.with_name(out.name + _QUARANTINE)
    shutil.rmtree(quarantine, ignore_errors=True)
    working.rename(quarantine)
    raise VerificationFailedError(dict(failures), str(quarantine))


def _swap_in(working: Path, out: Path) -> None:
    """Rename the new folder into place; a kill in between leaves the old one to ``sweep``.

    Broken off in between in any other way, the old one is put back at once.
    """
    old = beside(out, _OLD) if out.exists() else None
    try:
        if old is not None:
            out.rename(old)
        working.rename(out)
    except BaseException:
        if old is not None:
            _back(old, working, out)
        raise
    finally:
        if not working.exists():
            fill(out)
    if old is not None:
        with contextlib.suppress(OSError):
            discard(old, out)
    try:
        _flush_folder(out.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputTroubleError("out_not_flushed", path=out, reason=reason) from error


def _back(old: Path, working: Path, out: Path) -> None:
    """Put the old result back, unless it never went or the new one has its place."""
    if not out.exists():
        old.rename(out)
    elif not working.exists() or not any(old.iterdir()):
        with contextlib.suppress(OSError):
            discard(old, out)


@contextlib.contextmanager
def _trouble(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise output_trouble(out, error) from error
