"""One call leg: who, its clock, its transcript, its thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Literal
from urllib.parse import urljoin

from ivr.errors import SimulatorError
from ivr.simulator import interpreter
from ivr.simulator.caller import Act, Behaviour, HangUp, Moment, MomentKind
from ivr.simulator.conference.rooms import Room
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.identity import geography, new_sid
from ivr.simulator.interrupts import CallOver, Interrupts
from ivr.simulator.options import API_VERSION
from ivr.simulator.recordings import Recording
from ivr.simulator.streams import Streams
from ivr.simulator.targets import Target
from ivr.simulator.transcript import Entry, Kind, Transcript
from ivr.simulator.twiml import Element
from ivr.simulator.wire import ENDED, Callback, Unanswered, WebhookClient

Direction = Literal["inbound", "outbound-api", "outbound-dial"]

Life = Callable[["Call"], None]


class Call:
    """A call leg, run in a thread of its own from `start` to `done`.

    `life` is what the leg does. `failure` is the first fault found in it; `join` raises it.
    """

    def __init__(
        self,
        exchange: CarrierAccount,
        *,
        to: str,
        from_: str,
        behaviour: Behaviour,
        life: Life,
        direction: Direction = "inbound",
        parent: Call | None = None,
        callback: Callback | None = None,
        fallback_url: str | None = None,
        extra: Mapping[str, str] | None = None,
        listener: Callable[[Entry], None] | None = None,
    ) -> None:
        self.exchange = exchange
        self.sid = new_sid("CA")
        self.to = to
        self.from_ = from_
        self.direction: Direction = direction
        self.behaviour = behaviour
        self.parent = parent
        self.fallback_url = fallback_url
        self.began = datetime.now(UTC)
        self.clock = 0.0
        self.answered_at: float | None = None
        self.status = "ringing" if direction == "inbound" else "queued"
        self.ended_by: str | None = None
        self.failure: BaseException | None = None
        self.transcript = Transcript(self.began, listener)
        self.interrupts = Interrupts()
        self.children: list[Call] = []
        self.recordings: list[Recording] = []
        self.room: Room | None = None
        self.connections = 0
        self.document: tuple[Element, ...] = ()
        self.document_url = exchange.options.public_url
        self.done = Event()
        self._life = life
        self.wire = WebhookClient(self, callback)
        self.streams = Streams(self)
        self._extra = dict(extra or {})
        self._heard: list[str] = []
        self._silent_turns = 0
        self._turn_began = 0.0
        self._pending: list[Thread] = []
        exchange.add(self)

    # Life, as seen from outside.

    def start(self) -> Call:
        """Begin the call."""
        Thread(target=self._run, name=f"call {self.sid}", daemon=True).start()
        return self

    def join(self, timeout: float = 60.0) -> Call:
        """Wait for the call's end, for at most `timeout` real seconds, and raise its failure.

        Raises `TwimlRefused` or `SimulatorError` with the transcript, or whatever the caller's
        own code raised.
        """
        if not self.wait(timeout):
            raise SimulatorError(f"The call still runs after {timeout:g} s:\n{self.transcript}")
        if isinstance(self.failure, SimulatorError):
            text = f"{self.failure}\n\nThe call so far:\n{self.transcript}"
            raise type(self.failure)(text) from self.failure
        if self.failure:
            raise self.failure
        return self

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait for the call's end for at most `timeout` real seconds; return whether it came."""
        return self.done.wait(timeout)

    def hang_up(self) -> None:
        """Let the caller hang up now, whatever is going on."""
        self.interrupts.end("caller")

    @property
    def is_over(self) -> bool:
        """Whether the call has ended; its last callbacks may still be on their way."""
        return self.status in ENDED

    @property
    def heard(self) -> str:
        """Everything that was said to the caller, as one text."""
        return " ".join(self.transcript.texts("heard"))

    @property
    def now(self) -> datetime:
        """The moment to which the call's clock has come."""
        return self.began + timedelta(seconds=self.clock)

    @property
    def seconds(self) -> int:
        """The length of the call so far since it was answered, in seconds of its clock."""
        return 0 if self.answered_at is None else max(1, round(self.clock - self.answered_at))

    # Life, as the verbs live it.

    def note(self, kind: Kind, text: str, **detail: object) -> None:
        """Add to the transcript."""
        self.transcript.add(self.clock, kind, text, **detail)

    def fail(self, failure: BaseException) -> None:
        """Keep the first failure; the call may go on, as it would at Twilio."""
        self.failure = self.failure or failure
        self.note("note", f"FAULT: {failure}")

    def spend(self, seconds: float) -> None:
        """Let time go by on the call's clock, and in reality if a speed is set."""
        self.clock += seconds
        speed = self.exchange.options.speed
        if speed is None:
            self.interrupts.check()
        else:
            self.interrupts.wait(lambda: False, seconds / speed)

    def hear(
        self, text: str, seconds: float, keys: bool = False, speech: bool = False
    ) -> Act | None:
        """Hear a prompt; returns what the caller did meanwhile, if anything."""
        self.note("heard", text)
        self._heard.append(text)
        act = self.ask("prompt", keys=keys, speech=speech)
        if act is None:
            self.spend(seconds)
        return act

    def ask(
        self,
        kind: MomentKind,
        keys: bool = False,
        speech: bool = False,
        hints: tuple[str, ...] = (),
    ) -> Act | None:
        """Ask the person what to do now. Raises `CallOver` if they hang up."""
        self.interrupts.check()
        act = self.behaviour.choose(self._moment(kind, keys, speech, hints))
        if isinstance(act, HangUp):
            raise CallOver("caller")
        if act is not None:
            self._heard.clear()
            self._silent_turns = 0
        return act

    def overhear(self, words: str, by: str) -> None:
        """Hear what somebody else says in the same room; `by` is the SID of their call."""
        self.note("heard", words, by=by)
        self._heard.append(words)

    def pass_silent_turn(self) -> None:
        """Go on to another document although the caller has done nothing.

        From the second such turn in a row on, the caller is on hold: a little real time goes
        by, so that what they wait for can happen. A turn that took no time of the call's clock
        is a loop and gets none.
        """
        self._silent_turns += 1
        if self._silent_turns > 1 and self.clock > self._turn_began:
            self.interrupts.wait(lambda: False, self.exchange.options.hold_turn_seconds)
        self._turn_began = self.clock

    def answer(self) -> None:
        """The leg is picked up."""
        if self.answered_at is None:
            self.answered_at = self.clock
            self.wire.progress("answered", "in-progress")

    def _moment(
        self,
        kind: MomentKind,
        keys: bool = False,
        speech: bool = False,
        hints: tuple[str, ...] = (),
    ) -> Moment:
        heard = tuple(self._heard)
        return Moment(kind, heard, keys, speech, hints, self._silent_turns, self.connections)

    def address(self, url: str) -> str:
        """An address in the current document, made absolute."""
        return urljoin(self.document_url, url)

    def parameters(self) -> dict[str, str]:
        """The parameters of every request about this call.

        https://www.twilio.com/docs/voice/twiml#request-parameters
        """
        parameters = {
            "CallSid": self.sid,
            "AccountSid": self.exchange.options.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": API_VERSION,
            "Direction": self.direction,
        }
        for role in ("From", "Caller"):
            parameters |= geography(role, self.from_)
        for role in ("To", "Called"):
            parameters |= geography(role, self.to)
        if self.parent:
            parameters["ParentCallSid"] = self.parent.sid
        return parameters | self._extra

    def after_request(self, errand: Callable[[], None]) -> None:
        """Do something beside the call, in a thread of its own, once the server has answered
        the next request; the call is `done` after it."""
        self._pending.append(Thread(target=errand, name=f"errand of {self.sid}", daemon=True))

    def start_errands(self) -> None:
        """The server has answered."""
        for errand in self._pending:
            if errand.ident is None:
                errand.start()

    def run(
        self,
        target: Target | None,
        context: str = "call",
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run a document and all that it leads to; see `interpreter.run`."""
        interpreter.run(self, target, context, until)

    def child(
        self, to: str, from_: str, behaviour: Behaviour, life: Life, callback: Callback | None
    ) -> Call:
        """A leg that this call dials, from this moment of its clock; not yet started."""
        leg = Call(
            self.exchange,
            to=to,
            from_=from_,
            behaviour=behaviour,
            life=life,
            direction="outbound-dial",
            parent=self,
            callback=callback,
        )
        leg.clock = self.clock
        leg.document_url = self.document_url
        self.children.append(leg)
        return leg

    def end_unanswered(self, target: Target, status: Unanswered) -> None:
        """Ask for a document, and end in this status before it is heard."""
        self.wire.request(target)
        self.wire.tell_the_end(status)
        raise CallOver("carrier")

    # The thread.

    def _run(self) -> None:
        try:
            self._life(self)
            self.ended_by = "server"
        except CallOver as over:
            self.ended_by = over.by
        except Exception as error:  # a fault, or the caller's own code: `join` raises it
            self.fail(error)
            self.ended_by = "failure"
        finally:
            self._end()

    def _final_status(self) -> str:
        """A call that ends while it rings is not completed: who makes it has it canceled, or the
        caller is gone before it is answered.

        https://www.twilio.com/docs/voice/api/call-resource#call-status-values
        """
        if self.answered_at is None and self.ended_by == "carrier":
            return "canceled"
        unanswered = self.answered_at is None and self.ended_by == "caller"
        return "no-answer" if unanswered and self.direction == "inbound" else "completed"

    def _end(self) -> None:
        self.interrupts.close()
        self.streams.stop()
        self.note("hung up", f"ended by: {self.ended_by}")
        self.wire.tell_the_end(self._final_status())
        if self.parent:
            self.parent.interrupts.nudge()
        if self.failure is None and self.ended_by != "carrier closed":
            try:
                self.behaviour.finish(self._moment("hold"))
            except Exception as error:  # as above: for `join`
                self.fail(error)
        self.start_errands()
        for errand in self._pending:
            errand.join()
        for child in self.children:
            child.wait()
            self.failure = self.failure or child.failure
        self.done.set()
