"""Either the time of day that a caller means, or none: they are asked again, and never held to
another."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import times
from ivr.core.language.clock_readings import PARTS
from ivr.core.language.phrases import languages, phrases

FOLDER = Path(__file__).with_name("spoken_times")
TAGS = {"en": "en-GB", "de": "de-DE", "cy": "cy-GB"}
SYMBOLS = {
    *("noon", "midnight", "half_past", "half_to", "quarter_past", "quarter_to", "three_quarters"),
    *("past", "before", "to", "minutes", "hour", "hours", "polite", *PARTS),
}


def rows() -> list[tuple[str, str, str]]:
    """The tables in `spoken_times/`: language, words, time."""
    found = []
    for language in TAGS:
        text = (FOLDER / f"{language}.yaml").read_text("utf-8")
        table = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
        found += [(language, words, at) for words, at in table.items()]
    return found


@pytest.mark.parametrize(("language", "words", "at"), rows())
def test_a_time_is_understood_as_it_is_said_or_asked_again(
    language: str, words: str, at: str
) -> None:
    found = times.heard(words, phrases(TAGS[language]))
    assert (f"{found.time:%H:%M}{'' if found.sure else '?'}" if found else "") == at


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_words_of_times(language: str) -> None:
    own = phrases(language)
    assert {symbol for symbol, _ in own.words_by("times")} >= SYMBOLS
    assert {part for _, part in own.symbols_of("weekday_parts")} <= set(PARTS)


@pytest.mark.parametrize(
    ("language", "words", "at"),
    [
        ("en", "no, in the evening", "19:30"),
        ("en", "in the evening", "19:30"),
        ("en", "no, half past eight", "08:30"),
        ("en", "no, half past eight in the evening", "20:30"),
        ("en", "not seven thirty, eight thirty", "08:30"),
        ("en", "no", None),
        ("en", "um", None),
        ("en", "no, eight", None),
        ("de", "nein, abends", "19:30"),
        ("cy", "na, yr hwyr", "19:30"),
    ],
)
def test_a_time_that_was_read_back_is_corrected(language: str, words: str, at: str | None) -> None:
    found = times.heard(words, phrases(TAGS[language]), time(7, 30))
    assert (f"{found.time:%H:%M}" if found else None) == at


# --- whatever the time and however it is said ----------------------------------------------------
def phrasings(language: str, at: time) -> list[str]:
    """Ways to say `at` that leave no other time."""
    own = phrases(TAGS[language])
    said = [times.say(at, own)]
    said += [f"{at:%H:%M}"] if at.hour not in (10, 11, 12) else []
    number = {value: word for word, value in reversed(own.numbers.items())}
    hour, after = (at.hour % 12 or 12), (at.hour % 12 + 1)
    part = _part(language, at)
    if part and at.minute in (0, 15, 30, 45):
        said += {
            0: {
                "en": [f"{number[hour]} {part}", f"{number[hour]} o'clock {part}"],
                "de": [f"{number[hour]} Uhr {part}" if hour > 1 else f"ein Uhr {part}"],
                "cy": [f"{number[hour]} o'r gloch {part}"] if hour != 11 else [],
            },
            15: {
                "en": [f"quarter past {number[hour]} {part}"],
                "de": [f"viertel nach {number[hour]} {part}"],
                "cy": [f"chwarter wedi {number.get(hour, 'un ar ddeg')} {part}"],
            },
            30: {
                "en": [f"half past {number[hour]} {part}"],
                "de": [f"halb {number[after]} {part}"] if after != 1 else [],
                "cy": [f"hanner awr wedi {number.get(hour, 'un ar ddeg')} {part}"],
            },
            45: {
                "en": [f"quarter to {number[after]} {part}"] if after != 1 else [],
                "de": [f"viertel vor {number[after]} {part}"] if after != 1 else [],
                "cy": [f"chwarter i {number.get(after, 'un ar ddeg')} {part}"],
            },
        }[at.minute][language]
    return said


def _part(language: str, at: time) -> str:
    parts = {
        "en": {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "at night"},
        "de": {"morning": "morgens", "afternoon": "nachmittags", "evening": "abends"},
        "cy": {"morning": "y bore", "afternoon": "y prynhawn", "evening": "y nos"},
    }[language]
    if 1 <= at.hour < 12:
        return parts["morning"]
    return parts["afternoon"] if 13 <= at.hour < 18 else parts["evening"] if at.hour >= 19 else ""


AROUND = {
    "en": ("{}", "{} please", "it's {}, thanks", "I'd like {}", "um, {}", "tomorrow at {}"),
    "de": ("{}", "{} bitte", "es ist {}, danke", "ich möchte um {} kommen", "morgen um {}"),
    "cy": ("{}", "{} plis", "hoffwn i ddod am {}", "wel, {}, diolch", "yfory am {}"),
}
CORRECTIONS = {
    "en": ("{}, no sorry, {}", "{}, I mean {}", "not {}, {}", "not {} but {}"),
    "de": ("{}, nein, {}", "{}, ich meine {}", "nicht {}, sondern {}"),
    "cy": ("{}, na sori, {}", "nid {} ond {}"),
}
JOINED = {
    "en": ("{} or {}", "{} and {}", "{} to {}", "from {} to {}", "{} until {}", "{}, {}"),
    "de": ("{} oder {}", "{} und {}", "von {} bis {}", "zwischen {} und {}", "{}, {}"),
    "cy": ("{} neu {}", "{} a {}", "o {} i {}", "rhwng {} a {}", "{}, {}"),
}
STRANGE = {
    "en": ("wedding", "except", "until", "after", "before", "between", "every", "from", "or"),
    "de": ("Hochzeit", "außer", "bis", "nach", "vor", "ab", "jeden", "oder"),
    "cy": ("priodas", "heblaw", "tan", "wedi", "cyn", "bob", "neu"),
}


@st.composite
def said_times(draw: st.DrawFn, count: int) -> tuple[str, list[tuple[str, time]]]:
    """A language, and `count` times of day as somebody might say them."""
    language = draw(st.sampled_from(sorted(TAGS)))
    quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
    moments = quarters | st.builds(time, st.integers(0, 23), st.integers(0, 59))
    chosen = [draw(moments) for _ in range(count)]
    return language, [(draw(st.sampled_from(phrasings(language, at))), at) for at in chosen]


@given(said_times(1), st.data())
def test_whatever_the_time_and_the_phrase_it_is_that_time(
    said: tuple[str, list[tuple[str, time]]], data: st.DataObject
) -> None:
    language, [(words, at)] = said
    around = data.draw(st.sampled_from(AROUND[language]))
    assert times.hear(around.format(words), phrases(TAGS[language])) == at


@given(said_times(2), st.data())
def test_a_correction_is_the_corrected_time_or_none(
    said: tuple[str, list[tuple[str, time]]], data: st.DataObject
) -> None:
    language, [(wrong, _), (right, at)] = said
    correction = data.draw(st.sampled_from(CORRECTIONS[language]))
    found = times.heard(correction.format(wrong, right), phrases(TAGS[language]))
    assert found is None or not found.sure or found.time == at


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "nicht neun Uhr morgens, sondern 9 Uhr"), ("en", "not nine in the morning, nine")],
)
def test_a_time_that_was_just_denied_is_never_sure(language: str, words: str) -> None:
    found = times.heard(words, phrases(TAGS[language]))
    assert found is None or not found.sure


@given(said_times(2), st.data())
def test_two_times_are_asked_again(
    said: tuple[str, list[tuple[str, time]]], data: st.DataObject
) -> None:
    language, [(one, first), (two, second)] = said
    joined = data.draw(st.sampled_from(JOINED[language]))
    found = times.hear(joined.format(one, two), phrases(TAGS[language]))
    assert found is None or first == second


@given(said_times(1), st.data())
def test_a_word_that_may_change_the_time_is_asked_again(
    said: tuple[str, list[tuple[str, time]]], data: st.DataObject
) -> None:
    language, [(words, _)] = said
    strange = data.draw(st.sampled_from(STRANGE[language]) | st.text("bcdfgkqxz", min_size=6))
    text = data.draw(st.sampled_from((f"{strange} {words}", f"{words} {strange}")))
    assert times.hear(text, phrases(TAGS[language])) is None
