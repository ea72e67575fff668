"""An entry of the audit trail: who did or saw what, and of which client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that somebody did or saw. `about` says what it was about, such as
    `message 3f…`; `client` whose it is."""

    at: datetime
    account: str
    who: str
    act: str
    client: str | None = None
    about: str | None = None
