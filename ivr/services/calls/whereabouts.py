"""Where a caller is whom the queue still keeps: perhaps elsewhere, as it could not be told.

While Redis is away a caller who leaves the line goes on from what the URL says; when it is back, it
knows nothing of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from ivr.errors import CarrierError, RecordsError
from ivr.services.protocols.calls import CallStore
from ivr.services.protocols.carrier import Telephone
from ivr.services.protocols.records import Records

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Asks those who may know better than Redis: the records and the carrier."""

    store: CallStore
    records: Records
    telephone: Telephone

    def has_left_the_line(self, call_sid: str) -> bool:
        """Whether the caller is leaving a message, or has gone another way, so that they are not
        to be fetched for an operator. False where nobody can say so. Raises `StateUnavailable`."""
        return self._went_on(call_sid) or self._records_now(call_sid)

    def _went_on(self, call_sid: str) -> bool:
        state = self.store.state(call_sid)
        try:
            noted = self.records.calls.find(call_sid)
        except RecordsError as error:
            log.warning("caller.whereabouts_unknown", call_sid=call_sid, error=str(error))
            return False
        later = state is not None and noted is not None and noted.turn > state.turn
        return bool(later and noted and noted.path and state and noted.path[-1] != state.node)

    def _records_now(self, call_sid: str) -> bool:
        try:
            return self.telephone.is_recorded_now(call_sid)
        except CarrierError as error:
            log.warning("caller.whereabouts_unknown", call_sid=call_sid, error=str(error))
            return False
