"""What `menu` and `collect` listen for themselves while the caller speaks, besides the carrier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from ivr.core.language import dates
from ivr.core.language.digit_words import digit_words
from ivr.core.language.phrases import Phrases

SHORT_PAUSE, LONG_PAUSE = 0.25, 0.45
"""Seconds that end a spoken answer; the long one where what was said may be only its beginning."""

LIVE_TYPES = ("digits", "phone", "yes_no", "date")
"""Values whose words have an end, so that they can be listened for live."""

WorkerRecognisers = Annotated[
    Literal["carrier", "live"],
    Field(
        description="Who hears what is said: the carrier, or with `live` Tango too, word by word "
        "and sooner."
    ),
]


@dataclass(frozen=True, slots=True)
class Live:
    """What to listen for, and what to take.

    `accepts` says whether words are an answer; others are left to the carrier. With `exact` they
    are only where nothing but `phrases` was said. `pause` is how many seconds end an utterance.
    """

    phrases: tuple[str, ...]
    accepts: Callable[[str], bool]
    exact: bool = False
    pause: float = SHORT_PAUSE


def live_phrases(kind: str, phrases: Phrases) -> tuple[str, ...]:
    """All the words of a value of one of `LIVE_TYPES`; none for another."""
    match kind:
        case "digits" | "phone":
            return digit_words(phrases).vocabulary
        case "yes_no":
            return (*phrases.listed("yes"), *phrases.listed("no"))
        case "date":
            return (*dates.hints(phrases), *phrases.numbers, *phrases.listed("fillers"))
        case _:
            return ()
