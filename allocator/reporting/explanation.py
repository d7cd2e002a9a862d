"""What an explanation is: steps with figures, for a page, a screen or a machine."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from allocator.reporting.voice import Voice
from allocator.screen_text import aligned


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a step; ``printed`` as people write it, ``value`` for machines."""

    name: str
    label: str
    printed: str
    value: int | str


@dataclass(frozen=True, slots=True)
class StepTable:
    """Figures side by side: a name for machines and a head for people per column."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int | str, ...], ...]
    voice: Voice

    def as_json(self) -> list[dict[str, int | str]]:
        """An object per row."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    @property
    def heads(self) -> list[str]:
        """What people read above each column."""
        return [head for _, head in self.columns]

    @property
    def printed(self) -> list[list[str]]:
        """Every cell as people write it."""
        return [[self.voice.written(cell) for cell in row] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``law`` is the article with the date of its text, or empty."""

    name: str
    title: str
    sentence: str
    figures: tuple[Figure, ...] = ()
    law: str = ""
    table: StepTable | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a number, a deal or a place is what it is."""

    kind: str
    subject: str
    title: str
    steps: tuple[Step, ...]
    notices: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The explanation for machines."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "title": self.title,
            "steps": [_step_json(step) for step in self.steps],
            "notices": list(self.notices),
        }

    def lines(self) -> list[str]:
        """The explanation for a screen, a step a paragraph."""
        printed = [self.title]
        for index, step in enumerate(self.steps, start=1):
            printed += ["", f"{index}. {step.title}", f"   {step.sentence}"]
            printed += [f"   {figure.label}: {figure.printed}" for figure in step.figures]
            printed += _table_lines(step.table) if step.table else []
            printed += [f"   ({step.law})"] if step.law else []
        return [*printed, "", *self.notices]

    def figure(self, name: str) -> Figure | None:
        """The last figure of this name, None where no step has it."""
        found = [figure for step in self.steps for figure in step.figures if figure.name == name]
        return found[-1] if found else None


def _step_json(step: Step) -> dict[str, object]:
    figures = {figure.name: figure.value for figure in step.figures}
    table = {"table": step.table.as_json()} if step.table else {}
    return {
        "name": step.name,
        "title": step.title,
        "sentence": step.sentence,
        "figures": figures,
        "law": step.law,
        **table,
    }


def _table_lines(table: StepTable) -> list[str]:
    """Columns under their heads; the first to the left, numbers to the right."""
    return aligned(table.heads, table.printed, "   ")


def label_of(voice: Voice, name: str) -> str:
    """What a figure is called."""
    return voice.say(f"explain_figure_{name}")


def whole(voice: Voice, name: str, value: int) -> Figure:
    """A figure that is a whole number."""
    return Figure(name, label_of(voice, name), voice.number(value), value)


def signed(voice: Voice, name: str, value: int) -> Figure:
    """A figure that is a change: with its sign."""
    return Figure(name, label_of(voice, name), voice.signed(value), value)


def fraction(voice: Voice, name: str, value: Fraction, decimals: int) -> Figure:
    """A figure with decimals; machines get the exact fraction."""
    return Figure(name, label_of(voice, name), voice.number(value, decimals), str(value))


def spelled(voice: Voice, name: str, value: str) -> Figure:
    """A figure that is a word or a number written out already."""
    return Figure(name, label_of(voice, name), value, value)
