"""From files to checked tables: all text first, every finding collected, nothing guessed."""

from allocator.reading.instance import Instance, read_instance

__all__ = ["Instance", "read_instance"]
