"""A sign of life, and what it says once it has grown old. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FAILING_SECONDS = 60.0
"""A loop whose steps have failed for so long does not do its work."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of a process (`relay`), or of a loop in it (`relay`, `journal`).

    It came `at`, and promised the next one `within` so many seconds. `failing_since` is when the
    first of the steps failed that have failed in a row; None where the last one succeeded.
    """

    process: str
    loop: str
    at: float
    within: float
    failing_since: float | None = None

    @property
    def name(self) -> str:
        """As people read it: `relay`, `relay/journal`."""
        return f"{self.process}/{self.loop}" if self.loop else self.process

    def silent(self, now: float) -> bool:
        """Whether the next sign should have come by now."""
        return now - self.at > self.within

    def failing(self, now: float) -> bool:
        """Whether it lives, but has long done nothing of what it is there for."""
        return self.failing_since is not None and now - self.failing_since > FAILING_SECONDS
