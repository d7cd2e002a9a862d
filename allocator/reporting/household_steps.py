"""Why one household is proposed for one municipality.

Reads ``vertrouwelijk/``, which nothing else of this package does: what it says never goes into a
report or a workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allocator.reporting.alternatives import SHOWN, Place, open_places
from allocator.reporting.explanation import Figure, Step, spelled, whole
from allocator.reporting.result import Result, read_rows, refuse
from allocator.reporting.rows import Row
from allocator.reporting.scarcity import scarcity_step
from allocator.reporting.voice import Voice


def household_steps(result: Result, household: str, voice: Voice) -> tuple[Step, ...]:
    """The steps for one household.

    Raises
    ------
    InputRefusedError
        If the folder has no links, or no such household.
    """
    folder = result.folder / "vertrouwelijk"
    linked = _row_of(folder / "koppelvoorstel.csv", household)
    if linked is not None:
        return tuple(_linked_steps(result, linked, voice))
    missed = _row_of(folder / "niet_gekoppeld.csv", household)
    if missed is None:
        raise refuse("explain_no_household", "koppelvoorstel.csv", household=household)
    sentence = voice.say(f"explain_not_linked_{missed['reden']}")
    return (Step("not_linked", voice.say("explain_not_linked_title"), sentence),)


def _row_of(path: Path, household: str) -> Row | None:
    return next((row for row in read_rows(path) if row["huishouden_id"] == household), None)


def _linked_steps(result: Result, row: Row, voice: Voice) -> Iterator[Step]:
    names = {quota.code: quota.name for quota in result.quotas}
    name = names.get(row["gemeente_code"], row["gemeente_code"])
    yield _place(row, name, voice)
    yield _dwelling(result, row, voice)
    if row["reden"] != "bestaande_koppeling":
        yield _fit(result, row, voice)
    if row["reden"] in ("hoogste_punten", "verdeling"):
        yield from _alternatives(result, row, voice)
    yield _quota(result, row, name, voice)


def _place(row: Row, name: str, voice: Voice) -> Step:
    sentence = voice.say("explain_place", name=name, persons=voice.persons(int(row["personen"])))
    reason = voice.say(f"explain_reason_{row['reden']}")
    figure = spelled(voice, "municipality", name)
    return Step("place", voice.say("explain_place_title"), f"{sentence} {reason}", (figure,))


def _dwelling(result: Result, row: Row, voice: Voice) -> Step:
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
    return Step("dwelling", title, sentence, (spelled(voice, "dwelling_class", name),))


def _fit(result: Result, row: Row, voice: Voice) -> Step:
    points = int(row["passing"])
    is_summed = result.parameters.get("link", {}).get("volwassenen") == "som"
    figure = whole(voice, "fit_summed" if is_summed else "fit", points)
    return Step("fit", voice.say("explain_fit_title"), voice.say("explain_fit"), (figure,))


def _alternatives(result: Result, row: Row, voice: Voice) -> Iterator[Step]:
    path = result.folder / "vertrouwelijk" / "invoer" / "huishoudens.csv"
    household = _row_of(path, row["huishouden_id"])
    places = open_places(result, household) if household else ()
    here = [place for place in places if place.code == row["gemeente_code"]]
    others = [place for place in places if place.code != row["gemeente_code"]][:SHOWN]
    # Points that do not agree with the proposal are no explanation of it.
    if others and here and here[0].fit == int(row["passing"]):
        figures = tuple(_points(place, voice) for place in (*here, *others))
        title = voice.say("explain_alternatives_title")
        yield Step("alternatives", title, voice.say("explain_alternatives"), figures)
        scarce = scarcity_step(result, household or {}, row["gemeente_code"], places, voice)
        if scarce is not None:
            yield scarce


def _points(place: Place, voice: Voice) -> Figure:
    fit, kilometres = voice.number(place.fit), voice.number(place.kilometres)
    printed = f"{fit} - {kilometres} = {voice.number(place.points)}"
    return Figure(f"points_{place.code}", place.name, printed, place.points)


def _quota(result: Result, row: Row, name: str, voice: Voice) -> Step:
    code = row["gemeente_code"]
    burden = _still_to_house(result, code)
    linked = sum(count.persons for count in result.links or () if count.code == code)
    sentence = voice.say(
        "explain_household_quota",
        name=name,
        persons=voice.persons(burden),
        linked=voice.persons(linked),
    )
    figures = (
        whole(voice, "still_to_house", burden),
        whole(voice, "linked_persons", linked),
    )
    return Step("quota", voice.say("explain_household_quota_title"), sentence, figures)


def _still_to_house(result: Result, code: str) -> int:
    link = result.parameters.get("link", {})
    quota = {row.code: row.quota for row in result.quotas}
    if link.get("quota") == "na_uitruil":
        quota.update({row.code: row.changed_quota for row in result.after_swap or ()})
    standing = next((row for row in result.balances or () if row.code == code), None)
    if standing is None:
        return quota[code]
    return max(0, quota[code] + standing.backlog - standing.lead - standing.realised)
