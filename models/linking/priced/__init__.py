"""The price road: floats search for prices, whole numbers do everything after.

``layout`` groups households by what they need, ``passes`` streams over all pairs, ``dual`` and
``columns`` search prices, ``placing`` and ``improve`` turn prices into a plan, ``certificate``
splits the gap into its parts.
"""
