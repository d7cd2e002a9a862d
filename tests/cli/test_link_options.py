"""``link`` on a day, from old prices, and with an eye to who comes later."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

import allocator.linking
from allocator.canonical import json_bytes
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import (
    Ran,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    tree,
)

PLAN, LEFT = "vertrouwelijk/koppelvoorstel.csv", "vertrouwelijk/niet_gekoppeld.csv"


@pytest.fixture
def by_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems take the price road too."""
    monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)


def link(instance: Path, out: Path, *options: object) -> Ran:
    ran = call("link", instance, "--out", out, *options)
    assert ran.code in (0, 5), ran.err
    assert call("verify", out, "--instance", instance).code == 0
    return ran


@pytest.mark.usefixtures("by_prices")
def test_a_plan_is_made_again_from_its_prices_to_the_byte(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    link(instance, tmp_path / "first")
    proof = tmp_path / "first" / "certificaat.json"
    link(instance, tmp_path / "again", "--prices", proof)
    link(instance, tmp_path / "folder", "--prices", tmp_path / "first")
    first, again = tree(tmp_path / "first"), tree(tmp_path / "again")
    assert tree(tmp_path / "folder") == again
    assert {name for name in first if first[name] != again[name]} == {"manifest.json"}
    asked = manifest(tmp_path / "again")["parameters"]["link"]
    assert asked["prices_sha256"] == sha256(proof.read_bytes()).hexdigest()
    assert json.loads(proof.read_bytes())["link"]["proof"] == "prices"


@pytest.mark.usefixtures("by_prices")
def test_other_prices_make_their_own_certificate(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    link(instance, tmp_path / "first")
    content = json.loads((tmp_path / "first" / "certificaat.json").read_bytes())
    code = min(content["link"]["lambda"])
    content["link"]["lambda"][code] += 7000
    other = tmp_path / "other.json"
    other.write_text(json.dumps(content), encoding="utf-8")
    link(instance, tmp_path / "second", "--prices", other)
    found = json.loads((tmp_path / "second" / "certificaat.json").read_bytes())["link"]
    assert found["lambda"] == content["link"]["lambda"]
    assert found["price_bound"] > content["link"]["price_bound"]


def test_the_exact_road_answers_by_itself(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    link(instance, tmp_path / "first")
    link(instance, tmp_path / "again", "--prices", tmp_path / "first")
    first, again = tree(tmp_path / "first"), tree(tmp_path / "again")
    assert {name for name in first if first[name] != again[name]} == {"manifest.json"}


def test_a_day_uses_only_who_and_what_is_there(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    households = read_table(instance / "huishoudens.csv")
    late = households[0]["huishouden_id"]

    def arrivals(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        day = {late: "2021-03-02"}
        return [{**r, "datum_vergunning": day.get(r["huishouden_id"], "2021-03-01")} for r in rows]

    def supply(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        days = [("2021-03-02", ""), ("", "2021-02-28"), *[("2021-03-01", "2021-03-01")] * 99]
        pairs = zip(rows, days, strict=False)
        return [{**r, "beschikbaar_van": a, "tijdelijk_tot": b} for r, (a, b) in pairs]

    change_table(instance / "huishoudens.csv", arrivals)
    change_table(instance / "aanbod.csv", supply)
    link(instance, tmp_path / "all")
    link(instance, tmp_path / "day", "--stand-per", "2021-03-01")
    left = [(row["huishouden_id"], row["reden"]) for row in read_table(tmp_path / "day" / LEFT)]
    assert left == [(late, "later")]
    assert read_table(tmp_path / "all" / LEFT) == []
    assert manifest(tmp_path / "day")["parameters"]["link"]["stand_per"] == "2021-03-01"
    used = sum(bool(row["verwachte_woningklasse"]) for row in read_table(tmp_path / "day" / PLAN))
    there = sum(int(row["aantal"]) for row in read_table(instance / "aanbod.csv")[2:])
    assert used <= there
    ran = call("explain", tmp_path / "day", late)
    assert "volgende ronde" in ran.out


def test_what_is_kept_back_is_charged_and_listed(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    link(instance, tmp_path / "plain")
    old = tmp_path / "plain" / "certificaat.json"
    content = json.loads(old.read_bytes())
    place = read_table(tmp_path / "plain" / PLAN)[0]["gemeente_code"]
    dear = {code: 100 * (code == place) for code in content["link"]["lambda"]}
    rent = {code: dict.fromkeys(row, 50) for code, row in content["link"]["mu"].items()}
    content["link"] |= {"scale": 1, "lambda": dear, "mu": rent}
    forecast = tmp_path / "forecast.json"
    forecast.write_text(json.dumps(content), encoding="utf-8")
    link(instance, tmp_path / "kept", "--keep-for", forecast)
    found = json.loads((tmp_path / "kept" / "certificaat.json").read_bytes())["link"]
    assert found["keep"] == {"lambda": dear, "mu": rent}
    rows = read_table(tmp_path / "kept" / PLAN)
    before, after = (
        sum(int(r["personen"]) for r in table if r["gemeente_code"] == place)
        for table in (read_table(tmp_path / "plain" / PLAN), rows)
    )
    assert after <= before
    # A weekly result hands on what was kept back, not what its own week lacked.
    link(instance, tmp_path / "next", "--keep-for", tmp_path / "kept")
    again = json.loads((tmp_path / "next" / "certificaat.json").read_bytes())["link"]
    assert again["keep"] == found["keep"]
    assert again["objective"] == found["objective"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "prices_missing"),
        ("{}", "prices_unreadable"),
        ("no json", "prices_unreadable"),
        ('{"link": {"scale": 1, "lambda": {"SY0001": 1}, "mu": {}}}', "prices_of_others"),
    ],
)
def test_what_are_no_prices_of_this_run_is_refused(
    content: str | None, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "prices.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    for option in ("--prices", "--keep-for"):
        ran = call("link", "tiny-koppel", "--out", tmp_path / "out", option, path, "--json")
        assert (ran.code, ran.codes) == (3, [code])
        assert not (tmp_path / "out").exists()


def test_prices_that_would_overflow_are_refused(tmp_path: Path) -> None:
    link(copy_instance("tiny-koppel", tmp_path), tmp_path / "first")
    content = json.loads((tmp_path / "first" / "certificaat.json").read_bytes())
    wild = [("lambda", 10**19), ("lambda", 1.5), ("lambda", 10**17), ("scale", 0)]
    for name, value in wild:
        link_part = json.loads(json.dumps(content["link"]))
        if name == "lambda":
            link_part["lambda"][min(link_part["lambda"])] = value
        else:
            link_part[name] = value
        path = tmp_path / "wild.json"
        path.write_text(json.dumps({"link": link_part}), encoding="utf-8")
        ran = call("link", "tiny-koppel", "--out", tmp_path / "out", "--prices", path, "--json")
        assert (ran.code, ran.codes) == (3, ["prices_unreadable"])


@pytest.mark.parametrize("tamper", ["lambda", "mu", "gone", "negative", "day"])
def test_the_verifier_sees_another_day_and_another_charge(tamper: str, tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    there: dict[str, str] = {"beschikbaar_van": "2021-01-01"}
    change_table(instance / "aanbod.csv", lambda rows: [row | there for row in rows])
    link(instance, tmp_path / "plain")
    out = tmp_path / "kept"
    link(instance, out, "--keep-for", tmp_path / "plain", "--stand-per", "2099-01-01")
    proof, record = out / "certificaat.json", out / "manifest.json"
    content, asked = json.loads(proof.read_bytes()), json.loads(record.read_bytes())
    keep, place = content["link"]["keep"], read_table(out / PLAN)[0]["gemeente_code"]
    if tamper == "mu":
        keep["mu"][place] = dict.fromkeys(keep["mu"][place], 700)
    elif tamper == "gone":
        del content["link"]["keep"]
    elif tamper == "day":
        asked["parameters"]["link"]["stand_per"] = "1900-01-01"
    else:
        keep["lambda"][place] += 700 if tamper == "lambda" else -1_000_000
    for path, text in ((proof, content), (record, asked)):
        path.write_bytes(json_bytes(text))
    rehash(out)
    assert call("verify", out).code == 6
