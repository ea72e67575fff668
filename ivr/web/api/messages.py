"""Messages: their words, their recordings, and how they reached people."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field

from ivr.adapters.recordings import open_storage
from ivr.bootstrap import Services
from ivr.core.accounts.scopes import TokenScope
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery as Carried
from ivr.core.records.lists import Cursor, MessageNarrow
from ivr.core.records.message import Message as Kept
from ivr.core.records.message import MessageState
from ivr.errors import ApiError
from ivr.web.api.cursors import page, read
from ivr.web.api.operation import Answer, ApiRequest, Operation, missing
from ivr.web.api.types import At, Client, Id, Listed, Page, ResponseModel, Word
from ivr.web.recording_response import recording_response

AUDIO = ("audio/wav", "audio/mpeg")


class MessagesWanted(Listed):
    """Which messages are wanted."""

    state: MessageState | None = Field(None, description="Only those in this state.")
    kind: Word | None = Field(None, description="Only those of this kind.", examples=["message"])


class Message(ResponseModel):
    """What a caller has left."""

    id: Id
    client: Client
    call: str = Field(description="The call in which it was left.", examples=["CA0f1e2d3c"])
    caller: str | None = Field(
        description="The caller’s number; null where it was withheld.", examples=["+441632960001"]
    )
    kind: str = Field(description="What kind of message.", examples=["message"])
    received_at: At
    seconds: float = Field(description="How long the recording is.", examples=[12.5])
    for_: str = Field(
        serialization_alias="for", description="Whom it is for.", examples=["Ian Frost"]
    )
    fields: dict[str, str] = Field(
        description="What the caller was asked before.", examples=[{"reason": "a leak"}]
    )
    state: MessageState = Field(
        description="`recorded`: the words are still to come. `set_aside`: there will be none."
    )
    text: str | None = Field(
        description="What the caller said, as people write it; null before it is written down.",
        examples=["The ceiling drips."],
    )
    has_audio: bool = Field(
        description="Whether the recording can be fetched; false when its time is over.",
        examples=[True],
    )
    delivered_at: At | None = Field(
        description="When it first reached somebody; what it says does not change afterwards."
    )


class TranscriptWord(ResponseModel):
    """A word as it was heard."""

    word: str = Field(examples=["ceiling"])
    start: float = Field(description="Seconds from the start of the recording.", examples=[0.2])
    end: float = Field(description="Seconds from the start of the recording.", examples=[0.8])
    confidence: float = Field(description="0 to 1: a hint, no more.", examples=[0.97])
    speaker: str | None = Field(description="Whose word, where that is known.", examples=[None])


class Transcript(ResponseModel):
    """The words of a message, and which recogniser and model heard them."""

    text: str = Field(examples=["The ceiling drips."])
    words: list[TranscriptWord]
    recogniser: str = Field(examples=["vosk"])
    model: str = Field(examples=["vosk-model-small-en-gb-0.15"])
    number_given: str | None = Field(
        description="The telephone number that the caller said.", examples=["+447700900123"]
    )
    difference: str | None = Field(
        description="How that differs from the calling number.", examples=[None]
    )


class MessageWithTranscript(Message):
    """A message with every word of it."""

    transcript: Transcript | None


class Delivery(ResponseModel):
    """How a message was brought to somebody on one channel."""

    id: Id
    recipient: str = Field(examples=["Ian Frost"])
    channel: Channel
    about: str = Field(
        description="`message`, `correction`, or `notice`: what happened to its job.",
        examples=["message"],
    )
    state: DeliveryState
    attempts: int = Field(description="How often it was tried.", examples=[1])
    began_at: At
    again_at: At | None = Field(description="When it is tried again after a failure.")
    sent_at: At | None
    arrived_at: At | None = Field(description="When a text reached the telephone, if that is told.")
    read_at: At | None = Field(description="When somebody said that they have read it.")
    read_by: str | None = Field(examples=["Ian Frost"])
    read_how: str | None = Field(examples=["by the link"])


class Deliveries(ResponseModel):
    """The deliveries of one message, in order of time."""

    items: list[Delivery]


def message_operations(services: Services) -> list[Operation]:
    """What can be asked of messages."""

    def one(asked: ApiRequest) -> Kept:
        found = services.records.messages.find(asked.path["message"])
        if found is None or not asked.sees(found.client):
            raise missing("message")
        return found

    def list_messages(asked: ApiRequest) -> Answer:
        wanted: MessagesWanted = asked.query
        narrow = MessageNarrow(
            own=asked.token.client,
            client=wanted.client,
            since=wanted.since,
            until=wanted.until,
            state=wanted.state,
            kind=wanted.kind,
        )
        found = services.records.lists.messages(narrow, read(wanted.cursor), wanted.limit + 1)
        content = page(found, wanted.limit, lambda each: Cursor(each.received_at, each.id), _of)
        return Answer(content, wanted.client or asked.token.client)

    def read_message(asked: ApiRequest) -> Answer:
        kept = one(asked)
        content = MessageWithTranscript(**dict(_of(kept)), transcript=_transcript(kept))
        return Answer(content, kept.client, f"message {kept.id}")

    def read_audio(asked: ApiRequest) -> Answer:
        kept = one(asked)
        recordings = open_storage(services.settings.recordings)
        sound = recording_response(recordings, kept.audio) if kept.audio else None
        if sound is None or sound.status_code == HTTPStatus.NOT_FOUND:
            raise missing("recording")
        if sound.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            raise ApiError("unavailable", "The recording cannot be fetched at the moment.")
        return Answer(sound, kept.client, f"message {kept.id}")

    def list_deliveries(asked: ApiRequest) -> Answer:
        kept = one(asked)
        found = services.records.deliveries.of_message(kept.id)
        content = Deliveries(items=[_delivery(each) for each in found])
        return Answer(content, kept.client, f"message {kept.id}")

    return [
        Operation(
            name="list_messages",
            method="GET",
            path="/messages",
            scope=TokenScope.MESSAGES_READ,
            tag="messages",
            summary="List messages, the newest first",
            do=list_messages,
            noted="read the list of messages",
            query=MessagesWanted,
            answer=Page[Message],
        ),
        Operation(
            name="read_message",
            method="GET",
            path="/messages/{message}",
            scope=TokenScope.MESSAGES_READ,
            tag="messages",
            summary="Read a message with its words",
            do=read_message,
            noted="read a message",
            answer=MessageWithTranscript,
            problems=frozenset({404}),
        ),
        Operation(
            name="read_message_audio",
            method="GET",
            path="/messages/{message}/audio",
            scope=TokenScope.MESSAGES_READ,
            tag="messages",
            summary="Fetch a message’s recording",
            description="All of it, or the part that `Range` names (RFC 9110, 14).",
            do=read_audio,
            noted="fetched a message’s recording",
            media=AUDIO,
            problems=frozenset({404, 416}),
        ),
        Operation(
            name="list_deliveries",
            method="GET",
            path="/messages/{message}/deliveries",
            scope=TokenScope.MESSAGES_READ,
            tag="messages",
            summary="List how a message reached people, and who has read it",
            do=list_deliveries,
            noted="read a message’s deliveries",
            answer=Deliveries,
            problems=frozenset({404}),
        ),
    ]


def _of(kept: Kept) -> Message:
    return Message(
        id=kept.id,
        client=kept.client,
        call=kept.call_sid,
        caller=kept.caller,
        kind=kept.kind,
        received_at=kept.received_at,
        seconds=kept.seconds,
        for_=kept.recipient.name,
        fields=dict(kept.fields),
        state=kept.state,
        text=kept.transcript.text if kept.transcript else None,
        has_audio=kept.audio is not None and kept.audio_gone_at is None,
        delivered_at=kept.delivered_at,
    )


def _transcript(kept: Kept) -> Transcript | None:
    heard = kept.transcript
    if heard is None:
        return None
    return Transcript(
        text=heard.text,
        words=[
            TranscriptWord(
                word=each.word,
                start=each.start,
                end=each.end,
                confidence=each.confidence,
                speaker=each.speaker,
            )
            for each in heard.words
        ],
        recogniser=heard.recogniser,
        model=heard.model,
        number_given=heard.number_given,
        difference=heard.difference,
    )


def _delivery(carried: Carried) -> Delivery:
    return Delivery(
        id=carried.id,
        recipient=carried.recipient,
        channel=carried.channel,
        about=carried.about,
        state=carried.state,
        attempts=carried.attempts,
        began_at=carried.began_at,
        again_at=carried.again_at,
        sent_at=carried.sent_at,
        arrived_at=carried.arrived_at,
        read_at=carried.acknowledged_at,
        read_by=carried.acknowledged_by,
        read_how=carried.acknowledged_how,
    )
