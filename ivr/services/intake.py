"""Keeps what webhooks report before they are answered, even while the records database is away.

A fact goes straight into the records. If the database does not answer, it goes into the journal of
facts in Redis, from which the relay writes it later. Only if neither can take it is the webhook
refused, so that the carrier retries it. Facts keep their order: while earlier ones wait in the
journal, later ones queue behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

import structlog

from ivr.errors import NotKept, RecordsError, RecordsUnavailable, StateUnavailable
from ivr.metrics import FACTS
from ivr.services.breaker import CircuitBreaker
from ivr.services.facts import Fact, kind_of
from ivr.services.time_limit import run_within

T = TypeVar("T")

PATIENCE_SECONDS = 8.0
"""How long a webhook waits for the records database. The carrier waits 15 seconds for us. Waiting
for a lock ends sooner (`ivr.adapters.sql.database.BUSY_SECONDS`); this limit is for a server that
hangs.
"""

LEFT_ALONE_SECONDS = 5.0
"""How long webhooks leave a database alone that has not answered."""

log = structlog.get_logger()


class Journal(Protocol):
    """Where facts wait. Every method raises `StateUnavailable` if it cannot be used."""

    def append(self, fact: Fact) -> None:
        """Add a fact behind those that wait."""

    def waiting(self) -> int:
        """Return how many facts wait."""


class Intake:
    """Keeps facts.

    `record` writes a fact into the records and does no harm if called twice. All users of the
    records in this process share `breaker`; each waits at most `patience` seconds.
    """

    def __init__(
        self,
        journal: Journal,
        record: Callable[[Fact], None],
        breaker: CircuitBreaker,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._journal = journal
        self._record = record
        self._breaker = breaker
        self._patience = patience

    def keep(self, fact: Fact) -> None:
        """Keep `fact` in the records or in the journal. Raises `NotKept` if neither takes it."""
        try:
            if self._earlier_wait():
                raise RecordsUnavailable("Earlier facts wait for the records.")
            self.attempt(partial(self._record, fact))
        except (RecordsError, StateUnavailable) as reason:
            self._defer(fact, reason)

    def attempt(self, work: Callable[[], T]) -> T:
        """Run `work`, which uses the records and does no harm if it ends too late, and return its
        result.

        Raises `RecordsUnavailable` after `patience` seconds, or at once if the records have just
        failed; otherwise whatever `work` raises.
        """
        if not self._breaker.allows():
            raise RecordsUnavailable("The records database has just not answered.")
        try:
            result = run_within(self._patience, work)
        except TimeoutError as error:
            self._breaker.failed()
            raise RecordsUnavailable(f"The records database is too slow: {error}") from error
        except RecordsUnavailable:
            self._breaker.failed()
            raise
        except Exception:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return result

    def _earlier_wait(self) -> bool:
        try:
            return self._journal.waiting() > 0
        except StateUnavailable:
            return False

    def _defer(self, fact: Fact, reason: Exception) -> None:
        try:
            self._journal.append(fact)
        except StateUnavailable as error:
            FACTS.labels("refused").inc()
            raise NotKept(
                f"Neither the records database ({reason}) nor Redis ({error}) can be used; see "
                "that one of them runs."
            ) from error
        FACTS.labels("deferred").inc()
        log.warning("fact.deferred", kind=kind_of(fact), reason=str(reason))
