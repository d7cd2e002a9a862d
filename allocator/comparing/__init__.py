"""Keys side by side, over a grid of weights and in past half-years; and two results compared."""

from allocator.comparing.annex import AnnexRow, Origin, annex_files, annex_rows
from allocator.comparing.backtest import BacktestTable, backtest
from allocator.comparing.backtest_files import backtest_files
from allocator.comparing.comparison import Comparison, KeyDivision, compare_keys, split_rounding
from allocator.comparing.files import compare_files, compare_manifest
from allocator.comparing.grid import KeyGrid, read_grid
from allocator.comparing.result_files import result_comparison_files
from allocator.comparing.result_saying import result_comparison_json, result_comparison_lines
from allocator.comparing.results import ResultComparison, compare_results
from allocator.comparing.saying import (
    backtest_json,
    backtest_lines,
    comparison_json,
    comparison_lines,
    sweep_json,
    sweep_lines,
)
from allocator.comparing.sweep import SweepTable, sweep
from allocator.comparing.sweep_files import sweep_files, sweep_manifest

__all__ = [
    "AnnexRow",
    "BacktestTable",
    "Comparison",
    "KeyDivision",
    "KeyGrid",
    "Origin",
    "ResultComparison",
    "SweepTable",
    "annex_files",
    "annex_rows",
    "backtest",
    "backtest_files",
    "backtest_json",
    "backtest_lines",
    "compare_files",
    "compare_keys",
    "compare_manifest",
    "compare_results",
    "comparison_json",
    "comparison_lines",
    "read_grid",
    "result_comparison_files",
    "result_comparison_json",
    "result_comparison_lines",
    "split_rounding",
    "sweep",
    "sweep_files",
    "sweep_json",
    "sweep_lines",
    "sweep_manifest",
]
