"""Quotas in bands, in tiers, in tables and over time, each exact and with its proof."""

from allocator.planning.commands import PLAIN, Options, banded, tabled, tiered
from allocator.planning.commands_in_time import drifted, following, planned
from allocator.planning.outcome import Outcome, Summary, publish_outcome

__all__ = [
    "PLAIN",
    "Options",
    "Outcome",
    "Summary",
    "banded",
    "drifted",
    "following",
    "planned",
    "publish_outcome",
    "tabled",
    "tiered",
]
