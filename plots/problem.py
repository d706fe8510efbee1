"""What a figure cannot be drawn from."""


class Problem(Exception):
    """Something wrong with the input, in one line for the user."""


class Unneeded(Exception):
    """A figure that has nothing to show for this input, and why."""
