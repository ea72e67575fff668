"""What callers key or say, and what systems reply, comes into a call without card numbers."""

from __future__ import annotations

import json

import pytest

from ivr.core.call.card_door import without_cards
from ivr.core.call.events import CardNumber, Continued, Event, Pressed, Replied, Spoke

CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("event", "masked"),
    [
        (Pressed(CARD), "•" * 16),
        (Pressed(f"{CARD}1227"), "•" * 16 + "1227"),
        (Pressed("4111*1111*1111*1111"), "••••*••••*••••*••••"),
        (Spoke("it is 4111 1111 1111 1111"), "it is •••• •••• •••• ••••"),
        (Spoke("4111-1111-1111-1111 thanks"), "••••-••••-••••-•••• thanks"),
        (
            Spoke("five five five five " * 3 + "four four four four"),
            " ".join("•" * 16),
        ),
    ],
)
def test_a_card_number_is_nothing_but_that(event: Event, masked: str) -> None:
    assert without_cards(event, "en-GB") == CardNumber(masked)


@pytest.mark.parametrize(
    "event", [Pressed("07700900123"), Pressed("2580"), Spoke("a quarter past four"), Continued()]
)
def test_whatever_else_happens_stays_as_it_is(event: Event) -> None:
    assert without_cards(event, "en-GB") is event


def test_a_reply_stays_what_it_was_without_the_number() -> None:
    body = json.dumps({"card": int(CARD), "name": "Ann", "note": f"pays by {CARD}"})
    reply = without_cards(Replied(200, body), "en-GB")
    assert isinstance(reply, Replied)
    assert json.loads(reply.body) == {
        "card": "•" * 16,
        "name": "Ann",
        "note": f"pays by {'•' * 16}",
    }
    assert without_cards(Replied(200, f"no JSON {CARD}"), "en-GB") == Replied(
        200, f"no JSON {'•' * 16}"
    )
