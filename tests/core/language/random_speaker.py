"""Somebody who says telephone numbers as people do: now digit by digit, now in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Manner:
    """How a language says digits, numbers up to 99, hundreds, and what people say beside them."""

    digits: tuple[tuple[str, ...], ...]
    below_hundred: Callable[[int], str]
    hundred: str
    double: str
    treble: str
    plus: str
    fillers: tuple[str, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]


_EN = (  # noqa: SIM905
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split(" ")
_EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DE = (  # noqa: SIM905
    "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
).split(" ")
_DE_TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_DE_UNITS = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_CY_UNITS = ["un", "dau", "tri", "pedwar", "pump", "chwech", "saith", "wyth", "naw"]


def _english(number: int) -> str:
    if number < 20:
        return _EN[number - 10]
    tens = _EN_TENS[number // 10 - 2]
    return f"{tens} {_EN_UNITS[number % 10 - 1]}" if number % 10 else tens


def _german(number: int) -> str:
    if number < 20:
        return _DE[number - 10]
    tens = _DE_TENS[number // 10 - 2]
    return f"{_DE_UNITS[number % 10 - 1]}und{tens}" if number % 10 else tens


def _welsh(number: int) -> str:
    tens = "deg" if number < 20 else f"{_CY_UNITS[number // 10 - 1]} deg"
    tens = tens.replace("dau deg", "dau ddeg")
    if number < 20 and number % 10:
        tens = "un deg"
    return f"{tens} {_CY_UNITS[number % 10 - 1]}" if number % 10 else tens


MANNERS = {
    "en": Manner(
        (("oh", "zero", "nought"), *((unit,) for unit in _EN_UNITS)),
        _english,
        "hundred",
        "double",
        "treble",
        "plus",
        ("um", "erm", "and", "then", "dash", "hang on"),
        ("it's", "my number is", "yes it's", "my mobile is", "hello that's", "oh it's", ""),
        ("thanks", "thank you bye", "please", "that's it", ""),
    ),
    "de": Manner(
        (("null",), ("eins",), ("zwei", "zwo"), *((unit,) for unit in _DE_UNITS[2:])),
        _german,
        "hundert",
        "doppel",
        "dreimal",
        "plus",
        ("äh", "ähm", "und dann", "also", "Strich"),
        ("das ist", "meine Nummer ist", "ja also", "guten Tag die Nummer lautet", ""),
        ("danke", "bitte", "vielen Dank auf Wiederhören", ""),
    ),
    "cy": Manner(
        (("dim", "sero"), *((unit,) for unit in _CY_UNITS)),
        _welsh,
        "cant",
        "dwbl",
        "triphlyg",
        "plws",
        ("ym", "wedyn", "ac yna"),
        ("fy rhif i yw", "helo", "ie", ""),
        ("diolch", "diolch yn fawr", "os gwelwch yn dda", ""),
    ),
}


class Speaker:
    """Says digits in one language; the same seed says the same."""

    def __init__(self, language: str, seed: int) -> None:
        self._manner = MANNERS[language]
        self._random = Random(seed)  # noqa: S311

    def number(self, digits: str) -> str:
        """A whole sentence with the number; a `+` before a country code is said."""
        manner, draw = self._manner, self._random.choice
        plus = f"{manner.plus} " if digits.startswith("+") else ""
        said = self.digits(digits.removeprefix("+"))
        return f"{draw(manner.openings)} {plus}{said} {draw(manner.endings)}".strip()

    def digits(self, digits: str) -> str:
        """The digits, in groups as they come to mind."""
        parts: list[str] = []
        at = 0
        while at < len(digits):
            said, length = self._group(digits[at:])
            parts.append(said)
            at += length
            if at < len(digits) and self._random.random() < 0.15:
                parts.append(self._random.choice(self._manner.fillers))
        return " ".join(parts)

    def _group(self, left: str) -> tuple[str, int]:
        manner, chance = self._manner, self._random.random()
        if left[:3] == left[:1] * 3 and chance < 0.3:
            return f"{manner.treble} {self._digit(left[0])}", 3
        if left[:2] == left[:1] * 2 and chance < 0.6:
            return f"{manner.double} {self._digit(left[0])}", 2
        if left[1:3] == "00" and left[0] != "0" and len(left) > 4 and chance < 0.6:
            # With one digit alone behind it, it might be `nine hundred and one`.
            behind = " ".join(self._digit(digit) for digit in left[3:5])
            return f"{self._digit(left[0])} {manner.hundred} {behind}", 5
        if len(left) > 1 and left[0] != "0" and chance > 0.85 and self._clear(left):
            return f"{manner.below_hundred(int(left[:2]))},", 2
        return self._digit(left[0]), 1

    def _clear(self, left: str) -> bool:
        """Whether two digits as one number are clear: in Welsh `tri`, `deg` would be 30."""
        return left[2:4] != "00" and not (self._manner.hundred == "cant" and left[:2] == "10")

    def _digit(self, digit: str) -> str:
        return self._random.choice(self._manner.digits[int(digit)])
