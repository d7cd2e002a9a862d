"""The commands, room by room: options in, one call, text and an exit code out."""
