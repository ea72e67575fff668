"""What a conference tells the server: its events, numbered and in their order.

https://www.twilio.com/docs/voice/twiml/conference#attributes-status-callback
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.simulator.wire import WebhookClient

# The words of statusCallbackEvent, and the events that each stands for.
EVENTS: Mapping[str, frozenset[str]] = {
    "start": frozenset({"conference-start"}),
    "end": frozenset({"conference-end"}),
    "join": frozenset({"participant-join"}),
    "leave": frozenset({"participant-leave"}),
    "mute": frozenset({"participant-mute", "participant-unmute"}),
    "hold": frozenset({"participant-hold", "participant-unhold"}),
    "modify": frozenset({"participant-modify"}),
    "announcement": frozenset({"announcement-end"}),
    "speaker": frozenset(),
}


@dataclass(frozen=True, slots=True)
class EventCallback:
    """An absolute address, and the words of the events that it wants."""

    url: str
    method: str = "POST"
    wanted: frozenset[str] = frozenset()


class ConferenceNotifier:
    """Tells one conference's events over the wire of the call that opened it.

    Whoever causes an event only queues it. Everything is sent by `flush`, one after the other,
    so that the server hears of events in the order of their numbers.
    """

    def __init__(
        self, wire: WebhookClient, account_sid: str, callback: EventCallback | None
    ) -> None:
        self._wire = wire
        self._account = {"AccountSid": account_sid}
        self._callback = callback
        self._sequence = 0
        self._queue: deque[tuple[str, str, dict[str, str]]] = deque()
        self._delivering = Lock()

    def event(self, name: str, form: Mapping[str, str]) -> None:
        """Queue an event, if it is wanted."""
        callback = self._callback
        if callback is None or not any(name in EVENTS[word] for word in callback.wanted):
            return
        self._sequence += 1
        numbered = {
            "SequenceNumber": str(self._sequence),
            "StatusCallbackEvent": name,
            "Timestamp": format_datetime(datetime.now(UTC)),
        }
        self.tell(callback.url, callback.method, numbered | dict(form))

    def tell(self, url: str, method: str, form: Mapping[str, str]) -> None:
        """Queue any other callback."""
        self._queue.append((url, method, self._account | dict(form)))

    def flush(self) -> None:
        """Send what is queued, and wait for what somebody else is sending."""
        with self._delivering:
            while self._queue:
                self._wire.tell(*self._queue.popleft())

    def flush_soon(self) -> None:
        """Send beside a REST request, which is answered first."""
        if self._queue:
            Thread(target=self.flush, name="conference events", daemon=True).start()
