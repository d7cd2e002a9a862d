"""Taking away what may no longer be kept; the fact is logged, not the data."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

from allocator.canonical import json_bytes
from allocator.custody.derived import fingerprint, write_derived
from allocator.errors import OutputTroubleError, output_trouble
from allocator.locking import fill, from_the_start
from allocator.publishing import MANIFEST, discard, leftovers, refuse_foreign, sweep
from allocator.reporting.result import read_json, refuse

_LOG = ".gewist.json"
_QUARANTINE = ".afgekeurd"
# Kept beside a result when something went wrong; both may speak of households.
_REMAINS = (_QUARANTINE, ".conflict.json")


def log_of(result: Path) -> Path:
    """Where it is said that something was removed: beside the result, which may be gone."""
    return _beside(_absolute(result), _LOG)


def purge(result: Path, date: datetime.date, everything: bool) -> int:
    """Remove the confidential part of a result, or all of it, and what lies beside it.

    Parameters
    ----------
    result
        A result of ours, or the place of one of which a purge was cut off.
    date
        Today, as the user says: the program reads no clock.
    everything
        Whether the public tables go as well.

    Returns
    -------
    int
        Number of files removed, those of runs that were cut off included.

    Raises
    ------
    InputRefusedError
        If the retention date of the result has not come, or there is nothing to remove.
    OutputTroubleError
        If the folder is not ours, in use or cannot be changed, or something could not be removed.

    Notes
    -----
    The place is held from the first look, so that nobody adds to the result meanwhile.
    """
    # Once, as there is no working directory any more when it is the result that is removed.
    result = _absolute(result)
    with from_the_start(result):
        try:
            return _purge(result, date, everything)
        except OSError as error:
            raise output_trouble(result, error) from error


def _purge(result: Path, date: datetime.date, everything: bool) -> int:
    refuse_foreign(result)
    if not result.parent.is_dir():
        raise refuse("report_file_missing", MANIFEST)
    cut_off = _sweep_and_count(result)
    remains = [path for path in (_beside(result, end) for end in _REMAINS) if path.exists()]
    _refuse_too_early(result, date, bool(cut_off or remains))
    names = [path.relative_to(result).as_posix() for path in _files(result)]
    gone = [name for name in names if everything or name.startswith("vertrouwelijk/")]
    count = len(gone) + cut_off + sum(len(_files(path)) for path in remains)
    if not count:
        raise refuse("purge_nothing", MANIFEST)
    _log(result, date, everything, count, gone)
    try:
        _take_away(result, date, everything, gone, remains)
    except BaseException:
        fill(result, "purge_interrupted")
        raise
    return count


def _take_away(
    result: Path, date: datetime.date, everything: bool, gone: list[str], remains: list[Path]
) -> None:
    if gone and not everything:
        names = {path.relative_to(result).as_posix(): path for path in _files(result)}
        kept = {name: names[name].read_bytes() for name in names if name not in gone}
        del kept[MANIFEST]
        write_derived(result, result, kept, {"command": "purge", "datum": date.isoformat()})
    _remove([result, *remains] if gone and everything else remains, result)


def _absolute(path: Path) -> Path:
    """Where it is, also when it is called ``.``; a link is not followed."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute() leaves ".." as it is


def _beside(result: Path, suffix: str) -> Path:
    return result.with_name(result.name + suffix)


def _files(path: Path) -> list[Path]:
    """A file, or all files below a folder."""
    return [path] if path.is_file() else [own for own in path.rglob("*") if own.is_file()]


def _sweep_and_count(result: Path) -> int:
    """Finish what was cut off before; how many files went with it."""
    stood = result.exists()
    before = sum(len(_files(path)) for path in leftovers(result))
    sweep(result)
    return before if stood else before - len(_files(result))


def _refuse_too_early(result: Path, date: datetime.date, something_beside: bool) -> None:
    """Keep what is to be kept; where no result stands, a refused one beside it says until when."""
    place = result
    if not (result / MANIFEST).is_file() and something_beside:
        place = _beside(result, _QUARANTINE)
        refuse_foreign(place)
        if not place.is_dir():
            return
    until = str(read_json(place / MANIFEST).get("retention", ""))
    if until and date.isoformat() < until:
        raise refuse("purge_too_early", MANIFEST, until=until)


def _remove(paths: list[Path], result: Path) -> None:
    """Remove all that can be removed, and name what then is there still.

    Raises
    ------
    OSError
        If the result itself may not be touched.
    OutputTroubleError
        If something is left that may speak of households.
    """
    reason = "?"
    # What a publication could not remove is tried again, to hear why not.
    for path in [*paths, *leftovers(result)]:
        try:
            if path.is_dir():
                discard(path, result)
            else:
                path.unlink()
        except OSError as error:
            if path == result and path.exists():
                raise
            reason = error.strerror or str(error)
    for path in [*leftovers(result), *(path for path in paths if path.exists())]:
        raise OutputTroubleError("purge_left", path=path, reason=reason)


def _log(result: Path, date: datetime.date, everything: bool, count: int, gone: list[str]) -> None:
    """Say what is removed before it is: a purge that is cut off is seen and done again."""
    path = _beside(result, _LOG)
    # What is left of a purge that was cut off belongs to the result of which it spoke.
    speaks_of = fingerprint(result) if gone else _logged(path)
    content = {
        "datum": date.isoformat(),
        "bestanden": count,
        "geheel": everything or not (result / MANIFEST).is_file(),
        "resultaat": speaks_of,
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(json_bytes(content))
        stream.flush()
        os.fsync(stream.fileno())


def _logged(path: Path) -> str:
    """Fingerprint of the result that an earlier log speaks of; empty where there is none."""
    try:
        return str(json.loads(path.read_bytes())["resultaat"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
