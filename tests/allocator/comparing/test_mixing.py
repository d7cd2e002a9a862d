"""What a percentage point of weight does, and quick mixes against the key's own arithmetic."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.comparing import compare_files, compare_keys
from allocator.comparing.mixing import PlainMix, is_plain, moved, reweighted, sensitivity
from allocator.keys import Key, key_weights, read_key
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME
from models.apportionment import integer_weights
from tests.allocator.comparing.cases import CAPPED, SIX, key_file, make, rows_of

WEIGHTS = st.fractions(0, 3, max_denominator=12)


def table(**columns: list[int]) -> TableData:
    size = len(next(iter(columns.values())))
    rows = tuple({name: str(own[i]) for name, own in columns.items()} for i in range(size))
    return TableData(TABLE_BY_NAME["gemeenten"], tuple(columns), rows, tuple(range(2, size + 2)))


def key(*parts: dict[str, object], **more: object) -> Key:
    both = {"nl": "x", "en": "x"}
    named = {"name": "proef", "title": both, "status": "voorstel", "source": both}
    return Key.model_validate({**named, "parts": parts, **more})


def test_a_point_comes_from_the_others_in_proportion() -> None:
    # 50, 30, 20: one point to the first takes 0.6 and 0.4 from the others.
    weights = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    assert moved(weights, 0) == (Fraction(51, 100), Fraction(294, 1000), Fraction(196, 1000))


def test_the_sum_of_the_weights_stays() -> None:
    weights = (Fraction(2), Fraction(-1), Fraction(3))
    for part in range(3):
        found = moved(weights, part)
        assert found is not None
        assert sum(found) == 4
        assert found[part] == weights[part] + Fraction(4, 100)


def test_where_nothing_can_be_given_up_nothing_moves() -> None:
    assert moved((Fraction(1),), 0) is None
    assert moved((Fraction(1), Fraction(-1), Fraction(1)), 0) is None
    assert moved((Fraction(199), Fraction(1)), 0) is None


def test_the_sensitivity_of_a_plain_mix_is_its_closed_form() -> None:
    own = key({"indicator": "a", "weight": "2/3"}, {"indicator": "b", "weight": "1/3"})
    # Shares of a: 1/4, 3/4; of b: 1/2, 1/2. A point to a: 100/100 · (s_a − s_b) = −1/4, +1/4.
    changes = sensitivity(own, table(a=[1, 3], b=[5, 5]), 100)
    assert changes == ((Fraction(-1, 4), Fraction(1, 4)), (Fraction(1, 4), Fraction(-1, 4)))


def test_the_weights_may_have_any_sum() -> None:
    small = key({"indicator": "a", "weight": "2/3"}, {"indicator": "b", "weight": "1/3"})
    large = key({"indicator": "a", "weight": "20"}, {"indicator": "b", "weight": "10"})
    rows = table(a=[1, 3, 9], b=[5, 5, 2])
    assert sensitivity(small, rows, 100) == sensitivity(large, rows, 100)


def test_changes_of_a_part_sum_to_zero_caps_or_not(tmp_path: Path) -> None:
    instance = make(tmp_path)
    found = compare_keys(instance, (key_file(tmp_path), key_file(tmp_path, CAPPED, "c.toml")))
    rows = rows_of(compare_files(found)["vergelijking_gevoeligheid.csv"])
    assert {row["sleutel"] for row in rows} == {"mix", "afgetopt"}
    for own in found.divisions[1:]:
        for changes in own.sensitivity:
            assert changes is not None
            assert sum(changes) == 0
            assert any(changes)


def test_a_cap_takes_part_in_the_sensitivity() -> None:
    parts = ({"indicator": "a", "weight": "1/2"}, {"indicator": "b", "weight": "1/2", "cap": "1/4"})
    rows = table(a=[1, 1], b=[3, 1])
    # Base 1/4 each; the capped part min(3/8, 1/16) and min(1/8, 1/16); what is cut off goes to
    # both alike: r = 1/2, 1/2. A point more or less leaves both at the cap: nothing changes.
    assert sensitivity(key(*parts), rows, 100)[0] == (0, 0)
    assert sensitivity(key(parts[0], {"indicator": "b", "weight": "1/2"}), rows, 100)[0] != (0, 0)


def test_a_key_of_one_part_has_no_sensitivity(tmp_path: Path) -> None:
    instance = make(tmp_path)
    assert sensitivity(read_key("inwoners"), instance.tables["gemeenten"], 1_000) == (None,)
    content = compare_files(compare_keys(instance, ()))["vergelijking_gevoeligheid.csv"]
    assert rows_of(content) == []


def test_exact_changes_are_printed_with_their_sign(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path), (key_file(tmp_path),))
    rows = rows_of(compare_files(found)["vergelijking_gevoeligheid.csv"])
    assert len(rows) == 3 * len(SIX)
    changes = found.divisions[1].sensitivity[1]
    assert changes is not None
    own = [row for row in rows if row["deel"] == "2"]
    for row, change in zip(own, changes, strict=True):
        assert row["indicator"] == "corporatiewoningen"
        assert abs(Fraction(row["personen_per_procentpunt"]) - change) <= Fraction(1, 2 * 10**6)


@given(st.lists(WEIGHTS, min_size=3, max_size=3).filter(any))
def test_a_quick_mix_is_the_key_itself(weights: list[Fraction]) -> None:
    rows = table(a=[5, 1, 0, 7], b=[2, 2, 9, 1], c=[11, 0, 0, 4])
    own = key(*({"indicator": name} for name in "abc"))
    quick = PlainMix.of(key_weights(own, rows, 100)).mixed(weights)
    slow = key_weights(reweighted(own, weights), rows, 100).weights
    assert quick == integer_weights(slow)


def test_a_quick_mix_cuts_off_below_zero_as_the_key_does() -> None:
    rows = table(a=[1, 1, 2], b=[8, 1, 1])
    own = key({"indicator": "a", "weight": "2"}, {"indicator": "b", "weight": "-1"})
    found = key_weights(own, rows, 100)
    weights = (Fraction(2), Fraction(-1))
    assert PlainMix.of(found).mixed(weights) == integer_weights(found.weights)
    assert found.weights[0] == 0


@pytest.mark.parametrize(
    ("more", "plain"),
    [({}, True), ({"credit": "c"}, False), ({"floor": "0"}, False), ({"ceiling": "1/2"}, False)],
)
def test_only_a_sum_of_shares_is_plain(more: dict[str, object], plain: bool) -> None:
    assert is_plain(key({"indicator": "a"}, **more)) is plain
    assert not is_plain(key({"indicator": "a", "cap": "1/2"}))
