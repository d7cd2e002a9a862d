"""What parties may hand over, packed in bits, against counting size by size."""

from __future__ import annotations

import itertools

import numpy as np

from models.exchange.composition_stock import Stock


def test_stock_in_bits_says_what_counting_says() -> None:
    expected = np.array([[2, 0, 3], [1, 4, 0]])
    stock = Stock(expected)
    rows = np.array([*itertools.product(range(-2, 5), range(-1, 7), range(-1, 6))])
    sent = stock.taken([*rows.T])
    asked = np.maximum(rows, 0)
    for party, own in enumerate(expected):
        assert stock.has(party, sent).tolist() == (asked <= own).all(axis=1).tolist()
    most = expected.max(axis=0)
    assert stock.has_any(sent).tolist() == (asked <= most).all(axis=1).tolist()
    least = np.roll(asked, 1, axis=0)
    capped = np.minimum(asked, most + 1)
    wanted = (capped >= np.minimum(least, most + 1)).all(axis=1)
    assert stock.is_more(sent, np.roll(sent, 1)).tolist() == wanted.tolist()
