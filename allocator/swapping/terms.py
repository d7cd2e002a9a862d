"""Terms of one swap run: what the file sets, and what the user asks instead."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.settings import Pairs, SwapForm, SwapSettings
from models.exchange import Fairness, Form

FORMS: dict[SwapForm, Form] = {"regiobesluit": Form.JOINT, "bilateraal": Form.BILATERAL}


@dataclass(frozen=True, slots=True)
class SwapWishes:
    """What a user asks of one run; None leaves it to ``[swap]`` of the instance."""

    form: SwapForm | None = None
    lot: int | None = None
    partners_max: int | None = None
    leximin: bool | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one run."""

    pairs: Pairs
    region: str
    form: SwapForm
    lot: int
    """Least size of a new agreement [persons]."""
    partners_max: int | None
    """Most agreements of one municipality; None for no limit."""
    leximin: bool

    @property
    def counted_as(self) -> Form:
        """What counts as one agreement."""
        return FORMS[self.form]

    @property
    def fairness(self) -> Fairness:
        """How the relief is spread."""
        return Fairness.LEXIMIN if self.leximin else Fairness.WORST

    def as_parameters(self) -> dict[str, object]:
        """What the manifest says of them."""
        return {
            "pairs": self.pairs,
            "region": self.region,
            "form": self.form,
            "lot": self.lot,
            "partners_max": self.partners_max,
            "leximin": self.leximin,
        }


def terms_of(settings: SwapSettings, wishes: SwapWishes, region: str = "") -> Terms:
    """What a user asks beats the file."""
    return Terms(
        settings.pairs,
        region,
        wishes.form or settings.form,
        wishes.lot or settings.lot,
        wishes.partners_max or settings.partners_max,
        settings.leximin if wishes.leximin is None else wishes.leximin,
    )
