"""Divide whole numbers in proportion: exact, with bounds, ties and a proof."""

from models.apportionment.checking import check
from models.apportionment.divide import (
    adams,
    ceiling,
    divide,
    hill,
    jefferson,
    largest_remainder,
    webster,
)
from models.apportionment.division import (
    CeilingSurplus,
    Certificate,
    Division,
    DivisorInterval,
    RemainderCut,
)
from models.apportionment.errors import (
    AllZeroWeightsError,
    ApportionmentError,
    BoundsError,
    BoundsNotAllowedError,
    CertificateError,
    FloatWeightError,
    InfeasibleBoundsError,
    InfeasibleTableError,
    InfiniteWeightError,
    MarginsError,
    NegativeWeightError,
    NotANumberWeightError,
    NoWeightsError,
    TieOrderError,
    TotalBelowClaimsError,
    TotalError,
    TotalTooLargeError,
    WeightError,
    WeightTooLargeError,
    WeightTypeError,
)
from models.apportionment.intake import MAX_TOTAL, integer_weights
from models.apportionment.method import Method
from models.apportionment.table import TwoWayDivision
from models.apportionment.table_check import check_two_way
from models.apportionment.two_way import divide_two_way

__all__ = [
    "MAX_TOTAL",
    "AllZeroWeightsError",
    "ApportionmentError",
    "BoundsError",
    "BoundsNotAllowedError",
    "CeilingSurplus",
    "Certificate",
    "CertificateError",
    "Division",
    "DivisorInterval",
    "FloatWeightError",
    "InfeasibleBoundsError",
    "InfeasibleTableError",
    "InfiniteWeightError",
    "MarginsError",
    "Method",
    "NegativeWeightError",
    "NoWeightsError",
    "NotANumberWeightError",
    "RemainderCut",
    "TieOrderError",
    "TotalBelowClaimsError",
    "TotalError",
    "TotalTooLargeError",
    "TwoWayDivision",
    "WeightError",
    "WeightTooLargeError",
    "WeightTypeError",
    "adams",
    "ceiling",
    "check",
    "check_two_way",
    "divide",
    "divide_two_way",
    "hill",
    "integer_weights",
    "jefferson",
    "largest_remainder",
    "webster",
]
