"""How many parts a text has, and the same words in the GSM alphabet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.gsm7 import fit, in_gsm7, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("£" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 76, 2),
        ("a" * 152 + "€" * 77, 3),  # no half of a sign in a part
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
        ("ŵ" * 134, 2),
        ("ŵ" * 135, 3),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        ("👍" * 66, 2),
        ("👍" * 67, 3),  # 33 in a part of 67
    ],
)
def test_the_parts_of_a_text(text: str, count: int) -> None:
    assert segments(text).count == count


def test_one_curly_apostrophe_makes_three_parts_of_one() -> None:
    text = "I’m " + "a" * 156
    assert (segments(text).count, segments(text).outside) == (3, ("’",))
    assert segments(in_gsm7(text)).count == 1


def test_which_characters_are_outside_is_said_once_each() -> None:
    assert segments("“Siân’s” caffi’").outside == ("“", "â", "’", "”")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It’s “here” – 5 o’clock…", "It's \"here\" - 5 o'clock..."),
        ("Siân Llŷr, Tŷ Gwyn", "Sian Llyr, Ty Gwyn"),
        ("Müller & Söhne, Straße 5", "Müller & Söhne, Straße 5"),
        ("Café Noël, façade", "Café Noel, facade"),
        ("Łódź, Đà Nẵng, Œuvre", "Lodz, Dà Nang, OEuvre"),
        ("£5 €6", "£5 €6"),
        ("5\N{NO-BREAK SPACE}pm\N{NARROW NO-BREAK SPACE}sharp", "5 pm sharp"),
        ("a\N{ZERO WIDTH SPACE}b\N{SOFT HYPHEN}c", "abc"),
        ("Bakery 🥐", "Bakery "),
        ("½ ﬁne №5 ™", "1/2 fine No5 TM"),
        ("Иван", "Иван"),
    ],
)
def test_the_same_words(text: str, plain: str) -> None:
    assert in_gsm7(text) == plain


@given(st.text())
def test_only_letters_of_other_scripts_are_left_outside(text: str) -> None:
    once = in_gsm7(text)
    assert in_gsm7(once) == once
    assert all(unicodedata.category(sign)[0] in "LN" for sign in segments(once).outside)


@given(st.text(), st.integers(1, 3))
def test_what_is_cut_to_fit_fits(text: str, parts: int) -> None:
    assert segments(fit(text * 20, parts)).count <= parts
