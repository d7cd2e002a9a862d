"""Households to municipalities: the problem, the exact road, the price road, the proofs."""
