"""The state of calls in Redis, and the answers already given.

A turn is one read and one write. The write is a compare-and-set on the number of the turn: of two
web processes that work on one webhook only one writes, and the other gives the same answer.
"""

from __future__ import annotations

from typing import Any, cast

from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.seal import Seal
from ivr.adapters.redis.turn_journal import snapshot_to_json, turn_to_json
from ivr.core.call.state import CallState
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import TurnNote
from ivr.services.protocols.calls import Stored

COMMIT = """
-- KEYS[1] the call's hash; KEYS[2] the journal's stream
-- ARGV[1] the turn of the state that was read, -1 for none; ARGV[2] the label of this request
-- ARGV[3] the new turn; ARGV[4] the new state; ARGV[5] the answer; ARGV[6] seconds to live
-- ARGV[7] the journal's snapshot of the call; ARGV[8] its note of the turn
-- Returns false when written, or the answer that another process has given.
local turn = redis.call('HGET', KEYS[1], 'turn') or '-1'
if turn ~= ARGV[1] then
  return redis.call('HGET', KEYS[1], 'answer:' .. ARGV[2]) or redis.call('HGET', KEYS[1], 'latest')
end
redis.call('HSET', KEYS[1], 'turn', ARGV[3], 'state', ARGV[4],
  'answer:' .. ARGV[2], ARGV[5], 'latest', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('XADD', KEYS[2], '*', 'call', ARGV[7], 'turn', ARGV[8])
return false
"""


class RedisCallStore:
    """Calls in Redis. Every method raises `StateUnavailable` where Redis cannot be reached."""

    def __init__(self, redis: Redis, seal: Seal) -> None:
        self._redis = redis
        self._seal = seal
        self._commit = redis.register_script(COMMIT)

    def read(self, call_sid: str, label: str) -> Stored:
        """All that a turn needs. `label` names the request, such as `turn/3`."""
        fields = ["state", f"answer:{label}", f"accepted:{label}"]
        with own_errors():
            values = cast(list[Any], self._redis.hmget(keys.call(call_sid), fields))
        state, answer, accepted = values
        return Stored(
            CallState.from_json(state, self._seal.opened) if state else None,
            _text(answer),
            accepted is not None,
        )

    def state(self, call_sid: str) -> CallState | None:
        """What is stored of the call; None where nothing is."""
        return self.read(call_sid, "").state

    def latest(self, call_sid: str) -> str | None:
        """The answer to the call's latest turn."""
        with own_errors():
            return _text(cast(Any, self._redis.hget(keys.call(call_sid), "latest")))

    def commit(
        self,
        expected: int,
        label: str,
        state: CallState,
        answer: str,
        call: CallSnapshot,
        turn: TurnNote,
    ) -> str | None:
        """Write a turn and its answer; return None, or what was answered if another came first.

        `expected` is the turn of the state that was read, `BEFORE_FIRST` for none. `call` and
        `turn` are the journal's: the call's snapshot, and the note of the turn.
        """
        with own_errors():
            other = self._commit(
                keys=[keys.call(state.call_sid), keys.JOURNAL],
                args=[
                    expected,
                    label,
                    state.turn,
                    state.to_json(self._seal.sealed),
                    answer,
                    keys.CALL_TTL_SECONDS,
                    snapshot_to_json(call),
                    turn_to_json(turn),
                ],
            )
        return _text(other)

    def journal(self, call: CallSnapshot) -> None:
        """Put the snapshot of a call that has no state into the journal."""
        with own_errors():
            self._redis.xadd(keys.JOURNAL, {"call": snapshot_to_json(call)})

    def accept(self, call_sid: str, label: str) -> None:
        """Note that the person who is rung takes the call; `label` names the next turn."""
        with own_errors():
            self._redis.hset(keys.call(call_sid), f"accepted:{label}", "1")


def _text(value: str | bytes | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value
