"""Limits on what callers can make Tango ring, text and queue: which numbers, and how often.

Numbers in a client's file were put there on purpose: they may be in any country and are not
counted. Premium-rate and satellite numbers are never rung.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import structlog

from ivr.core.costly_numbers import abroad, costly, countries_of
from ivr.errors import StateUnavailable
from ivr.metrics import OUTGOING_REFUSED

TEXTS, CALL_BACKS, PLACES, RINGS = "text", "call_back", "place", "ring"
PER_HOUR = {TEXTS: 10, CALL_BACKS: 10, PLACES: 30, RINGS: 10}
"""The most in one hour for one number and client: texts sent to it by calls, call backs promised to
it, places that it takes in the queue, and calls that operators make to it. Many people in one
office may show the same number."""

log = structlog.get_logger()


class Counts(Protocol):
    """Counts actions by kind, client and number."""

    def add(self, kind: str, client: str, number: str, once: str) -> int:
        """Count an action and return how many there were in the past hour.

        `once` identifies the action: the same value again is counted once. Raises
        `StateUnavailable`.
        """


class OutgoingLimits:
    """Refuses numbers. Each refusal is logged and counted in `tango_outgoing_refused_total`."""

    def __init__(self, counts: Counts, countries: Collection[str]) -> None:
        self._counts = counts
        self._countries = frozenset(countries)

    def refused(
        self,
        kind: str,
        number: str,
        *,
        client: str,
        own: Collection[str],
        known: Collection[str],
        once: str,
    ) -> bool:
        """Return whether `number` (E.164) must not be texted, called back, queued or rung (`kind`).

        `own` are the client's own numbers, whose countries are allowed; `known` are the numbers in
        its file. `once` identifies the action: the same value again is counted once.
        """
        reason = costly(number) if kind != PLACES else None
        if reason is None and number not in known:
            if kind != PLACES:
                reason = abroad(number, self._countries | countries_of(own))
            if reason is None and self._too_often(kind, number, client, once):
                reason = f"more than {PER_HOUR[kind]} in an hour"
        if reason is None:
            return False
        OUTGOING_REFUSED.labels(kind).inc()
        log.warning("outgoing.refused", kind=kind, client=client, act=once, reason=_shown(reason))
        return True

    def _too_often(self, kind: str, number: str, client: str, once: str) -> bool:
        """Count the action. If that is impossible nobody is refused: callers come first."""
        try:
            return self._counts.add(kind, client, number, once) > PER_HOUR[kind]
        except StateUnavailable as error:
            log.error("outgoing.not_counted", kind=kind, error=str(error))
            return False


def _shown(reason: str) -> str:
    """Return the reason with the number, which is private, cut down to its country."""
    return " ".join(f"{word[:4]}…" if word.startswith("+") else word for word in reason.split())
