"""The state of a promised call back, and how each report of a conversation changes it. Pure.

The function is total: reports of several conversations may be late, repeated and in any order. A
call back ends once, by the first end that is reported, and each conversation counts as one attempt
at most. Names of conversations sort by their beginning (see `attempt`): once a later one has been
reported, an earlier one can only add to the count, because the later one followed from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum


class CallBackState(StrEnum):
    """The state of a call back."""

    WAITING = "waiting"
    """For its turn in the queue, or for its next try."""
    REACHED = "reached"
    """They talk, or have talked; where they are cut off, it waits once more."""
    RINGING = "ringing"
    """An operator rings them of their own accord: it is tried once, and stands in no line."""
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call back is.

    `conversation` is the one in which the person was reached; `ended` says whether the call back is
    over for good; `counted` are the conversations that have counted as attempts.
    """

    tries: int
    state: CallBackState = CallBackState.WAITING
    attempts: int = 0
    conversation: str = ""
    ended: bool = False
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallBackReached:
    """The person is on the line."""

    conversation: str


@dataclass(frozen=True, slots=True)
class CallBackMissed:
    """The person was called in vain."""

    conversation: str


@dataclass(frozen=True, slots=True)
class CallBackCutOff:
    """The person was reached and then lost the connection to us."""

    conversation: str


@dataclass(frozen=True, slots=True)
class CallBackDone:
    """The person was reached, and the conversation is over."""

    conversation: str


@dataclass(frozen=True, slots=True)
class CallBackCancelled:
    """The call back is no longer needed."""


def attempt(began_at: datetime, conversation_id: str) -> str:
    """Return the name of a conversation in reports. `began_at` is aware."""
    return f"{began_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{conversation_id}"


Report = CallBackReached | CallBackMissed | CallBackCutOff | CallBackDone | CallBackCancelled


def after(progress: Progress, report: Report) -> Progress:
    """Return the progress after a report; unchanged if the report adds nothing."""
    if progress.ended:
        return progress
    if isinstance(report, CallBackCancelled):
        waits = progress.state in (CallBackState.WAITING, CallBackState.RINGING)
        return replace(progress, state=CallBackState.CANCELLED, ended=True) if waits else progress
    counted = _counted(progress, report.conversation)
    if is_late(progress, report):
        return counted
    new, ours = counted is not progress, progress.conversation == report.conversation
    match report:
        case CallBackReached() if new:
            return _reached(counted, report.conversation)
        case CallBackMissed() if new:
            return _missed(counted)
        case CallBackMissed() if ours:  # that they were reached was forgotten, but it is over
            return replace(progress, ended=True)
        case CallBackCutOff() if new or ours:
            return _waits_again(counted)
        case CallBackDone() if new or ours:
            return replace(_reached(counted, report.conversation), ended=True)
        case _:
            return progress


def is_late(progress: Progress, report: Report) -> bool:
    """Return whether a later conversation has already been reported."""
    earlier = "" if isinstance(report, CallBackCancelled) else report.conversation
    return bool(earlier) and earlier < max(progress.counted, default="")


def _counted(progress: Progress, conversation: str) -> Progress:
    if conversation in progress.counted:
        return progress
    counted = (*progress.counted, conversation)
    return replace(progress, attempts=progress.attempts + 1, counted=counted)


def _reached(progress: Progress, conversation: str) -> Progress:
    return replace(progress, state=CallBackState.REACHED, conversation=conversation)


def _missed(progress: Progress) -> Progress:
    if progress.attempts < progress.tries:
        return _waits_again(progress)
    return replace(progress, state=CallBackState.GIVEN_UP, conversation="", ended=True)


def _waits_again(progress: Progress) -> Progress:
    return replace(progress, state=CallBackState.WAITING, conversation="")
