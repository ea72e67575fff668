"""What a comparison with the carrier has found, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Mend(StrEnum):
    """What was done about a discrepancy."""

    DONE = "mended"
    DUE = "to be mended"
    """It was only looked for."""
    FAILED = "not mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Something that the carrier has and the records do not, or otherwise.

    `kind` is `call`, `recording` or `text`, `sid` the carrier's name of it, `at` when it was made;
    `client` is None where nobody knows whose it is. `words` say what is not alike, and `why` why it
    was not mended.
    """

    kind: str
    sid: str
    client: str | None
    at: datetime
    words: str
    mend: Mend = Mend.DUE
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing everything since `since`. `compared` counts the carrier's things by
    their kind; `broken_off` says why not all of them were, None where they were."""

    since: datetime
    compared: Mapping[str, int] = field(default_factory=dict)
    found: tuple[Discrepancy, ...] = ()
    broken_off: str | None = None

    @property
    def good(self) -> bool:
        """Whether carrier and records are alike now, as far back as was looked."""
        return self.broken_off is None and all(each.mend is Mend.DONE for each in self.found)
