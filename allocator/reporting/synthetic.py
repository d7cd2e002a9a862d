"""What a page that rests on several results must warn of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from allocator.reporting.account import table_name
from allocator.reporting.voice import Voice


def banners(results: Iterable[Mapping[str, Any]], voice: Voice) -> tuple[tuple[str, str], ...]:
    """Proposal, not for publication, exercise and made-up tables, as far as they apply.

    Parameters
    ----------
    results
        Per result ``exercise`` and ``synthetic``, as the manifest of a comparison has them.
    """
    given = list(results)
    found = [("report_proposal", voice.say("report_proposal_long"))]
    found.append(("page_internal", voice.say("page_internal_long")))
    if any(result.get("exercise") for result in given):
        found.append(("report_exercise", voice.say("report_exercise_long")))
    made_up = _made_up([result.get("synthetic", False) for result in given], voice)
    if made_up:
        said = voice.say("report_synthetic_long", tables=", ".join(made_up))
        found.append(("report_synthetic", said))
    return tuple((voice.say(word), sentence) for word, sentence in found)


def _made_up(said: list[Any], voice: Voice) -> list[str]:
    if True in said:
        return [voice.say("report_every_table")]
    names = dict.fromkeys(name for own in said if own for name in own)
    return [table_name(name, voice) for name in names]
