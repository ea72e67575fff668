"""Versions of a client's flow, as values: what each was made of, and when it was made live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ivr.errors import UnknownVersion

How = Literal["file", "publish", "rollback"]


@dataclass(frozen=True, slots=True)
class FlowText:
    """A version of a client's flow: its files, by path in the folder of client files.

    `changed_at` is when the newest of the files was written, `by` whose the client's file is.
    """

    client: str
    version: str
    texts: Mapping[str, str]
    changed_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One act that makes a version live, from `live_from` on, unless it was withdrawn before.

    All times are aware.
    """

    client: str
    version: str
    live_from: datetime
    published_at: datetime
    by: str
    how: How
    note: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


def version_before(
    client: str, publications: Sequence[Publication], now: datetime, *, gone: bool
) -> str:
    """The version that was live before the one that is, by a client's publications, the latest
    first; where the client's file is `gone`, the last one. Raises `UnknownVersion` for none."""
    begun = [p.version for p in publications if p.live_from <= now and not p.withdrawn_at]
    if gone and begun:
        return begun[0]
    earlier = next((version for version in begun if version != begun[0]), None)
    if earlier is None:
        raise UnknownVersion(f"'{client}' has no earlier version; see `history {client}`.")
    return earlier
