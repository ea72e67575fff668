"""Telephone numbers and codes as callers say them: the one reader of digits that are spoken. Pure.

People hesitate, greet, say a number twice, take back what they said. Every way to understand them
is followed; what counts is which of them are a number that exists, and how far one has to bend
what was said to come to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.core.language import telephone
from ivr.core.language.corrections import WRONG, SaidPart, corrections, folded, has_digits
from ivr.core.language.digit_words import (
    DOUBT,
    Readings,
    Sign,
    SpokenDigits,
    SpokenPiece,
    cheapest,
    digit_words,
    joined,
)
from ivr.core.language.phrases import Phrases, phrases
from ivr.core.language.sums import is_denied, is_sum
from ivr.core.language.tokens import uttered

_APART = (Sign.STARTS, Sign.OTHER, Sign.DOUBT, Sign.UNLIKE)
"""What parts two rows of digits."""

_OTHER_NUMBERS = 4
"""Digits that may stand in the same sentence without being a part of the number: `flat 12`."""


@dataclass(frozen=True, slots=True)
class HeardNumber:
    """A telephone number (E.164, perhaps with an extension).

    It is not `sure` where it could be another one too, or a number only with some goodwill: then
    the caller should be asked whether it is right.
    """

    number: str
    sure: bool


def telephone_number(
    text: str, own: Phrases, wrong: str = "", region: str = ""
) -> HeardNumber | None:
    """The number that `text` names; None where it names none.

    `wrong` is the number (E.164) that was understood before and is being corrected; `region` is
    the country of numbers without a country code, if it is not that of the language.
    """
    region = region or telephone.region_of(own.locale)
    before = telephone.national_digits(wrong, region) if wrong else ""
    for language in dict.fromkeys((own, phrases("en-GB"))):  # English is spoken everywhere
        if found := _Telephone(text, language, region).number(before):
            return found
    return None


def whole_number(text: str, own: Phrases, region: str) -> str | None:
    """The number that all the digits in `text` are, without any doubt."""
    return _Telephone(text, own, region).whole()


def corrected_number(text: str, own: Phrases, region: str) -> str | None:
    """The number that is left after the corrections in `text`; None where nothing is corrected."""
    speech = _Telephone(text, own, region)
    found = speech.number("") if speech.is_corrected else None
    return found.number if found and found.sure else None


def digits(text: str, own: Phrases, fits: Callable[[str], bool] = bool, wrong: str = "") -> str:
    """The digits that `text` names, as they are meant: `oh one six, 3 double two` → `016322`.

    Of several readings it is the likeliest that `fits`, such as one of the right length; empty
    where there is none. `wrong` are the digits that are being corrected.
    """
    said = uttered(text, own)
    speech = SpokenDigits(said, digit_words(own))
    if not has_digits(speech.pieces) or _is_doubted(speech.pieces):
        return ""
    if is_sum(said, speech.pieces, own) or (not wrong and is_denied(said, speech.pieces)):
        return ""
    if any(piece.sign is Sign.UNLIKE for piece in speech.pieces):
        return ""  # `seven and a half`
    parts = corrections(speech.pieces, wrong)
    if any(_is_torn(part.pieces) for part in parts):
        return ""
    readings = folded(speech, parts, wrong, None)
    found = (each for each in readings if "+" not in each and fits(each))
    return min(found, key=lambda each: (readings[each], len(each)), default="")


def _is_doubted(pieces: tuple[SpokenPiece, ...]) -> bool:
    """Whether the caller is in doubt: `three, or was it four`."""
    signs = [piece.sign for piece in pieces]
    return Sign.DOUBT in signs and Sign.DIGITS in signs[signs.index(Sign.DOUBT) :]


def _is_torn(pieces: tuple[SpokenPiece, ...]) -> bool:
    """Whether other words stand between digits, so that these are not one number: `two adults and
    one child`, `flat 12, my number is 4455`."""
    signs = [piece.sign for piece in pieces]
    at = [index for index, sign in enumerate(signs) if sign is Sign.DIGITS]
    between = signs[at[0] : at[-1]] if at else []
    return Sign.OTHER in between or Sign.STARTS in between


def _is_amended(pieces: tuple[SpokenPiece, ...]) -> bool:
    """Whether more digits are spoken of behind the first: `…, it should end in four`."""
    begun = spoken_of = False
    for piece in pieces:
        match piece.sign:
            case Sign.STARTS:
                begun = spoken_of = False
            case Sign.WRONG:
                spoken_of = False
            case Sign.DIGITS if spoken_of:
                return True
            case Sign.DIGITS:
                begun = True
            case Sign.OTHER | Sign.UNLIKE:
                spoken_of = begun
    return False


class _Telephone:
    """Finds the telephone number in one utterance."""

    def __init__(self, text: str, own: Phrases, region: str) -> None:
        self._speech = SpokenDigits(uttered(text, own), digit_words(own))
        self._region = region

    @property
    def is_corrected(self) -> bool:
        return any(piece.sign in WRONG for piece in self._speech.pieces)

    def whole(self) -> str | None:
        found = self._numbers(self._speech.read(self._speech.pieces))
        sure = [number for number, cost in found.items() if cost == 0]
        return sure[0] if len(sure) == 1 else None

    def number(self, before: str) -> HeardNumber | None:
        """The number, after what was understood `before` if that is being corrected."""
        if not has_digits(self._speech.pieces):
            return None
        pieces, extension = self._extension(self._speech.pieces)
        parts = corrections(pieces, before)
        alone = len(parts) == 1 and not before
        found = self._once(parts[0].pieces) if alone else self._corrected(parts, before)
        if not found:
            return None
        least = min(found.values())
        best = [number for number, cost in found.items() if cost == least]
        number = f"{best[0]};ext={extension}" if extension else best[0]
        sure = (
            least < DOUBT
            and not _is_doubted(self._speech.pieces)
            and not _is_amended(pieces)
            and len(best) == 1
            and not telephone.may_lack_a_digit(best[0])
        )
        return HeardNumber(number, sure)

    def _extension(self, pieces: tuple[SpokenPiece, ...]) -> tuple[tuple[SpokenPiece, ...], str]:
        """What was said before `extension twelve`, and `12`."""
        at = next((at for at, piece in enumerate(pieces) if piece.sign is Sign.EXTENSION), None)
        if at is None:
            return pieces, ""
        extension = next(iter(self._speech.read(pieces[at + 1 :])), "")
        return pieces[:at], extension if extension.isdecimal() and len(extension) <= 7 else ""

    def _corrected(self, parts: tuple[SaidPart, ...], before: str) -> Readings:
        readings = folded(self._speech, parts, before, self._exists)
        return self._numbers(readings)

    def _once(self, pieces: tuple[SpokenPiece, ...]) -> Readings:
        """The numbers in what was said without a correction."""
        runs = _runs(pieces)
        whole = self._speech.read(pieces)
        goodwill = {"": DOUBT * any(run.after_others for run in runs[1:])}
        found = self._numbers(joined(whole, goodwill))
        twice = {half: cost for each, cost in whole.items() if (half := _half(each))}
        found = cheapest(found, self._numbers(twice))
        if len(runs) < 2:
            return found
        alone = (self._alone(run, runs) for run in runs)
        return cheapest(found, *alone)

    def _alone(self, run: DigitRun, runs: tuple[DigitRun, ...]) -> Readings:
        """The numbers of one run of digits, which cost more if the others fit them badly."""
        rest = [next(iter(self._speech.read(other.pieces))) for other in runs if other is not run]
        found: Readings = {}
        for spoken, cost in self._speech.read(run.pieces).items():
            if number := telephone.heard(spoken, self._region):
                cost += DOUBT * any(self._is_strange(other, spoken, number) for other in rest)
                found[number] = min(cost, found.get(number, cost))
        return found

    def _is_strange(self, other: str, spoken: str, number: str) -> bool:
        """Whether `other` digits are neither few, nor the number again, nor a part of it."""
        again = telephone.heard(other, self._region) == number or other in spoken
        return not again and len(other) > _OTHER_NUMBERS

    def _numbers(self, readings: Readings) -> Readings:
        pairs = ((telephone.heard(each, self._region), cost) for each, cost in readings.items())
        return cheapest(*({number: cost} for number, cost in pairs if number))

    def _exists(self, spoken: str) -> bool:
        return telephone.heard(spoken, self._region) is not None


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits with nothing of another meaning between them."""

    pieces: tuple[SpokenPiece, ...]
    after_others: bool


def _runs(pieces: Iterable[SpokenPiece]) -> tuple[DigitRun, ...]:
    """The runs of digits, split where the number is said again and where other words stand."""
    runs: list[DigitRun] = []
    run: list[SpokenPiece] = []
    others = False
    for piece in (*pieces, None):
        if piece is not None and piece.sign not in _APART:
            run.append(piece)
            continue
        if has_digits(run):
            runs.append(DigitRun(tuple(run), others))
            run, others = [], False
        others |= piece is not None and piece.sign in (Sign.OTHER, Sign.UNLIKE)
    return tuple(runs)


def _half(text: str) -> str:
    """What was said twice."""
    half = len(text) // 2
    return text[:half] if half and text[:half] == text[half:] else ""
