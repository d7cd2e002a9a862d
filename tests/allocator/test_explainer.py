"""One reading of a result answers many questions, each as if it were the only one."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from allocator.errors import InputRefusedError
from allocator.explaining import Explainer, explain_household, explain_municipality, explain_party
from allocator.reporting import household_tables
from tests.cli.calling import INSTANCES, call, read_table

PLAN = "vertrouwelijk/koppelvoorstel.csv"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explainer")
    made: tuple[object, ...] = ("--municipalities", 9, "--households", 70, "--seed", 11)
    assert call("generate", *made, "--out", folder / "i").code == 0
    wishes = ("--pin", "SYN-000003=SY0002", "--forbid", "SYN-000004=SY0001")
    assert call("link", folder / "i", "--out", folder / "r", *wishes).code == 0
    return folder / "r"


def names(result: Path) -> list[str]:
    return [row["huishouden_id"] for row in read_table(result / PLAN)]


def test_answers_are_those_of_one_question_at_a_time(result: Path) -> None:
    explainer = Explainer(result, "nl")
    for name in names(result):
        assert explainer.household(name) == explain_household(result, name, "nl")
    # Asked backwards and again the answers stay what they were.
    for name in reversed(names(result)):
        assert explainer.explain(name) == explain_household(result, name, "nl")
    assert explainer.municipality("SY0002") == explain_municipality(result, "SY0002", "nl")
    assert explainer.explain("SY0002") == explain_party(result, "SY0002", "nl")


def test_household_tables_are_read_once(result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = household_tables.read_rows

    def counted(path: Path) -> list[dict[str, str]]:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(household_tables, "read_rows", counted)
    explainer = Explainer(result, "nl")
    explainer.load_households()
    loaded = sorted(read)
    assert len(loaded) == len(set(loaded))
    assert "koppelvoorstel.csv" in loaded
    for name in names(result):
        explainer.household(name)
    assert sorted(read) == loaded


def test_an_answer_takes_less_than_fifty_milliseconds_of_work(result: Path) -> None:
    explainer = Explainer(result, "nl")
    explainer.load_households()
    start = process_time()
    asked = names(result)
    for name in asked:
        explainer.household(name)
    assert (process_time() - start) / len(asked) < 0.05


def test_an_unknown_household_is_refused_after_loading(result: Path) -> None:
    explainer = Explainer(result, "nl")
    explainer.load_households()
    with pytest.raises(InputRefusedError):
        explainer.household("hh-bestaat-niet")


def test_several_names_in_one_call_are_answered_in_their_order(result: Path) -> None:
    one, other = names(result)[:2]
    single = [call("explain", result, name, "--json").json for name in (other, one, "SY0001")]
    ran = call("explain", result, other, one, "SY0001", "--json")
    assert ran.json == {"explanations": single}
    shown = call("explain", result, one, other).out
    assert shown.index(one) < shown.index(other)


def test_two_municipalities_still_ask_for_their_deal(result: Path) -> None:
    ran = call("explain", result, "SY0001", "SY0002", "--json")
    assert ran.code == 3
    assert ran.codes == ["explain_no_deal"]


def test_a_municipality_answers_to_its_name_too(result: Path) -> None:
    name = Explainer(result, "nl").result.quotas[0].name
    said = call("explain", result, "SY0001", "--json").json
    assert call("explain", result, name.upper(), "--json").json == said


def test_a_name_too_many_that_is_unknown_answers_nothing(result: Path) -> None:
    ran = call("explain", result, names(result)[0], "hh-bestaat-niet")
    assert ran.code == 3
    assert ran.out == ""
    assert call("explain", INSTANCES / "tiny-koppel").code == 2
