"""Times as the clocks of a place show them, which a change of the clocks leaves out or repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment (aware) that somebody wrote as the clocks show it. `left_out` says why no clock
    shows it, in a sentence; `repeated` that the clocks show it twice, without a full stop. Both are
    empty where it is one moment."""

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
    """The moment at which clocks in `zone` show `wall` (naive): the first where they show it
    twice (PEP 495), as much later where they leave it out."""
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
