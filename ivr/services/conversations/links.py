"""The URLs of conversations: what a room and its people's calls tell us, and what they hear."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ivr.services.calls.links import RETRY

CONFERENCE = "/twilio/conference"


@dataclass(frozen=True, slots=True)
class RoomLinks:
    """The paths that belong to one conversation, or to one party of it by their label.

    All are to be asked or told again where we could not answer.
    """

    conversation: str

    @property
    def events(self) -> str:
        """What goes on in the room."""
        return self._path("")

    @property
    def recording(self) -> str:
        """The recording is there."""
        return self._path("/recording")

    @property
    def called_back(self) -> str:
        """What somebody hears who is called back."""
        return self._path("/called")

    @property
    def joining(self) -> str:
        """Somebody who is called back has heard who it is, and is to be sent to the room."""
        return self._path("/joining")

    @property
    def after_call_back(self) -> str:
        """What somebody hears who was called back, once the room is empty."""
        return self._path("/after")

    def third(self, label: str) -> str:
        """What a third party hears before they take the call."""
        return self._path("/third", label=label)

    def accept(self, label: str, screened: bool) -> str:
        """A third party has pressed a key, or none; who is screened must."""
        return self._path("/accept", label=label, screened="1" if screened else "")

    def leg(self, label: str) -> str:
        """A party's call is over."""
        return self._path("/leg", label=label)

    def _path(self, page: str, **more: str) -> str:
        return f"{CONFERENCE}{page}?{urlencode({'conversation': self.conversation, **more})}{RETRY}"


MUSIC_PATH = f"{CONFERENCE}/music"
MUSIC = MUSIC_PATH + RETRY
"""What those hear who are on hold, or alone in a room."""
