"""What is left of a number when the caller takes back a part of it: `three, no sorry, four`. Pure.

An utterance is cut where something is taken back. Each part that follows takes the place of the end
of what was said before it, or of all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ivr.core.language.digit_words import (
    DOUBT,
    SLIGHT,
    Readings,
    Sign,
    SpokenDigits,
    SpokenPiece,
    cheapest,
    joined,
)

WRONG = (Sign.NOT, Sign.WRONG, Sign.PERHAPS_WRONG)
"""The words by which something is taken back, the strongest first."""

_MOST_CORRECTIONS = 4


@dataclass(frozen=True, slots=True)
class SaidPart:
    """What was said up to the next correction, and the words by which it corrects the last."""

    correction: Sign | None
    pieces: tuple[SpokenPiece, ...]


def has_digits(pieces: Iterable[SpokenPiece]) -> bool:
    """Whether any of the pieces are digits."""
    return any(piece.sign is Sign.DIGITS for piece in pieces)


def corrections(pieces: tuple[SpokenPiece, ...], before: str) -> tuple[SaidPart, ...]:
    """The parts; after digits that were wrong (`before`) the first is a correction too."""
    parts = _parts(pieces)
    if before and has_digits(parts[0].pieces):
        return (SaidPart(Sign.WRONG, parts[0].pieces), *parts[1:])
    return parts


def folded(
    speech: SpokenDigits,
    parts: tuple[SaidPart, ...],
    before: str,
    whole: Callable[[str], bool] | None,
) -> Readings:
    """All that may be meant after every correction; nothing where the last is left open.

    `whole` says which digits need no others; without it they take the place of as many.
    """
    if len(parts) > _MOST_CORRECTIONS:
        return {}
    so_far: Readings = {before: 0}
    amount = False
    for part in parts:
        read = speech.read(part.pieces)
        if part.correction is Sign.NOT and not any(so_far):
            if whole is None:
                return {}  # `not four`: which number it is not
            read = joined(read, {"": DOUBT})
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


def _parts(pieces: tuple[SpokenPiece, ...]) -> tuple[SaidPart, ...]:
    """What was said, cut where the caller takes something back."""
    cuts = [at for at in range(len(pieces)) if _is_correction(pieces, at)]
    edges = [*cuts, len(pieces)]
    parts = [SaidPart(None, pieces[: edges[0]])]
    sign: Sign | None = None
    for start, end in pairwise(edges):
        own = pieces[start].sign
        sign = own if sign is None or WRONG.index(own) < WRONG.index(sign) else sign
        said = pieces[start + 1 : end]
        if has_digits(said) or end == len(pieces):
            parts.append(SaidPart(sign, said))
            sign = None
    return tuple(parts)


def _is_correction(pieces: tuple[SpokenPiece, ...], at: int) -> bool:
    """Whether something is taken back there: `not three`, but not `not before three`."""
    if pieces[at].sign is not Sign.NOT:
        return pieces[at].sign in WRONG
    following = (piece.sign for piece in pieces[at + 1 :] if piece.sign is not Sign.BETWEEN)
    return next(following, Sign.DIGITS) is not Sign.OTHER


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
