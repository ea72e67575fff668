"""Card numbers never stay, however they are said; other numbers do."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ivr.core.card_numbers import MASK, is_card, is_issued
from ivr.core.language.phrases import phrases
from ivr.core.records.message import Word
from ivr.core.transcript.cards import MARGIN, Masked, mask_cards
from ivr.core.transcript.digits import item_at, spoken
from ivr.core.transcript.write import write
from tests.core.transcript.spoken_words import words

SAID = {value: word for word, value in phrases("en").numbers.items()}
VISA = " ".join(["four two"] * 8)


def masked(line: str, language: str = "en-GB") -> Masked:
    return mask_cards(words(line), language)


def line_of(kept: tuple[Word, ...]) -> str:
    return " ".join(word.word for word in kept)


def digits_left(kept: tuple[Word, ...]) -> str:
    """All the digits that can still be read or heard out of these words, in order."""
    plain = tuple(re.sub(r"[-., ]", "", word.word.lower()) for word in kept)
    found, at = "", 0
    while at < len(plain):
        item = item_at(plain, at, spoken("en"))
        found += item.digits if item else ""
        at = item.end if item else at + 1
    return found


# --- what is masked ------------------------------------------------------------------------------


def check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if _passes(digits + last))


def _passes(digits: str) -> bool:
    """The check as a person does it on paper: double every second digit, add up, divide by ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += sum(int(figure) for figure in str(value))
    return total % 10 == 0


NUMBERS = st.from_regex(r"\A[1-9][0-9]{11,17}\Z").map(check_digit)
ISSUED = st.one_of(
    st.from_regex(r"\A4[0-9]{14}\Z"),
    st.from_regex(r"\A5[1-5][0-9]{13}\Z"),
    st.from_regex(r"\A3[47][0-9]{12}\Z"),
    st.from_regex(r"\A6011[0-9]{11}\Z"),
    st.from_regex(r"\A36[0-9]{11}\Z"),
).map(check_digit)
LINKS = st.sampled_from(["", "|", "um", "and then", "er |", "okay", "| | |", "dash"])
PHRASES = st.sampled_from(
    ["let me see", "hang on one second | |", "sorry my glasses", "have you got that", ", then the"]
)


def one_by_one(group: str, nought: str) -> str:
    return " ".join(nought if digit == "0" else SAID[int(digit)] for digit in group)


def with_doubles(group: str, nought: str) -> str:
    spoken_group = re.sub(
        r"(\d)\1\1?",
        lambda m: ("treble " if len(m[0]) == 3 else "double ") + one_by_one(m[1], nought) + " ",
        group,
    )
    return re.sub(r"\d", lambda m: one_by_one(m[0], nought) + " ", spoken_group)


def in_pairs(group: str, nought: str) -> str:
    return " ".join(_pair(group[at : at + 2], nought) for at in range(0, len(group), 2))


def _pair(pair: str, nought: str) -> str:
    if len(pair) == 1 or pair[0] == "0":
        return one_by_one(pair, nought)
    if pair[0] == "1":
        return SAID[int(pair)]
    return SAID[int(pair[0]) * 10] + ("" if pair[1] == "0" else f" {SAID[int(pair[1])]}") + " |"


def in_figures(group: str, nought: str) -> str:
    return group


def in_figures_with_a_comma(group: str, nought: str) -> str:
    return group + ","


STYLES = (one_by_one, with_doubles, in_pairs, in_figures, in_figures_with_a_comma)


@st.composite
def said(draw: st.DrawFn, numbers: st.SearchStrategy[str], between: st.SearchStrategy[str]) -> str:
    """A card number, said in groups, each in a style of its own."""
    number, parts = draw(numbers), []
    while number:
        size = draw(st.integers(2, 6))
        group, number = number[:size], number[size:]
        style = draw(st.sampled_from(STYLES))
        parts.append(style(group, draw(st.sampled_from(["oh", "zero", "nought"]))))
        parts.append("|")
        parts.append(draw(between))
    return " ".join(parts[:-1])


@given(said(NUMBERS, LINKS))
def test_any_valid_card_number_is_masked_in_every_style(number: str) -> None:
    found = masked(f"hello my card number is {number} | thank you bye")
    assert digits_left(found.words) == ""
    assert len(found.silences) == 1


@given(said(ISSUED, PHRASES))
def test_a_card_number_is_found_though_other_words_stand_between_its_groups(number: str) -> None:
    assume(number.count("one second") <= 3)
    found = masked(f"my card is {number} thank you")
    assert digits_left(found.words) in ("", *("1" * n for n in range(1, 19)))  # `one second`
    assert found.silences


@given(said(NUMBERS, LINKS))
def test_no_run_of_its_digits_stays_in_the_text_either(number: str) -> None:
    found = masked(f"it is {number} | ring me")
    text = write(found.words, "en-GB").text
    assert not re.search(r"\d", text)
    assert MASK in text


@given(ISSUED, st.from_regex(r"\A[0-9]{3,8}\Z"))
def test_what_follows_at_once_goes_with_it(number: str, rest: str) -> None:
    assume(not any(is_card(number + rest[:end]) for end in range(1, len(rest) + 1)))
    found = masked(f"card {one_by_one(number, 'zero')} | {one_by_one(rest, 'zero')} ok")
    assert digits_left(found.words) == ""


@pytest.mark.parametrize(
    ("said_so", "kept"),
    [
        (f"it is {VISA} bye", "it is " + " ".join(MASK * 16) + " bye"),
        ("card double four double four", "card double four double four"),
        ("Card: 4242-4242-4242-4242.", "Card: " + MASK * 16 + "."),
        ("forty two um forty two dash " + "forty two " * 6,
         f"{MASK} {MASK} um {MASK} {MASK} dash " + " ".join(MASK * 12)),
    ],
)  # fmt: skip
def test_words_without_digits_stay_and_no_word_is_lost(said_so: str, kept: str) -> None:
    assert line_of(masked(said_so).words) == kept


@pytest.mark.parametrize(
    "announced",
    [
        "expiry twelve twenty seven",
        "expires on the oh nine two six",
        "valid until 09/27",
        "and the security code is one two three",
        "the three digits are nine eight seven on the back",
        "c v v one two three",
        "c v two double one two",
    ],
)
def test_security_code_and_expiry_go_with_the_number(announced: str) -> None:
    for line in (f"{VISA} {announced} thanks", f"my {announced} | and the card is {VISA}"):
        assert digits_left(masked(line).words) in ("", "3", "2")  # `three digits`, `c v two`


def test_in_the_text_it_is_one_thing() -> None:
    text = write(masked(f"my card is {VISA} ring me").words, "en-GB").text
    assert text == "My card is •••• •••• •••• •••• ring me."


def test_card_numbers_are_known_in_the_clients_language_too() -> None:
    number = " ".join(["vier zwei"] * 8)
    assert line_of(masked(number, "de-DE").words) == " ".join(MASK * 16)


# --- what is silenced ----------------------------------------------------------------------------


def test_the_audio_is_silenced_from_the_first_digit_to_the_last() -> None:
    heard = words(f"card {VISA} bye")
    (silence,) = masked(f"card {VISA} bye").silences
    assert silence.start == pytest.approx(heard[1].start - MARGIN)
    assert silence.end == pytest.approx(heard[16].end + MARGIN)


def test_a_stretch_begins_with_the_audio_at_the_earliest_and_two_far_apart_stay_two() -> None:
    one, two = masked(
        f"{VISA} now please leave this as it is | the security code is 1 2 3"
    ).silences
    assert one.start == 0
    assert one.end < two.start


# --- what stays ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "oh one six oh four five two nine one seven oh",
        "oh double seven double oh nine double oh one two three",
        "plus four nine one five one two three four five six seven eight nine",
        "07700 900123 or 01604 529170 and 020 7946 0321",
        "reference four seven one one two two three three four four five five six six seven eight",
        "order 1234 5678 9012 3456",
        "the security code of the gate is one two three four",
        "expiry twelve twenty seven",
        "one two three four five six seven eight nine ten eleven",
        "0000 0000 0000 0000",
    ],
)
def test_other_numbers_stay(line: str) -> None:
    assert masked(line) == Masked(words(line), ())


@given(st.from_regex(r"\A[0-9]{1,40}\Z"))
@example("4242424242424243")
def test_digits_in_which_there_is_no_card_number_stay(digits: str) -> None:
    parts = (
        digits[start:end] for start in range(len(digits)) for end in range(start, len(digits) + 1)
    )
    assume(not any(is_issued(part) for part in parts) and not is_card(digits))
    line = one_by_one(digits, "zero")
    assert masked(line).words == words(line)


@given(st.lists(st.text(max_size=8) | st.sampled_from([*SAID.values(), "double", "4242", MASK])))
def test_whatever_is_said_no_word_is_lost_and_masking_again_changes_nothing(
    said_words: list[str],
) -> None:
    heard = [Word(word, float(at), at + 0.5, 1.0) for at, word in enumerate(said_words)]
    once = mask_cards(heard, "en-GB")
    assert [word.start for word in once.words] == [word.start for word in heard]
    assert mask_cards(once.words, "en-GB").words == once.words


@given(NUMBERS)
def test_the_check_digit_is_the_one_of_the_standard(number: str) -> None:
    assert is_card(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_card(wrong)
