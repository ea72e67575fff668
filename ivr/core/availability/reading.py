"""What people write of themselves: `AWAY 3PM`, `EMERGENCIES ONLY UNTIL MONDAY`, `BACK`.

The same words count on the client's page, by text message and at the command line. What is set is
always said back, so that whoever wrote it sees how it was understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.core.availability.moments import DAY, StatedMoment, local, typed, understood
from ivr.core.availability.standing import StatusKind
from ivr.errors import StatusError

EXAMPLES = "AWAY 3PM, AWAY FRI 9AM TO MON 9AM, MESSAGES UNTIL 5PM, EMERGENCIES UNTIL MONDAY or BACK"
MOST_LETTERS = 160

_EVERYBODY = re.compile(r"(all|everybody|everyone|we(?: are|'re)?(?: all)?)\b")
_OWN = re.compile(r"(?:i am|i'm|im)\b")
_KINDS = (
    (re.compile(r"(?:out|away|not (?:here|in))\b"), StatusKind.AWAY),
    (
        re.compile(
            r"(?:(?:send |put )?(?:everything |all calls |calls )?to )?messages?(?: only)?\b"
        ),
        StatusKind.MESSAGES,
    ),
    (
        re.compile(r"(?:only emergenc(?:y|ies)|emergenc(?:y|ies) only|emergencies)\b"),
        StatusKind.EMERGENCIES,
    ),
)
_BACK = re.compile(r"(?:back|here|available)(?: now| again)?")
_NOTHING_PLANNED = re.compile(r"not (?:away|out)(?: any ?more)?")
_POLITE = re.compile(r" (?:please|thanks|thank you|thx|ta)$")
_OF_TODAY = re.compile(r"\b(today|tomorrow)\b")
_LASTS = re.compile(r"(?:for )?(\d{1,3}) ?(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
_DAYS = {"d": 1, "w": 7}
_FROM, _UNTIL, _TO = "from ", ("until ", "till ", "til ", "untill "), " to "


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Somebody wants a status, for themselves or for `everybody`. Times are in UTC."""

    kind: StatusKind
    starts: datetime
    ends: datetime | None
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody is there again; with `planned`, also what was still to come is called off."""

    everybody: bool = False
    planned: bool = False


Command = SetStatus | Back


def is_command(text: str) -> bool:
    """Whether a text says something of a status, be it understood or not."""
    rest = _opened(text)[1]
    if rest.startswith("back") or _BACK.fullmatch(rest) or _NOTHING_PLANNED.match(rest):
        return True
    return any(pattern.match(rest) for pattern, _ in _KINDS)


def read(text: str, now: datetime, zone: ZoneInfo, language: str = "en-GB") -> Command:
    """What `text` asks for at `now` (aware), its times and days those of `zone`.

    Raises `StatusError`, with an example, where it is not understood or could be meant in two ways.
    """
    everybody, rest = _opened(text[:MOST_LETTERS])
    if _NOTHING_PLANNED.fullmatch(rest):
        return Back(everybody, planned=True)
    if _BACK.fullmatch(rest):
        return Back(everybody)
    for pattern, kind in _KINDS:
        if found := pattern.match(rest):
            when = rest[found.end() :].strip()
            # Words of dates are English, as these are; figures in the order of the country.
            spoken = language if language.startswith("en") else "en-GB"
            starts, ends = _SpanReader(now, zone, spoken).span(when)
            return SetStatus(kind, starts, ends, everybody)
    raise StatusError(f"I did not understand “{text[:40].strip()}”. Write {EXAMPLES}.")


def _opened(text: str) -> tuple[bool, str]:
    """Whether it is for everybody, and the rest, in small letters and without stray signs."""
    plain = text.casefold().replace("’", "'").replace("–", " to ")
    plain = " ".join(re.sub(r"[,;!?()\"“”]", " ", plain).split()).rstrip(".")
    plain = _POLITE.sub("", plain)
    if (whole := _EVERYBODY.match(plain)) and not plain.startswith(("all calls", "all to")):
        return True, plain[whole.end() :].strip()
    return False, _OWN.sub("", plain, count=1).strip() if _OWN.match(plain) else plain


class _SpanReader:
    """Reads when a status begins and ends."""

    def __init__(self, now: datetime, zone: ZoneInfo, language: str) -> None:
        self._now = now.astimezone(UTC)
        self._zone = zone
        self._language = language
        self._today = now.astimezone(zone).date()

    def span(self, when: str) -> tuple[datetime, datetime | None]:
        """Its beginning and its end, in UTC; without an end it lasts."""
        if not when:
            return self._now, None
        if lasts := _LASTS.fullmatch(when):
            return self._now, self._lasting(int(lasts[1]), lasts[2][0])
        begin, joined, end = self._apart(when)
        if begin is None:
            return self._now, self._end(end or "", None)
        opens = self._written(begin, self._today)
        if end is None:
            return self._from(opens) if when.startswith(_FROM) else self._alone(opens)
        starts = self._start(opens, end)
        day = starts.astimezone(self._zone).date()
        closes = self._end(end, day, inclusive=joined == _TO and opens.at is None)
        return starts, self._after(starts, closes, opens)

    def _apart(self, when: str) -> tuple[str | None, str, str | None]:
        """The words of the beginning and of the end."""
        for word in _UNTIL:
            if when.startswith(word):
                return None, word, when.removeprefix(word)
        given = when.removeprefix(_FROM)
        for word in (_TO, *(f" {word}" for word in _UNTIL)):
            if word in given:
                begin, _, end = given.partition(word)
                return begin, word, end
        return given, "", None

    def _lasting(self, count: int, unit: str) -> datetime:
        if count == 0:
            raise StatusError("That is no time at all. Write AWAY 2H, or AWAY UNTIL 3PM.")
        if unit in _UNITS:
            return self._now + count * _UNITS[unit]
        here = self._now.astimezone(self._zone)
        day = here.date() + timedelta(days=count * _DAYS[unit])
        return local(day, here.time(), self._zone)

    def _alone(self, when: StatedMoment) -> tuple[datetime, datetime | None]:
        """`AWAY 3PM` lasts until then, `AWAY TOMORROW` is all of that day."""
        if when.day is None:
            return self._now, self._ahead(when)
        if when.at is not None:
            raise StatusError(
                "Is that when it begins or when it ends? Write FROM or UNTIL before it."
            )
        begins = max(local(when.day, time(0), self._zone), self._now)
        return begins, self._midnight(when.day + DAY)

    def _from(self, when: StatedMoment) -> tuple[datetime, datetime | None]:
        return self._start(when, None), None

    def _start(self, when: StatedMoment, end: str | None) -> datetime:
        day = when.day or self._today
        begins = typed(day, when.at, self._zone) if when.at is not None else self._midnight(day)
        if begins <= self._now and when.at is not None and when.day is None and end is None:
            raise StatusError(f"{_clock(when.at)} has passed. Write TOMORROW {_clock(when.at)}.")
        return max(begins, self._now) if day == self._today else begins

    def _end(self, text: str, after: date | None, inclusive: bool = False) -> datetime:
        """`until Monday` ends as Monday begins; `Monday to Friday` takes Friday in. A weekday is
        the next one after the beginning, tomorrow is always that of today."""
        today = None if _OF_TODAY.search(text) else after
        when = self._written(text, today or self._today)
        if when.day is None:
            return self._ahead(when, after)
        if when.at is None:
            return self._midnight(when.day + DAY if inclusive else when.day)
        return typed(when.day, when.at, self._zone)

    def _ahead(self, when: StatedMoment, day: date | None = None) -> datetime:
        """A time of day alone: today's, or that of the day on which it begins."""
        at = when.at or time(0)
        ends = typed(day or self._today, at, self._zone)
        if at == time(0):  # midnight is that of the night to come
            ends = self._midnight((day or self._today) + DAY)
        if day is None and ends <= self._now:
            raise StatusError(
                f"{_clock(at)} has passed. Write UNTIL TOMORROW {_clock(at)}, or a later time."
            )
        return ends

    def _after(self, starts: datetime, ends: datetime, opens: StatedMoment) -> datetime:
        if ends > starts:
            return ends
        if opens.day is None and ends <= self._now:
            raise StatusError("That time has passed. Write the day too, as in TOMORROW 9AM TO 3PM.")
        raise StatusError("It would end before it begins. Write AWAY FRI 9AM TO MON 9AM.")

    def _midnight(self, day: date) -> datetime:
        return local(day, time(0), self._zone)

    def _written(self, text: str, today: date) -> StatedMoment:
        return understood(text.strip(), today, self._language)


def _clock(at: time) -> str:
    return f"{at:%-I%p}" if at.minute == 0 else f"{at:%H:%M}"
