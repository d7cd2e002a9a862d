"""The engine's weights of a key and the verifier's: written apart, one answer."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.errors import AllocatorError
from allocator.keys import Key, key_weights
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME
from allocator.verify.core.reader import Table
from allocator.verify.studies import keys as other

NAMES = ("a", "b", "c")
TEXTS = {"nl": "x", "en": "x"}
fractions = st.sampled_from(["1", "2", "1/2", "1/3", "0.4", "3/10"])
part = st.fixed_dictionaries(
    {"indicator": st.sampled_from(NAMES), "weight": fractions},
    optional={
        "inverse": st.booleans(),
        "exponent": st.integers(1, 3),
        "times": st.sampled_from([("b",), ("a", "c")]),
        "one_plus": st.sampled_from(["s"]),
        "cap": st.sampled_from(["1/10", "3/10", "2"]),
    },
)
keys = st.fixed_dictionaries(
    {"parts": st.lists(part, min_size=1, max_size=3).map(tuple)},
    optional={
        "credit": st.just("c"),
        "floor": st.sampled_from(["0", "1/20", "1/8"]),
        "ceiling": st.sampled_from(["1/3", "1/2"]),
    },
)
row = st.tuples(*(st.integers(0, 50) for _ in NAMES), st.integers(-9, 9))


@settings(max_examples=300, deadline=None)
@given(content=keys, rows=st.lists(row, min_size=2, max_size=7), total=st.integers(1, 500))
def test_engine_and_verifier_agree_on_every_key(
    content: dict[str, Any], rows: list[tuple[int, ...]], total: int
) -> None:
    head = {"name": "proef", "title": TEXTS, "source": TEXTS, "status": "voorstel"}
    key = Key.model_validate({**head, **content})
    cells = [(*map(str, own[:3]), f"{own[3] / 10:.1f}") for own in rows]
    columns = (*NAMES, "s")
    data = TableData(
        TABLE_BY_NAME["gemeenten"],
        columns,
        tuple(dict(zip(columns, own, strict=True)) for own in cells),
        tuple(range(2, len(rows) + 2)),
    )
    try:
        weights = key_weights(key, data, total).weights
    except AllocatorError:
        return  # what is refused never reaches the verifier
    table = Table(
        "gemeenten.csv", len(rows), dict(zip(columns, zip(*cells, strict=True), strict=True))
    )
    found = other.key_weights(key.as_toml(), table, total)
    common = math.lcm(*(weight.denominator for weight in weights))
    assert [Fraction(weight) for weight in found] == [weight * common for weight in weights]
