"""Libraries are asked what is written down, and their answers are read as is."""

from __future__ import annotations

import pytest

from tests.models.solver.asking import ASKING, expected

EXPECTED = expected()


def test_every_question_is_written_down() -> None:
    assert [*EXPECTED] == [*ASKING]


@pytest.mark.parametrize("name", ASKING)
def test_a_library_is_asked_what_is_written_down(name: str) -> None:
    assert ASKING[name]() == EXPECTED[name]
