"""TwiML: each verb as the carrier documents it."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.twilio import twiml
from ivr.core.call.instructions import Conference, Continue, Dial, Hangup, Listen, Record, Say, Verb
from ivr.core.call.state import CallState
from ivr.services.calls.links import Links, PlaceHint

STATE = CallState(
    call_sid="CA1",
    client="acme",
    flow_version="ab12",
    caller=None,
    called="+441632960000",
    started_at=datetime(2026, 11, 23, tzinfo=UTC),
    node="after_hours/ask",
    turn=4,
    attempt=1,
)


def next_turn(follows: str = "") -> str:
    """The URL of the next turn, to be asked again where we do not answer."""
    where = "client=acme&flow=ab12&node=after_hours/ask&attempt=1"
    return f"/twilio/turn/5?{where}{follows}#rc=3&rp=all"


def document(*verbs: Verb) -> ElementTree.Element:
    return ElementTree.fromstring(twiml.render(verbs, Links(STATE)))  # noqa: S314  # our own


def say(text: str) -> Say:
    return Say(text, "Polly.Amy", "en-GB")


def test_a_question_listens_for_one_key_and_makes_a_turn_of_silence() -> None:
    [gather] = document(Listen((say("Press 1."),), digits=1, finish_on_key=""))
    assert gather.attrib == {
        "input": "dtmf",
        "action": next_turn("&after=listen"),
        "actionOnEmptyResult": "true",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "5",
    }
    assert [inner.text for inner in gather] == ["Press 1."]


def test_a_question_answered_in_words_names_the_words_to_expect() -> None:
    [gather] = document(Listen((say("?"),), speech=True, hints=("booking", "a" * 300)))
    assert gather.get("input") == "dtmf speech"
    assert gather.get("hints") == "booking, " + "a" * 100
    assert gather.get("language") == "en-GB"


def test_a_recording_has_a_callback_and_a_way_on_when_it_is_empty() -> None:
    record, redirect = document(Record(120, "message"))
    assert record.get("action") == next_turn()
    assert record.get("maxLength") == "120"
    callback = record.get("recordingStatusCallback") or ""
    assert callback.startswith("/twilio/recording?client=acme&flow=ab12&node=after_hours/ask")
    assert "kind=message" in callback
    assert redirect.text == next_turn("&after=empty")


def test_a_dial_with_a_whisper_runs_it_on_the_other_leg() -> None:
    [dial] = document(Dial("+447700900123", 25, "A call.", "1"))
    assert dial.get("timeout") == "25"
    assert dial.get("action") == next_turn("&after=screened")
    number = dial.find("Number")
    assert number is not None
    assert number.text == "+447700900123"
    assert "ends=5" in (number.get("url") or "")


def test_no_url_carries_words_or_numbers_of_the_caller() -> None:
    text = twiml.render((Dial("+447700900123", 25, "From 01632", "1"),), Links(STATE))
    assert "01632" not in text


def test_in_a_conference_each_sides_leaving_ends_the_conversation() -> None:
    [dial] = document(Conference("room-1"))
    conference = dial.find("Conference")
    assert conference is not None
    assert conference.get("endConferenceOnExit") == "true"
    assert conference.get("beep") == "false"


def test_going_on_and_hanging_up_are_single_verbs() -> None:
    redirect, hangup = document(Continue(), Hangup())
    assert (redirect.tag, redirect.text, hangup.tag) == ("Redirect", next_turn(), "Hangup")


def test_long_text_is_said_in_pieces_that_a_voice_accepts() -> None:
    words = " ".join(["word"] * 1500)
    pieces = [str(piece.text) for piece in document(say(words))]
    assert all(len(piece) <= twiml.MAX_SAY for piece in pieces)
    assert " ".join(pieces) == words


def test_text_is_escaped() -> None:
    [spoken] = document(say("Marks & Spencer <b>"))
    assert spoken.text == "Marks & Spencer <b>"


def test_the_place_in_a_url_can_be_read_again() -> None:
    query = {"client": "acme", "flow": "ab12", "node": "after_hours/ask", "attempt": "1"}
    assert PlaceHint.from_query(query) == PlaceHint("acme", "ab12", "after_hours/ask", 1)
    assert PlaceHint.from_query({"attempt": "-1"}).attempt == 0


@given(st.text(), st.text())
def test_whatever_a_caller_says_the_document_is_xml(words: str, key: str) -> None:
    [spoken] = document(say(words + "x")) or [None]
    assert spoken is not None
    [gather] = document(Listen((say(words),), finish_on_key=key, speech=True, hints=(words,)))
    assert gather.tag == "Gather"
