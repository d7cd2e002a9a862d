"""What a page that rests on several results must warn of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from allocator.reporting.account import table_name
from allocator.reporting.voice import Voice

if TYPE_CHECKING:
    from allocator.reading import Instance


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


def made_up_lines(instance: Instance, lang: str) -> list[str]:
    """Say which tables of a run are made up; nothing where none is.

    Parameters
    ----------
    instance
        The instance with the tables that the run read, and no others.
    lang
        ``nl`` or ``en``.
    """
    voice, settings = Voice(lang), instance.settings
    read = [name for name, table in instance.tables.items() if table.rows]
    if settings.synthetic is True:
        names = [voice.say("report_every_table")]
    else:
        names = [table_name(name, voice) for name in read if settings.is_synthetic(name)]
    return [voice.say("report_synthetic_long", tables=", ".join(names))] if names else []


def _made_up(said: list[Any], voice: Voice) -> list[str]:
    if True in said:
        return [voice.say("report_every_table")]
    names = dict.fromkeys(name for own in said if own for name in own)
    return [table_name(name, voice) for name in names]
