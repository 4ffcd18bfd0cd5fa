"""What the renderer says when it cannot go on."""


class ZoneError(Exception):
    """What is wrong, on what, and what to do about it, in one line."""
