"""One leg of a call, as webhooks name it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallLeg:
    """Which call a webhook is about. `caller` is None where the number is withheld."""

    call_sid: str
    caller: str | None
    called: str
