"""How long a caller will still wait: an estimate from the service of the last hours. Pure."""

from __future__ import annotations


def expected_wait(position: int, handling: float | None, at_work: int) -> int | None:
    """Seconds until a caller at `position` (from 1) is served; None where nothing is known.

    `handling` is the seconds that an operator is lately kept by one call, the time after it
    included; `at_work` is how many operators there are who may serve the caller, busy or not. With
    all of them busy, one becomes free every `handling / at_work` seconds.
    """
    if handling is None or at_work < 1:
        return None
    return round(position * handling / at_work)
