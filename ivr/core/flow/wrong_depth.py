"""Lines of a text that is no YAML which begin at the wrong depth, or with the wrong dash."""

from __future__ import annotations

import re

from ivr.core.flow.yaml_place import KEY, ErrorPlace, Slip, short

_LED = re.compile(rf"^(\s*)(?:- )?({KEY}):\s+(\S.*)$")
_LIST_ENDS = ("did not find expected '-' indicator", "did not find expected key")
_AT_A_NAME = (
    "did not find expected key",
    "did not find expected '-' indicator",
    "mapping values are not allowed in this context",
)


def tab(place: ErrorPlace) -> Slip | None:
    """A line that begins with a tab."""
    for number, line in place.around():
        blank = re.match(r"[ \t]*", line)
        if blank and "\t" in blank[0] and line.strip():
            return number, blank[0].index("\t"), "the line begins with a tab; use spaces"
    return None


def too_far_in(place: ErrorPlace) -> Slip | None:
    """A setting that is indented further than the one above, which has a value already."""
    if place.problem != "mapping values are not allowed in this context":
        return None
    (number, line), *before = place.around()
    led, above = _LED.match(line), _LED.match(before[0][1]) if before else None
    if not led or not above or len(led[1]) <= len(above[1]) or "{" in above[3][:1]:
        return None
    at = len(led[1])
    return number, at, f"'{led[2]}' is indented further than '{above[2]}' above; align the two"


def off_the_line(place: ErrorPlace) -> Slip | None:
    """A line that begins at a depth at which none above begins."""
    if place.problem not in _AT_A_NAME:
        return None
    line = place.lines[place.line]
    depth = len(line) - len(line.lstrip(" "))
    name = re.match(rf"\s*(?:- )?({KEY}):", line)
    if name is None or depth != place.column:
        return None
    depths: dict[int, str] = {}
    for above in reversed(place.lines[: place.line]):
        match = re.match(rf"( *)(?:- )?({KEY})\s*:", above)
        if match and all(len(match[1]) < known for known in depths):
            depths[len(match[1])] = match[2]
    if not depths or depth in depths:
        return None
    nearest = min(depths, key=lambda known: (abs(known - depth), -known))
    spaces = "no space" if nearest == 0 else "one space" if nearest == 1 else f"{nearest} spaces"
    message = (
        f"'{name[1]}' is not indented like any line above; with {spaces} it lines up "
        f"with '{depths[nearest]}'"
    )
    return place.line, depth, message


def no_list(place: ErrorPlace) -> Slip | None:
    """Lines with and without a dash at one depth."""
    if place.problem not in _LIST_ENDS or place.opened is None:
        return None
    line = place.lines[place.line]
    if line[place.column : place.column + 1] == "-":
        return place.line, place.column, "this line begins with '- ', and those above do not"
    if not re.match(rf"{KEY}\s*:", line[place.column :]):
        return None
    first = place.opened[0] + 1
    return (
        place.line,
        place.column,
        f"the lines above, from line {first}, begin with '- ' and this does not: begin all so, or "
        "none, if they are names and not a list",
    )


def no_dash_space(place: ErrorPlace) -> Slip | None:
    """An entry of a list that begins with another sign, or whose dash has no space behind it."""
    for number, line in place.around():
        bullet = re.match(r"\s*([*•–—·+])\s+(\S.*)$", line)
        if bullet:
            message = f"an entry of a list begins with '- '; write - {short(bullet[2])}"
            return number, bullet.start(1), message
        match = re.match(r"(\s*)-(?=[{\[\w\"'])", line)
        if match and not re.match(r"\s*-\d", line):
            rest = short(line.strip()[1:])
            return number, match.end() - 1, f"a space is missing after '-'; write - {rest}"
    return None


def words_go_on(place: ErrorPlace) -> Slip | None:
    """A line of words that is not indented further than the name they belong to."""
    if place.problem != "could not find expected ':'":
        return None
    for number, line in place.around():
        if line.strip() and not re.match(rf"\s*(?:- )?{KEY}\s*:", line):
            at = len(line) - len(line.lstrip())
            message = "words that go on in this line are indented further than their name above"
            return number, at, message
    return None
