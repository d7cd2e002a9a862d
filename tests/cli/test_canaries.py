"""What is told about households, or in confidence, turns up nowhere but in ``vertrouwelijk/``."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.allocator.reading.full import full_files
from tests.cli.calling import Ran, call, tree

# Per file, what is put in place of what stands there: strings that occur nowhere else.
CONFIDENTIAL = {
    "huishoudens.csv": {
        "hh-": "KANARIEHH-",
        "2020-09-01": "1987-05-01",
        "2020-08-01": "1987-05-02",
        "2020-10-01": "1987-05-03",
        "2020-12-01": "1987-05-04",
        ",bouw,": ",KANARIEVAK1,",
        ",zorg,": ",KANARIEVAK2,",
        "mbo": "KANARIEMBO",
        "hbo": "KANARIEHBO",
        ",10,": ",1987,",
    },
    "volwassenen.csv": {
        "hh-": "KANARIEHH-",
        ",bouw,": ",KANARIEVAK3,",
        ",zorg,": ",KANARIEVAK4,",
        "mbo": "KANARIEMBO2",
        "hbo": "KANARIEHBO2",
    },
    "passing.csv": {"hh-": "KANARIEHH-", "verzonnen": "KANARIEMODEL", "0.35": "0.377"},
    "nareis.csv": {
        "hh-2": "KANARIESPONSOR2",
        "hh-3": "KANARIESPONSOR3",
        "2021-06-01": "1987-05-05",
    },
    "ruilruimte.csv": {",8,,-2": ",77123,,-2", "9,0,bouwgrond": "88123,0,KANARIEGROND"},
}
SECRET = re.compile(
    r"KANARIE[A-Z]+[0-9-]*[0-9]*|1987-05-0[1-5]|\b77123\b|\b88123\b|0\.377|\b1987\b"
)
# Free text of the public tables, and where it may be seen beside `invoer/`.
PUBLIC = {
    "vastgesteld.csv": {"verzonnen": "OPENBRON1"},
    "correcties.csv": {"verzonnen": "OPENREDEN2"},
    "aanbod.csv": {"verzonnen": "OPENBRON3", "a-1": "OPENAANBOD"},
    "arbeidsmarkt.csv": {"verzonnen": "OPENBRON4"},
    "uitruilafspraken.csv": {"verzonnen": "OPENREDEN5"},
}
OPEN = re.compile(r"OPEN[A-Z]+[0-9]*")
PROVINCE = "PV01"
COMMANDS = ("quota", "swap", "link", "run")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "vol"
    folder.mkdir()
    for name, content in full_files().items():
        said = content.decode("utf-8")
        for old, new in (CONFIDENTIAL | PUBLIC).get(name, {}).items():
            assert old in said, (name, old)
            said = said.replace(old, new)
        (folder / name).write_text(said, encoding="utf-8")
    return folder


def seen(content: bytes) -> str:
    """A file as a reader sees it: packed ones are unpacked."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def leaks(out: Path, pattern: re.Pattern[str], *allowed: str) -> dict[str, set[str]]:
    """Canaries by file, but for the folders where they belong."""
    found = {
        name: set(pattern.findall(seen(content)))
        for name, content in tree(out).items()
        if not name.startswith(allowed)
    }
    return {name: words for name, words in found.items() if words}


def said(ran: Ran) -> str:
    return ran.out + ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_no_canary_leaves_its_cage(command: str, instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    ran = call(command, instance, "--out", out, "--json")
    assert ran.code in {0, 5}, ran.err
    assert SECRET.findall(said(ran)) == []
    for lang in ("nl", "en"):
        assert call("report", out, "--lang", lang).code == 0
        assert leaks(out, SECRET, "vertrouwelijk/") == {}
    if command in {"link", "run"}:
        caged = "".join(seen(content) for content in tree(out).values())
        assert {"KANARIEHH-1", "KANARIEVAK1", "KANARIEMODEL"} <= set(SECRET.findall(caged))


def test_free_text_of_public_tables_is_seen_where_it_explains(
    instance: Path, tmp_path: Path
) -> None:
    out = tmp_path / "uit"
    assert call("run", instance, "--out", out).code in {0, 5}
    found = leaks(out, OPEN, "invoer/")
    assert set(found) <= {"rapport.html", "werkboek.xlsx", "overdrachten.csv"}
    assert "OPENAANBOD" not in {word for words in found.values() for word in words}


def test_what_follows_a_result_tells_no_more(instance: Path, tmp_path: Path) -> None:
    out, part = tmp_path / "uit", tmp_path / "deel"
    assert call("run", instance, "--out", out).code in {0, 5}
    for audience in ("rijk", "openbaar", "coa", "regio"):
        region = ("--region", f"provincie_code={PROVINCE}") * (audience == "regio")
        assert call("extract", out, "--audience", audience, *region, "--out", part).code == 0
        assert (part / "rapport.html").is_file()
        assert leaks(part, SECRET, *(("vertrouwelijk/",) * (audience == "coa"))) == {}
    for words in (("verify",), ("explain", "SY0001"), ("sample", "--seed", 1)):
        ran = call(words[0], out, *words[1:])
        assert ran.code == 0
        assert SECRET.findall(said(ran)) == []
    place = out / "vertrouwelijk" / "koppelvoorstel.csv"
    place.write_text(place.read_text().replace(",ja,", ",nee,"))
    ran = call("verify", out)
    assert ran.code == 6
    assert leaks(out, SECRET, "vertrouwelijk/") == {}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("huishoudens.csv", "KANARIEHH-1,1,", "KANARIEHH-1,x,"),
        ("huishoudens.csv", "KANARIEHH-1,", "KANARIEHH-2,"),
        ("huishoudens.csv", "1987-05-01", "1987-05-01x"),
        ("huishoudens.csv", ",SY0001|SY0002,", ",SY0001|SY0009,"),
        ("volwassenen.csv", "KANARIEHH-2,2", "KANARIEHH-7,2"),
        ("passing.csv", "KANARIEHH-1,SY0002", "KANARIEHH-9,SY0002"),
        ("nareis.csv", "KANARIESPONSOR2", "KANARIE SPONSOR2"),
        ("ruilruimte.csv", "88123", "88123x"),
    ],
)
def test_a_refusal_names_the_row_and_nobody(
    instance: Path, tmp_path: Path, name: str, old: str, new: str
) -> None:
    path = instance / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    for more in ((), ("--json",)):
        ran = call("run", instance, "--out", tmp_path / "uit", *more)
        assert ran.code == 3
        assert name in said(ran)
        # The field that is wrong may be quoted where it is not about a household.
        assert [
            word for word in SECRET.findall(said(ran)) if "HH" in word or "SPONSOR" in word
        ] == []


def test_a_traceback_tells_where_and_not_about_whom(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        try:
            raise KeyError("KANARIEHH-1")
        except KeyError as error:
            raise RuntimeError("KANARIEHH-1 has 4 persons") from error

    monkeypatch.setattr("allocator.linking.propose_links", fails)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tijdelijk"))
    (tmp_path / "tijdelijk").mkdir()
    ran = call("run", instance, "--out", tmp_path / "uit")
    assert ran.code == 1
    (path,) = (tmp_path / "tijdelijk").glob("allocator-*.txt")
    written = path.read_text()
    assert "RuntimeError" in written
    assert "KeyError" in written
    assert "propose_links" in written
    assert path.stat().st_mode & 0o077 == 0
    assert SECRET.findall(written.replace('"KANARIEHH-1', "").replace("KANARIEHH-1 has", "")) == []
    assert str(path) in ran.err
