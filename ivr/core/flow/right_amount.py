"""What was meant where hours, days, dates and lengths of time are typed as people write them.

The file has one form for each; `check` says what to type in that form. Each function answers with
it, or with nothing where what was meant is not plain.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel import Locale

from ivr.core.language import dates
from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import languages, phrases
from ivr.core.language.tokens import number_words

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_DAY = re.compile(
    r"(open |all |the whole )*(day|24/7|24 ?(h|hrs?|hours?)( a day)?|always|round the clock)"
)
_SHUT = ("no", "none", "shut", "never", "n/a", "-", "off", "false", "geschlossen", "ar gau")
_JOINED = re.compile(r"\s*(?:,|;|&|\+|/|\band\b|\bund\b|\bthen\b)\s*")
_TO = re.compile(r"\s*(?:-|–|—|\.\.\.?|…|\bto\b|\btill\b|\buntil\b|\bthrough\b|\bbis\b)\s*")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))? ?(?:([ap])\.?m\.?|y\.?([bh])\.?|uhr|h)?")
_WELSH = {"b": "a", "h": "p"}  # yb, y bore; yh, yr hwyr
_NAMED_TIMES = {"noon": (12, 0, ""), "midday": (12, 0, ""), "midnight": (24, 0, "")}


def hours(text: str) -> str:
    """`9am - 5.30pm` → `09:00-17:30`."""
    plain = text.strip().lower()
    if plain in _SHUT:
        return "closed"
    if _WHOLE_DAY.fullmatch(plain):
        return "00:00-24:00"
    stretches = [_stretch(part) for part in _JOINED.split(plain)]
    return ", ".join(stretches) if all(stretches) else ""


def _stretch(text: str) -> str:
    ends = [_clock(part) for part in _TO.split(text)]
    if len(ends) != 2:
        return ""
    opens, closes = ends
    if opens is None or closes is None:
        return ""
    (first, minutes, half), (last, more, late) = opens, closes
    first += 12 if half == "p" and first < 12 else 0
    goes_on = not late and first <= 12 and last <= 12 and (last, more) <= (first, minutes)
    afternoon = late == "p" or goes_on  # 9 to 5
    last += 12 if afternoon and last < 12 else 0
    if not half and late == "p" and first + 12 < last and first < 6:
        first += 12  # 1 - 5pm
    return f"{first:02}:{minutes:02}-{last:02}:{more:02}"


def time_of_day(text: str) -> str:
    """`8am` → `08:00`."""
    found = _clock(text.strip().lower())
    if found is None:
        return ""
    hour, minute, half = found
    hour = hour % 12 + 12 * (half == "p") if half else hour
    if hour == 24:
        return "00:00" if text.strip().isalpha() else ""  # 24:00 may be the end of a day
    return f"{hour:02}:{minute:02}"


def _clock(text: str) -> tuple[int, int, str] | None:
    """Hour, minute, and `a` or `p` where it says so."""
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = match[3] or _WELSH.get(match[4] or "", "")
    fits = 1 <= hour <= 12 if half else hour < 24 or (hour, minute) == (24, 0)
    return (hour, minute, half) if fits and minute < 60 else None


def days(text: str) -> str:
    """`Monday to Friday` → `mon-fri`; `mon, wed` → `mon and wed, each on a line of its own`."""
    plain = text.strip().lower().rstrip(".")
    if plain in _MANY_DAYS:
        return _MANY_DAYS[plain]
    ends = [_day(part) for part in _TO.split(plain)]
    if None not in ends and len(ends) <= 2:
        return "-".join(_DAYS[day] for day in ends if day is not None)
    several = [_day(part) for part in _JOINED.split(plain)]
    named = sorted({day for day in several if day is not None})
    if None in several or len(named) < 2:
        return ""
    if named == list(range(named[0], named[-1] + 1)):
        return f"{_DAYS[named[0]]}-{_DAYS[named[-1]]}"
    listed = " and ".join(_DAYS[day] for day in named)
    return f"{listed}, each on a line of its own"


_MANY_DAYS = {
    **dict.fromkeys(("weekday", "weekdays", "workdays", "working days", "werktags"), "mon-fri"),
    **dict.fromkeys(("weekend", "weekends", "wochenende"), "sat-sun"),
    **dict.fromkeys(("daily", "every day", "everyday", "all", "always", "täglich"), "mon-sun"),
}


def _day(text: str) -> int | None:
    return _day_names().get(text.strip().rstrip("."))


@cache
def _day_names() -> dict[str, int]:
    """The days of the week in the languages that Tango speaks, in full and shortened."""
    names = {
        name.lower().rstrip("."): number
        for language in languages()
        for width in ("wide", "abbreviated", "short")
        for number, name in Locale(language).days["format"][width].items()
    }
    for language in languages():
        names |= dict(phrases(language).named("weekday_names"))
    short = {day: number for number, day in enumerate(_DAYS)}
    return names | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3} | short


_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunden"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "munud"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "awr"), 3600),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "diwrnod"), 86_400),
    **dict.fromkeys(("w", "wk", "week", "weeks", "woche", "wochen", "wythnos"), 7 * 86_400),
}
_COUNTED = re.compile(r"(\d+|[^\W\d]+(?:-[^\W\d]+)?)\s*([^\W\d]+)")
_PARTS_OF_HOUR = {"half an hour": 1800, "a quarter of an hour": 900, "quarter of an hour": 900}


def duration(text: str) -> str:
    """`4 hours` → `4h`, `1h30` → `90m`; of a number alone, what it may be."""
    plain = re.sub(r"\b(working|business|office|about|and)\b", " ", text.strip().lower())
    plain = " ".join(plain.split())
    if plain.isdecimal() and int(plain) > 0:
        return f"{plain}s, {plain}m, {plain}h or {plain}d"
    if plain in _UNITS and len(plain) > 1:
        plain = f"1 {plain}"
    if plain in _PARTS_OF_HOUR:
        return _shortest(_PARTS_OF_HOUR[plain])
    if re.fullmatch(r"\d+ ?(h|hr|m|min) ?\d+", plain):
        plain += "m" if "h" in plain else "s"
    total, at, typed = 0, 0, list[str]()
    for match in _COUNTED.finditer(plain):
        number, unit = _number(match[1]), _UNITS.get(match[2])
        if number is None or unit is None or plain[at : match.start()].strip(" ,"):
            return ""
        total, at = total + number * unit, match.end()
        typed.append(f"{number}{_LETTERS[unit]}" if unit in _LETTERS else "")
    if not total or plain[at:].strip():
        return ""
    return typed[0] if len(typed) == 1 and typed[0] else _shortest(total)


def number(text: str) -> int | None:
    """`two` → 2."""
    return _number(text.strip().lower())


def _number(text: str) -> int | None:
    if text in ("a", "an", "one"):
        return 1
    words = number_words(text, phrases("en-GB"))
    found = number_at(words, 0, phrases("en-GB"))
    return found[0] if found and found[1] == len(words) else None


_LETTERS = {86_400: "d", 3600: "h", 60: "m", 1: "s"}


def _shortest(seconds: int) -> str:
    size = next(size for size in _LETTERS if seconds % size == 0)
    return f"{seconds // size}{_LETTERS[size]}"


def moment(text: str, today: date | None = None) -> str:
    """`1 Dec 2026 10am` → `2026-12-01T10:00`; with `today` also `tomorrow 9am`, `9pm`."""
    plain = text.strip().lower()
    match = _MOMENT.fullmatch(plain)
    on, at = (match[1], time_of_day(match[2])) if match else (plain, _OPENING)
    found = today.isoformat() if today and not on else day(on) or _day_from(on, today)
    return f"{found}T{at}" if found and at else ""


def _day_from(text: str, today: date | None) -> str:
    found = dates.hear(text, today, phrases("en-GB")) if today else None
    return found.isoformat() if found else ""


_OPENING = "09:00"
"""What time may be meant where a day alone is typed."""
_MOMENT = re.compile(
    r"((?:\S.*?)??)(?:^|,\s*|\s+(?:at\s+|um\s+)?)"
    r"(noon|midday|midnight|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?|uhr)|\d{1,2}[:.]\d\d)"
)


def period(text: str) -> str:
    """`30 days` → `30d`, `2 years` → `2y`; of a number alone, what it may be."""
    plain = " ".join(text.strip().lower().split())
    if plain.isdecimal() and int(plain) > 0:
        return f"{plain}d, {plain}w, {plain}m or {plain}y"
    match = re.fullmatch(r"(\w+) ?(day|week|wk|month|mth|year|yr)s?", plain)
    number = _number(match[1]) if match else None
    return f"{number}{match[2][0]}" if match and number else ""


def day(text: str) -> str:
    """`24/12/2026`, `24 December 2026` → `2026-12-24`; nothing without a year."""
    text = re.sub(r"^(\d{4})[/.](\d\d?)[/.](\d\d?)$", r"\1-\2-\3", text.strip())
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    if year is None:
        return ""
    for language in (*(_TAGS.get(name, name) for name in languages()), "en-US"):
        found = dates.hear(text, date(int(year[0]), 1, 1), phrases(language))
        if found and found.year == int(year[0]):
            return found.isoformat()
    return ""


_TAGS = {"en": "en-GB", "de": "de-DE", "cy": "cy-GB"}


_SPAN = re.compile(
    r"(.*?\d{4}-\d\d-\d\d)\s*[-–—]\s*(\d{4}-.*)|(.*?)(?:\.\.+|…|\s[-–—]\s|\b(?:to|till|until|bis)\b)(.*)"
)


def span(text: str) -> str:
    """`24/12/2026 - 2 January 2027` → `2026-12-24..2027-01-02`; several days as a list."""
    if match := _SPAN.fullmatch(text):
        ends = [day(end) for end in match.groups() if end]
        return "..".join(ends) if all(ends) else ""
    several = [day(part) for part in _JOINED_DAYS.split(text)]
    if len(several) > 1 and all(several):
        return "[" + ", ".join(f'"{each}"' for each in several) + "]"
    return day(text)


_JOINED_DAYS = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b)\s*")
