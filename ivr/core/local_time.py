"""Local times that a change of the clocks skips or repeats. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment (aware) that somebody wrote as local time.

    `left_out` says in a sentence why no clock shows it; `repeated` says, without a full stop, that
    clocks show it twice. Both are empty if the time is unambiguous.
    """

    moment: datetime
    left_out: str = ""
    repeated: str = ""

    @property
    def twice(self) -> str:
        """Which of two moments is meant, and how to write the other one; empty where it is one."""
        if not self.repeated:
            return ""
        second = self.moment.replace(fold=1).isoformat(timespec="minutes")
        return f"{self.repeated}; the first is meant. For the second write {second}."

    @property
    def unclear(self) -> str:
        """Why it is not one moment, where an offset can be written."""
        return self.left_out or self.twice

    @property
    def unclear_without_offset(self) -> str:
        """Why it is not one moment, where there is no room for an offset."""
        again = f"{self.repeated}. Choose a time before or after that hour."
        return self.left_out or (again if self.repeated else "")


def local_time(wall: datetime, zone: tzinfo) -> LocalTime:
    """Return the moment at which clocks in `zone` show `wall` (naive).

    A repeated time is the first of the two (PEP 495); a skipped time is moved later by the gap.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return LocalTime(first)
    before, after = (each.astimezone(UTC) for each in (first, second))
    day = f"{wall.day} {wall:%B %Y}"
    if after < before:  # the clocks go forward over it
        gap = before - after
        return LocalTime(
            first,
            left_out=f"There is no {wall:%H:%M} on {day}: the clocks go forward past it. "
            f"Write {wall + gap:%H:%M}, or a time {_length(gap)} earlier.",
        )
    return LocalTime(first, repeated=f"{wall:%H:%M} comes twice on {day}, as the clocks go back")


def _length(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    return "an hour" if minutes == 60 else f"{minutes} minutes"
