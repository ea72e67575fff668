"""Times of day: as they are said, written, heard and keyed in. A time is a `datetime.time`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from babel.dates import format_time

from ivr.core.language.clock_readings import HALF_DAY, HOUR, PARTS, ClockReading, reading_at
from ivr.core.language.phrases import Phrases
from ivr.core.language.time_symbols import ASIDE, INSTEAD, NOT, NOT_FIRST, PAUSE, time_symbols


@dataclass(frozen=True, slots=True)
class HeardTime:
    """A time; where it is not `sure`, the caller should be asked whether it is right."""

    time: time
    sure: bool


def say(at: time, phrases: Phrases) -> str:
    """`5:30 in the afternoon`, `17 Uhr 30`."""
    patterns = phrases.listed("time_early" if at.hour < 7 else "time")
    pattern = patterns[0] if at.minute == 0 else patterns[1]
    return str(format_time(at, pattern, locale=phrases.locale))


def write(at: time, phrases: Phrases) -> str:
    """`17:30`, as the country writes it."""
    return str(format_time(at, "short", locale=phrases.locale))


def hear(words: str, phrases: Phrases) -> time | None:
    """The time of `heard`, sure or not."""
    found = heard(words, phrases)
    return found.time if found else None


def heard(words: str, phrases: Phrases, spoken_of: time | None = None) -> HeardTime | None:
    """The time that `words` name: `half past five`, `5:30 p.m.`, `seventeen thirty`, `noon`.

    Without a word for the part of the day, hours up to six are those of the afternoon; from six to
    eight it is not sure. A caller may correct themselves (`nine, no, half past nine`); `spoken_of`
    is the time that was read back to them, where they correct that (`no, in the evening`). None
    where two times are named, where the words contradict one another, and where a word is not
    known: then it may change everything (`after nine`).
    """
    said = _Sentence(time_symbols(words, phrases), spoken_of)
    reading = said.reading()
    if reading is None or not reading.times:
        return None
    hour, minute = divmod(reading.times[0], HOUR)
    return HeardTime(time(hour, minute), reading.clear and not reading.doubted)


def hear_keys(keys: str) -> time | None:
    """The time keyed in as hours and minutes of the 24-hour clock: `1730`, `930`, `9`."""
    if not keys.isdecimal() or not 1 <= len(keys) <= 4:
        return None
    hours, minutes = (keys, "0") if len(keys) <= 2 else (keys[:-2], keys[-2:])
    return time(int(hours), int(minutes)) if int(hours) < 24 and int(minutes) < 60 else None


class _Sentence:
    """What was said, heard to its end."""

    def __init__(self, said: str, spoken_of: time | None) -> None:
        self._said = said
        self._clock: ClockReading | None = None
        self._parts: frozenset[str] = frozenset()
        self._not_meant: frozenset[int] = frozenset()
        self._new_clock = self._new_parts = self._anything = False
        if spoken_of:
            minutes = spoken_of.hour * HOUR + spoken_of.minute
            self._clock = ClockReading((minutes, (minutes + HALF_DAY) % (2 * HALF_DAY)))
            self._new_clock = self._new_parts = True

    def reading(self) -> ClockReading | None:
        """The time that is left; None where what was said is not understood."""
        at, corrects = 0, False
        while at < len(self._said):
            symbol = self._said[at : self._said.index(" ", at)]
            behind = at + len(symbol) + 1
            if symbol in (ASIDE, PAUSE):
                at = behind
            elif symbol == INSTEAD:
                at, corrects = behind, self._clock is not None
                self._new_clock = self._new_parts = corrects
            elif symbol == NOT or (symbol == NOT_FIRST and self._clock is None):
                denied = self._denied(behind)
                if denied is None:
                    return None
                at = denied
            elif symbol in PARTS:
                before = frozenset() if self._new_parts else self._parts
                self._parts, self._anything = before | {symbol}, True
                at, corrects, self._new_parts = behind, False, False
            else:
                found = reading_at(self._said, at)
                if found is None:
                    return None
                self._heard(found[0])
                at, corrects = found[1], False
        return self._left() if self._clock and self._anything and not corrects else None

    def _heard(self, now: ClockReading) -> None:
        before, self._anything = self._clock, True
        if self._new_clock and before and now.bare and _minutes_perhaps(now, before):
            now = ClockReading(())  # `nine fifteen, no, ten`: ten, or ten past nine
        self._clock = now if self._new_clock or before is None else before & now
        self._new_clock = False

    def _denied(self, at: int) -> int | None:
        """Take what follows for a time that is not meant; None where it is none."""
        while self._said.startswith((f"{ASIDE} ", f"{PAUSE} "), at):
            at += len(ASIDE) + 1
        found = reading_at(self._said, at)
        if found is None:
            return None
        at, parts = self._parts_behind(found[1])
        times = frozenset(found[0].within(parts).times)
        if self._clock and times & set(self._clock.times):
            self._clock = None
        self._not_meant |= times
        return at

    def _parts_behind(self, at: int) -> tuple[int, set[str]]:
        """The parts of the day that follow a time that is not meant, and where they end."""
        parts: set[str] = set()
        while at < len(self._said):
            symbol = self._said[at : self._said.index(" ", at)]
            if symbol not in PARTS:
                break
            parts.add(symbol)
            at += len(symbol) + 1
        return at, parts

    def _left(self) -> ClockReading:
        clock = self._clock or ClockReading(())
        left = clock.within(self._parts)
        # `Eight in the evening, no, nine`: that is nine in the evening, too, or so it seems.
        carried = self._new_parts and left.times[:1] != clock.times[:1]
        meant = tuple(each for each in left.times if each not in self._not_meant)
        # `Not nine in the morning, nine`: in the evening, or the same once more.
        contrary = meant != left.times
        return replace(left, times=meant, doubted=left.doubted or carried or contrary)


def _minutes_perhaps(now: ClockReading, before: ClockReading) -> bool:
    """Whether the number may correct the minutes that were said before it, or be such."""
    had_minutes = any(each % HOUR for each in before.times)
    return had_minutes or all(each > HALF_DAY for each in now.times)
