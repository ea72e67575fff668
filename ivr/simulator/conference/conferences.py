"""The account's conferences: rooms with a name, that tell what goes on in them and can be steered.

https://www.twilio.com/docs/voice/api/conference-resource, /docs/voice/twiml/conference
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from ivr.simulator.conference.events import ConferenceNotifier
from ivr.simulator.conference.recordings import ConferenceRecording
from ivr.simulator.conference.rooms import Announcement, Leaving, Member, Room
from ivr.simulator.identity import new_sid
from ivr.simulator.targets import Target


class Conference(Room):
    """One conference. `expected` are those who are being rung for it."""

    def __init__(
        self,
        name: str,
        teller: ConferenceNotifier,
        capacity: int = 250,
        recording: ConferenceRecording | None = None,
    ) -> None:
        super().__init__(name, capacity)
        self.sid = new_sid("CF")
        self.began = datetime.now(UTC)
        self.recording = recording
        self.expected: list[Member] = []
        self.reason_ended: str | None = None
        self.ended_by: Member | None = None
        self._teller = teller
        self._first: Member | None = None

    @property
    def status(self) -> str:
        """init, in-progress or completed."""
        if self.over:
            return "completed"
        return "in-progress" if self.started else "init"

    @property
    def participants(self) -> list[Member]:
        """Everybody in it and rung for it, in order of joining; nobody once it is over."""
        with self.lock:
            return [] if self.over else [*self.members, *self.expected]

    def find(self, name: str) -> Member | None:
        """The participant with this call's SID, or this label."""
        return next(
            (one for one in self.participants if name in (one.call.sid, one.label or None)), None
        )

    # Somebody who is rung for it.

    def expect(self, member: Member) -> None:
        """Somebody is being rung."""
        with self.lock:
            self.expected.append(member)

    def arrive(self, member: Member) -> bool:
        """They have answered; False if the conference is full or closed."""
        with self.lock:
            self.expected.remove(member)
            joined = self.admit(member)
        self.flush()
        self.nudge()
        return joined

    def give_up(self, member: Member) -> None:
        """They are no longer rung; if they have not come, the server is told."""
        with self.lock:
            if member in self.expected:
                self.expected.remove(member)
                if not self.over:
                    self.on_leave(member, Leaving.ADD_FAILED)
                    if not self.members and not self.expected:
                        self._close("last-participant-left", member)
        self.flush()

    # What REST asks of it. Events are told after the answer.

    def hold(self, member: Member, held: bool, music: Target | None) -> None:
        """Put a participant on hold with some music, or take them back."""
        with self.lock:
            member.music = music
            if member.held != held:
                member.held = held
                self._tell(f"participant-{'hold' if held else 'unhold'}", member)
        self._changed()

    def mute(self, member: Member, muted: bool) -> None:
        """Let a participant be heard, or not."""
        with self.lock:
            if member.muted != muted:
                member.muted = muted
                self._tell(f"participant-{'mute' if muted else 'unmute'}", member)
        self._changed()

    def modify(self, member: Member, ends: bool, coaches: str | None) -> None:
        """Change what follows from a participant's leaving, and who alone hears them."""
        with self.lock:
            if (member.ends, member.coaches) != (ends, coaches):
                member.ends, member.coaches = ends, coaches
                self._tell("participant-modify", member)
        self._changed()

    def announce(self, members: list[Member], target: Target, to_all: bool) -> None:
        """Let participants hear what a document says."""
        with self.lock:
            announcement = Announcement(target, {one.call.sid for one in members}, to_all)
            for member in members:
                member.inbox.append(announcement)
        self._changed()

    def remove(self, member: Member) -> None:
        """Take a participant out; one who is still being rung is rung no more."""
        with self.lock:
            member.removed = True
            if member in self.expected:
                member.call.interrupts.end("carrier")
        self._changed()

    def record(self, status: str, pause_behavior: str) -> bool:
        """Pause, go on with or stop the recording; False if none is running."""
        with self.lock:
            if self.recording is None or not self.recording.running:
                return False
            if status == "stopped":
                self.recording.end(self._teller)
            else:
                self.recording.change(status, pause_behavior)
        self._changed()
        return True

    def end(self) -> bool:
        """End it for everybody; False if it has ended."""
        with self.lock:
            if self.over:
                return False
            self._close("conference-ended-via-api", None, Leaving.ENDED_BY_API)
        self._changed()
        return True

    # What a room does beside.

    def on_join(self, member: Member) -> None:
        """Tell that somebody has come."""
        self._first = self._first or member
        self._tell("participant-join", member)

    def on_start(self) -> None:
        """Tell that they can talk, and record it."""
        self._tell("conference-start")
        if self.recording:
            self.recording.start(self.sid)

    def on_leave(self, member: Member, why: Leaving) -> None:
        """Tell that somebody has gone, or never came."""
        status = member.call.status
        if why is Leaving.HUNG_UP:
            status = "completed"
        elif why is Leaving.ADD_FAILED and status in ("queued", "initiated", "ringing"):
            status = "canceled"
        form = {"ReasonParticipantLeft": why.value, "ParticipantCallStatus": status}
        self._tell("participant-leave", member, form)

    def on_end(self, last: Member) -> None:
        """Tell how it ended."""
        who = "participant-with-end-conference-on-exit" if last.ends else "last-participant"
        self._close(f"{who}-{'kicked' if last.removed else 'left'}", last)

    def on_talk(self, seconds: float) -> None:
        """Record it."""
        if self.recording:
            self.recording.pass_time(seconds)

    def on_sound(self, speaker: Member, aloud: Path) -> None:
        """Record it, unless nobody hears it or one alone does."""
        if self.recording and not (speaker.held or speaker.muted or speaker.coaches):
            self.recording.hear(aloud, first=speaker is self._first)

    def on_announced(self, announcement: Announcement, member: Member) -> None:
        """Tell that an announcement has been heard, by all who were to hear it."""
        with self.lock:
            announcement.left.discard(member.call.sid)
            if not announcement.left:
                form = {"AnnounceUrl": announcement.target.url}
                told = None if announcement.to_all else member
                self._tell("announcement-end", told, form)
        self.flush()

    def flush(self) -> None:
        """Tell the events, in their order."""
        self._teller.flush()

    def _changed(self) -> None:
        self.nudge()
        self._teller.flush_soon()

    def _close(
        self, reason: str, by: Member | None, why: Leaving = Leaving.MODERATOR_ENDED
    ) -> None:
        self.over = True
        self.reason_ended, self.ended_by = reason, by
        for member in self.members:
            self.on_leave(member, why)
        for member in self.expected:
            member.call.interrupts.end("carrier")
        form = {"ReasonConferenceEnded": reason, "Reason": reason.replace("-", " ")}
        if by:
            form["CallSidEndingConference"] = by.call.sid
            if by.label:
                form["ParticipantLabelEndingConference"] = by.label
        self._tell("conference-end", None, form)
        if self.recording:
            self.recording.end(self._teller)

    def _tell(
        self, event: str, member: Member | None = None, more: dict[str, str] | None = None
    ) -> None:
        form = {"ConferenceSid": self.sid, "FriendlyName": self.name}
        if member:
            form |= _participant(member)
        self._teller.event(event, form | (more or {}))


def _participant(member: Member) -> dict[str, str]:
    flags = {
        "Muted": member.muted,
        "Hold": member.held,
        "Coaching": member.coaches is not None,
        "EndConferenceOnExit": member.ends,
        "StartConferenceOnEnter": member.starts,
    }
    form = {name: str(value).lower() for name, value in flags.items()}
    form["CallSid"] = member.call.sid
    return form | ({"ParticipantLabel": member.label} if member.label else {})


@dataclass(slots=True)
class Conferences:
    """All conferences of the account, running and ended, oldest first."""

    all: list[Conference] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def open(self, name: str, make: Callable[[], Conference]) -> Conference:
        """The running conference of this name, or a new one."""
        with self._lock:
            running = self.running(name)
            if running is None:
                running = make()
                self.all.append(running)
            return running

    def running(self, name: str) -> Conference | None:
        """The running conference of this name."""
        with self._lock:
            return next((one for one in self.all if one.name == name and not one.over), None)

    def find(self, sid: str) -> Conference | None:
        """The conference with this SID, running or ended."""
        with self._lock:
            return next((one for one in self.all if one.sid == sid), None)
