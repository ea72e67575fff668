"""Numbered turns: a webhook happens to a call exactly once, however often it is delivered.

Around the pure engine this module reads the state, asks the operator queue, carries out effects and
writes the new state together with the answer. Where Redis cannot be reached it goes on without
stored state, from what the URL says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from ivr.core.availability.standing import StandingOf
from ivr.core.call.call_leg import CallLeg
from ivr.core.call.card_door import without_cards
from ivr.core.call.engine import CallFlow, Turn, advance, resort_to_message, start
from ivr.core.call.events import CallStarted, Claimed, Event, HungUp
from ivr.core.call.state import BEFORE_FIRST, CallState
from ivr.core.language.phrases import FALLBACK, phrases
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.timeline import TurnNote
from ivr.errors import RecordsError, StateUnavailable, UnknownClient
from ivr.metrics import TURNS
from ivr.services.calls.asking import Asking
from ivr.services.calls.effects import Effects
from ivr.services.calls.links import Links, PlaceHint
from ivr.services.calls.snapshots import snapshot
from ivr.services.calls.stream_links import StreamLinks
from ivr.services.calls.turn_notes import Taken, turn_note
from ivr.services.calls.waiting_line import WaitingLine
from ivr.services.facts import CallEnded
from ivr.services.intake import Intake
from ivr.services.outgoing import Outgoing
from ivr.services.outgoing_limits import OutgoingLimits
from ivr.services.protocols.calls import CallStore, Stored
from ivr.services.protocols.clients import Library
from ivr.services.protocols.documents import Documents
from ivr.services.protocols.operator_queue import OperatorQueue
from ivr.services.protocols.records import Records

log = structlog.get_logger()

OVERTAKEN_TRIES = 5
"""A request out of turn is tried again so often when turns of the call come in between."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One webhook that takes a call further.

    `label` tells this request from every other of the same call; `number` is the turn's, None for
    a request that comes out of turn. `event` says what has happened, given whether the person who
    was rung took the call; None stands for the last resort. `query` is the URL's. `patience` is
    the answer where what has happened cannot be known without the stored state.
    """

    leg: CallLeg
    label: str
    number: int | None
    event: Callable[[bool], Event] | None
    query: Mapping[str, str] = field(default_factory=dict)
    patience: str | None = None

    @property
    def hint(self) -> PlaceHint | None:
        """Where the call stands, if the URL says so."""
        return PlaceHint.from_query(self.query) if "node" in self.query else None


class Turns:
    """Takes turns. `clock` gives the time, aware; `streams` where we can listen live too."""

    def __init__(
        self,
        library: Library,
        store: CallStore,
        queue: OperatorQueue,
        records: Records,
        intake: Intake,
        effects: Effects,
        asking: Asking,
        outgoing: Outgoing,
        documents: Documents,
        clock: Callable[[], datetime],
        standing: StandingOf,
        streams: StreamLinks | None = None,
        limits: OutgoingLimits | None = None,
    ) -> None:
        self._library = library
        self._store = store
        self._line = WaitingLine(queue, limits)
        self._records = records
        self._intake = intake
        self._effects = effects
        self._asking = asking
        self._outgoing = outgoing
        self._documents = documents
        self._clock = clock
        self._standing = standing
        self._streams = streams

    def take(self, request: TurnRequest) -> str:
        """The TwiML document that answers `request`.

        Raises `NotKept` where the turn brings what must not be lost and nothing can keep it.
        """
        leg = request.leg
        try:
            for _ in range(OVERTAKEN_TRIES):
                answer = self._take(request)
                if answer is not None:
                    return answer
        except StateUnavailable as error:
            log.error("turn.without_state", call_sid=leg.call_sid, error=str(error))
            return request.patience or self._without_state(request)
        log.error("turn.overtaken", call_sid=leg.call_sid, label=request.label)
        return self._store.latest(leg.call_sid) or self.rescue(leg)

    def _take(self, request: TurnRequest) -> str | None:
        """One try; None where another turn of the call has come in between."""
        leg = request.leg
        stored = self._store.read(leg.call_sid, request.label)
        state, answer = stored.state, stored.answer
        if answer is None and state is not None and _late(request, state):
            answer = self._store.latest(leg.call_sid)
        if answer is not None:
            TURNS.labels("repeated").inc()
            return answer
        flow = self._flow(leg, state, request)
        if flow is None:
            return self._unclaimed(leg)
        before = self._before(flow, state, request)
        if state is not None and state.waiting is not None and before.waiting is None:
            self._line.leave(before, self._clock())  # they have left, and the queue missed it
        taken = self._turn(flow, before, request, stored)
        TURNS.labels("taken").inc()
        return self._commit(state, request, taken)

    def take_first(self, request: TurnRequest) -> bool:
        """Take a turn unless another request has; return whether it was this one that did.

        For what no document answers. Raises `StateUnavailable`.
        """
        self._take(request)
        return self._store.read(request.leg.call_sid, request.label).answer is not None

    def ended(self, leg: CallLeg, outcome: str) -> None:
        """The carrier says that the call is over, and how. Raises `NotKept`."""
        now = self._clock()
        try:
            state = self._store.state(leg.call_sid)
            if state is not None and state.ended_at is None:
                self.take(TurnRequest(leg, "status", None, lambda _: HungUp(outcome)))
            self._line.leave_for_good(leg.call_sid, now)
            if state is not None:
                return
        except StateUnavailable as error:
            log.error("turn.without_state", call_sid=leg.call_sid, error=str(error))
        caller = leg.caller or WITHHELD
        self._intake.keep(CallEnded(leg.call_sid, now, outcome, caller, leg.called))

    def rescue(self, leg: CallLeg) -> str:
        """What a caller hears when the server itself has failed: never an error, always a way."""
        TURNS.labels("failed").inc()
        flow = self._library.answering(leg.called)
        if flow is None:
            return self._say("apology")
        state = start(flow, leg.call_sid, leg.caller, leg.called, self._clock())
        turn = resort_to_message(flow, state, self._clock())
        return self._documents.render(turn.verbs, Links(turn.state, self._streams))

    def _flow(self, leg: CallLeg, state: CallState | None, request: TurnRequest) -> CallFlow | None:
        """The flow in the version that the call began with; None where nobody has the number."""
        hint = None if state else request.hint
        try:
            if state is not None:
                return self._library.flow(state.client, state.flow_version)
            if hint is not None:
                return self._library.flow(hint.client, hint.flow)
        except UnknownClient:
            log.warning("call.client_gone", call_sid=leg.call_sid)
        return self._library.answering(leg.called)

    def _before(self, flow: CallFlow, state: CallState | None, request: TurnRequest) -> CallState:
        """The state in which the event happens, with the client's people as they stand now.

        Where nothing is stored, or the store is behind because Redis lost its last second, the
        URL says where the call stands.
        """
        leg, number, now = request.leg, request.number, self._clock()
        known = state or start(flow, leg.call_sid, leg.caller, leg.called, now)
        known = replace(known, standing=self._standing(flow.client_id, now))
        if number is None or number <= known.turn + 1:
            return known
        hint = request.hint
        if hint is None:
            return replace(known, turn=number - 1)
        there = replace(known, turn=number - 1, node=hint.node, attempt=hint.attempt)
        if hint.node == known.node:
            return there
        return replace(there, memory={}, waiting=None, waiting_since=None)

    def _turn(
        self, flow: CallFlow, before: CallState, request: TurnRequest, stored: Stored
    ) -> Taken:
        now = self._clock()
        event: Event | None = None
        if request.event is None:
            turn = resort_to_message(flow, before, now)
        else:
            told = without_cards(request.event(stored.accepted), flow.client.language)
            event = self._line.event(before, told, now)
            event = self._asking.event(flow, before, event)
            if isinstance(event, Claimed):
                self._effects.served(before, now)
            turn = advance(flow, before, event, now)
        return Taken(flow, before, event, self._settled(flow, before, turn, now), now)

    def _settled(self, flow: CallFlow, before: CallState, turn: Turn, now: datetime) -> Turn:
        """The turn as it goes out, its effects carried out; where one of them shows that
        something else has happened, the turn that this leads to."""
        turn = self._outgoing.turn(flow, self._line.follow(flow, before, turn, now), now)
        for effect in turn.effects:
            instead = self._effects.carry_out(flow, turn.state, effect, now)
            if instead is not None:
                return self._settled(flow, before, advance(flow, before, instead, now), now)
        return turn

    def _commit(self, read: CallState | None, request: TurnRequest, taken: Taken) -> str | None:
        """Write the turn; return the answer that counts, None where this turn must be tried again.

        Of two processes that work on one webhook the first wins, and both give its answer. A
        request out of turn (a hang-up, an operator) that was overtaken by a turn must still happen.
        """
        after = taken.turn.state
        answer = self._documents.render(taken.turn.verbs, Links(after, self._streams))
        noted, note = snapshot(after), turn_note(taken)
        expected = read.turn if read else BEFORE_FIRST
        try:
            given = self._store.commit(expected, request.label, after, answer, noted, note)
        except StateUnavailable as error:
            log.error("turn.not_stored", call_sid=after.call_sid, error=str(error))
            self._note(noted, note)
            return answer
        if given is None:
            return answer
        self._line.overtaken(self._store.state(after.call_sid), self._clock())
        return None if request.number is None else given

    def _without_state(self, request: TurnRequest) -> str:
        """A turn with no more than what the carrier sends and the URL says."""
        TURNS.labels("without_state").inc()
        flow = self._flow(request.leg, None, request)
        if flow is None:
            return self._unclaimed(request.leg)
        before = self._before(flow, None, request)
        taken = self._turn(flow, before, request, Stored())
        after = taken.turn.state
        self._note(snapshot(after), turn_note(taken))
        return self._documents.render(taken.turn.verbs, Links(after, self._streams))

    def _unclaimed(self, leg: CallLeg) -> str:
        """Nobody has this number: say so politely, and record it."""
        TURNS.labels("unclaimed").inc()
        now = self._clock()
        log.warning("call.unclaimed_number", call_sid=leg.call_sid, called=leg.called)
        noted = CallSnapshot(
            call_sid=leg.call_sid,
            client=None,
            from_=leg.caller or WITHHELD,
            to=leg.called,
            started_at=now,
            flow_version="",
            turn=0,
            ended_at=now,
            outcome="unknown number",
        )
        try:
            self._store.journal(noted)
        except StateUnavailable:
            self._note(noted)
        return self._say("unknown_number")

    def _note(self, noted: CallSnapshot, *turn: TurnNote) -> None:
        """Straight into the records, where the call's state cannot be stored. Whatever comes of
        it, the caller is answered: reconciliation with the carrier brings the call in later."""
        try:
            self._intake.attempt(lambda: self._records.calls.note([noted, *turn]))
        except RecordsError as error:
            log.error("call.not_recorded", call_sid=noted.call_sid, error=str(error))

    def _say(self, phrase: str) -> str:
        return self._documents.spoken(phrases(FALLBACK)[phrase], "", "en-GB")


def _late(request: TurnRequest, state: CallState) -> bool:
    """Whether the call has gone on since, so that the request can change nothing any more."""
    if request.number is not None:
        return request.number <= state.turn
    return state.ended_at is not None


def started(_: bool) -> Event:
    """The event of a call's first turn."""
    return CallStarted()
