"""Questions and answers over Redis: how a worker on another machine reaches the server.

A question lies in a key of its own, and its id in a list from which any server takes it; the answer
comes back in a list of its own. All of it lives for a minute at most, and who asks has one question
at a time: so Redis holds little, whatever is asked for. A server that dies with a question is asked
it again, maybe another server, too: so a question must bear to be answered twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from redis import Redis, RedisError

from ivr import keys
from ivr.errors import DeskSilent

AGAIN_SECONDS = 5.0
"""A question without an answer is asked again so often, unless its answer takes longer."""

PATIENCE_SECONDS = 60.0
"""A server may start anew meanwhile; one that does not answer for so long is away."""

_POLL_SECONDS = 5
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RpcMessage:
    """A question or an answer: what can be written as JSON, and bytes beside it."""

    head: Mapping[str, Any]
    body: bytes = b""

    def packed(self) -> bytes:
        """As it is sent."""
        return json.dumps(self.head).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, sent: bytes) -> RpcMessage:
        """What was sent. Raises `ValueError` where that is no parcel."""
        head, _, body = sent.partition(b"\n")
        read = json.loads(head)
        if not isinstance(read, dict):
            raise ValueError("its head is no object")
        return cls(read, body)


def ask(
    redis: Redis,
    question: RpcMessage,
    again: float = AGAIN_SECONDS,
    patience: float = PATIENCE_SECONDS,
) -> RpcMessage:
    """The answer to `question`, which is asked anew after every `again` seconds.

    Raises `DeskSilent` where there is none for `patience` seconds, also where Redis is away.
    """
    id_, packed = uuid4().hex, question.packed()
    end, problem = time.monotonic() + patience, "no server answers"
    while (now := time.monotonic()) < end:
        try:
            _put(redis, id_, packed)
            answer = _awaited(redis, id_, min(now + again, end))
        except RedisError as error:
            problem = f"Redis does not answer ({error})"
            time.sleep(_PAUSE_SECONDS)
            continue
        if answer is not None:
            return RpcMessage.unpacked(answer)
    raise DeskSilent(f"The server could not be asked for {patience:.0f} s: {problem}.")


def answer_one(redis: Redis, answer: Callable[[RpcMessage], RpcMessage], wait: int) -> bool:
    """Answer the next question, waiting for one for `wait` seconds; False where none came.

    What `answer` raises goes through, and the question is asked again.
    """
    taken = redis.brpop([keys.SPEECH_DESK], timeout=wait)
    if taken is None:
        return False
    id_ = _bytes(taken[1]).decode()
    sent = redis.get(keys.speech_question(id_))
    if sent is None:  # whoever asked waits no longer
        return True
    said = answer(RpcMessage.unpacked(_bytes(sent))).packed()
    with redis.pipeline(transaction=True) as pipe:
        pipe.delete(keys.speech_question(id_), keys.speech_answer(id_))
        pipe.rpush(keys.speech_answer(id_), said)
        pipe.expire(keys.speech_answer(id_), keys.SPEECH_ANSWER_TTL_SECONDS)
        pipe.execute()
    return True


def _put(redis: Redis, id_: str, packed: bytes) -> None:
    with redis.pipeline(transaction=True) as pipe:
        pipe.set(keys.speech_question(id_), packed, ex=keys.SPEECH_QUESTION_TTL_SECONDS)
        pipe.lrem(keys.SPEECH_DESK, 0, id_)
        pipe.lpush(keys.SPEECH_DESK, id_)
        pipe.expire(keys.SPEECH_DESK, keys.SPEECH_QUESTION_TTL_SECONDS)
        pipe.execute()


def _awaited(redis: Redis, id_: str, until: float) -> bytes | None:
    while (left := until - time.monotonic()) > 0:
        came = redis.blpop([keys.speech_answer(id_)], timeout=min(_POLL_SECONDS, max(0.01, left)))
        if came is not None:
            return _bytes(came[1])
    return None


def _bytes(kept: bytes | str) -> bytes:
    return kept.encode() if isinstance(kept, str) else kept
