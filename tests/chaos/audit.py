"""The audit after the storm: what the carrier has seen against what the system has kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from redis import Redis

from ivr import keys
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import tables
from ivr.cli._demo.stage import Stage
from ivr.core.call_back import CallBackState
from ivr.core.queue.states import Presence
from ivr.core.records.call_back import CallBack
from ivr.simulator import Call
from tests.chaos.agency import THIRD
from tests.chaos.callers import Caller
from tests.chaos.eyes import is_operator

CUT_OFF = "we were cut off"
PROMISED = "You keep your place in line"
AT_REST = frozenset({Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE, Presence.WRAP_UP})
NOTHING = (
    keys.QUEUE_WAITING,
    keys.QUEUE_CALLERS,
    keys.QUEUE_CLAIMED,
    keys.QUEUE_RESERVATIONS,
    keys.QUEUE_LEASES,
    keys.QUEUE_OPERATORS,
    keys.QUEUE_CONVERSATIONS,
    keys.QUEUE_UNWANTED,
)


class Ending(StrEnum):
    """How a caller ended."""

    MESSAGE = "in a message"
    CALLED_BACK = "called back"
    TRIED = "called back in vain, and a job"
    ANSWERED = "answered"
    HUNG_UP = "hung up by their own choice"
    LOST = "lost"


@dataclass
class Audit:
    """What was found. `faults` is empty where all is well."""

    endings: Counter[Ending] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def fault(self, what: str) -> None:
        """Something is not as it must be."""
        self.faults.append(what)


class Auditor:
    """Compares the two truths of a stage."""

    def __init__(self, stage: Stage, callers: Sequence[Caller], redis: Redis) -> None:
        self._stage, self._callers, self._redis = stage, callers, redis
        self._legs = stage.carrier.calls
        self._staffed = {
            entry.text
            for leg in self._legs
            if is_operator(leg)
            for entry in leg.transcript.of("joined")
        }

        self._transferred = {
            _conversation(entry.detail["url"])
            for leg in self._legs
            if leg.to == THIRD
            for entry in leg.transcript.of("requested")
        }
        """Conversations in which somebody else was rung: who does not reach them waits again."""

    def unsettled(self) -> list[str]:
        """What still goes on: empty once the storm is over for everybody."""
        found = [f"{leg.sid} to {leg.to} goes on" for leg in self._legs if not leg.done.is_set()]
        found += [f"{key} is not empty" for key in NOTHING if self._redis.exists(key)]
        waiting = self._stage.records.call_backs.waiting()
        found += [f"call back {each.id} waits" for each in waiting]
        found += [
            f"{each.operator} is {each.state}"
            for each in RedisOperators(self._redis).all(datetime.now(UTC))
            if each.state not in AT_REST
        ]
        for key in (keys.JOURNAL, keys.QUEUE_FACTS):
            if self._redis.xlen(key):
                found.append(f"{key} is not empty")
        return found

    def audit(self, figures: bool = True) -> Audit:
        """All that is checked at the end; `figures` too, of which a power cut loses a second."""
        audit = Audit(faults=self.unsettled())
        call_backs = {
            each.call_sid: each for each in self._stage.records.call_backs.newest(None, 9999)
        }
        for caller in self._callers:
            assert caller.call is not None
            ending = self._ending(caller.call, call_backs.get(caller.call.sid), audit)
            audit.endings[ending] += 1
            if ending is Ending.LOST:
                audit.fault(f"lost: {caller.wish}\n{caller.call.transcript}")
        self._failures(audit)
        self._call_backs(call_backs.values(), audit)
        self._messages(audit)
        if figures:
            self._visits(audit)
        self._calls(audit)
        self._jobs(audit)
        return audit

    def _ending(self, call: Call, call_back: CallBack | None, audit: Audit) -> Ending:
        if PROMISED in call.heard and call_back is None:
            audit.fault(f"promised a call back that is not kept:\n{call.transcript}")
        if call.recordings:
            return Ending.MESSAGE
        if call_back is not None:
            reached = call_back.state is CallBackState.REACHED
            return Ending.CALLED_BACK if reached else Ending.TRIED
        if self._met_operator(call):
            return Ending.ANSWERED
        return Ending.HUNG_UP if call.ended_by == "caller" else Ending.LOST

    def _met_operator(self, call: Call) -> bool:
        rooms = {str(entry.detail["room"]) for entry in call.transcript.of("connected")}
        return bool(rooms & self._staffed)

    def _was_cut_off(self, leg: Call) -> bool:
        """Whether a talk had no end of its own: its end was said to be ours, or the operator was
        gone while they were on hold, and they hung up before they were told."""
        if CUT_OFF in leg.heard:
            return True
        last = leg.transcript.of("connected", "held", "resumed")[-1]
        [end] = leg.transcript.of("hung up")
        return last.kind == "held" and any(
            entry.text == last.text and entry.noted_at < end.noted_at
            for other in self._legs
            if is_operator(other)
            for entry in other.transcript.of("left")
        )

    def _failures(self, audit: Audit) -> None:
        for leg in self._legs:
            if leg.failure is not None:
                audit.fault(f"{leg.sid} to {leg.to}: {leg.failure}\n{leg.transcript}")

    def _call_backs(self, call_backs: Iterable[CallBack], audit: Audit) -> None:
        legs = {leg.sid: leg for leg in self._legs}
        jobs = Counter(row.call_sid for row in self._rows(tables.jobs) if row.message is None)
        for each in call_backs:
            reached = [
                leg for leg in self._legs if leg.to == each.number and self._met_operator(leg)
            ]
            match each.state:
                case CallBackState.REACHED:
                    if each.ended_at is None:
                        audit.fault(f"the call back {each.id} was reached and never ended")
                    if each.reached_call not in legs:
                        audit.fault(f"the call back {each.id} was reached on no call")
                case CallBackState.GIVEN_UP:
                    if jobs[each.call_sid] != 1:
                        audit.fault(f"the call back {each.id} became {jobs[each.call_sid]} jobs")
                    if not all(map(self._was_cut_off, reached)):
                        audit.fault(f"the call back {each.id} was reached and given up")
                case _:
                    audit.fault(f"the call back {each.id} is {each.state}: {each.reason}")

    def _messages(self, audit: Audit) -> None:
        left = {
            recording.sid: caller.call
            for caller in self._callers
            if caller.call
            for recording in caller.call.recordings
        }
        kept = Counter(row.recording_sid for row in self._rows(tables.messages))
        for sid in left.keys() - kept.keys():
            audit.fault(f"the message {sid} is not kept:\n{left[sid].transcript}")
        for sid in kept.keys() - left:
            audit.fault(f"the message {sid} was never left")
        jobs = Counter(row.message for row in self._rows(tables.jobs) if row.message)
        for row in self._rows(tables.messages):
            if jobs[row.id] != 1:
                audit.fault(f"the message {row.id} has {jobs[row.id]} jobs")

    def _visits(self, audit: Audit) -> None:
        visits = self._stage.records.queue.visits(
            datetime.now(UTC) - timedelta(hours=2), datetime.now(UTC) + timedelta(hours=1)
        )
        for visit in visits:
            served = [o for o in visit.offers if o.how == "finished" and o.answered_at]
            again = [o for o in served if o.id not in self._transferred]
            if len(again) > 1 and not visit.callback:
                audit.fault(f"{visit.call_sid} was served {len(again)} times in one visit")
            spans = sorted(
                (o.answered_at, o.ended_at) for o in visit.offers if o.answered_at and o.ended_at
            )
            for (_, ended), (answered, _) in pairwise(spans):
                if answered < ended:
                    audit.fault(f"{visit.call_sid} was with two operators at once")
            if visit.left_at is None and not visit.callback:
                audit.fault(f"{visit.call_sid} has never left the queue")
            for each in visit.offers:
                if each.ended_at is None:
                    audit.fault(f"the offer {each.id} to {each.operator} has never ended")

    def _calls(self, audit: Audit) -> None:
        kept = {row.call_sid: row for row in self._rows(tables.calls)}
        for caller in self._callers:
            row = kept.get(caller.call.sid) if caller.call else None
            if row is None:
                audit.fault(f"the call {caller.call and caller.call.sid} is not in the records")
            elif row.ended_at is None:
                audit.fault(f"the call {row.call_sid} never ends in the records")

    def _jobs(self, audit: Audit) -> None:
        for row in self._rows(tables.jobs):
            if not (row.owner and row.owner_kind and row.owner_name):
                audit.fault(f"the job {row.id} has no owner")

    def _rows(self, table: sa.Table) -> list[Any]:
        engine = sa.create_engine(self._stage.settings.database_url)
        with engine.connect() as connection:
            rows = list(connection.execute(sa.select(table)))
        engine.dispose()
        return rows


def _conversation(url: object) -> str:
    return parse_qs(urlsplit(str(url)).query).get("conversation", [""])[0]
