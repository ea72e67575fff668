"""How far somebody who calls can make us call, text and wait: which numbers, and how often.

Numbers that stand in a client's file were written by somebody who meant them: they may be in any
country, and are not counted. A premium-rate or satellite number is never rung.
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
"""For one number and client in an hour: texts that calls send to it, call backs promised to it,
places in the queue that it takes, and calls that operators make to it. Many
people of one office may show the same number."""

log = structlog.get_logger()


class Counts(Protocol):
    """Counts acts by kind, client and number."""

    def add(self, kind: str, client: str, number: str, once: str) -> int:
        """Count an act, which `once` tells from others; returns how many there were in the hour.
        Raises `StateUnavailable`."""


class OutgoingLimits:
    """Says no, with the reason in the log and in `tango_outgoing_refused_total`."""

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
        """Whether `number` (E.164) is not to be texted, called back or queued (`kind`).

        `own` are the client's own numbers, whose countries are allowed, `known` those in its file.
        `once` tells this act from others: the same again counts once.
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
        """Count; where that cannot be done nobody is refused, as callers come first."""
        try:
            return self._counts.add(kind, client, number, once) > PER_HOUR[kind]
        except StateUnavailable as error:
            log.error("outgoing.not_counted", kind=kind, error=str(error))
            return False


def _shown(reason: str) -> str:
    """The reason without the number, which is private: enough of it to know the country."""
    return " ".join(f"{word[:4]}…" if word.startswith("+") else word for word in reason.split())
