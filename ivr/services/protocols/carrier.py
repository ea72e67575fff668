"""The carrier's calls and conferences, as services see them."""

from __future__ import annotations

from typing import Protocol

from ivr.core.queue.entry import Reservation


class Telephone(Protocol):
    """Calls that we make, and calls that we steer. Every method may raise `CarrierError`."""

    def ring_operator(self, phone: str, reservation: Reservation) -> str:
        """Ring an operator for a reserved caller, showing the number that the caller dialled.

        `phone` is E.164, or `client:…` for a browser. Returns the SID of the operator's call.
        Raises as `ring`.
        """

    def ring(self, to: str, from_: str, answered: str, ended: str) -> str:
        """Ring somebody; returns the SID of their call.

        `to` is E.164, or `client:…`. `answered` is the path of the document with which their
        call goes on, `ended` of what is told once it is over. Raises `CarrierRefused` where the
        carrier will never ring them, as the number is none, or the number is costly.
        """

    def redirect_caller(self, call_sid: str, reservation: Reservation) -> None:
        """Fetch a waiting caller to the operator at once. Raises `CallGone` after a hang-up."""

    def hang_up(self, call_sid: str) -> None:
        """End a call, also one that still rings. Raises `CallGone` if it has ended already."""

    def has_ended(self, call_sid: str) -> bool:
        """Whether a call is over, or was never answered."""

    def is_recorded_now(self, call_sid: str) -> bool:
        """Whether a recording of this call is being made, such as of a message."""


class Conferences(Protocol):
    """Conferences that we steer.

    A `room` is a conference's name, or its SID where we have been told it, which spares a request.
    `call_sid` is a participant's call, or their label. Every method may raise `CarrierError`; those
    that steer raise `CallGone` where the conference or the participant is there no more.
    """

    def conference_sid(self, room: str) -> str | None:
        """The SID of the conference of this name that is going on; None if none is."""

    def going_on(self) -> dict[str, str]:
        """The names of all conferences that go on, by their SID."""

    def present(self, room: str) -> dict[str, str] | None:
        """The call SID of everybody in the room, by their label; None where it does not go on."""

    def add(
        self,
        room: str,
        to: str,
        from_: str,
        label: str,
        *,
        status_url: str | None = None,
        muted: bool = False,
        coaching: str | None = None,
    ) -> str:
        """Ring somebody, and let them into the room as they answer; returns their call's SID.

        `to` and `from_` are E.164, or `client:…` for somebody in a browser. `status_url` is told
        each step of their call (initiated, ringing, answered, completed), absolute. `coaching` is
        a participant's call SID: only they hear the one who is added. They hear no beep.
        """

    def hold(self, room: str, call_sid: str, held: bool, hold_url: str | None = None) -> None:
        """Put a participant on hold, or take them back.

        They hear what `hold_url` plays, absolute (None: the carrier's own music), and nobody
        hears them.
        """

    def mute(self, room: str, call_sid: str, muted: bool) -> None:
        """Let a participant be heard, or not; they hear the others in either case."""

    def ends_room(self, room: str, call_sid: str, ends: bool) -> None:
        """Let the conference end when this participant leaves, or outlast them."""

    def coach(self, room: str, call_sid: str, coached: str | None) -> None:
        """Let only `coached`, another's call SID, hear this participant; None: everybody."""

    def pause_recording(self, room: str, paused: bool) -> None:
        """Pause the recording, without a trace of the time between, or go on with it.

        Raises `CallGone` where nothing is recorded.
        """

    def end(self, room: str) -> None:
        """End the conference for everybody in it."""
