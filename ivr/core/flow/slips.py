"""What is YAML, and not what its writer meant: words that a comma or a `#` cuts off, quotes that
are none, spaces that are none.

YAML is silent about all of these, so a caller would be the first to notice. Each is found where it
stands, with what to type; where it is plain what was meant, that is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.core.flow import odd_spaces
from ivr.core.flow.expressions import CURLY

WORDS = frozenset(
    {
        "about",
        "action",
        "answer_phrase",
        "choices",
        "collect",
        "default",
        "event",
        "hangup",
        "hears",
        "hears_not",
        "help",
        "label",
        "menu",
        "message",
        "name",
        "notes",
        "notice",
        "outcomes",
        "say",
        "say_as",
        "says",
        "speaks",
        "text",
        "texts",
        "vocabulary",
        "whisper",
        "words",
    }
)
"""Settings that hold words for people."""
_FREE = frozenset({"send", "set", "vars", "with"})
"""Settings that hold words under names of their own."""
_LISTS = frozenset(
    {"closed", "default", "deliver", "dialled", "notes", "numbers", "skills", "then"}
)
_LISTS |= {"texts", "urgent", "visited", "vocabulary", "words"}
"""Settings that may have several values."""
_NUMBERS = frozenset({"from", "number", "numbers", "phone", "to"})

_CURLY_PAIR = re.compile(rf"[{CURLY}](.*)[{CURLY}]", re.DOTALL)
_END_OF_WORDS = (".", "!", "?", "…", ")")
_NO_SPACE = re.compile(r"([A-Za-z_][\w-]*):([^\s/:].*)", re.DOTALL)
_PATH = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\(?![\\n])")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_PLACEHOLDER = re.compile(r"[a-z_]+(\.[a-z_]+)*")
_NEEDS_NO_VALUE = frozenset({"hangup"})


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a value, and where: characters from its beginning."""

    code: str
    message: str
    at: int = 0


def quoted(text: str) -> str:
    """`text` as it is typed in quotes, in short."""
    shown = text if len(text) <= 120 else f"{text[:119]}…"
    return f"'{shown}'" if '"' in shown else f'"{shown}"'


def read(value: str, raw: str, plain: bool) -> tuple[str, list[Slip]]:
    """A value as it was meant, and what is wrong with how it was typed.

    `raw` is how it stands in the file, `plain` whether without quotes.
    """
    slips: list[Slip] = []
    inside = odd_spaces.found(value)
    if inside is not None:
        at = odd_spaces.found(raw) or 0  # it may be written by its code
        before = raw[:at].split("\n")[-1][-20:].strip()
        where = f"after '{before}'" if before else "here"
        message = f"{where} stands {odd_spaces.advice(value[inside])}"
        slips.append(Slip("odd-space", message, at))
        value = odd_spaces.mended(value)
    if plain:
        value, more = _unquoted(value)
        slips += more
    elif _turned(value, raw):
        message = (
            "a backslash in double quotes begins a code for another character; write \\\\ for each "
            "backslash, or leave it out"
        )
        slips.append(Slip("quotes", message, raw.index("\\")))
    return value, slips


def _turned(value: str, raw: str) -> bool:
    """Whether a backslash that was meant has become a character that cannot be seen."""
    return raw[:1] == '"' and "\\" in raw and bool(_PATH.search(raw) or _UNSEEN.search(value))


def _unquoted(value: str) -> tuple[str, list[Slip]]:
    pair = _CURLY_PAIR.fullmatch(value)
    if pair and not re.search(f"[{CURLY.replace('’', '')}]", pair[1]):
        message = f"curly quotes mark no words; type straight ones: {quoted(pair[1])}"
        return pair[1], [Slip("quotes", message)]
    if value.endswith('"') and value.count('"') % 2:
        meant = value[:-1]
        message = f"the quote at the beginning is missing; write {quoted(meant)}"
        return meant, [Slip("quotes", message)]
    if value[-2:] in (".'", "!'", "?'") and value.count("'") % 2:
        message = f"the quote at the beginning is missing; write {quoted(value[:-1])}"
        return value[:-1], [Slip("quotes", message)]
    return value, []


def cut_by_comma(key: str, words: str) -> Slip:
    """Words in braces that end at their first comma; `words` are all of them."""
    whole = " ".join(words.strip(CURLY + '"').split())
    if key in _LISTS:
        listed = ", ".join(part.strip() for part in whole.split(","))
        return Slip("cut-text", f"several stand in brackets; write {key}: [{listed}]")
    message = f"the words end at the comma before this; write {key}: {quoted(whole)}"
    last = whole.rpartition(", ")[2]
    if re.fullmatch("[a-z_]+", last):
        message += f", or give '{last}' a value"
    return Slip("cut-text", message)


def cut_by_ampersand(words: str) -> Slip:
    """`&Acme Boilers`, of which YAML takes the first word for a name of its own."""
    name = words.split()[0]
    message = f"'{name}' would be cut off, as & has a meaning of its own at the beginning; "
    return Slip("cut-text", f"{message}put the words in quotes: {quoted(words)}")


def cut_by_hash(steps: tuple[str | int, ...], value: str | None, rest: str) -> Slip | None:
    """A comment that looks as if it were meant to be words. `rest` is the line behind the value,
    `steps` lead to the value."""
    comment = rest.lstrip()
    if not comment.startswith("#"):
        return None
    names = [step for step in steps if isinstance(step, str)]
    key, around = (names[-1] if names else ""), names[-2:-1]
    if value is None:
        if key not in (*WORDS, "key", "press", "accept", "colour"):
            return None
        message = f"'#' begins a comment; write {key}: {quoted(comment)}"
        return Slip("cut-text", message, len(rest) - len(comment))
    is_comment = comment[1:2].isspace() and (
        key in _NUMBERS or rest.startswith("  ") or value.endswith(_END_OF_WORDS)
    )
    if is_comment or not (key in _NUMBERS or key in WORDS or _FREE.intersection(around)):
        return None
    whole = f"{value} {comment}"
    message = (
        f"the words end before '#', which begins a comment; write {key}: {quoted(whole)}, or, if "
        f"it is a comment, {quoted(value)} # …"
    )
    return Slip("cut-text", message)


def missing_space(key: str) -> tuple[str, str, Slip] | None:
    """A name and its value that were typed without a space between: both, and what is wrong."""
    match = _NO_SPACE.fullmatch(key)
    if match is None or key.startswith(("http:", "https:")):
        return None
    value = match[2].strip("\"'" + CURLY)
    message = f"a space is missing after '{match[1]}:'; write {match[1]}: {match[2]}"
    return match[1], value, Slip("missing-space", message)


def bare_placeholder(key: str) -> Slip | None:
    """Words that are only a name in braces, and so read as a mapping."""
    if not _PLACEHOLDER.fullmatch(key) or key in _NEEDS_NO_VALUE:
        return None
    return Slip("quotes", f'words that begin with a brace need quotes; write "{{{key}}}"')
