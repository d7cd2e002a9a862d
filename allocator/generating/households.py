"""Households as rows: ``huishoudens`` and ``volwassenen``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import Row
from allocator.generating.criteria import draw_criteria
from allocator.generating.draft import Draft
from allocator.generating.drawing import IntArray, between, pick
from allocator.generating.people import NOWHERE, TO_LINK, Crowd, draw_crowd

_STATUS = ("te_koppelen", "gekoppeld", "verhuisfase")
_PLACES_PER_RECEPTION = 4
_MOST_RECEPTION = 5
_WEEKS_TO_LINK = 2  # COA has two weeks from the permit to the link
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a household is like, arrays of shape (H,)."""

    number: IntArray
    adults: IntArray
    weeks: IntArray
    days: IntArray
    reception: IntArray
    followers: IntArray
    occupation: IntArray
    education: IntArray
    language: IntArray


def make_households(draft: Draft, rng: Generator) -> list[Row]:
    """Draw every household that waits or was linked earlier, sorted by its pseudonym.

    Numbers are given at random: they say nothing about province, size or need.
    """
    crowd = draw_crowd(draft, rng)
    profile = _profile(draft, crowd, rng)
    free = np.flatnonzero(crowd.status == TO_LINK)
    drawn = draw_criteria(
        draft.places, draft.to_link(), crowd.size[free], crowd.province[free], rng
    )
    criteria = dict(zip(free.tolist(), drawn, strict=True))
    start = draft.half_year.start
    rows = [_row(draft, crowd, profile, h, start) | criteria.get(h, {}) for h in range(crowd.count)]
    return sorted(rows, key=lambda row: row["huishouden_id"])


def _profile(draft: Draft, crowd: Crowd, rng: Generator) -> _Profile:
    count = crowd.count
    number = np.asarray(rng.permutation(count) + 1, dtype=np.int64)
    weeks = np.minimum(
        rng.geometric(1 / priors.WAITING_MEAN_WEEKS, count), priors.WAITING_MAX_WEEKS
    ).astype(np.int64)
    return _Profile(
        number=number,
        adults=_adults(crowd.size, rng),
        weeks=np.where(crowd.status == TO_LINK, weeks, np.maximum(weeks, _WEEKS_TO_LINK + 1)),
        days=between(rng, 0, 6, count),
        reception=_reception(draft, crowd, rng),
        followers=_followers(crowd, rng),
        occupation=draw_occupations(count, rng),
        education=pick(rng, [share for _, share, _ in priors.EDUCATIONS], count),
        language=pick(rng, [share for _, share in priors.LANGUAGE_LEVELS], count),
    )


def _adults(size: IntArray, rng: Generator) -> IntArray:
    couple = pick(rng, (100 - priors.COUPLE_PER_100, priors.COUPLE_PER_100), len(size)) + 1
    family = pick(rng, priors.ADULTS_IN_FAMILY, len(size)) + 1
    return np.select([size == 1, size == 2], [np.ones_like(size), couple], family)


def _followers(crowd: Crowd, rng: Generator) -> IntArray:
    """Family still abroad, for part of those who are alone."""
    shares = (100 - priors.AWAITING_FAMILY_PER_100, priors.AWAITING_FAMILY_PER_100)
    awaits = pick(rng, shares, crowd.count) == 1
    persons = pick(rng, priors.EXPECTED_FOLLOWERS, crowd.count) + 1
    return np.where(awaits & (crowd.size == 1), persons, 0)


def _reception(draft: Draft, crowd: Crowd, rng: Generator) -> IntArray:
    """Municipality of reception: a few per province, some much larger than others."""
    reception = np.zeros(crowd.count, dtype=np.int64)
    for province in range(len(draft.places.provinces)):
        own = draft.places.in_province(province)
        wanted = min(_MOST_RECEPTION, 1 + len(own) // _PLACES_PER_RECEPTION)
        hosts = np.sort(rng.permutation(own)[:wanted])
        inside = np.flatnonzero(crowd.province == province)
        beds = between(rng, 1, 4, wanted).tolist()
        reception[inside] = hosts[pick(rng, beds, len(inside))]
    return reception


def draw_occupations(count: int, rng: Generator) -> IntArray:
    """Index of the occupation of ``count`` adults; ``UNKNOWN`` for a few."""
    known = pick(rng, [share for _, share, _ in priors.OCCUPATIONS], count)
    unknown = rng.integers(0, 1000, count) < priors.UNKNOWN_OCCUPATION_PER_1000
    return np.where(unknown, UNKNOWN, known)


def _row(draft: Draft, crowd: Crowd, profile: _Profile, h: int, start: date) -> Row:
    codes, linked_to = draft.places.codes, int(crowd.linked_to[h])
    weeks = int(profile.weeks[h])
    permit = start - timedelta(days=7 * weeks + int(profile.days[h]))
    is_linked = linked_to != NOWHERE
    occupation = int(profile.occupation[h])
    return {
        "huishouden_id": f"SYN-{int(profile.number[h]):06d}",
        "personen": str(crowd.size[h]),
        "volwassenen": str(profile.adults[h]),
        "status": _STATUS[int(crowd.status[h])],
        "datum_vergunning": permit.isoformat(),
        "weken_wachtend": str(weeks),
        "opvang_gemeente": codes[int(profile.reception[h])],
        "gemeenten_toegestaan": "",
        "gemeenten_uitgesloten": "",
        "vaste_gemeente": "",
        "gekoppelde_gemeente": codes[linked_to] if is_linked else "",
        "datum_koppeling": _link_date(permit) if is_linked else "",
        "verwachte_nareizigers": str(profile.followers[h]),
        "referent_gemeente": "",
        "beroepsgroep": "" if occupation == UNKNOWN else priors.OCCUPATIONS[occupation][0],
        "opleiding": priors.EDUCATIONS[int(profile.education[h])][0],
        "taalniveau_nl": priors.LANGUAGE_LEVELS[int(profile.language[h])][0],
    }


def _link_date(permit: date) -> str:
    return (permit + timedelta(weeks=_WEEKS_TO_LINK)).isoformat()


def make_adults(draft: Draft, rng: Generator) -> list[Row]:
    """Draw a profile for each adult of the households with more than one.

    The first adult has the profile of the household's own row; adults whose occupation is not
    known are left out, as the table has no place for them.
    """
    rows: list[Row] = []
    for household in draft.tables["huishoudens"]:
        count = int(household["volwassenen"])
        if count < 2 or not household["beroepsgroep"]:
            continue
        occupations = draw_occupations(count - 1, rng)
        educations = pick(rng, [share for _, share, _ in priors.EDUCATIONS], count - 1)
        levels = pick(rng, [share for _, share in priors.LANGUAGE_LEVELS], count - 1)
        rows.append(
            {
                "huishouden_id": household["huishouden_id"],
                "volgnummer": "1",
                "beroepsgroep": household["beroepsgroep"],
                "opleiding": household["opleiding"],
                "taalniveau_nl": household["taalniveau_nl"],
            }
        )
        rows += [
            {
                "huishouden_id": household["huishouden_id"],
                "volgnummer": str(i + 2),
                "beroepsgroep": priors.OCCUPATIONS[int(occupations[i])][0],
                "opleiding": priors.EDUCATIONS[int(educations[i])][0],
                "taalniveau_nl": priors.LANGUAGE_LEVELS[int(levels[i])][0],
            }
            for i in range(count - 1)
            if occupations[i] != UNKNOWN
        ]
    return rows
