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
        match = re.match(rf"\s*(?:- )?({KEY})\s*=\s*(.*)$", line)
        if match:
            message = f"a name and its value have a colon between; write {match[1]}: {match[2]}"
            return number, match.start(1), message
    return None


def other_comment(place: ErrorPlace) -> Slip | None:
    """A comment as other languages have it."""
    for number, line in place.around():
        match = re.match(r"\s*(//|/\*|<!--|--\s|;|%%|rem\s)", line, re.IGNORECASE)
        if match:
            return number, match.start(1), "a comment begins with #; put # in front of it"
    return None
