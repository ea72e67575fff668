"""How long somebody will wait, in words that promise no more than an estimate can."""

from __future__ import annotations

from ivr.core.language.phrases import Phrases

_MINUTES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)


def say(seconds: int, phrases: Phrases) -> str:
    """`about five minutes` for an estimate of 280 seconds, always to the longer side."""
    minutes = next((each for each in _MINUTES if seconds <= each * 60), None)
    if minutes is None:
        return phrases["wait_long"]
    if minutes == 1:
        return phrases["wait_minute"]
    return phrases["wait_minutes"].format(minutes=minutes)
