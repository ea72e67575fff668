"""A caller's wish to be called back → the records and the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from ivr.core.call.engine import CallFlow
from ivr.core.call.instructions import PromiseCallBack
from ivr.core.call.state import CallState
from ivr.core.queue.entry import QueueEntry, for_callback
from ivr.core.records.call_back import CallBack
from ivr.services.queue.call_backs import CallBackPlaces, next_call


def keep_call_back(
    places: CallBackPlaces, flow: CallFlow, state: CallState, wish: PromiseCallBack, now: datetime
) -> bool:
    """Keep what a caller was promised on the turn that led to `state`; twice is once.

    False where an earlier promise to the same number waits, which keeps its place. Raises
    `RecordsError`.
    """
    # A turn promises once, so that tells a promise from every other.
    id_ = sha256(f"{state.call_sid} {state.turn}".encode()).hexdigest()[:32]
    calendar = flow.calendars.get(wish.hours) if wish.hours else None
    call_back = CallBack(
        id=id_,
        client=state.client,
        call_sid=state.call_sid,
        node=wish.node,
        number=wish.number,
        shown=state.called,
        name=wish.name,
        fields=wish.fields,
        ticket=_ticket(id_, state, wish).to_json(),
        tries=wish.tries,
        after=wish.after,
        hours=calendar.as_data() if calendar else None,
        timezone=flow.client.timezone.key,
        asked_at=now,
        due_at=now,
    )
    return places.take(replace(call_back, due_at=next_call(call_back, now)))


def _ticket(id_: str, state: CallState, wish: PromiseCallBack) -> QueueEntry:
    terms = wish.terms
    return QueueEntry(
        call_sid=for_callback(id_),
        client=state.client,
        caller=wish.number,
        called=state.called,
        priority=terms.priority,
        skills=terms.skills,
        joined_at=wish.joined_at,
        max_wait=terms.max_wait,
        circles=terms.circles,
        wrap_up=terms.wrap_up,
        callback=id_,
    )
