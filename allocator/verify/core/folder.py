"""V1 and the form of V7: files, hashes, manifest, parameters and stages of a result folder."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from math import ceil, isqrt
from pathlib import Path
from typing import Any

from allocator.verify.core.reader import CONTRACT, Log, Stop, Table, read_table

MANIFEST, CERTIFICATE, INSTANCE = "manifest.json", "certificaat.json", "invoer/instance.toml"


@dataclass
class Result:
    """A result folder in memory; ``parts`` are what the command did, see ``contract.toml``.

    ``helpers`` do what the core does not: without them it refuses what asks for one.
    """

    log: Log = field(default_factory=Log)
    files: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    helpers: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def helper(self, name: str) -> Callable[..., Any]:
        """Return what is not the core's to do."""
        if name not in self.helpers:
            raise Stop("V1K", MANIFEST, "", name)
        return self.helpers[name]

    def table(self, name: str) -> Table:
        """Return a table, an empty one where the folder has none."""
        return self.tables.get(name) or Table(name)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table, reduced to some columns."""
        return self.table(table).pick(*columns)

    def totals(self, table: str, *columns: str) -> list[Counter[str]]:
        """Add columns of a table up per municipality."""
        return [self.table(table).totals(column) for column in columns]

    def kilometres(self, one: str, other: str) -> int:
        """Whole kilometres between two municipalities; 0 where one has no coordinates."""
        a, b = (self.spots.get(code) for code in (one, other))
        return isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) // 1000 if a and b else 0

    @cached_property
    def spots(self) -> dict[str, tuple[int, int]]:
        """Coordinates of the municipalities that have them, in metres."""
        rows = self.rows("gemeenten", "gemeente_code", "x_rd", "y_rd")
        return {code: (int(x), int(y)) for code, x, y in rows if x and y}

    def region(self, part: str) -> set[str]:
        """Return the municipalities in the region of a part; all where there is none."""
        column, _, value = self.parameters[part]["region"].partition("=")
        towns = self.table("gemeenten").columns
        pairs = zip(towns["gemeente_code"], towns[column or "gemeente_code"], strict=True)
        return {code for code, here in pairs if not column or here == value}


def read_folder(result: Result, folder: Path, root: Path) -> None:
    """Read every file; what is not a plain readable file is a failure."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name, mode = path.relative_to(root).as_posix(), path.lstat().st_mode
        if stat.S_ISDIR(mode) and re.fullmatch(CONTRACT["folders"], name):
            read_folder(result, path, root)
        elif stat.S_ISREG(mode):
            result.files[name] = path.read_bytes()
        else:
            result.log.add("V1E", name)


def read_documents(result: Result) -> None:
    """Read manifest, certificate and every ``instance.toml``, each in its canonical form."""
    _read_document(result, MANIFEST)
    result.parameters = result.documents[MANIFEST]["parameters"]
    command = result.parameters["command"]
    if command not in CONTRACT["commands"]:
        raise Stop("V1J", MANIFEST, "", "command", command)
    done = CONTRACT["commands"][command]
    result.parts = {name: CONTRACT["parts"][name] for name in done}
    proofs = (CERTIFICATE, INSTANCE) if "always" in done else ()
    for name in proofs or sorted(x for x in result.files if x.endswith("/instance.toml")):
        _read_document(result, name)


def _read_document(result: Result, name: str) -> None:
    if name not in result.files:
        raise Stop("V1A", name)
    try:
        text = result.files[name].decode("utf-8")
        if name.endswith(".toml"):
            content = tomllib.loads(text)
            tables = {key: x for key, x in content.items() if isinstance(x, dict)}
            groups = [[key for key in content if key not in tables], tables, *tables.values()]
            sound = "\r" not in text and all([*keys] == sorted(keys) for keys in groups)
        else:
            content = json.loads(text, parse_constant=int)  # no NaN, no Infinity
            write = partial(json.dumps, content, sort_keys=True, indent=2)
            sound = text[0] == "{" and text[:-1] in (write(), write(ensure_ascii=False))
    except (ValueError, RecursionError):
        sound = False
    if not sound or text[-1:] != "\n":
        raise Stop("V1G", name)
    result.documents[name] = content


def check_files(result: Result) -> None:
    """V1: the files that belong there and no other, each with its hash."""
    log, files = result.log, result.files
    needed, used = ({n for x in result.parts.values() for n in x[y]} for y in ("made", "used"))
    more = re.compile("|".join(x["more"] for x in result.parts.values() if "more" in x) or "$")
    strange = {name for name in files.keys() - needed - used if not more.fullmatch(name)}
    for name in (needed - files.keys()) | strange:
        log.add("V1B" if name in files else "V1A", name)
    inputs = {name for name in files if name.startswith(("invoer/", "vertrouwelijk/invoer/"))}
    for part, names in (("inputs", inputs), ("outputs", files.keys() - inputs - {MANIFEST})):
        hashes = result.documents[MANIFEST][part]
        for name in hashes.keys() ^ names:
            log.add("V1D", MANIFEST, name, part)
        for name in hashes.keys() & names:
            log.unless(hashes[name] == hashlib.sha256(files[name]).hexdigest(), "V1C", name)


def read_tables(result: Result) -> None:
    """V9: read every table; each must be in canonical form."""
    for file, data in result.files.items():
        if file.endswith(".csv"):
            name = re.sub("^(vertrouwelijk/)?(invoer/)?|[.]csv$", "", file)
            table = read_table(Path(file).stem, file, data, result.log)
            result.tables |= {name: table} if table else {}


def check_stages(result: Result) -> None:
    """V7: the stages that ran, in their order, and the one without an objective."""
    names = [name for part in result.parts.values() for name in part["stages"]]
    if result.parameters.get("link", {}).get("order") == "strikt":
        names[names.index("koppeling") :] = [*CONTRACT["strict"]]
    stages = result.documents[MANIFEST]["stages"]
    result.log.same("V7D", MANIFEST, "", "stages", [stage["name"] for stage in stages], names)
    if "taakstelling" in names:
        first = {"name": "taakstelling", "status": "optimal", "gap_target": 0}
        result.log.same("V7D", MANIFEST, "taakstelling", "", stages[0], first)


def check_stage(
    result: Result,
    name: str,
    values: tuple[int | Fraction, ...],
    target: float = 0,
    show: Callable[[Fraction], int | str] = int,
) -> None:
    """V7: what the manifest says of one stage: objective, bound, and what the gap is a part of.

    ``show`` writes objective and bound as the manifest does, where they are no whole numbers.
    """
    objective, bound, base = map(Fraction, values)
    (found,) = (x for x in result.documents[MANIFEST]["stages"] if x["name"] == name)
    wanted: dict[str, Any] = {"name": name, "objective": show(objective), "bound": show(bound)}
    wanted["status"] = "optimal" if objective == bound else "feasible"
    wanted["gap"] = ceil(abs(bound - objective) * 10**6 / max(Fraction(1), base)) / 10**6
    wanted["gap_target"] = target
    for column in wanted.keys() | found.keys():
        pair = (found.get(column), wanted.get(column))
        sound = pair[0] == pair[1] and not isinstance(pair[0], bool)
        result.log.unless(sound, "V7D", MANIFEST, name, column, *pair)
