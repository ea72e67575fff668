"""Ends rooms that nobody looks after: somebody has come into them after their conversation's end.

A room is opened by whoever comes into it. So who is sent there as the conversation ends would be
alone in it, and where Redis cannot be reached just then nobody knows. The carrier does.
"""

from __future__ import annotations

from contextlib import suppress

import structlog

from ivr.core.conversation.state import Phase
from ivr.core.queue.entry import is_room, reservation_of_room
from ivr.errors import CallGone
from ivr.services.protocols.carrier import Conferences
from ivr.services.protocols.conversations import ConversationStore

log = structlog.get_logger()

EVERY_SECONDS = 8.0

AFTER_TALK = 75
"""So many looks are taken after the last conversation: ten minutes."""

QUIET_EVERY = 40
"""Where nobody talks, only each such look asks the carrier: every five minutes or so."""


class StrayRooms:
    """Finds them by the carrier's list of all that go on; one process does so, now and then."""

    def __init__(self, store: ConversationStore, conferences: Conferences) -> None:
        self._store = store
        self._conferences = conferences
        self._unknown: set[str] = set()
        self._looks = self._left = 0

    def look(self) -> int:
        """As `end_once`, but seldom where nobody has talked lately. Called every
        `EVERY_SECONDS`."""
        self._looks += 1
        self._left = AFTER_TALK if self._store.going_on() else max(0, self._left - 1)
        if self._left == 0 and self._looks % QUIET_EVERY:
            return 0
        return self.end_once()

    def end_once(self) -> int:
        """End those whose conversation is over, and those of none that is known, the second time
        they are seen. Returns how many. Raises `CarrierError` and `StateUnavailable`."""
        rooms = {sid: name for sid, name in self._conferences.going_on().items() if is_room(name)}
        unknown, strays = set(), set()
        for sid, name in rooms.items():
            record = self._store.read(reservation_of_room(name))
            if record is None:
                unknown.add(sid)
            elif record.conversation.phase is Phase.OVER:
                strays.add(sid)
        strays |= unknown & self._unknown
        self._unknown = unknown
        for sid in strays:
            log.warning("room.ended_as_stray", room=rooms[sid])
            with suppress(CallGone):
                self._conferences.end(sid)
        return len(strays)
