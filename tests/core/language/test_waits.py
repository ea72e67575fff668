"""How long it will take, without promising more than an estimate can."""

from __future__ import annotations

import pytest

from ivr.core.language.phrases import languages, phrases
from ivr.core.language.waits import say


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "about a minute"),
        (60, "about a minute"),
        (61, "about 2 minutes"),
        (280, "about 5 minutes"),
        (301, "about 7 minutes"),
        (1300, "about 30 minutes"),
        (1801, "more than half an hour"),
    ],
)
def test_a_wait_is_said_in_round_minutes_rather_too_long_than_too_short(
    seconds: int, said: str
) -> None:
    assert say(seconds, phrases("en-GB")) == said


@pytest.mark.parametrize("language", languages())
def test_every_language_says_it_without_a_gap(language: str) -> None:
    said = [say(seconds, phrases(language)) for seconds in (30, 280, 9999)]
    assert len(set(said)) == 3
    assert not any("{" in words for words in said)
