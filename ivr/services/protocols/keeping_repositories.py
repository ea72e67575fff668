"""What is kept, deleted and known of the carrier's side in the records, as services see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from ivr.core.flow.publication import FlowText, Publication
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Message
from ivr.core.records.purge import Purged
from ivr.core.records.retention import RetentionRule, Traces
from ivr.core.records.timeline import LegNote


class PurgeRepository(Protocol):
    """Deletes what is over its time, and all about one caller."""

    def clients(self) -> list[str | None]:
        """Whose data there is; None for calls to nobody's number."""

    def purge(
        self,
        client: str | None,
        rule: RetentionRule,
        delete: Callable[[Iterable[str]], object],
        now: datetime,
    ) -> int:
        """Delete a batch of each kind of what is over its time; returns how many things."""

    def traces(self, number: str, client: str | None) -> Traces:
        """Whatever there is of the caller with this number, at one client or (None) at all."""

    def caller_file(self, traces: Traces) -> dict[str, list[dict[str, Any]]]:
        """The rows of every table that are about a caller, by table."""

    def erase(
        self,
        number: str,
        client: str | None,
        delete: Callable[[Iterable[str]], object],
        now: datetime,
        by: str,
    ) -> Traces:
        """Delete whatever there is of a caller; returns what there was. The proof says nothing of
        whom it was about.
        """

    def discard_late(self, recording_sid: str, now: datetime) -> None:
        """Promise to have the carrier delete a recording of which it told only after its caller had
        been erased.
        """


class CarrierRepository(Protocol):
    """What we know of the things that the carrier keeps too, by their SIDs."""

    def calls(self, sids: Collection[str]) -> dict[str, CallSnapshot]:
        """The calls that were noted, by SID."""

    def open_calls(self, since: datetime, limit: int) -> list[CallSnapshot]:
        """Calls that began since then and of whose end nobody has told, the oldest first."""

    def open_legs(self, sids: Collection[str]) -> dict[str, LegNote]:
        """Legs that were noted and of whose end nobody has told, by their own SID."""

    def messages(self, recording_sids: Collection[str]) -> dict[str, Message]:
        """The messages of these recordings, by the recording's SID."""

    def conversations(self, recording_sids: Collection[str]) -> set[str]:
        """Those of these recordings that are known as a conversation's."""

    def texts(self, sids: Collection[str]) -> set[str]:
        """Those of these texts that are known to have come in."""

    def sent(self, sids: Collection[str]) -> list[Delivery]:
        """What was brought to somebody by these texts."""

    def deleted(self, sids: Collection[str]) -> set[str]:
        """Those of these things that were erased on request, or that the carrier is to delete: a
        recording whose row is gone is named by that promise alone.
        """

    def erased(self, sids: Collection[str]) -> bool:
        """Whether any of these things was erased on request."""

    def deleted_until(self, client: str | None, kind: Purged) -> datetime | None:
        """Up to which time a client's things of a kind were deleted because their time was over,
        by the proofs.
        """


class VersionRepository(Protocol):
    """The versions of flows."""

    def live(self, now: datetime) -> dict[str, str]:
        """The version of each client that is live at `now`."""

    def texts(self, client: str, version: str) -> dict[str, str] | None:
        """The files of a version, by their paths in the folder of client files."""

    def publications(self, client: str, limit: int = 1000) -> list[Publication]:
        """A client's publications, also those to come, the latest first."""

    def publish(self, flow: FlowText, publication: Publication) -> None:
        """Keep a version and make it live from `publication.live_from` on."""

    def withdraw(self, client: str, by: str, now: datetime) -> int:
        """Withdraw a client's publications that are still to come; returns how many there were."""
