"""Why a text is no YAML, in words for whoever typed it, at the line where they went wrong.

The parser says where it could not go on, which is often lines after the slip. So the usual slips
are looked for around that place first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from ivr.core.flow import odd_spaces, wrong_depth, wrong_sign
from ivr.core.flow.expressions import CURLY
from ivr.core.flow.findings import Finding
from ivr.core.flow.slips import WORDS
from ivr.core.flow.yaml_place import KEY, ErrorPlace, Slip, short

LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

_BEGINNING = re.compile(rf"(?:\s|{odd_spaces.ODD.pattern})*")
_OPENS = re.compile(r"""(?:^|[:,\[{-])\s*(["'])""")
_NO_SPACE = re.compile(rf"""^\s*(?:- )?(?:\{{\s*)?({KEY}):(?=[^\s/,}}\]])""")
_CURLY_VALUE = re.compile(rf"(?:^|[:,\[{{-])\s*([{CURLY}])")
_SIGN_VALUE = re.compile(r"(?:[:,\[]\s+|- )([*&@%`!|>?])(?=\s*(?:[,}\]]|$)|\w|`)")
_HASHKEY = re.compile(rf"({KEY}):\s*#")
_BRACES_VALUE = re.compile(r":\s+(\{[a-z_.]+\}[^\n,}]*[^\s,}][^\n]*)$|:\s+(\{[a-z_.]+\},? [^\n]*)$")


def finding(name: str, text: str, error: yaml.YAMLError) -> Finding:
    """What the parser's error means to whoever wrote `text`."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")  # counted in bytes
        lines = LINE_END.split(before)
        message = f"this is not YAML: {error.reason}; delete the character that stands here"
        return Finding(name, len(lines), len(lines[-1]) + 1, "yaml", message)
    place = _place(text, error)
    for look in _SLIPS:
        slip = look(place)
        if slip is not None:
            line, column, message = slip
            return Finding(name, line + 1, column + 1, "yaml", f"this is not YAML: {message}")
    hint = f"; {_HINTS[place.problem]}" if place.problem in _HINTS else ""
    message = f"this is not YAML: {place.problem}{hint}"
    return Finding(name, place.line + 1, place.column + 1, "yaml", message)


def _place(text: str, error: yaml.YAMLError) -> ErrorPlace:
    lines = LINE_END.split(text)
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None) or ""
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return ErrorPlace(lines, 0, 0, problem, context)
    line, column = mark.line, mark.column
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    began = (opened.line, opened.column) if opened else None
    return ErrorPlace(lines, line, min(column, len(lines[line])), problem, context, began)


_HINTS = {
    "did not find expected <document start>": "nothing may follow a line --- or ...; delete it",
    "mapping values are not allowed in this context": "put words with a colon in quotes",
    "found character that cannot start any token": "use spaces, not tabs, and quote % @ and `",
    "found a tab character that violates indentation": "use spaces, not tabs",
    "did not find expected key": "check the quotes and how far the lines are indented",
    "found unknown escape character": "write \\ twice, or leave it out",
    "did not find expected hexdecimal number": "write \\ twice, or leave it out",
    "block sequence entries are not allowed in this context": "begin a list on a line of its own",
}


def _odd_space(place: ErrorPlace) -> Slip | None:
    for number, line in place.around():
        begin = _BEGINNING.match(line)
        at = odd_spaces.found(begin[0]) if begin else None
        if at is not None:
            return number, at, f"the line begins with {odd_spaces.advice(line[at])}"
        match = re.search(rf"\b{KEY}:(?=[^ \t\w])", line)
        if match and odd_spaces.ODD.match(line, match.end()):
            what = odd_spaces.advice(line[match.end()])
            return number, match.end(), f"behind '{match[0]}' stands {what}"
    return None


def _missing_space(place: ErrorPlace) -> Slip | None:
    for number, line in place.around():
        match = _NO_SPACE.match(line)
        if match:
            rest = line[match.end() :].strip()
            message = f"a space is missing after '{match[1]}:'; write {match[1]}: {short(rest)}"
            return number, match.start(1), message
    return None


def _open_quote(place: ErrorPlace) -> Slip | None:
    """The first line that opens a quote which the same or the next quoted line does not close."""
    opened: tuple[int, int] | None = None
    for number, line in enumerate(place.lines[: place.line + 1]):
        quotes = line.count('"') - line.count('\\"')
        if quotes == 0 or line.lstrip().startswith("#"):
            continue
        if opened is not None:
            if quotes % 2 == 0:
                break
            opened = None
        elif quotes % 2:
            match = _OPENS.search(line)
            if match and match[1] == '"':
                opened = number, match.start(1)
    if opened is None and place.context == "while scanning a quoted scalar":
        opened = place.opened
    if opened is None:
        return None
    return *opened, "a closing quote is missing; put one at the end of the words that begin here"


def _after_quote(place: ErrorPlace) -> Slip | None:
    line = place.lines[place.line]
    before = line[: place.column].rstrip()
    if place.problem not in _AFTER_A_VALUE or not before.endswith(("'", '"', "]", "}")):
        return None
    next_key = re.match(rf"\s*({KEY}):\s", line[place.column :])
    if before.endswith(("]", "}")) and not next_key:
        return None
    if next_key:
        message = f"a comma is missing before '{next_key[1]}'"
    elif before.endswith("'"):
        message = "an apostrophe ends words in 'single quotes'; put the words in \"double quotes\""
    else:
        message = (
            "the words go on after their closing quote; write quotes inside them as 'single ones'"
        )
    return place.line, len(before) - 1, message


_AFTER_A_VALUE = (
    "did not find expected key",
    "did not find expected ',' or '}'",
    "did not find expected ',' or ']'",
    "mapping values are not allowed in this context",
    "did not find expected <document start>",
)


def _curly_quotes(place: ErrorPlace) -> Slip | None:
    for number, line in place.around():
        match = _CURLY_VALUE.search(line)
        if match:
            message = f'the curly quote {match[1]} marks no words; type straight quotes: "…"'
            return number, match.start(1), message
    return None


def _begins_with_braces(place: ErrorPlace) -> Slip | None:
    match = _BRACES_VALUE.search(place.lines[place.line])
    if not match:
        return None
    words = match[1] or match[2]
    at = match.start(1) if match[1] else match.start(2)
    return place.line, at, f'words that begin with a brace need quotes; write "{short(words)}"'


def _no_value(place: ErrorPlace) -> Slip | None:
    for number, line in place.around():
        match = re.search(rf"\b({KEY}):(?=[}}\],])", line)
        if match:
            message = f"a value is missing after '{match[1]}:'; write it, or {match[1]}: \"\""
            return number, match.start(1), message
    return None


def _sign(place: ErrorPlace) -> Slip | None:
    for number, line in place.around():
        match = _SIGN_VALUE.search(line)
        if match:
            sign = match[1]
            message = f"{sign} has a meaning of its own at the beginning; put it in quotes: "
            value = re.split(r"[,}\]]", line[match.start(1) :])[0].strip().replace('"', "")
            return number, match.start(1), f'{message}"{short(value)}"'
        hash_key = _HASHKEY.search(line)
        if hash_key:
            message = f"'#' begins a comment; write {hash_key[1]}: \"#\""
            return number, hash_key.end() - 1, message
    return None


def _colon_in_words(place: ErrorPlace) -> Slip | None:
    line = place.lines[place.line]
    match = re.search(rf"({KEY}):\s+([^\s\"'{{\[].*)$", line[: place.column])
    if line[place.column : place.column + 1] != ":" or not match:
        return None
    if re.fullmatch("[a-z_]+", match[2]) and match[1] not in WORDS:
        message = f"a name and its value stand in braces here; write {match[1]}: {{{match[2]}: … }}"
        return place.line, match.start(2), message
    if match[2].startswith("("):
        message = "names and values stand in {curly braces}, not in round ones"
        return place.line, match.start(2), message
    words = match[2] + re.split(r"[,}\]]", line[place.column :])[0].rstrip()
    message = f'put words with a colon in quotes; write {match[1]}: "{short(words)}"'
    return place.line, place.column, message


def _missing_colon(place: ErrorPlace) -> Slip | None:
    if place.problem not in _NO_COLON:
        return None
    for number, line in place.around():
        value = re.match(rf"\s*({KEY}) +[\"'{{\[]", line)
        alone = re.match(rf"\s*(?:- )?({KEY})\s*[;：﹕.,=]?\s*$", line)
        if match := (value if number < place.line else None) or alone:
            rest = " …" if match is value else ""
            message = f"a colon is missing after '{match[1]}'; write {match[1]}:{rest}"
            return number, match.end(1), message
    return None


_NO_COLON = ("mapping values are not allowed in this context", "could not find expected ':'")


def _closing_bracket(place: ErrorPlace) -> Slip | None:
    line = place.lines[place.line]
    sign = line[place.column : place.column + 1]
    if sign not in ("}", "]"):
        return None
    opening = "{" if sign == "}" else "["
    open_ones = _open_in(line[: place.column])
    if open_ones and open_ones[-1][1] != opening:
        at, other = open_ones[-1]
        closing = "]" if other == "[" else "}"
        return place.line, at, f"the {other} that stands here has no {closing}"
    return place.line, place.column, f"the {sign} that stands here has no {opening} before it"


def _open_in(text: str) -> list[tuple[int, str]]:
    """The brackets that are open at the end of `text`, and where they stand; quotes are skipped."""
    found: list[tuple[int, str]] = []
    quote = ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign == '"':
            quote = sign
        elif sign in "{[":
            found.append((at, sign))
        elif sign in "}]" and found:
            found.pop()
    return found


def _open_bracket(place: ErrorPlace) -> Slip | None:
    if not place.context.startswith("while parsing a flow") or place.opened is None:
        return None
    line, column = place.opened
    if line == place.line or line >= len(place.lines):
        return None
    sign = place.lines[line][column : column + 1]
    closing = {"{": "}", "[": "]"}.get(sign)
    return (line, column, f"the {sign} that stands here has no {closing}") if closing else None


_SLIPS: tuple[Callable[[ErrorPlace], Slip | None], ...] = (
    wrong_sign.fence,
    *(_odd_space, wrong_depth.tab, _missing_space, wrong_depth.no_dash_space),
    *(_open_quote, _after_quote, _curly_quotes, _begins_with_braces, _sign),
    *(
        wrong_depth.too_far_in,
        _missing_colon,
        wrong_sign.semicolon,
        _colon_in_words,
        wrong_sign.equals,
        wrong_sign.other_colon,
    ),
    *(
        wrong_sign.other_comment,
        wrong_sign.first_sign,
        wrong_depth.words_go_on,
        _no_value,
        _open_bracket,
        _closing_bracket,
        wrong_depth.off_the_line,
        wrong_depth.no_list,
    ),
)
