"""Why one household is proposed for one municipality.

What it says is about one household: it never goes into a report or a workbook.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.reporting.alternatives import SHOWN, Place, open_places
from allocator.reporting.explanation import Figure, Step, spelled, whole
from allocator.reporting.household_tables import HouseholdTables
from allocator.reporting.result import Result, refuse
from allocator.reporting.rows import Row
from allocator.reporting.scarcity import room_of, scarcity_step
from allocator.reporting.voice import Voice


def household_steps(tables: HouseholdTables, household: str, voice: Voice) -> tuple[Step, ...]:
    """The steps for one household.

    Raises
    ------
    InputRefusedError
        If the folder has no links, or no such household.
    """
    linked = tables.proposals.get(household)
    if linked is not None:
        return tuple(_linked_steps(tables, linked, voice))
    missed = tables.missed.get(household)
    if missed is None:
        raise refuse("explain_no_household", "koppelvoorstel.csv", household=household)
    sentence = voice.say(f"explain_not_linked_{missed['reden']}")
    return (Step("not_linked", voice.say("explain_not_linked_title"), sentence),)


def _linked_steps(tables: HouseholdTables, row: Row, voice: Voice) -> Iterator[Step]:
    result, quota = tables.result, tables.quotas.get(row["gemeente_code"])
    name = quota.name if quota else row["gemeente_code"]
    yield _place(row, name, voice)
    yield _dwelling(tables, row, voice)
    if row["reden"] != "bestaande_koppeling":
        yield _fit(result, row, voice)
    if row["reden"] in ("hoogste_punten", "verdeling"):
        yield from _alternatives(tables, row, voice)
    yield _quota(tables, row, name, voice)


def _place(row: Row, name: str, voice: Voice) -> Step:
    sentence = voice.say("explain_place", name=name, persons=voice.persons(int(row["personen"])))
    reason = voice.say(f"explain_reason_{row['reden']}")
    figure = spelled(voice, "municipality", name)
    return Step("place", voice.say("explain_place_title"), f"{sentence} {reason}", (figure,))


def _dwelling(tables: HouseholdTables, row: Row, voice: Voice) -> Step:
    result = tables.result
    title = voice.say("explain_dwelling_title")
    if row["reden"] == "nareis":
        return Step("dwelling", title, voice.say("explain_dwelling_follow_on"))
    if row["woning_in_zicht"] != "ja":
        return Step("dwelling", title, voice.say("explain_dwelling_none"))
    name = row["verwachte_woningklasse"]
    fits = next((kind for kind in result.classes or () if kind.name == name), None)
    sentence = voice.say(
        "explain_dwelling",
        name=name,
        low=fits.persons_min if fits else "–",
        high=fits.persons_max if fits else "–",
    )
    household = tables.households.get(row["huishouden_id"], row)
    if row["reden"] != "bestaande_koppeling" and (room := room_of(result, household)) > int(
        row["personen"]
    ):
        reason = result.parameters["link"]["vooruit_plaatsen_reden"]
        sentence += " " + voice.say("explain_dwelling_ahead", persons=room, reason=reason)
    return Step("dwelling", title, sentence, (spelled(voice, "dwelling_class", name),))


def _fit(result: Result, row: Row, voice: Voice) -> Step:
    points = int(row["passing"])
    is_summed = result.parameters.get("link", {}).get("volwassenen") == "som"
    figure = whole(voice, "fit_summed" if is_summed else "fit", points)
    return Step("fit", voice.say("explain_fit_title"), voice.say("explain_fit"), (figure,))


def _alternatives(tables: HouseholdTables, row: Row, voice: Voice) -> Iterator[Step]:
    household = tables.households.get(row["huishouden_id"])
    places = open_places(tables, household) if household else ()
    here = [place for place in places if place.code == row["gemeente_code"]]
    others = [place for place in places if place.code != row["gemeente_code"]][:SHOWN]
    # Points that do not agree with the proposal are no explanation of it.
    if others and here and here[0].fit == int(row["passing"]):
        figures = tuple(_points(place, voice) for place in (*here, *others))
        title = voice.say("explain_alternatives_title")
        yield Step("alternatives", title, voice.say("explain_alternatives"), figures)
        scarce = scarcity_step(tables, household or {}, row["gemeente_code"], places, voice)
        if scarce is not None:
            yield scarce


def _points(place: Place, voice: Voice) -> Figure:
    fit, kilometres = voice.number(place.fit), voice.number(place.kilometres)
    printed = f"{fit} - {kilometres} = {voice.number(place.points)}"
    return Figure(f"points_{place.code}", place.name, printed, place.points)


def _quota(tables: HouseholdTables, row: Row, name: str, voice: Voice) -> Step:
    code = row["gemeente_code"]
    burden = _still_to_house(tables.result, code)
    linked = tables.linked_persons.get(code, 0)
    sentence = voice.say(
        "explain_household_quota",
        name=name,
        persons=voice.persons(burden),
        linked=voice.persons(linked),
    )
    figures = [whole(voice, "still_to_house", burden), whole(voice, "linked_persons", linked)]
    cap = tables.result.cap_of(code)
    if cap is not None:
        sentence += " " + voice.say("explain_cap", persons=voice.persons(cap))
        figures.append(whole(voice, "cap", cap))
    return Step("quota", voice.say("explain_household_quota_title"), sentence, tuple(figures))


def _still_to_house(result: Result, code: str) -> int:
    link = result.parameters.get("link", {})
    quota = {row.code: row.quota for row in result.quotas}
    if link.get("quota") == "na_uitruil":
        quota.update({row.code: row.changed_quota for row in result.after_swap or ()})
    standing = next((row for row in result.balances or () if row.code == code), None)
    if standing is None:
        return quota[code]
    return max(0, quota[code] + standing.backlog - standing.lead - standing.realised)
