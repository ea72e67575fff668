"""What callers say is written as people write it, and every word can still be found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.records.message import Word
from ivr.core.transcript.write import write
from tests.core.transcript.spoken_words import words

NAMES = ("Ian Frost", "Rainbow Frost", "Mark Patel", "Velux", "Boilercare", "Kingsley Park")


def text(line: str, language: str = "en-GB") -> str:
    return write(words(line), language, NAMES).text


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("oh one six oh four five two nine one seven oh", "01604 529170"),
        ("oh one six oh four | five two nine | one seven oh", "01604 529170"),
        ("oh double seven double oh nine double oh one two three", "07700 900123"),
        ("zero seven seven hundred er nine hundred and one two three", "07700 900123"),
        ("nought two nought seven nine four six nought three two one", "020 7946 0321"),
        ("oh eight hundred double one double one", "0800 1111"),
        ("plus four four seven seven double oh nine hundred one two three", "07700 900123"),
        ("plus three three six one two three four five six seven eight", "+33 6 12 34 56 78"),
        ("01604 529 170", "01604 529170"),
        ("01604-529170", "01604 529170"),
        ("+447700900123", "07700 900123"),
        ("flat two oh one six oh four five two nine one seven oh", "Flat two 01604 529170"),
        ("five two nine one seven oh", "529170"),
        ("oh one six oh four five two nine one seven oh | oh one six oh four five two nine one "
         "seven oh", "01604 529170. 01604 529170"),
        ("one zero zero zero one nine oh two one oh zero one eight zero three", "100019021001803"),
        ("reference one nine zero three eight one one zero", "Reference 19038110"),
        ("one eight hundred two two five five zero five zero", "18002255050"),
    ],
)  # fmt: skip
def test_spoken_digits_that_are_a_telephone_number_are_written_as_one(
    said: str, written: str
) -> None:
    assert text(said) == written + "."


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("n n one five d f", "NN1 5DF"),
        ("november november one five delta foxtrot", "NN1 5DF"),
        ("n for november n for nuts one five d f", "NN1 5DF"),
        ("o x one one a a", "OX1 1AA"),
        ("oh x ten one double a", "OX10 1AA"),
        ("s w one a one a a", "SW1A 1AA"),
        ("c v eight one j q", "CV8 1JQ"),
        ("m one one a e", "M1 1AE"),
        ("nn1 5df", "Nn1 5df"),
        ("q q one five d f", "QQ15DF"),
    ],
)
def test_postcodes_are_put_together(said: str, written: str) -> None:
    assert text(said) == written + "."


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("the fifth of december", "5 December"),
        ("the fifth of december twenty twenty six", "5 December 2026"),
        ("december the fifth nineteen oh five", "5 December 1905"),
        ("friday the twenty first of may", "Friday 21 May"),
        ("5th december 2026", "5 December 2026"),
        ("thirty first of june", "30 first of June"),
        ("i may march in march", "I may march in March"),
        ("half past five", "5:30"),
        ("ten past twelve", "12:10"),
        ("quarter to one", "12:45"),
        ("at half five", "At 5:30"),
        ("at twenty minutes to six", "At 5:40"),
        ("five to ten people", "Five to 10 people"),
        ("five p m", "5 pm"),
        ("five thirty a.m.", "5:30 am."),
        ("before nine oh five", "Before 9:05"),
        ("at seventeen thirty", "At 17:30"),
        ("nine o'clock in the morning", "9 o'clock in the morning"),
        ("twelve pounds fifty", "£12.50"),
        ("twelve pounds and five pence", "£12.05"),
        ("two hundred and fifty quid", "£250"),
        ("a thousand pounds", "£1,000"),
        ("fifty pence or fifty cents", "50p or 50 cents"),
        ("five euros ten", "€5.10"),
        ("twenty dollars", "$20"),
        ("twenty five people", "25 people"),
        ("one or two people", "One or two people"),
        ("two thousand five hundred screws", "2,500 screws"),
        ("two point five percent or fifteen per cent", "2.5% or 15%"),
        ("in nineteen eighty four", "In 1984"),
        ("jo dot smith at gmail dot com", "jo.smith@gmail.com"),
        ("my email is j o double two at bt internet dot com", "My email is jo22@btinternet.com"),
        ("jane underscore smith at rainbow frost dot co dot uk", "jane_smith@rainbowfrost.co.uk"),
        ("email me at ian at acme dash plumbing dot org dot uk ta",
         "Email me at ian@acme-plumbing.org.uk ta"),
        ("meet me at noon", "Meet me at noon"),
        ("order a b four seven one one double three", "Order AB471133"),
        ("reference four seven one one i will ring", "Reference 4711 I will ring"),
        ("registration k v seventeen a b c", "Registration KV17 ABC"),
        ("the v a t on b t for tango", "The VAT on BT"),
        ("oh dear oh one more thing", "Oh dear oh one more thing"),
        ("double trouble", "Double trouble"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_write_them(said: str, written: str) -> None:
    assert text(said) == written.removesuffix(".") + "."


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("hello it's jane smith from number twelve kingsley park | the boilercare engineer never "
         "came on tuesday | my number is | oh seven seven double oh | nine double oh one two three "
         "| thank you",
         "Hello it's jane smith from number 12 Kingsley Park. The Boilercare engineer never came "
         "on Tuesday. My number is 07700 900123. Thank you."),
        ("my name is priya shah and i'm ringing about the vellux window at n n one five d f | it "
         "leaks since the third of january and i was quoted four hundred and fifty pounds",
         "My name is Priya Shah and I'm ringing about the Velux window at NN1 5DF. It leaks since "
         "3 January and I was quoted £450."),
        ("can mr frost ring me at half past two on oh one six oh four five two nine one seven oh "
         "or e mail me | priya dot shah at gmail dot com",
         "Can mr Frost ring me at 2:30 on 01604 529170 or e mail me. priya.shah@gmail.com."),
        ("Hello, it's Jane. Call me on 07700, 900123, before 5 pm. Order AB4711!",
         "Hello, it's Jane. Call me on 07700 900123, before 5 pm. Order AB4711!"),
    ],
)  # fmt: skip
def test_whole_messages_read_well(said: str, written: str) -> None:
    assert text(said) == written


def test_a_pause_ends_a_sentence_unless_the_speaker_is_looking_for_words() -> None:
    assert text("hello | i need the | boiler | please") == "Hello. I need the boiler. Please."


def test_a_recogniser_that_sets_full_stops_knows_better_than_pauses() -> None:
    assert text("Hello there. | how | are you") == "Hello there. How are you."


def test_in_other_languages_only_what_holds_everywhere_is_done() -> None:
    said = "ydy ian frost yna | wyth dau pump"
    assert text(said, "cy-GB") == "Ydy Ian Frost yna. Wyth dau pump."
    number = "dim un chwech dim pedwar pump dau naw un saith dim"
    assert text(number, "cy-GB") == "01604 529170."


def test_a_token_knows_its_words_and_how_sure_they_are() -> None:
    said = (
        Word("call", 0.0, 0.3, 1.0),
        Word("twenty", 0.4, 0.7, 0.9),
        Word("five", 0.7, 1.3, 0.6),
    )
    call, number = write(said, "en-GB").tokens
    assert (call.text, call.first, call.last, call.doubtful) == ("Call", 0, 0, False)
    assert (number.text, number.first, number.last, number.doubtful) == ("25.", 1, 2, True)
    assert number.confidence == pytest.approx(0.7)  # 0.9 for a third of the time, 0.6 for the rest


@pytest.mark.parametrize(
    ("said", "caller", "given", "difference"),
    [
        ("oh one six oh four five two nine one seven oh", "+447700900123", "+441604529170",
         "gave 01604 529170, rang from 07700 900123"),
        ("oh double seven double oh nine double oh one two three", "+447700900123",
         "+447700900123", None),
        ("oh one six oh four five two nine one seven oh", None, "+441604529170", None),
        ("please call me back", "+447700900123", None, None),
        ("mobile 07700900123 landline 01604529170", "+447700900123", "+447700900123", None),
        ("mobile 07700900123 landline 01604529170", "+33612345678", "+441604529170",
         "gave 01604 529170, rang from +33 6 12 34 56 78"),
        ("01604529170", "anonymous", "+441604529170", None),
    ],
)  # fmt: skip
def test_the_number_given_is_compared_with_the_calling_number(
    said: str, caller: str | None, given: str | None, difference: str | None
) -> None:
    found = write(words(said), "en-GB", (), caller)
    assert (found.number_given, found.difference) == (given, difference)


SPOKEN = (
    "oh o one two three four five six ten eleven twenty thirty double triple hundred thousand "
    "at dot com co uk underscore the fifth of december may past to half quarter pounds pence p m "
    "a i n b for as in november plus point percent and um is my name reference 01604 529170 "
    "+44 4711 1,200 £5 5:30 ... Hello, 'tis (call) •••• ian frost velux vellux kingsly x. 0800 ٣"
)
LINES = st.lists(st.sampled_from(SPOKEN.split()) | st.text(max_size=6), max_size=40)


@given(LINES, st.sampled_from(["en-GB", "en-US", "cy-GB", "de-DE", "xx"]), st.floats(0, 2))
def test_whatever_is_said_every_word_is_in_exactly_one_token(
    said: list[str], language: str, pause: float
) -> None:
    heard = [
        Word(word, n * (0.3 + pause), n * (0.3 + pause) + 0.3, 0.5) for n, word in enumerate(said)
    ]
    tokens = write(heard, language, NAMES, "+447700900123").tokens
    covered = [index for token in tokens for index in range(token.first, token.last + 1)]
    assert covered == list(range(len(said)))


@pytest.mark.parametrize(
    "said",
    [
        "call oh one six oh four five two nine one seven oh at half past five | n n one five d f",
        "twelve pounds fifty on the fifth of december | jo dot smith at gmail dot com",
        "order a b four seven one one | kingsly park | twenty five people | fifteen percent",
    ],
)
def test_what_is_written_stays_so_when_it_is_written_again(said: str) -> None:
    once = text(said)
    assert text(once) == once
