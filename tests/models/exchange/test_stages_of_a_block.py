"""Searches and improvements of a block, stage by stage, against every plan of small blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from models.exchange import Budget, Form
from models.exchange import neighbourhood as nearby
from models.exchange.agreements import fewest_agreements
from models.exchange.block import Block
from models.exchange.finish import shorten
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, search
from models.exchange.neighbourhood import improve_distance, improve_pairs, improve_relief
from models.exchange.part import Part
from models.exchange.relief import Relieved, floors, level_worst, relieve_most
from tests.models.exchange.flow_cases import Plan, as_array, blocks, plans_of

QUICK = Budget(nodes=0, rounds=0)


def cases(
    count: int, seed: int, *, pinned: bool, persons: int = 5
) -> Iterator[tuple[Block, Demand, list[Plan]]]:
    """Blocks, the demand of the most relief, and the plans that meet it."""
    for block in blocks(count, seed, pinned=pinned, persons=persons):
        plans = plans_of(block)
        most = max(sum(plan.relief) for plan in plans)
        best = [plan for plan in plans if sum(plan.relief) == most]
        yield block, Demand(most, 0 * block.useful), best


def agreements(plan: Plan, form: Form) -> int:
    return plan.pairs if form is Form.BILATERAL else plan.changes


@pytest.mark.parametrize("pinned", [False, True])
def test_every_goal_is_searched_to_the_best_of_all_plans(pinned: bool) -> None:
    for block, demand, best in cases(10, 31 + pinned, pinned=pinned):
        nobody = Demand(0, demand.floor)
        found = search(Model(block, nobody, Form.JOINT, Goal.RELIEF), 1000)
        assert found.is_final and found.flow is not None
        assert block.relief(found.flow).sum() == demand.relief
        for form in Form:
            found = search(Model(block, demand, form, Goal.COUNT), 1000)
            fewest = min(agreements(plan, form) for plan in best)
            assert found.is_final and found.flow is not None
            assert block.keeps_rules(found.flow)
            assert block.count(found.flow, form) == fewest
            few = [plan for plan in best if agreements(plan, form) == fewest]
            found = search(Model(block, demand, form, Goal.PERSONS, most_count=fewest), 1000)
            persons = min(plan.persons for plan in few)
            assert found.is_final and found.flow is not None
            assert found.flow.sum() == persons
            near = Model(
                block, demand, form, Goal.DISTANCE, most_count=fewest, most_persons=persons
            )
            found = search(near, 1000)
            assert found.is_final and found.flow is not None
            shortest = min(plan.kilometres for plan in few if plan.persons == persons)
            assert (found.flow * block.distance).sum() == shortest
            less = search(Model(block, demand, form, Goal.COUNT, high=fewest - 1), 1000)
            assert (less.flow, less.is_final) == (None, True)


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("parties", [15, 3])
def test_solving_parts_again_ends_at_the_best_plan_where_a_part_is_all(
    pinned: bool, parties: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "_PARTIES", parties)
    monkeypatch.setattr(nearby, "_NEAR_PARTIES", parties)
    seen: Counter[str] = Counter()
    for block, demand, best in cases(10, 33 + pinned, pinned=pinned):
        most = max(best, key=lambda plan: plan.pairs)
        fewest = min(plan.pairs for plan in best)
        flow = improve_pairs(block, demand, as_array(most), fewest, 6)
        assert block.keeps_rules(flow) and block.relief(flow).sum() == demand.relief
        after = block.count(flow, Form.BILATERAL)
        seen["more pairs"] += after > fewest
        assert after <= most.pairs

        least = min(plans_of(block), key=lambda plan: sum(plan.relief))
        flow = improve_relief(block, as_array(least), demand.relief, 6)
        assert block.keeps_rules(flow)
        seen["less relief"] += int(block.relief(flow).sum()) < demand.relief
        assert block.relief(flow).sum() >= sum(least.relief)

        for form in Form:
            start = max(
                best, key=lambda plan: (-agreements(plan, form), -plan.persons, plan.kilometres)
            )
            alike = [
                plan.kilometres
                for plan in best
                if plan.persons <= start.persons
                and agreements(plan, form) <= agreements(start, form)
            ]
            flow = improve_distance(block, demand, form, as_array(start), 4)
            assert block.keeps_rules(flow) and block.relief(flow).sum() == demand.relief
            assert block.count(flow, form) <= agreements(start, form)
            assert flow.sum() <= start.persons
            after = int((flow * block.distance).sum())
            seen["farther"] += after > min(alike)
            assert after <= start.kilometres
    # In parts of three only what is near can end above the best of all.
    assert not seen["more pairs"] + seen["less relief"]
    assert seen["farther"] <= (7 if parties == 3 else 0)


def test_no_round_is_spent_on_what_its_bound_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("nothing is left to look for")

    monkeypatch.setattr(nearby, "search", fail)
    for block, demand, best in cases(30, 35, pinned=False):
        most = max(best, key=lambda plan: plan.pairs)
        start = as_array(most)
        assert improve_pairs(block, demand, start, most.pairs, 1) is start
        assert improve_relief(block, start, demand.relief, 1) is start
        for rounds in (
            improve_pairs(block, demand, start, 0, 0),
            improve_relief(block, start, 99, 0),
        ):
            assert rounds is start


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("form", Form)
def test_a_quick_plan_has_hardly_more_agreements_than_the_best(pinned: bool, form: Form) -> None:
    quick = Counter[int]()
    for block, demand, best in cases(30, 37 + pinned, pinned=pinned, persons=7):
        fewest = min(agreements(plan, form) for plan in best)
        start = max(best, key=lambda plan: agreements(plan, form))
        part = fewest_agreements(block, demand, form, as_array(start), QUICK)
        assert block.keeps_rules(part.flow)
        assert part.bound <= fewest <= part.count(form) <= agreements(start, form)
        quick[part.count(form) - fewest] += 1
        full = fewest_agreements(block, demand, form, as_array(start), Budget())
        assert full.bound == full.count(form) == fewest
    assert quick[0] >= 29


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("form", Form)
def test_persons_and_distance_end_at_the_least_with_as_many_agreements(
    pinned: bool, form: Form
) -> None:
    for block, demand, best in cases(15, 41 + pinned, pinned=pinned):
        fewest = min(agreements(plan, form) for plan in best)
        few = [plan for plan in best if agreements(plan, form) == fewest]
        start = max(few, key=lambda plan: (plan.persons, plan.kilometres))
        part = Part(block, demand, as_array(start), fewest, "count")
        part = shorten(part, form, Goal.PERSONS, Budget())
        persons = min(plan.persons for plan in few)
        assert part.flow.sum() == part.bound == persons
        quick = shorten(part, form, Goal.DISTANCE, QUICK)
        part = shorten(part, form, Goal.DISTANCE, Budget())
        shortest = min(plan.kilometres for plan in few if plan.persons == persons)
        assert (part.flow * block.distance).sum() == part.bound == shortest
        assert block.count(part.flow, form) == fewest
        assert quick.bound <= shortest <= (quick.flow * block.distance).sum()


@pytest.mark.parametrize("pinned", [False, True])
def test_the_most_relief_is_that_of_all_plans_by_search_and_nearly_without(pinned: bool) -> None:
    less = 0
    for block, demand, _ in cases(25, 43 + pinned, pinned=pinned, persons=7):
        found = relieve_most(block, Budget())
        assert block.keeps_rules(found.flow)
        assert found.relief == found.bound == demand.relief
        in_parts = relieve_most(block, Budget(arcs=0, rounds=6))
        assert in_parts.relief == demand.relief <= in_parts.bound
        quick = relieve_most(block, QUICK)
        assert block.keeps_rules(quick.flow)
        assert quick.relief <= demand.relief <= quick.bound
        less += quick.relief < demand.relief
    assert less <= int(pinned)


@pytest.mark.parametrize("pinned", [False, True])
def test_the_worst_off_of_several_blocks_ends_as_well_as_any_plan_leaves_it(pinned: bool) -> None:
    drawn = list(cases(30, 45 + pinned, pinned=pinned))
    proven = 0
    for pair in zip(drawn[::2], drawn[1::2], strict=True):
        elsewhere = Fraction(1, 7)
        worst = max(
            elsewhere,
            *(min(left_per_quota(block, plan) for plan in best) for block, _, best in pair),
        )
        start = tuple(
            Relieved(block, as_array(best[0]), demand.relief) for block, demand, best in pair
        )
        levelled = level_worst(start, elsewhere, Budget())
        assert levelled.level == levelled.bound == worst
        for item, (block, demand, _) in zip(levelled.blocks, pair, strict=True):
            assert block.keeps_rules(item.flow)
            assert block.relief(item.flow).sum() == demand.relief
            assert (block.relief(item.flow) >= floors(block, worst)).all()
        quick = level_worst(start, elsewhere, QUICK)
        assert quick.bound <= worst <= quick.level
        proven += quick.bound == quick.level
    assert proven >= 14 + (not pinned)


def left_per_quota(block: Block, plan: Plan) -> Fraction:
    rows = zip(block.short.tolist(), plan.relief, block.quota.tolist(), strict=True)
    return max((Fraction(s - r, q) for s, r, q in rows if q), default=Fraction(0))


def test_a_floor_is_the_least_relief_that_brings_a_giver_to_the_level() -> None:
    for block in blocks(30, 47, pinned=False):
        for level in (Fraction(0), Fraction(1, 3), Fraction(2, 5)):
            for i, floor in enumerate(floors(block, level).tolist()):
                short, quota = int(block.short[i]), int(block.quota[i])
                ways = [
                    k for k in range(short + 1) if not quota or Fraction(short - k, quota) <= level
                ]
                assert floor == min(ways)
