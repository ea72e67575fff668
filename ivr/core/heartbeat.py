"""A heartbeat, and what its age means. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FAILING_SECONDS = 60.0
"""A loop whose steps have failed for so long does not do its work."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last heartbeat of a process (`relay`), or of a loop in it (`relay`, `journal`).

    It came `at` and promised the next one `within` that many seconds. `failing_since` is when the
    current run of failed steps began, or None if the last step succeeded.
    """

    process: str
    loop: str
    at: float
    within: float
    failing_since: float | None = None

    @property
    def name(self) -> str:
        """The name that people read: `relay`, `relay/journal`."""
        return f"{self.process}/{self.loop}" if self.loop else self.process

    def silent(self, now: float) -> bool:
        """Return whether the next heartbeat is overdue."""
        return now - self.at > self.within

    def failing(self, now: float) -> bool:
        """Return whether it is alive but has long failed at its work."""
        return self.failing_since is not None and now - self.failing_since > FAILING_SECONDS
