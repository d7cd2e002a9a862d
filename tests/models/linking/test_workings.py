"""Each part of the linking roads makes of small problems what is written down, all of it."""

from __future__ import annotations

import pytest

from tests.models.linking.workings import WORKINGS, expected

EXPECTED = expected()


def test_every_working_is_written_down() -> None:
    assert [*EXPECTED] == [*WORKINGS]


@pytest.mark.parametrize("name", WORKINGS)
def test_a_part_makes_of_a_problem_what_is_written_down(name: str) -> None:
    assert WORKINGS[name]() == EXPECTED[name]
