"""The client's own names are preferred to what sounds like them; ordinary words stay."""

from __future__ import annotations

import pytest

from ivr.core.transcript.english import frequency
from ivr.core.transcript.write import write
from tests.core.transcript.spoken_words import words

NAMES = (
    "Ian Frost",
    "Sarah Jones",
    "Mark Patel",
    "Siobhan Llewellyn",
    "Velux",
    "Boilercare",
    "Kingsley Park",
    "O'Connor",
    "Jon Smyth",
    "iGuzzini",
)


def text(line: str, names: tuple[str, ...] = NAMES) -> str:
    return write(words("so " + line), "en-GB", names).text.removeprefix("So ").removesuffix(".")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ian frost", "Ian Frost"),
        ("ian's van", "Ian's van"),
        ("sarah", "Sarah"),
        ("mark patel", "Mark Patel"),
        ("boiler care", "Boilercare"),
        ("kingsley park", "Kingsley Park"),
        ("o'connor", "O'Connor"),
        ("an iguzzini lamp", "an iGuzzini lamp"),
    ],
)
def test_names_are_written_as_the_client_writes_them(said: str, written: str) -> None:
    assert text(said) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("vellux", "Velux"),
        ("kingsly park", "Kingsley Park"),
        ("siobhan lewellyn", "Siobhan Llewellyn"),
        ("lewellyn's", "Llewellyn's"),
        ("boilerkare", "Boilercare"),
    ],
)
def test_a_word_that_no_dictionary_has_is_the_name_it_is_nearly(said: str, written: str) -> None:
    assert text(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "the mark on the wall",
        "a park with frosty grass",
        "boiler",
        "the care of it",
        "will you mark it",
        "sara called",  # a name of its own, and perhaps another person's
        "smith",
        "velox",  # as near to Velux as to nothing else, but too short to be sure
    ],
)
def test_ordinary_words_and_other_names_stay(said: str) -> None:
    assert text(said) == said


def test_no_dictionary_word_is_ever_taken_for_a_name() -> None:
    near = "broiler boilers frosted kingdom parka patent markets"
    assert all(frequency(word) for word in near.split())
    assert text(near) == near


def test_between_two_names_that_are_as_near_nothing_is_chosen() -> None:
    assert text("callander", ("Callender", "Callandar")) == "callander"


def test_without_names_nothing_is_changed() -> None:
    assert text("vellux and kingsly", ()) == "vellux and kingsly"
