"""Keys against small cases summed by hand and against the properties that the page states."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.errors import ConflictError, InputRefusedError
from allocator.keys import Key, bundled_keys, key_weights, refuse_long
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME
from models.apportionment import MAX_WEIGHT_BITS


def table(**columns: list[str]) -> TableData:
    """A ``gemeenten`` with these indicator columns."""
    size = len(next(iter(columns.values())))
    rows = tuple({name: cells[i] for name, cells in columns.items()} for i in range(size))
    names = tuple(columns)
    return TableData(TABLE_BY_NAME["gemeenten"], names, rows, tuple(range(2, size + 2)))


def key(parts: list[dict[str, object]], **more: object) -> Key:
    """A key with these parts."""
    both = {"nl": "x", "en": "x"}
    return Key.model_validate(
        {
            "name": "proef",
            "title": both,
            "status": "voorstel",
            "source": both,
            "parts": tuple(parts),
            **more,
        }
    )


def weights(own: Key, total: int = 100, **columns: list[str]) -> tuple[Fraction, ...]:
    """Weights of the key on these columns."""
    return key_weights(own, table(**columns), total).weights


def test_a_mix_adds_shares_by_weight() -> None:
    own = key(
        [{"indicator": "a", "weight": "2/3"}, {"indicator": "b", "weight": "1/3"}],
    )
    # a: 1/4, 3/4; b: 1/2, 1/2; mix: 2/3·1/4 + 1/3·1/2 = 1/3 and 2/3.
    assert weights(own, a=["1", "3"], b=["5", "5"]) == (Fraction(1, 3), Fraction(2, 3))


def test_decimals_are_exact_with_point_and_with_comma() -> None:
    own = key([{"indicator": "a", "one_plus": "s"}])
    # 10·(1 + 0.1) = 11 and 10·(1 − 0.1) = 9.
    assert weights(own, a=["10", "10"], s=["0,1", "-0.1"]) == (Fraction(11, 20), Fraction(9, 20))


def test_the_danish_rule_takes_off_what_is_already_borne() -> None:
    own = bundled_keys()["denemarken"]
    # Inhabitants 50/50; immigrants 80/20: raw 2·½ − 0,8 = 0,2 and 0,8. Total 100, family
    # reunification 30 and 10: 0,2·140 − 30 = −2 → 0; 0,8·140 − 10 = 102 → everything.
    columns = {"inwoners": ["50", "50"], "immigranten": ["80", "20"]}
    assert weights(own, gezinshereniging=["30", "10"], **columns) == (0, 1)
    # Without credit to speak of the raw weights stay.
    none = weights(own, gezinshereniging=["0", "0"], **columns)
    assert none == (Fraction(1, 5), Fraction(4, 5))


def test_a_cap_limits_a_part_and_spreads_the_rest_over_the_uncapped() -> None:
    own = key(
        [
            {"indicator": "a", "weight": "4/5"},
            {"indicator": "b", "weight": "1/5", "inverse": True, "cap": "3/10"},
        ]
    )
    # Base 0,8·(0,1; 0,9) = 0,08; 0,72. 1/b: 1 and 1/4 → shares 0,8; 0,2 → 0,16; 0,04.
    # Caps 0,024 and 0,216 → 0,024; 0,04. Cut off 0,136, spread 1 : 9.
    found = weights(own, a=["1", "9"], b=["1", "4"])
    assert found == (
        Fraction("0.08") + Fraction("0.024") + Fraction("0.136") / 10,
        Fraction("0.72") + Fraction("0.04") + Fraction("0.136") * 9 / 10,
    )


def test_bounds_fill_like_water() -> None:
    own = key([{"indicator": "a"}], floor="1/10", ceiling="1/2")
    # 1, 19, 80 of 100: 80 falls to 1/2, 1 rises to 1/10, the rest 2/5 is what 19 gets.
    found = weights(own, a=["1", "19", "80"])
    assert found == (Fraction(1, 10), Fraction(2, 5), Fraction(1, 2))


def test_impossible_bounds_are_a_conflict_with_both_sums() -> None:
    own = key([{"indicator": "a"}], floor="2/5")
    with pytest.raises(ConflictError) as caught:
        weights(own, a=["1", "1", "1"])
    said = dict(caught.value.findings[0].values)
    assert (said["low"], said["high"], said["units"]) == ("6/5", "3", "3")


def test_a_floor_that_takes_everything_leaves_equal_parts() -> None:
    own = key([{"indicator": "a"}], floor="1/3")
    assert weights(own, a=["1", "2", "9"]) == (Fraction(1, 3),) * 3


def test_a_rate_of_minus_one_takes_all_and_one_below_is_refused() -> None:
    own = key([{"indicator": "a", "one_plus": "s"}])
    assert weights(own, a=["5", "5"], s=["-1", "0"]) == (0, 1)
    with pytest.raises(InputRefusedError) as caught:
        weights(own, a=["5", "5"], s=["-1.1", "0"])
    found = caught.value.findings[0]
    assert (found.code, found.row, dict(found.values)["least"]) == ("indicator_too_low", 2, "-1")


def test_one_weight_too_long_is_enough_to_refuse() -> None:
    own = key([{"indicator": "a"}])
    longest = 1 << (MAX_WEIGHT_BITS - 1)
    assert refuse_long(own, [1, longest]) == [1, longest]
    with pytest.raises(InputRefusedError) as caught:
        refuse_long(own, [1, 2 * longest])
    assert caught.value.findings[0].code == "key_too_fine"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"b": ["1"]}, "indicator_missing"),
        ({"a": [""]}, "indicator_not_a_number"),
        ({"a": ["1.234"]}, "indicator_not_a_number"),
        ({"a": ["1e3"]}, "indicator_not_a_number"),
        ({"a": ["-1"]}, "indicator_too_low"),
        ({"a": ["0"]}, "indicator_all_zero"),
    ],
)
def test_unknown_data_is_refused_by_name(columns: dict[str, list[str]], code: str) -> None:
    with pytest.raises(InputRefusedError) as caught:
        key_weights(key([{"indicator": "a"}]), table(**columns), 10)
    assert [finding.code for finding in caught.value.findings] == [code]
    assert caught.value.findings[0].column == "a"
    assert caught.value.findings[0].row == (
        0 if code == "indicator_all_zero" else 1 if code == "indicator_missing" else 2
    )


def refusal(own: Key, **columns: list[str]) -> str:
    """Code of the only finding that a key meets on these columns."""
    with pytest.raises(InputRefusedError) as caught:
        key_weights(own, table(**columns), 10)
    assert len(caught.value.findings) == 1
    return caught.value.findings[0].code


def test_a_key_does_not_divide_by_zero() -> None:
    own = key([{"indicator": "a", "inverse": True}])
    assert refusal(own, a=["1", "0"]) == "indicator_zero"


def test_weights_that_cancel_out_are_refused() -> None:
    own = key([{"indicator": "a"}, {"indicator": "b", "weight": "-1"}])
    assert refusal(own, a=["1", "1"], b=["1", "1"]) == "key_without_weight"


def test_a_key_that_leaves_nobody_is_refused() -> None:
    own = key([{"indicator": "a", "weight": "-1"}, {"indicator": "a", "weight": "2"}])
    # 2a − a = a, all of it already borne: nobody is left to carry anything.
    own = own.model_copy(update={"credit": "c"})
    with pytest.raises(InputRefusedError) as caught:
        key_weights(own, table(a=["1", "1"], c=["0", "0"]), 0)
    assert caught.value.findings[0].code == "no_inhabitants"


def test_an_unknown_key_gets_the_nearest_name() -> None:
    from allocator.keys import read_key

    with pytest.raises(InputRefusedError) as caught:
        read_key("corporatiewoning")
    assert caught.value.findings[0].code == "unknown_key"
    assert dict(caught.value.findings[0].values)["suggestion"] == "corporatiewoningen"


def test_impossible_bounds_are_named() -> None:
    with pytest.raises(ConflictError) as caught:
        weights(key([{"indicator": "a"}], ceiling="1/5"), a=["1", "1", "1"])
    assert caught.value.findings[0].code == "key_bounds"


def test_a_binary_fraction_as_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="exact number"):
        key([{"indicator": "a", "weight": 0.4}])


def test_only_bare_inhabitants_are_the_statutory_key() -> None:
    statutory = [own.name for own in bundled_keys().values() if own.is_statutory]
    assert statutory == ["inwoners"]
    assert not key([{"indicator": "inwoners", "exponent": 2}]).is_statutory
    assert not key([{"indicator": "inwoners"}], floor="1/1000").is_statutory


def test_every_bundled_key_survives_its_canonical_file(tmp_path: object) -> None:
    from pathlib import Path

    from allocator.keys import read_key

    for name, own in bundled_keys().items():
        path = Path(str(tmp_path)) / f"{name}-kopie.toml"
        path.write_bytes(own.as_toml())
        assert read_key(str(path)) == own


numbers = st.lists(st.integers(0, 1000), min_size=2, max_size=6).filter(any)


@given(a=numbers, floor=st.integers(0, 20), ceiling=st.integers(20, 100))
def test_bounded_weights_sum_to_one_and_keep_their_order(
    a: list[int], floor: int, ceiling: int
) -> None:
    own = key([{"indicator": "a"}], floor=f"{floor}/100", ceiling=f"{ceiling}/100")
    columns = {"a": [str(value) for value in a]}
    holders = sum(1 for value in a if value)
    if floor * holders > 100 or ceiling * holders < 100:
        with pytest.raises(ConflictError):
            weights(own, **columns)
        return
    found = weights(own, **columns)
    assert sum(found) == 1
    for value, weight in zip(a, found, strict=True):
        assert (
            weight == 0 if value == 0 else Fraction(floor, 100) <= weight <= Fraction(ceiling, 100)
        )
    by_value = sorted(zip(a, found, strict=True))
    assert all(first[1] <= second[1] for first, second in pairwise(by_value))


def test_a_key_in_a_regional_instance_is_refused() -> None:
    from pathlib import Path

    from allocator.quota import compute_quotas
    from allocator.reading import read_instance

    root = Path(__file__).parents[3] / "instances" / "flevoland-2021-1"
    instance = read_instance(root, ("gemeenten", "vastgesteld"))
    with pytest.raises(InputRefusedError) as caught:
        compute_quotas(instance, key="corporatiewoningen")
    assert caught.value.findings[0].code == "key_needs_all"
