"""Form fields → events."""

from __future__ import annotations

import pytest

from ivr.adapters.twilio.webhooks import call_leg, event
from ivr.core.call.events import (
    Continued,
    Dialled,
    DialOutcome,
    Event,
    Pressed,
    Recorded,
    Silence,
    Spoke,
)
from ivr.services.calls.links import After


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"Digits": "1"}, Pressed("1")),
        ({"Digits": "*0#"}, Pressed("*0#")),
        ({"Digits": "1", "SpeechResult": "two"}, Pressed("1")),
        ({"SpeechResult": "a booking", "Confidence": "0.91"}, Spoke("a booking", 0.91)),
        ({"SpeechResult": "a booking"}, Spoke("a booking")),
        ({"SpeechResult": "a booking", "Confidence": "high"}, Spoke("a booking")),
        ({"RecordingSid": "RE1", "RecordingDuration": "9"}, Recorded("RE1", 9)),
        (
            {"RecordingSid": "RE1", "RecordingDuration": "9", "Digits": "hangup"},
            Recorded("RE1", 9, hung_up=True),
        ),
        ({"RecordingSid": "RE1", "RecordingDuration": "soon"}, Recorded("RE1", 0)),
        ({"DialCallStatus": "busy"}, Dialled(DialOutcome.BUSY)),
        ({"DialCallStatus": "no-answer"}, Dialled(DialOutcome.NO_ANSWER)),
        ({"DialCallStatus": "failed"}, Dialled(DialOutcome.FAILED)),
        ({"DialCallStatus": "canceled"}, Dialled(DialOutcome.FAILED)),
        (
            {"DialCallStatus": "completed", "DialCallDuration": "40"},
            Dialled(DialOutcome.ANSWERED, 40),
        ),
        (
            {"DialCallStatus": "completed", "DialBridged": "false"},
            Dialled(DialOutcome.NO_ANSWER),
        ),
    ],
)
def test_what_the_carrier_says_has_happened(form: dict[str, str], expected: Event) -> None:
    assert event(form) == expected


@pytest.mark.parametrize("form", [{}, {"Digits": ""}, {"SpeechResult": " "}])
def test_after_listening_nothing_is_silence_and_after_hold_music_it_is_no_news(
    form: dict[str, str],
) -> None:
    assert event(form, After.LISTEN) == Silence()
    assert event(form, After.EMPTY_RECORDING) == Silence()
    assert event(form) == Continued()


def test_a_leg_that_was_picked_up_but_not_accepted_was_not_answered() -> None:
    form = {"DialCallStatus": "completed"}
    assert event(form, After.SCREENED_DIAL) == Dialled(DialOutcome.NO_ANSWER)
    talked = Dialled(DialOutcome.ANSWERED)
    assert event(form, After.SCREENED_DIAL, accepted=True) == talked
    assert event(form | {"DialBridged": "true"}, After.SCREENED_DIAL) == talked


@pytest.mark.parametrize("number", ["anonymous", "unknown", "Restricted", "+266696687", "", "12"])
def test_a_withheld_number_is_no_number(number: str) -> None:
    assert call_leg({"From": number}).caller is None


def test_callers_may_come_by_sip() -> None:
    form = {"From": "sip:ann@firm.example", "To": "sip:+441632960000@tango.example"}
    leg = call_leg(form)
    assert (leg.caller, leg.called) == ("sip:ann@firm.example", "+441632960000")
