"""What the commands say when they refuse."""


class UserError(Exception):
    """What is wrong, on what, and what to do about it, in one line."""
