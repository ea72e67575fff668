"""Clients and their flows, as services see them."""

from __future__ import annotations

from typing import Protocol

from ivr.core.call.engine import CallFlow


class Library(Protocol):
    """The flows of all clients."""

    def answering(self, number: str) -> CallFlow | None:
        """The flow of the client whose number this is (E.164), or None."""

    def flow(self, client_id: str, version: str | None = None) -> CallFlow:
        """A client's flow, in `version` where that is still known, else the current one.

        Raises `UnknownClient`.
        """
