"""Drafts: what operators write down about a call, kept while they write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is written about a call. `number` counts the drafts of one call, from 0.

    `caller` is E.164, None where it is withheld. `kind` is the kind of job, `fields` are what was
    typed, by field; `flow_version` is the version whose form it is; `began_at` is since when the
    operator has it; times are aware.
    """

    call_sid: str
    client: str
    flow_version: str
    operator: str
    caller: str | None
    began_at: datetime
    updated_at: datetime
    number: int = 0
    kind: str = "message"
    fields: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    closed_at: datetime | None = None

    @property
    def id(self) -> str:
        """The draft's name in addresses."""
        return f"{self.call_sid}.{self.number}"

    @property
    def written(self) -> bool:
        """Whether there is a word in it."""
        return any(text.strip() for text in self.fields.values())
