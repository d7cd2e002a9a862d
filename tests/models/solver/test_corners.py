"""Whole solutions whose free columns are fractional are moved to a corner."""

from __future__ import annotations

import numpy as np
import pytest

from models.solution import Status
from models.solver import milp, spare
from models.solver.program import UNBOUNDED, Claim
from tests.models.solver.test_milp import program


@pytest.mark.parametrize("engines", [("highs", "glop"), ("glop",)])
def test_a_corner_is_asked_of_whoever_may_answer(monkeypatch, engines):
    # x whole, y free: x + y <= 5 and 2 y <= 7, most of 3 x + y; between the corners at x = 2.
    asked = program([[1, 1], [0, 2]], [-UNBOUNDED] * 2, [5, 7], (3, 1), (2, 9), free=[1])
    answered = []
    monkeypatch.setattr(milp, "allowed", lambda *names: [own for own in names if own in engines])
    for module, name in ((milp, "_ask_highs"), (spare, "relax_with_glop")):
        own = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *given, own=own, name=name: answered.append(name) or own(*given)
        )
    claim = Claim(Status.FEASIBLE, np.array([2.0, 0.5]), 6.5)
    corner = milp._corner(asked, claim.values, "x")
    assert corner.tolist() == [2.0, 3.0]
    assert answered == ["_ask_highs" if "highs" in engines else "relax_with_glop"]
