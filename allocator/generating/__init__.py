"""Made-up instances from published statistics, for exercises, demonstrations and tests.

Household, dwelling and willingness tables do not exist publicly. What is drawn here describes
no real person, dwelling or offer; every table says so in its source column or in
``instance.toml``. No nationality, sex or mother tongue is drawn.
"""

from allocator.generating.assembling import (
    generate_tables,
    instance_settings,
)
from allocator.generating.base import BaseTables, GenerateRequestError, base_from_instance
from allocator.generating.describing import describe
from allocator.generating.landscape import synthetic_base
from allocator.generating.writing import write_instance, write_table

__all__ = [
    "BaseTables",
    "GenerateRequestError",
    "base_from_instance",
    "describe",
    "generate_tables",
    "instance_settings",
    "synthetic_base",
    "write_instance",
    "write_table",
]
