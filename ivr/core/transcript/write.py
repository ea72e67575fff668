"""Recognised words → the text of a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ivr.core.records.message import Word
from ivr.core.transcript import sentences
from ivr.core.transcript.cards import card_mask, mask_cards
from ivr.core.transcript.languages import manner
from ivr.core.transcript.manner import Manner
from ivr.core.transcript.names import name_rule
from ivr.core.transcript.pieces import Piece, RecognisedWord, Rule, Words, find_pieces, heard
from ivr.core.transcript.telephone import numbers_differ, telephone_rule
from ivr.core.transcript.values import FormattedText, WordSpan, confidence


def write(
    words: Sequence[Word], language: str, names: Iterable[str] = (), caller: str | None = None
) -> FormattedText:
    """What was said, as people write it.

    `language` is a BCP 47 tag; `names` are the client's people and vocabulary, as written
    (`Flow.names`); `caller` is the calling number in E.164, where it is known. Words of which no
    rule knows better stay as the recogniser gave them.
    """
    how = manner(language)
    parts = [heard(word.word) for word in words]
    plain = tuple(part.word for part in parts)
    ends = sentences.ends(words, parts, plain, how)
    marked = [at for at, part in enumerate(parts) if part.ends_sentence]
    across, within = _rules(language, tuple(names))
    pieces = find_pieces(plain, marked, across, within)
    given = _number_given(pieces, caller)
    return FormattedText(
        tokens=tuple(_tokens(words, parts, plain, pieces, ends, how)),
        number_given=given,
        difference=numbers_differ(given, caller, language),
    )


def prepare() -> None:
    """Load the dictionary and the tables (0.3 seconds), so that forked processes share them."""
    words = [Word(word, 0.0, 0.1, 1.0) for word in ("velix", "07700900123", "five", "pounds")]
    write(mask_cards(words, "en-GB").words, "en-GB", ("Velux",))


@lru_cache(maxsize=64)
def _rules(language: str, names: tuple[str, ...]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that may go across the ends of sentences, and those that may not."""
    how = manner(language)
    across = (card_mask, telephone_rule(language))
    return across, (*how.addresses, name_rule(names, how.frequency), *how.rules)


def _number_given(pieces: Iterable[Piece], caller: str | None) -> str | None:
    """The calling number if it was given, else the last number, which callers say to end with."""
    numbers = [piece.phone for piece in pieces if piece.phone]
    if caller in numbers:
        return caller
    return numbers[-1] if numbers else None


def _tokens(
    words: Sequence[Word],
    parts: Sequence[RecognisedWord],
    plain: Words,
    pieces: Iterable[Piece],
    ends: set[int],
    how: Manner,
) -> Iterator[WordSpan]:
    starts = True
    for piece in _with_single_words(parts, pieces, plain, how):
        last = piece.end - 1
        text = sentences.capitalised(piece.text) if starts else piece.text
        starts = last in ends
        after = parts[last].after
        if starts and piece.text and not parts[last].ends_sentence:
            after = after.rstrip(",;:") + "."
        yield WordSpan(
            text=parts[piece.start].before + text + after,
            first=piece.start,
            last=last,
            confidence=confidence(words[piece.start : piece.end]),
        )


def _with_single_words(
    parts: Sequence[RecognisedWord], pieces: Iterable[Piece], plain: Words, how: Manner
) -> Iterator[Piece]:
    """The pieces, and each word between them as a piece of its own."""
    at = 0
    for piece in (*pieces, Piece(len(parts), len(parts), "")):
        for single in range(at, piece.start):
            core = parts[single].core
            text = sentences.capitalised(core) if how.capital(plain, single) else core
            yield Piece(single, single + 1, text)
        if piece.start < piece.end:
            yield piece
        at = piece.end
