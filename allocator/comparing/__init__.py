"""Keys side by side, over a grid of weights and in past half-years; and two results compared."""

from allocator.comparing.comparison import Comparison, KeyDivision, compare_keys, split_rounding
from allocator.comparing.files import compare_files, compare_manifest

__all__ = [
    "Comparison",
    "KeyDivision",
    "compare_files",
    "compare_keys",
    "compare_manifest",
    "split_rounding",
]
