"""Keys as data: what share of the national number each municipality has."""

from allocator.keys.definition import Key, Part, bundled_keys, read_key
from allocator.keys.weights import KeyWeights, key_weights, refuse_long, whole_weights

__all__ = [
    "Key",
    "KeyWeights",
    "Part",
    "bundled_keys",
    "key_weights",
    "read_key",
    "refuse_long",
    "whole_weights",
]
