"""Who heard which recording, in the audit trail.

Pages show their players with `preload="none"`: no browser asks for the sound before somebody
plays it, with scripts or without. So whoever fetches the sound hears it. Who asks only whether it
is there gets no sound. Nor does who fetches ahead: they would play it later without asking again.
"""

from __future__ import annotations

from datetime import timedelta

from flask import abort, request

from ivr.core.records.audit_entry import AuditEntry
from ivr.web.console.access import access, note_once

HEARD_AGAIN = timedelta(minutes=15)
"""A player asks for a recording in many pieces; within this time that is one act of listening."""

PURPOSE = ("Sec-Purpose", "Purpose", "X-Moz")
"""Headers by which browsers say that they fetch ahead; the first is today's.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Purpose"""

NOBODY = ""
"""The account of somebody who has none: they are known by the link that they were sent."""


def note_played(act: str, *, client: str | None, about: str) -> None:
    """Keep that the one who is signed in heard what is being played. Raises as `note`."""
    if _is_played():
        note_once(act, client=client, about=about, within=HEARD_AGAIN)


def note_played_by_link(who: str, act: str, *, client: str, about: str) -> None:
    """Keep that `who` heard it by a link that they were sent. Raises as `note`."""
    here = access()
    heard = AuditEntry(
        at=here.clock(), account=NOBODY, who=who, act=act, client=client, about=about
    )
    if _is_played():
        here.records.audit.add_once(heard, heard.at - HEARD_AGAIN)


def _is_played() -> bool:
    """Whether the present request for a recording comes of somebody playing it."""
    if any("prefetch" in request.headers.get(name, "") for name in PURPOSE):
        abort(503)
    return request.method == "GET"
