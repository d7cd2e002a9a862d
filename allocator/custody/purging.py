"""Taking away what may no longer be kept; the fact is logged, not the data."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path

from allocator.canonical import json_bytes
from allocator.custody.derived import fingerprint, write_derived
from allocator.errors import output_trouble
from allocator.locking import only_writer
from allocator.publishing import beside, refuse_foreign, sweep
from allocator.reporting.result import read_json, refuse

_LOG = ".gewist.json"
# Kept beside a result when something went wrong; both may speak of households.
_REMAINS = (".afgekeurd", ".conflict.json")


def purge(result: Path, date: datetime.date, everything: bool) -> int:
    """Remove the confidential part of a result, or all of it.

    Parameters
    ----------
    result
        A result of ours.
    date
        Today, as the user says: the program reads no clock.
    everything
        Whether the public tables go as well.

    Returns
    -------
    int
        Number of files removed.

    Raises
    ------
    InputRefusedError
        If the retention date of the result has not come, or there is nothing to remove.
    OutputTroubleError
        If the folder is not ours, in use or cannot be changed.
    """
    refuse_foreign(result)
    until = str(read_json(result / "manifest.json").get("retention", ""))
    if until and date.isoformat() < until:
        raise refuse("purge_too_early", "manifest.json", until=until)
    names = {
        path.relative_to(result).as_posix(): path for path in result.rglob("*") if path.is_file()
    }
    gone = [name for name in names if everything or name.startswith("vertrouwelijk/")]
    if not gone:
        raise refuse("purge_nothing", "manifest.json")
    log = {
        "datum": date.isoformat(),
        "bestanden": len(gone),
        "geheel": everything,
        "resultaat": fingerprint(result),
    }
    try:
        with only_writer(result):
            sweep(result.absolute())
            _log(log, result.absolute())
            if everything:
                _remove_whole(result.absolute())
            else:
                kept = {name: names[name].read_bytes() for name in names if name not in gone}
                del kept["manifest.json"]
                parameters = {"command": "purge", "datum": date.isoformat()}
                write_derived(result, result, kept, parameters)
            _remove_remains(result.absolute())
    except OSError as error:
        raise output_trouble(result, error) from error
    return len(gone)


def _remove_whole(result: Path) -> None:
    """Take a result away at once, then empty it: a kill in between leaves it to the sweep."""
    working = beside(result)
    result.rename(working / "weg")
    shutil.rmtree(working)


def _remove_remains(result: Path) -> None:
    for suffix in _REMAINS:
        path = result.with_name(result.name + suffix)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _log(content: dict[str, object], result: Path) -> None:
    """Say what was removed before it is: a purge that is cut off is seen and done again."""
    path = result.with_name(result.name + _LOG)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(json_bytes(content))
        stream.flush()
        os.fsync(stream.fileno())
