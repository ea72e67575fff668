"""Names as callers say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import names
from ivr.core.language.phrases import languages, phrases


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [
        ("en", "Ada Byron", "Ada Byron"),
        ("en", "my name is ada byron.", "Ada Byron"),
        ("en", "It's Ann McKay", "Ann McKay"),
        ("en", "mary-ann o'neill", "Mary-Ann O'Neill"),
        ("en", "isaac", "Isaac"),
        ("de", "mein Name ist Jörg Weiß", "Jörg Weiß"),
        ("cy", "fy enw i yw rhys", "Rhys"),
        ("en", "...", None),
        ("en", "my name is", None),
    ],
)
def test_only_the_name_is_kept(language: str, words: str, name: str | None) -> None:
    assert names.hear(words, phrases(language)) == name


@given(st.sampled_from(languages()), st.text(max_size=200))
def test_whatever_is_said_is_a_name_or_none(language: str, words: str) -> None:
    found = names.hear(words, phrases(language))
    assert found is None or 0 < len(found) <= names.LONGEST
