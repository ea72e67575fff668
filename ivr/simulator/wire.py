"""What the carrier says to the server about one call: requests for documents, and callbacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urldefrag

from ivr.errors import SimulatorError, TwimlRefused
from ivr.simulator.targets import Target
from ivr.simulator.webhooks import Answer, Unfetchable, Webhook, Webhooks

if TYPE_CHECKING:
    from ivr.simulator.call import Call

Unanswered = Literal["busy", "no-answer", "failed", "canceled"]
ENDED = frozenset({"completed", *get_args(Unanswered)})

SIP_CODES = {"completed": 200, "busy": 486, "no-answer": 487, "failed": 404, "canceled": 487}
"""The last SIP response to a call that we make, by how it ended."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a leg's progress is told, and which of initiated, ringing, answered, completed."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


class WebhookClient:
    """One call's correspondence with the server. Every request is in the call's transcript."""

    def __init__(self, call: Call, callback: Callback | None) -> None:
        self._call = call
        self._callback = callback
        self._faults = call.exchange.faults
        self._misbehaviour = call.exchange.options.misbehaviour
        self._webhooks = Webhooks(call.exchange.options, self._faults)
        self._previous: Webhook | None = None
        self._documents = 0
        self._sequence = 0
        self._held_back: list[Webhook] = []
        self._told_the_end = False

    def request(self, target: Target) -> Answer:
        """Ask the server for a document.

        Raises `Unfetchable`, `TwimlRefused` for a bad address, and `SimulatorError` when the
        call has asked for too many.
        """
        most = self._call.exchange.options.max_documents
        self._documents += 1
        if self._documents > most:
            raise SimulatorError(
                f"The call asked for more than {most} documents; the server sends it round in a "
                f"loop, last to {target.url}."
            )
        form = self._call.parameters() | dict(target.form)
        webhook = Webhook(target.url, target.method, form)
        try:
            answer = self._deliver(webhook)
        finally:
            self._call.start_errands()
        if self._misbehaviour.redeliver_late and self._previous:
            self._deliver(self._previous, duplicate=True)
        self._previous = webhook
        return answer

    def tell(self, url: str, method: str, form: Mapping[str, str]) -> None:
        """Send a callback whose answer does not matter; a refusal is a fault of the server.

        `url` may be relative to the current document.
        """
        self._tell(Webhook(self._call.address(url), method, dict(form)))

    def progress(self, event: str, status: str) -> None:
        """Enter a new status of the call, and tell the status callback if it wants to know.

        https://www.twilio.com/docs/voice/api/call-resource#statuscallback
        """
        call = self._call
        call.status = status
        if self._callback is None or event not in self._callback.events:
            return
        if self._misbehaviour.lose_status:
            return
        form = call.parameters() | {
            "Timestamp": format_datetime(call.now),
            "SequenceNumber": str(self._sequence),
            "CallbackSource": "call-progress-events",
        }
        self._sequence += 1
        if status in ENDED:
            form |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
            if call.direction != "inbound":
                form["SipResponseCode"] = str(SIP_CODES[status])
        self._held_back.insert(0, Webhook(self._callback.url, self._callback.method, form))
        if not self._misbehaviour.status_out_of_order or status in ENDED:
            while self._held_back:
                self._tell(self._held_back.pop(0))

    def tell_the_end(self, status: str = "completed") -> None:
        """Tell the status callback that the call is over; only the first time counts."""
        if not self._told_the_end:
            self._told_the_end = True
            self.progress("completed", status)

    def report(self, target: Target) -> None:
        """Request an action URL of a call that has just ended; nobody hears the answer."""
        if self._misbehaviour.status_out_of_order:
            self.tell_the_end()
        self._call.status = "no-answer" if self._call.answered_at is None else "completed"
        self._tell(Webhook(target.url, target.method, self._call.parameters() | dict(target.form)))

    def fetch_audio(self, url: str) -> Answer:
        """Fetch what `<Play>` names. Raises as `request` does."""
        return self._deliver(Webhook(url, "GET"))

    def _tell(self, webhook: Webhook) -> None:
        try:
            self._deliver(webhook)
        except Unfetchable:
            pass  # noted among the faults; Twilio does not bring a lost callback back
        except TwimlRefused as error:
            self._call.fail(error)

    def _deliver(self, webhook: Webhook, duplicate: bool = False) -> Answer:
        path = urldefrag(webhook.url).url.removeprefix(self._call.exchange.options.public_url)
        text = f"{webhook.method} {path}{' again' if duplicate else ''}"
        detail = {"url": webhook.url, "form": webhook.form, "duplicate": duplicate}
        try:
            answer = self._webhooks.send(webhook)
        except Unfetchable as error:
            self._faults.append(str(error))
            self._call.note("requested", f"{text} → no answer", **detail)
            raise
        self._call.note("requested", f"{text} → {answer.status}", status=answer.status, **detail)
        if answer.status >= 400:
            self._faults.append(f"{text} was answered {answer.status}")
        return answer
