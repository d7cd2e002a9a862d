"""The library's own words on help pages and in complaints, in the language of the reader.

click asks gettext for every sentence it shows. It is answered from our catalogue, so one file
holds all that users read; a sentence that is not there stays as it is.
"""

from __future__ import annotations

import importlib

from allocator.words import catalogue

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
PREFIX = "click_"


def speak(lang: str) -> None:
    """Let the library speak ``lang`` from here on.

    Help of ``--help`` and ``--version`` is made on first use, usage lines when printed, so this
    is called before any command runs.
    """
    said = {
        entry["en"]: entry[lang] for key, entry in catalogue().items() if key.startswith(PREFIX)
    }

    def one(sentence: str) -> str:
        return said.get(sentence, sentence)

    def one_or_more(single: str, plural: str, count: int) -> str:
        return one(single if count == 1 else plural)

    for name in MODULES:
        module = importlib.import_module(f"click.{name}")
        vars(module).update(_=one, ngettext=one_or_more)
