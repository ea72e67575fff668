"""The course of a call in words: each thing that happened has its line, in order of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ivr.adapters.sql import SqlRecords
from ivr.core.call.events import Event
from ivr.core.delivery.plan import Channel
from ivr.core.records.call_course import tell
from ivr.core.records.delivery import DeliveryItem
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextNote
from ivr.core.records.timeline import LegNote, PathStep, TurnNote
from tests.adapters.sql.records_samples import HEARD, NOON, message_note, recording_note, snapshot
from tests.call_back_samples import NOON as CALLED_FROM
from tests.call_back_samples import at, call_back


def turn(number: int, event: str, **more: Any) -> TurnNote:
    """Turn `number` of the call, so many seconds after its start."""
    at = NOON + timedelta(seconds=number)
    way = (PathStep("main", "a.yaml", 7),)
    return TurnNote(
        call_sid="CA1", number=number, at=at, version="v1", event=event, way=way, **more
    )


def told(records: SqlRecords) -> list[str]:
    call_detail = records.calls.detail("CA1")
    assert call_detail is not None
    lines = tell(call_detail)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    return [line.text for line in lines]


def test_a_message_its_words_and_its_deliveries_are_told(records: SqlRecords) -> None:
    records.calls.note([snapshot(), turn(0, "started"), turn(1, "recorded", facts={"seconds": 12})])
    records.messages.keep(message_note())
    message_id = records.messages.recording_ready(recording_note())
    records.recordings.transcribed(message_id, HEARD, NOON + timedelta(seconds=30))
    text = TextNote(
        client="a", call_sid="CA1", turn=1, node="main", to="+447700900123", from_="+4", body="Hi"
    )
    records.texts.promise(text, NOON + timedelta(seconds=1))
    parcel = DeliveryItem(
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
    [sms] = records.outbox.claim([OutboxKind.SMS], NOON + timedelta(hours=1), timedelta(1), 9)
    records.outbox.give_up(sms.id, "it is a landline", NOON + timedelta(minutes=2))
    lines = told(records)
    assert lines[0] == "The call came in from +441632960001."
    assert lines[-6:-1] == [
        "The caller left a recording of 12 seconds.",
        "The recording was transcribed by vosk.",
        "An e-mail to Ian Frost was passed on.",
        "A text to +447700900123 was given up: it is a landline",
        "Ian Frost said that they had it.",
    ]
    assert any("message" in line.lower() and "Ian Frost" in line for line in lines)


def test_a_leg_is_told_as_it_rings_answers_and_ends(records: SqlRecords) -> None:
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
    records.calls.note([snapshot(), turn(0, "started"), leg])
    assert told(records)[1:] == [
        "+447700900123 was rung.",
        "+447700900123 answered.",
        "The call to +447700900123 ended (answered).",
    ]


def call_back_lines(records: SqlRecords, sid: str) -> list[tuple[str, str | None]]:
    call_detail = records.calls.detail(sid)
    assert call_detail is not None
    return [(line.text, line.call) for line in tell(call_detail)]


def test_a_call_back_is_told_where_it_was_asked_for_and_on_its_own_page(
    records: SqlRecords,
) -> None:
    book, start = records.call_backs, CALLED_FROM
    records.calls.note([snapshot(call_sid="CA-cb1", client="acme", started_at=start)])
    promise = call_back()
    for _ in range(2):
        assert book.promise(promise)
    for _ in range(2):
        book.missed("cb1", "c1", "no-answer", at(600), at(60))
    assert book.reached("cb1", "c2", "CA7", at(601))
    assert book.cut_off("cb1", "c2", at(620))
    assert book.reached("cb1", "c3", "CA8", at(700))
    ringing = LegNote(
        key="1", call_sid="callback-cb1", role="operator", to="sam", started_at=at(690)
    )
    records.calls.note([ringing])
    book.done("cb1", "c3", "CA8", at(800))
    course = [
        "A call back was promised.",
        "The caller was called, and not reached: no answer.",
        "The caller was called, and reached.",
        "The call back was cut off.",
        "The caller was called, and reached.",
        "The call back was over.",
    ]
    first, *rest = call_back_lines(records, "CA-cb1")
    assert first == ("The call came in from +441632960001.", None)
    assert rest == [(text, "callback-cb1") for text in course]
    own = call_back_lines(records, "callback-cb1")
    assert own.pop(4) == ("Sam was rung.", None)
    assert own == [(text, "CA-cb1") for text in course]
    assert call_back_lines(records, "CA8") == call_back_lines(records, "callback-cb1")
    call_detail = records.calls.detail("CA8")
    assert call_detail is not None
    assert call_detail.call_back == book.find("cb1")
    assert (call_detail.call.client, call_detail.call.to, call_detail.call.outcome) == (
        "acme",
        promise.number,
        "reached",
    )
    assert records.calls.detail("callback-cb9") is None


def test_a_call_back_that_came_to_nothing_says_why(records: SqlRecords) -> None:
    book = records.call_backs
    for id_ in ("cb1", "cb2"):
        book.promise(call_back(id_))
    book.cancel("cb1", "they rang again, and were served", at(90))
    own = [text for text, _ in call_back_lines(records, "callback-cb1")]
    assert own[1:] == ["The call back was not needed any more: they rang again, and were served."]
    for each in range(4):
        book.missed("cb2", f"c{each}", "busy", at(90), at(90))
    own = [text for text, _ in call_back_lines(records, "callback-cb2")]
    assert own[1:] == [
        "The caller was called, and not reached: busy.",
        "The call back was given up.",
    ]


def test_a_call_from_before_turns_were_kept_has_its_beginning_and_its_end(
    records: SqlRecords,
) -> None:
    records.calls.note([snapshot(ended_at=NOON, outcome="hung up")])
    assert told(records) == ["The call came in from +441632960001.", "The call ended: hung up."]


@pytest.mark.parametrize("kind", Event.__args__)
def test_every_kind_of_event_is_told_in_a_sentence(kind: type[Event], records: SqlRecords) -> None:
    from ivr.services.calls.turn_notes import event_name

    blank = kind.__new__(kind)
    name = event_name(blank)
    records.calls.note(
        [snapshot(), turn(3, name, facts={"seconds": 1, "position": 2, "status": 200})]
    )
    [line] = told(records)
    assert line.endswith(".")
    assert line != f"{name.capitalize()}."
