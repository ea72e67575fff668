"""What is no text is taken out; what people write stays."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.clean_text import clean, clean_values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(st.characters()))
def test_what_is_left_can_be_kept_everywhere(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in cleaned)
    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned) == cleaned


def test_what_people_write_stays() -> None:
    for text in ("Zoë, 3½ – “yes”!\n\tłódź", "👩‍👩‍👧 👍🏽", "שלום", "مرحبا", "한국어", "Cwmbrân"):
        assert clean(text) == text


def test_lines_end_alike() -> None:
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_long_text_is_cut_behind_what_was_taken_out() -> None:
    assert clean("\0\u202eabc" * 5000, 5) == "abcab"


@given(JSON)
def test_json_is_cleaned_all_through_and_otherwise_the_same(value: object) -> None:
    cleaned = clean_values(value)
    text = json.dumps(cleaned, ensure_ascii=False)
    assert "\\u0000" not in text
    assert "\u202e" not in text
    assert clean_values(cleaned) == cleaned
