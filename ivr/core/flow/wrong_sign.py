"""Signs of a text that is no YAML which mean something else there, or nothing."""

from __future__ import annotations

import re

from ivr.core.flow.yaml_place import KEY, ErrorPlace, Slip, short

_AT_A_SIGN = (
    "mapping keys are not allowed in this context",
    "did not find expected comment or line break",
    "block sequence entries are not allowed in this context",
    "did not find expected key",
)


def first_sign(place: ErrorPlace) -> Slip | None:
    """Words that begin with a sign of YAML's."""
    match = re.search(rf"({KEY}):\s+([?>|\[-]\s?[^\]]*\]?\s+\w.*)$", place.lines[place.line])
    if place.problem not in _AT_A_SIGN or match is None:
        return None
    sign = match[2][0]
    message = (
        f'{sign} has a meaning of its own at the beginning; write {match[1]}: "{short(match[2])}"'
    )
    return place.line, match.start(2), message


def semicolon(place: ErrorPlace) -> Slip | None:
    """A semicolon where a comma should stand."""
    line = place.lines[place.line]
    match = re.search(rf"[{{,]\s*{KEY}:[^,;\"]*(;)\s*{KEY}:", line)
    if match is None:
        return None
    return place.line, match.start(1), "in braces a comma stands between names, not a semicolon"


def equals(place: ErrorPlace) -> Slip | None:
    """A name and its value with = between."""
    for number, line in place.around():
        match = re.match(rf"\s*(?:- )?({KEY})\s*=(?!>)\s*(.*)$", line)
        if match:
            message = f"a name and its value have a colon between; write {match[1]}: {match[2]}"
            return number, match.start(1), message
    return None


def other_colon(place: ErrorPlace) -> Slip | None:
    """A name and its value with a semicolon, an arrow, a dash or the colon of another script
    between. A dash only before one word, as it stands in sentences too."""
    for number, line in place.around():
        match = re.match(rf"\s*(?:- )?({KEY})\s*([;；：﹕]|[-=]>|→)\s*(\S.*)$", line) or re.match(
            rf"\s*(?:- )?({KEY})\s+([-–—])\s+(\S+)$", line
        )
        if match:
            message = (
                f"behind '{match[1]}' stands {match[2]} and no colon; write {match[1]}: "
                f"{short(match[3])}"
            )
            return number, match.start(2), message
    return None


def fence(place: ErrorPlace) -> Slip | None:
    """The lines ``` that stand around a file in a chat or on a page."""
    for number, line in place.around():
        match = re.match(r"\s*(```|~~~)", line)
        if match:
            message = f"{match[1]} belongs to the page that this was copied from; delete the line"
            return number, match.start(1), message
    return None


def other_comment(place: ErrorPlace) -> Slip | None:
    """A comment as other languages have it."""
    for number, line in place.around():
        match = re.match(r"\s*(//|/\*|<!--|--\s|;|%%|rem\s)", line, re.IGNORECASE)
        if match:
            return number, match.start(1), "a comment begins with #; put # in front of it"
    return None
