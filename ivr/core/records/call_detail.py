"""All that is known of one call, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.jobs.acts import Entry
from ivr.core.jobs.job import Job
from ivr.core.records.call_back import CallBack
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Message, Transcript
from ivr.core.records.recording import ConversationRecording
from ivr.core.records.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySummary:
    """Something that goes out because of a call, and what came of it: by `channel` to a person, or
    a text to a number.

    `began_at` is when it was first tried, or is to be. `ended_at` is when it was sent or given up,
    None while it is still tried; `read_at` when somebody, `read_by`, said that they had it.
    """

    channel: str
    to: str
    began_at: datetime
    ended_at: datetime | None
    given_up: bool
    attempts: int
    error: str | None
    read_at: datetime | None = None
    read_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail:
    """A call and all that came of it; one of ours where `call_back` says for which promise."""

    call: CallSnapshot
    timeline: Timeline
    messages: tuple[Message, ...] = ()
    recordings: tuple[ConversationRecording, ...] = ()
    transcripts: tuple[tuple[datetime, Transcript], ...] = ()
    deliveries: tuple[DeliverySummary, ...] = ()
    jobs: tuple[tuple[Job, tuple[Entry, ...]], ...] = ()
    call_back: CallBack | None = None
