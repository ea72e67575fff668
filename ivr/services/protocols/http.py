"""Other systems, as services see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What a system has answered: an HTTP status, and its text."""

    status: int
    body: str


class HttpRequest(Protocol):
    """Asks another system over HTTP."""

    def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        send: object | None,
        seconds: float,
    ) -> HttpReply:
        """Ask `url` once, for at most `seconds`; with `send`, that as a JSON body.

        Raises `OutsideRefused` where the address must not be asked or the reply is too large, and
        `OutsideError` where no answer comes in time.
        """


class Secrets(Protocol):
    """What clients' systems want to be shown, and nobody else may read."""

    def get(self, client: str, name: str) -> str:
        """The client's secret of that name. Raises `OutsideRefused`."""


@dataclass(frozen=True, slots=True)
class PendingReply:
    """A reply that may be still to come: `reply` is None until it is `settled`, and where the
    system could not be asked."""

    settled: bool
    reply: HttpReply | None = None


class Replies(Protocol):
    """What came of asking. `visit` tells the visits of one call to its nodes apart.

    Every method raises `StateUnavailable`.
    """

    def begin(self, call_sid: str, visit: int) -> bool:
        """Note that a system is asked; False where that is noted already."""

    def settle(self, call_sid: str, visit: int, reply: HttpReply | None) -> None:
        """Keep what it has answered; None where it has not."""

    def look(self, call_sid: str, visit: int) -> PendingReply:
        """What has come of it so far."""
