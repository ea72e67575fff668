"""The course of a call in words: each thing that happened has its line, in order of time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from records_samples import HEARD, NOON, message_note, recording_note, snapshot

from ivr.delivery.plan import Channel
from ivr.events import Event
from ivr.records import Records
from ivr.records.delivery_book import Parcel
from ivr.records.outbox import OutboxKind
from ivr.records.telling import tell
from ivr.records.texts import TextNote
from ivr.records.timeline import LegNote, Step, TurnNote


def turn(number: int, event: str, **more: object) -> TurnNote:
    """Turn `number` of the call, so many seconds after its start."""
    at = NOON + timedelta(seconds=number)
    way = (Step("main", "a.yaml", 7),)
    return TurnNote(
        call_sid="CA1", number=number, at=at, version="v1", event=event, way=way, **more
    )  # type: ignore[arg-type]


def told(records: Records) -> list[str]:
    story = records.story("CA1")
    assert story is not None
    lines = tell(story)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    return [line.text for line in lines]


def test_a_message_its_words_and_its_deliveries_are_told(records: Records) -> None:
    records.note([snapshot(), turn(0, "started"), turn(1, "recorded", facts={"seconds": 12})])
    records.keep_message(message_note())
    message_id = records.recording_ready(recording_note())
    records.transcribed(message_id, HEARD, NOON + timedelta(seconds=30))
    text = TextNote(
        client="a", call_sid="CA1", turn=1, node="main", to="+447700900123", from_="+4", body="Hi"
    )
    records.promise_text(text, NOON + timedelta(seconds=1))
    parcel = Parcel(
        promise=f"email-{message_id}",
        client="rainbow-frost",
        about="message",
        recipient="Ian Frost",
        message=message_id,
    )
    mail = records.deliveries.begin(parcel, Channel.EMAIL, "ian@x.example", NOON)
    assert mail
    records.deliveries.sent(mail, "x", NOON + timedelta(minutes=1))
    records.deliveries.acknowledge(mail.id, "Ian Frost", "link", NOON + timedelta(minutes=3))
    [sms] = records.claim([OutboxKind.SMS], NOON + timedelta(hours=1), timedelta(1), 9)
    records.give_up(sms.id, "it is a landline", NOON + timedelta(minutes=2))
    lines = told(records)
    assert lines[0] == "The call came in from +441632960001."
    assert lines[-6:-1] == [
        "The caller left a recording of 12 seconds.",
        "The recording was written down by vosk.",
        "An e-mail to Ian Frost was handed over.",
        "A text to +447700900123 was given up: it is a landline",
        "Ian Frost said that they had it.",
    ]
    assert any("message" in line.lower() and "Ian Frost" in line for line in lines)


def test_a_leg_is_told_as_it_rings_answers_and_ends(records: Records) -> None:
    leg = LegNote(
        key="1",
        call_sid="CA1",
        role="person",
        to="+447700900123",
        started_at=NOON,
        answered_at=NOON + timedelta(seconds=5),
        ended_at=NOON + timedelta(seconds=9),
        how="answered",
    )
    records.note([snapshot(), turn(0, "started"), leg])
    assert told(records)[1:] == [
        "The telephone of the person +447700900123 rang.",
        "The person +447700900123 answered.",
        "The leg of the person +447700900123 ended (answered).",
    ]


def test_a_call_from_before_turns_were_kept_has_its_beginning_and_its_end(
    records: Records,
) -> None:
    records.note_call(snapshot(ended_at=NOON, outcome="hung up"))
    assert told(records) == ["The call came in from +441632960001.", "The call ended: hung up."]


@pytest.mark.parametrize("kind", Event.__args__)
def test_every_kind_of_event_is_told_in_a_sentence(kind: type, records: Records) -> None:
    from ivr.carrier.turn_notes import event_name

    blank = kind.__new__(kind)
    name = event_name(blank)
    records.note([snapshot(), turn(3, name, facts={"seconds": 1, "position": 2, "status": 200})])
    [line] = told(records)
    assert line.endswith(".")
    assert line != f"{name.capitalize()}."
