"""The engines: the only place that imports pulp, ortools and scipy.optimize.

An engine's word is a claim. What leaves this package was rounded with an assertion and
recomputed in whole numbers. Engines are imported when first used, never on import.
"""
