"""Amounts of money as callers say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import money
from ivr.core.language.phrases import languages, phrases


@pytest.mark.parametrize(
    ("language", "words", "amount"),
    [
        ("en-GB", "twelve pounds fifty", 12.5),
        ("en-GB", "twelve pounds and five pence", 12.05),
        ("en-GB", "£12.50", 12.5),
        ("en-GB", "£12.5", 12.5),
        ("en-GB", "fifty pence", 0.5),
        ("en-GB", "twelve fifty", 12.5),
        ("en-GB", "a hundred and five pounds", 105),
        ("en-GB", "about £1,200", 1200),
        ("en-GB", "it's twelve pounds fifty, thank you", 12.5),
        ("en-GB", "I'd like to make it twenty quid please", 20),
        ("en-GB", "twelve pounds, no sorry, thirteen", 13),
        ("en-GB", "not twelve pounds, thirteen", 13),
        ("en-GB", "two fifty", 2.5),
        ("en-GB", "twelve, no, five", 5),
        ("en-GB", "five hundred, sorry, six hundred", 600),
        ("en-GB", "five hundred pounds, sorry, six pounds", 6),
        ("en-GB", "twelve pounds, that's £12", 12),
        ("en-US", "twelve dollars", 12),
        ("de-CH", "zwölf Franken fünfzig", 12.5),
        ("de-DE", "ungefähr zwölf Euro bitte", 12),
        ("de-DE", "zwölf Euro, nein, dreizehn", 13),
        ("cy-GB", "dwy bunt, na sori, tair punt", 3),
        ("de-DE", "zwölf Euro fünfzig", 12.5),
        ("de-DE", "1.200,50 €", 1200.5),
        ("cy-GB", "dau ddeg pump punt", 25),
    ],
)
def test_amounts_are_understood_as_people_say_them(
    language: str, words: str, amount: float
) -> None:
    assert money.hear(words, phrases(language)) == amount


@pytest.mark.parametrize(
    "words",
    [
        "", "a lot", "two or three pounds", "2,000,000 pounds", "between ten and twenty pounds",
        "ten to twenty", "more than ten pounds", "less than ten", "minus ten pounds", "ten euros",
        "two for ten pounds", "ten pounds each", "half a pound", "twelve, no", "not twelve",
        "twelve pounds, thirteen pounds", "about", "pounds",
        "five hundred sorry six", "twelve pounds, sorry, fifty pence",
        "ten pounds fifty, no, sixty", "two pounds fifty pence, sorry, sixty pence",
        "five five", "pound fifty",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_none(words: str) -> None:
    assert money.hear(words, phrases("en-GB")) is None


@pytest.mark.parametrize(
    ("keys", "amount"), [("12", 12), ("12*50", 12.5), ("12*5", 12.5), ("*50", None), ("1#", None)]
)
def test_the_star_is_the_point_where_an_amount_is_keyed_in(keys: str, amount: float | None) -> None:
    assert money.hear_keys(keys) == amount


@pytest.mark.parametrize("language", [*languages(), "en-US", "de-AT"])
@given(cents=st.integers(0, money.LARGEST * 100))
def test_an_amount_that_is_read_back_is_understood_as_itself(language: str, cents: int) -> None:
    own = phrases(language)
    assert money.hear(money.say(cents / 100, own), own) == cents / 100


@given(st.sampled_from(languages()), st.text(max_size=60))
def test_whatever_is_said_is_an_amount_or_none(language: str, words: str) -> None:
    found = money.hear(words, phrases(language))
    assert found is None or 0 <= found <= money.LARGEST
