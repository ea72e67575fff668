"""What an attribute of TwiML may hold: small named checks for the tables in `grammar`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """The values an attribute may take: words for a message, and the check."""

    words: str
    accepts: Callable[[str], bool]


def matching(words: str, pattern: str) -> Allowed:
    """Values that match a regular expression from end to end."""
    compiled = re.compile(pattern)
    return Allowed(words, lambda value: compiled.fullmatch(value) is not None)


def one_of(*choices: str) -> Allowed:
    """Exactly one of the choices."""
    return Allowed("one of " + ", ".join(choices), lambda value: value in choices)


def several_of(*choices: str) -> Allowed:
    """One or more of the choices, separated by single spaces."""

    def accepts(value: str) -> bool:
        words = value.split(" ")
        return all(word in choices for word in words) and len(set(words)) == len(words)

    return Allowed("some of " + " ".join(choices) + ", separated by spaces", accepts)


def whole(least: int, most: int | None = None, *words: str) -> Allowed:
    """A whole number from `least` to `most`, or one of the words."""
    limit = f"from {least} up" if most is None else f"from {least} to {most}"
    text = " or ".join([f"a whole number {limit}", *words])

    def accepts(value: str) -> bool:
        if value in words:
            return True
        if not (value.isascii() and value.isdecimal()):
            return False
        return int(value) >= least and (most is None or int(value) <= most)

    return Allowed(text, accepts)


def _hints(value: str) -> bool:
    phrases = value.split(",")
    return len(phrases) <= 500 and all(1 <= len(phrase.strip()) <= 100 for phrase in phrases)


BOOLEAN = one_of("true", "false")
METHOD = one_of("GET", "POST")
URL = matching("an address without spaces", r"[^\s<>]+")
URL_OR_EMPTY = matching("an address without spaces, or nothing", r"[^\s<>]*")
KEYS = matching("keys out of 0-9, * and #", r"[0-9*#]*")
TONES = matching("tones out of 0-9, *, # and w", r"[0-9*#wW]+")
DIGITS_TO_SEND = matching("tones out of 0-9, *, #, w and ,", r"[0-9*#wW,]+")
TEXT = matching("some text", r"(?s).+")
LANGUAGE = matching("a BCP 47 language tag", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
VOICE = matching(
    "man, woman, alice, or a Polly, Google or ElevenLabs voice",
    r"man|woman|alice|(Polly|Google|ElevenLabs)\.[A-Za-z][\w.-]*",
)
HINTS = Allowed("at most 500 phrases of 1 to 100 characters, separated by commas", _hints)
PHONE_OR_CLIENT = matching(
    "a telephone number in E.164 or a client", r"\+[1-9][0-9]{6,14}|client:\S+"
)
