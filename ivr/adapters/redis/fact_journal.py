"""The journal of facts: a Redis stream of what webhooks reported while the records were away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from redis import Redis

from ivr import keys
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.stream import Stream
from ivr.errors import RecordsError
from ivr.services.facts import KINDS, Fact, kind_of

_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(type_) for name, type_ in KINDS.items()
}


class FactJournal:
    """The stream `keys.FACTS`. Methods raise `StateUnavailable` if Redis cannot be used."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def append(self, fact: Fact) -> None:
        """Add a fact behind those that wait."""
        kind = kind_of(fact)
        with own_errors():
            self._redis.xadd(keys.FACTS, {"kind": kind, "fact": _ADAPTERS[kind].dump_json(fact)})

    def waiting(self) -> int:
        """Return how many facts wait to be written into the records."""
        return self._length(keys.FACTS)

    def refused(self) -> int:
        """Return how many facts the records refused; a person must look at them."""
        return self._length(keys.FACTS_REFUSED)

    def drain(self, record: Callable[[Fact], None], **options: Any) -> int:
        """Write one batch into the records with `record`, in the order in which they came, however
        many write; see `Stream.drain`."""

        def write(facts: Sequence[Fact]) -> None:
            for fact in facts:
                record(fact)

        stream = Stream("facts", keys.FACTS, keys.FACTS_REFUSED, _read, write, in_order=True)
        return stream.drain(self._redis, block_ms=1, **options)

    def _length(self, key: str) -> int:
        with own_errors():
            return self._redis.xlen(key)


def _read(fields: Mapping[bytes, bytes]) -> Fact:
    adapter = _ADAPTERS.get(fields.get(b"kind", b"").decode())
    if adapter is None:
        raise RecordsError("This is not a fact of a kind that this version knows.")
    try:
        return cast(Fact, adapter.validate_json(fields.get(b"fact", b"")))
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        places = (f"{'.'.join(map(str, p['loc'])) or 'fact'}: {p['msg']}" for p in problems)
        raise RecordsError(f"This is not such a fact: {'; '.join(places)}.") from error
