"""The mathematics: integers and arrays in, solutions with bounds out.

No files, clock, printing, table library, municipality names or Dutch words.
"""

__distribution__ = "taakstelling-allocator"
