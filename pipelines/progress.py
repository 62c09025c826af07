"""How long work tells where it stands: one shape of function for all that take their time."""

from collections.abc import Callable

Progress = Callable[[str, float], None]  # the step in Chinese, the share done from 0 to 1


def silent(_step: str, _share: float) -> None:
    """Progress for nobody."""


def after(done: float, told: Progress) -> Progress:
    """Progress of the rest of a work of which the share ``done`` is over."""
    return lambda step, share: told(step, done + (1 - done) * share)
