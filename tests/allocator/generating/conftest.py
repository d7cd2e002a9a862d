from __future__ import annotations

import pytest

from tests.allocator.generating.cases import Made, landscape


@pytest.fixture(scope="session", params=[(24, 500, 1), (60, 1500, 2)], ids=["24", "60"])
def made(request: pytest.FixtureRequest) -> Made:
    return landscape(*request.param)
