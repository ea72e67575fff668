"""What all calls of one carrier share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from ivr.simulator.conference.conferences import Conferences
from ivr.simulator.messages import Message, TextFate
from ivr.simulator.numbers import Number
from ivr.simulator.options import API_VERSION, Options
from ivr.simulator.queues import Queues
from ivr.simulator.recordings import Recordings
from ivr.simulator.telephones import Telephones

if TYPE_CHECKING:
    from ivr.simulator.call import Call


@dataclass
class CarrierAccount:
    """The account: its calls, conferences, queues and recordings, and the world's telephones.

    `faults` collects what the server did wrong and a call survived. `api_url` is the base of
    the REST interface, as recordings name it; `on_text` is told of each text as it is sent.
    `messages` are texts that the server has sent, `received` those sent to it. `refusals` are the
    HTTP statuses with which the next requests to the REST interface are refused. `numbers` are
    those that the account holds, by their SID; calls can be placed to any. `text_fates` says what
    comes of texts to a number.
    """

    options: Options
    telephones: Telephones = field(default_factory=Telephones)
    api_url: str = ""
    conferences: Conferences = field(default_factory=Conferences)
    queues: Queues = field(default_factory=Queues)
    recordings: Recordings = field(default_factory=Recordings)
    messages: list[Message] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)
    text_fates: dict[str, TextFate] = field(default_factory=dict)
    on_text: Callable[[Message], object] = lambda message: None
    faults: list[str] = field(default_factory=list)
    _calls: dict[str, Call] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, call: Call) -> None:
        """Enter a call in the books."""
        with self._lock:
            self._calls[call.sid] = call

    def find(self, sid: str) -> Call | None:
        """The call with this SID, running or ended."""
        with self._lock:
            return self._calls.get(sid)

    @property
    def account_url(self) -> str:
        """The account's address in the REST interface."""
        return f"{self.api_url}/{API_VERSION}/Accounts/{self.options.account_sid}"

    @property
    def calls(self) -> list[Call]:
        """All calls, in the order in which they began."""
        with self._lock:
            return list(self._calls.values())
