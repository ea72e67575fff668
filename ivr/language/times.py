"""Times of day: as they are said, written, heard and keyed in. A time is a `datetime.time`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from functools import cache

from babel.dates import format_time

from ivr.language.phrases import Phrases
from ivr.language.symbols import Lexicon, lexicon, symbols

_HOUR = r"n(?P<hour>\d{1,2})\b(?! [:.])"
_PARTS = (  # minutes after the hour
    (re.compile(rf"half_past {_HOUR}"), 30),
    (re.compile(rf"half_to {_HOUR}"), -30),
    (re.compile(rf"quarter_past {_HOUR}"), 15),
    (re.compile(rf"quarter_to {_HOUR}"), -15),
    (re.compile(rf"three_quarters {_HOUR}"), -15),
)
_PAST = re.compile(rf"n(?P<minutes>\d{{1,2}}) (?:minutes )?(?P<way>past|to) {_HOUR}")
_PLAIN = (
    re.compile(r"n(?P<hour>\d{1,2}) [:.] n(?P<minutes>\d\d)\b"),
    re.compile(r"n(?P<hour>\d{1,2}) (?:hour )?n0 n(?P<minutes>\d)\b"),
    re.compile(r"n(?P<hour>\d{1,2}) (?:hour )?n(?P<minutes>[0-5]\d)\b"),
    re.compile(r"n(?P<hour>\d{1,2}) hour n(?P<minutes>\d)\b"),
    re.compile(r"n(?P<hour>\d{1,2})(?P<minutes>[0-5]\d)\b"),
    re.compile(r"n(?P<hour>\d{1,2})\b(?! (?:minutes|past|to)\b)"),
)
_BEFORE_OR_AFTER = re.compile(r"\b(?:past|to) $")
_MORE = re.compile(r"\bn\d|\b(?:half|quarter|three)_")
_SYMBOLS = (
    *("noon", "midnight", "half_past", "half_to", "quarter_past", "quarter_to", "three_quarters"),
    *("past", "to", "minutes", "hour", "am", "pm", "night"),
)

_LATEST_ASSUMED = 6
"""Up to this hour an hour alone is one of the afternoon: nobody is rung back at five at night."""


def say(at: time, phrases: Phrases) -> str:
    """`5:30 in the afternoon`, `17 Uhr 30`."""
    patterns = phrases.listed("time_early" if at.hour < 7 else "time")
    pattern = patterns[0] if at.minute == 0 else patterns[1]
    return str(format_time(at, pattern, locale=phrases.locale))


def write(at: time, phrases: Phrases) -> str:
    """`17:30`, as the country writes it."""
    return str(format_time(at, "short", locale=phrases.locale))


def hear(words: str, phrases: Phrases) -> time | None:
    """The time that `words` name: `half past five`, `5:30 p.m.`, `seventeen thirty`, `noon`.

    Without a word for the part of the day, hours up to six are those of the afternoon.
    """
    said = symbols(words, _lexicon(phrases), phrases)
    parts = set(said.split())
    if found := _clock(said):
        hour, minutes = found
        return _time(_of_day(hour, parts) * 60 + minutes) if hour <= 24 else None
    if "noon" in parts:
        return time(12)
    return time(0) if "midnight" in parts else None


def hear_keys(keys: str) -> time | None:
    """The time keyed in as hours and minutes of the 24-hour clock: `1730`, `930`, `9`."""
    if not keys.isdecimal() or not 1 <= len(keys) <= 4:
        return None
    hour, minutes = (keys, "0") if len(keys) <= 2 else (keys[:-2], keys[-2:])
    return _time(int(hour) * 60 + int(minutes)) if int(hour) < 24 and int(minutes) < 60 else None


def _clock(said: str) -> tuple[int, int] | None:
    """Hour, and minutes after it (or before it, if negative); None where more is said of time."""
    for pattern, minutes in _PARTS:
        if match := pattern.search(said):
            return (int(match["hour"]), minutes) if _alone(match) else None
    if match := _PAST.search(said):
        minutes = int(match["minutes"]) * (1 if match["way"] == "past" else -1)
        return (int(match["hour"]), minutes) if _alone(match) else None
    for pattern in _PLAIN:
        if match := pattern.search(said):
            found = int(match["hour"]), int(match.groupdict().get("minutes") or 0)
            return found if _alone(match) else None
    return None


def _alone(match: re.Match[str]) -> bool:
    """Whether nothing else is said of time: `three or four` and `after three` are no time."""
    before, behind = match.string[: match.start()], match.string[match.end() :]
    return not (_BEFORE_OR_AFTER.search(before) or _MORE.search(f"{before} {behind}"))


def _of_day(hour: int, parts: set[str]) -> int:
    """The hour of the 24-hour clock."""
    if "night" in parts and not {"am", "pm"} & parts:
        parts = {*parts, "am" if hour == 12 or hour < 6 else "pm"}
    if "am" in parts or "midnight" in parts:
        return 0 if hour == 12 else hour
    if "pm" in parts or "noon" in parts:
        return hour + 12 if hour < 12 else hour
    return hour + 12 if 1 <= hour <= _LATEST_ASSUMED else hour


def _time(minutes: int) -> time:
    hours, rest = divmod(minutes % (24 * 60), 60)
    return time(hours, rest)


@cache
def _lexicon(phrases: Phrases) -> Lexicon:
    return lexicon(_entries(phrases), phrases)


def _entries(phrases: Phrases) -> Iterator[tuple[str, str]]:
    for name in _SYMBOLS:
        for word in phrases.listed("times", name):
            yield word, name
