"""Looks into the carrier's rooms all the while: who is with whom, and who is alone for long."""

from __future__ import annotations

import threading
import time
from collections import defaultdict

from ivr.simulator import Call, Carrier
from tests.chaos.agency import ADDRESSES, THIRD

LOOK_SECONDS = 0.05
ALONE_SECONDS = 40.0
"""So long may it take until a conversation that a killed process left behind is made good."""


def is_operator(call: Call) -> bool:
    """Whether it is an operator's leg."""
    return call.to in ADDRESSES


def is_caller(call: Call) -> bool:
    """Whether it is a caller's leg, or that of somebody who is called back."""
    return not is_operator(call) and call.to != THIRD


class Eyes:
    """Notes what must never be seen, each once, from `start` to `end`."""

    def __init__(self, carrier: Carrier) -> None:
        self.seen: dict[str, None] = {}
        self._carrier = carrier
        self._alone: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="eyes", daemon=True)

    def start(self) -> None:
        """From now on."""
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._look(time.monotonic())

    def _look(self, now: float) -> None:
        rooms: defaultdict[str, set[str]] = defaultdict(set)
        alone = set()
        for room in self._carrier.conferences:
            legs = [] if room.over else room.calls
            operators = [leg for leg in legs if is_operator(leg)]
            callers = [leg for leg in legs if is_caller(leg)]
            if len(operators) > 1:
                self._note(f"two operators in {room.name}")
            if len(callers) > 1:
                self._note(f"two callers in {room.name}")
            for leg in operators:
                rooms[leg.to].add(room.name)
            if len(legs) == 1:
                alone.add(legs[0].sid)
                since = self._alone.setdefault(legs[0].sid, now)
                if now - since > ALONE_SECONDS:
                    self._note(f"{legs[0].sid} ({legs[0].to}) was alone in {room.name}")
        for operator, names in rooms.items():
            if len(names) > 1:
                self._note(f"{operator} was in two rooms: {', '.join(sorted(names))}")
        for sid in self._alone.keys() - alone:
            del self._alone[sid]

    def _note(self, what: str) -> None:
        self.seen[what] = None
