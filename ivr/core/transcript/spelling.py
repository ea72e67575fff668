"""What callers spell: postcodes, order numbers, references, initials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from ivr.core.transcript.digits import HESITATIONS, DigitVocabulary, item_at, run_at, spoken
from ivr.core.transcript.pieces import Rewriting, Words, word_set

_ALPHABET = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky x-ray yankee zulu"
)
_CODE_WORDS = {word: word[0].upper() for word in _ALPHABET.split()}
_ANNOUNCING = word_set(
    "reference ref number code order invoice account policy registration reg plate job booking "
    "serial is it's"
)
_VERBS = word_set(
    "will would am was have need want think can could can't don't just did had hope live wonder "
    "know tried got called"
)

_LONGEST_CODE = 40

_SURELY_ONE = 6
"""So many digits or groups of them, one after another, are one number."""

_AREAS = word_set(
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT "
    "DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA "
    "LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE "
    "SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV "
    "YO ZE"
)
"""Postcode areas of the United Kingdom and the islands: https://en.wikipedia.org/wiki/List_of_postcode_areas_in_the_United_Kingdom"""

_POSTCODE = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)(\d[A-Z]{2})")
_NUMBER_PLATE = re.compile(r"^([A-Z]{2}\d\d)([A-Z]{3})$")
_EITHER = "?"
"""`oh` is a letter or a digit, as the place of it says."""


@dataclass(frozen=True, slots=True)
class _Sign:
    end: int
    text: str


def postcode(words: Words, start: int) -> Rewriting | None:
    """`n n one five d f` → `NN1 5DF`, `november november one …` too."""
    signs = list(islice(_signs(words, start, spoken("en")), 8))
    for count in range(len(signs), 2, -1):
        text = "".join(sign.text for sign in signs[:count])
        if 5 <= len(text) <= 7 and (found := _as_postcode(text)):
            return Rewriting(signs[count - 1].end, found)
    return None


def _as_postcode(text: str) -> str | None:
    for choice in product("0O", repeat=text.count(_EITHER)):
        letters = iter(choice)
        match = _POSTCODE.fullmatch(re.sub(r"\?", lambda _: next(letters), text))  # noqa: B023
        if match and match[1] in _AREAS:
            return f"{match[1]}{match[2]} {match[3]}"
    return None


def code(words: Words, start: int) -> Rewriting | None:
    """`a b four seven one one` → `AB4711`, `four seven one one` → `4711`, `b t` → `BT`."""
    if start and item_at(words, start - 1, spoken("en")):
        return None
    signs = _spelt(list(islice(_signs(words, start, spoken("en")), _LONGEST_CODE)))
    signs = _without_article(words, start, _without_pronoun(words, signs))
    text = "".join(sign.text for sign in signs)
    if not _is_code(words, start, text, len(signs)):
        return None
    figures = any(character.isdecimal() for character in text) or set(text) == {_EITHER}
    text = text.replace(_EITHER, "0" if figures else "O")
    return Rewriting(signs[-1].end, _NUMBER_PLATE.sub(r"\1 \2", text))


def _spelt(signs: list[_Sign]) -> list[_Sign]:
    """The letters, and the digits said one by one; `seventeen` only between letters."""
    for at, sign in enumerate(signs):
        inside = 0 < at < len(signs) - 1
        between = inside and signs[at - 1].text.isalpha() and signs[at + 1].text.isalpha()
        if sign.text.isdecimal() and len(set(sign.text)) > 1 and not between:
            return signs[:at]
    return signs


def _without_pronoun(words: Words, signs: list[_Sign]) -> list[_Sign]:
    """Without the `i` of `i will`, which is no part of what was spelt."""
    if signs and signs[-1].text == "I" and signs[-1].end < len(words):
        return signs[:-1] if words[signs[-1].end] in _VERBS else signs
    return signs


def _without_article(words: Words, start: int, signs: list[_Sign]) -> list[_Sign]:
    """Nothing, where the first letter is rather the word `a` or `i`."""
    announced = start > 0 and words[start - 1] in _ANNOUNCING
    initials = len(signs) > 2 and all(sign.text.isalpha() for sign in signs)
    return signs if announced or initials or words[start] not in ("a", "i") else []


def _is_code(words: Words, start: int, text: str, count: int) -> bool:
    if count < 2:
        return False
    if text.isalpha():
        return count > 2 or not set(text) & set("AIO")
    if set(text) <= set("0123456789?"):
        return count > 2 or len(text) > 3
    return len(text) > 2


def long_digits(words: Words, start: int) -> Rewriting | None:
    """`oh seven seven hundred` → `07700`, `one eight hundred two …` → `18002…`: one long number."""
    if start and item_at(words, start - 1, spoken("en")):
        return None
    items = run_at(words, start, spoken("en"), HESITATIONS)
    digits = "".join(item.digits for item in items)
    if len(items) < _SURELY_ONE and not (digits.startswith("0") and len(digits) > 4):
        return None
    return Rewriting(items[-1].end, digits)


def _signs(words: Words, start: int, says: DigitVocabulary) -> Iterator[_Sign]:
    """The letters and digits spelt from `start` on."""
    at = start
    while at < len(words):
        sign = _sign_at(words, at, says)
        if sign is not None:
            yield sign
            at = sign.end
        elif at > start and words[at] in HESITATIONS:
            at += 1
        else:
            return


def _sign_at(words: Words, at: int, says: DigitVocabulary) -> _Sign | None:
    word = words[at]
    if word in says.repeats and at + 1 < len(words):
        sign = _sign_at(words, at + 1, says)
        one = sign if sign and len(sign.text) == 1 else None
        return _Sign(one.end, one.text * says.repeats[word]) if one else None
    if word in ("oh", "o"):
        return _Sign(at + 1, _EITHER)
    if len(word) == 1 and word.isascii() and word.isalpha():
        return _Sign(_behind_example(words, at), word.upper())
    if word in _CODE_WORDS:
        return _Sign(at + 1, _CODE_WORDS[word])
    item = item_at(words, at, says)
    return _Sign(item.end, item.digits) if item else None


def _behind_example(words: Words, at: int) -> int:
    """The end of `n`, of `n for november`, of `n as in november`."""
    for link in (("for",), ("as", "in"), ("like",)):
        end = at + 1 + len(link)
        if tuple(words[at + 1 : end]) == link and end < len(words):
            example = words[end]
            if len(example) > 1 and example[0] == words[at]:
                return end + 1
    return at + 1
