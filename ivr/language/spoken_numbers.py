"""Telephone numbers and codes as callers say them: the one reader of digits that are spoken. Pure.

People hesitate, greet, say a number twice, take back what they said. Every way to understand them
is followed; what counts is which of them are a number that exists, and how far one has to bend
what was said to come to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ivr.language import telephone
from ivr.language.digit_words import (
    DOUBT,
    SLIGHT,
    DigitWords,
    Piece,
    Readings,
    Sign,
    cheapest,
    digit_words,
    joined,
)
from ivr.language.phrases import Phrases, phrases
from ivr.language.tokens import Uttered, uttered

_MANY_CORRECTIONS = 4
_OTHER_NUMBERS = 4
"""Digits that may stand in the same sentence without being a part of the number: `flat 12`."""

_WRONG = (Sign.NOT, Sign.WRONG, Sign.PERHAPS_WRONG)


@dataclass(frozen=True, slots=True)
class HeardNumber:
    """A telephone number (E.164, perhaps with an extension).

    It is not `sure` where it could be another one too, or a number only with some goodwill: then
    the caller should be asked whether it is right.
    """

    number: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """What was said up to the next correction, and the words by which it corrects the last."""

    correction: Sign | None
    pieces: tuple[Piece, ...]


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
    speech = _Speech(uttered(text, own), digit_words(own))
    if not _has_digits(speech.pieces):
        return ""
    readings = _folded(speech, _corrections(speech.pieces, wrong), wrong, None)
    found = (each for each in readings if "+" not in each and fits(each))
    return min(found, key=lambda each: (readings[each], len(each)), default="")


class _Speech:
    """An utterance and its pieces."""

    def __init__(self, said: Uttered, words: DigitWords) -> None:
        self._said, self._words = said, words
        self.pieces = words.pieces(said)

    def read(self, pieces: tuple[Piece, ...]) -> Readings:
        return self._words.readings(self._said, pieces)


class _Telephone:
    """Finds the telephone number in one utterance."""

    def __init__(self, text: str, own: Phrases, region: str) -> None:
        self._speech = _Speech(uttered(text, own), digit_words(own))
        self._region = region

    @property
    def is_corrected(self) -> bool:
        return any(piece.sign in _WRONG for piece in self._speech.pieces)

    def whole(self) -> str | None:
        found = self._numbers(self._speech.read(self._speech.pieces))
        sure = [number for number, cost in found.items() if cost == 0]
        return sure[0] if len(sure) == 1 else None

    def number(self, before: str) -> HeardNumber | None:
        """The number, after what was understood `before` if that is being corrected."""
        if not _has_digits(self._speech.pieces):
            return None
        pieces, extension = self._extension(self._speech.pieces)
        parts = _corrections(pieces, before)
        alone = len(parts) == 1 and not before
        found = self._once(parts[0].pieces) if alone else self._corrected(parts, before)
        if not found:
            return None
        least = min(found.values())
        best = [number for number, cost in found.items() if cost == least]
        number = f"{best[0]};ext={extension}" if extension else best[0]
        sure = (
            least < DOUBT
            and not self._is_doubted()
            and len(best) == 1
            and not telephone.may_lack_a_digit(best[0])
        )
        return HeardNumber(number, sure)

    def _is_doubted(self) -> bool:
        """Whether the caller is in doubt: `three, or was it four`."""
        signs = [piece.sign for piece in self._speech.pieces]
        return Sign.DOUBT in signs and Sign.DIGITS in signs[signs.index(Sign.DOUBT) :]

    def _extension(self, pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], str]:
        """What was said before `extension twelve`, and `12`."""
        at = next((at for at, piece in enumerate(pieces) if piece.sign is Sign.EXTENSION), None)
        if at is None:
            return pieces, ""
        extension = next(iter(self._speech.read(pieces[at + 1 :])), "")
        return pieces[:at], extension if extension.isdecimal() and len(extension) <= 7 else ""

    def _corrected(self, parts: tuple[_Part, ...], before: str) -> Readings:
        readings = _folded(self._speech, parts, before, self._exists)
        return self._numbers(readings)

    def _once(self, pieces: tuple[Piece, ...]) -> Readings:
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

    def _alone(self, run: _Run, runs: tuple[_Run, ...]) -> Readings:
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
class _Run:
    """Digits with nothing of another meaning between them."""

    pieces: tuple[Piece, ...]
    after_others: bool


def _runs(pieces: Iterable[Piece]) -> tuple[_Run, ...]:
    """The runs of digits, split where the number is said again and where other words stand."""
    runs: list[_Run] = []
    run: list[Piece] = []
    others = False
    for piece in (*pieces, None):
        if piece is not None and piece.sign not in (Sign.STARTS, Sign.OTHER, Sign.DOUBT):
            run.append(piece)
            continue
        if _has_digits(run):
            runs.append(_Run(tuple(run), others))
            run, others = [], False
        others |= piece is not None and piece.sign is Sign.OTHER
    return tuple(runs)


def _parts(pieces: tuple[Piece, ...]) -> tuple[_Part, ...]:
    """What was said, cut where the caller takes something back."""
    cuts = [at for at in range(len(pieces)) if _is_correction(pieces, at)]
    edges = [*cuts, len(pieces)]
    parts = [_Part(None, pieces[: edges[0]])]
    sign: Sign | None = None
    for start, end in pairwise(edges):
        own = pieces[start].sign
        sign = own if sign is None or _WRONG.index(own) < _WRONG.index(sign) else sign
        said = pieces[start + 1 : end]
        if _has_digits(said) or end == len(pieces):
            parts.append(_Part(sign, said))
            sign = None
    return tuple(parts)


def _has_digits(pieces: Iterable[Piece]) -> bool:
    return any(piece.sign is Sign.DIGITS for piece in pieces)


def _corrections(pieces: tuple[Piece, ...], before: str) -> tuple[_Part, ...]:
    """The parts; after digits that were wrong (`before`) the first is a correction too."""
    parts = _parts(pieces)
    if before and _has_digits(parts[0].pieces):
        return (_Part(Sign.WRONG, parts[0].pieces), *parts[1:])
    return parts


def _is_correction(pieces: tuple[Piece, ...], at: int) -> bool:
    """Whether something is taken back there: `not three`, but not `not before three`."""
    if pieces[at].sign is not Sign.NOT:
        return pieces[at].sign in _WRONG
    following = (piece.sign for piece in pieces[at + 1 :] if piece.sign is not Sign.BETWEEN)
    return next(following, Sign.DIGITS) is not Sign.OTHER


def _folded(
    speech: _Speech, parts: tuple[_Part, ...], before: str, whole: Callable[[str], bool] | None
) -> Readings:
    """All that may be meant after every correction; nothing where the last is left open.

    `whole` says which digits need no others; without it they take the place of as many.
    """
    if len(parts) > _MANY_CORRECTIONS:
        return {}
    so_far: Readings = {before: 0}
    amount = False
    for part in parts:
        read = speech.read(part.pieces)
        if part.correction is None or not any(so_far):
            so_far = joined(so_far, read)
        elif any(read):
            so_far = cheapest(*_mended(so_far, read, part.correction, whole, amount))
        elif part.correction is Sign.PERHAPS_WRONG:
            so_far = joined(so_far, {"": DOUBT})  # `sorry` at the very end
        else:
            return {}
        first = part is parts[0] and whole is None
        amount = first and sum(piece.sign is Sign.DIGITS for piece in part.pieces) == 1
    return so_far


def _mended(
    so_far: Readings,
    read: Readings,
    correction: Sign,
    whole: Callable[[str], bool] | None,
    amount: bool,
) -> Iterator[Readings]:
    """What was said, with what was said anew in the place of its end, or of all of it.

    An `amount` (`twenty five`) is taken back as a whole.
    """
    for was, cost in so_far.items():
        for now, more in read.items():
            more += cost
            if correction is Sign.NOT and (mended := _instead(was, now)):
                yield {mended: more}
                continue
            more += DOUBT * (correction is Sign.NOT)
            fresh = whole(now) if whole else amount or len(now) >= len(was)
            yield {now: more + DOUBT * (not fresh)}
            for gone in range(min(len(was), 15) + 1):
                goes_on = gone == 0 and correction is not Sign.PERHAPS_WRONG
                odd = DOUBT * (gone > len(now) or amount or goes_on) + SLIGHT * (gone != len(now))
                yield {was[: len(was) - gone] + now: more + odd}


def _instead(was: str, now: str) -> str:
    """`not three, four`: what was said, with `4` in the place of the `3` at its end."""
    half = len(now) // 2
    wrong, right = now[:half], now[half:]
    if len(now) % 2 or wrong == right or not was.endswith(wrong):
        return ""
    return was[: len(was) - half] + right


def _half(text: str) -> str:
    """What was said twice."""
    half = len(text) // 2
    return text[:half] if half and text[:half] == text[half:] else ""
