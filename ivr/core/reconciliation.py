"""The result of a comparison with the carrier, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RepairStatus(StrEnum):
    """Whether a discrepancy has been repaired."""

    DONE = "mended"
    DUE = "to be mended"
    """A dry run: nothing was changed."""
    FAILED = "not mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """A difference between what the carrier has and what the records have.

    `kind` is `call`, `recording` or `text`; `sid` is the carrier's identifier; `at` is when the
    carrier made it; `client` is None if its client is unknown. `words` describe the difference,
    and `why` says why it was not repaired.
    """

    kind: str
    sid: str
    client: str | None
    at: datetime
    words: str
    repair: RepairStatus = RepairStatus.DUE
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result of comparing everything since `since`.

    `compared` counts what the carrier listed, by kind. `broken_off` says why the comparison stopped
    early, or is None if it was complete.
    """

    since: datetime
    compared: Mapping[str, int] = field(default_factory=dict)
    found: tuple[Discrepancy, ...] = ()
    broken_off: str | None = None

    @property
    def good(self) -> bool:
        """Whether the records now agree with the carrier for the whole period."""
        repaired = all(each.repair is RepairStatus.DONE for each in self.found)
        return self.broken_off is None and repaired
