"""Either the day that a caller means, or none: they are asked again, and never held to another."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.language import dates
from ivr.core.language.feasts import FEASTS
from ivr.core.language.phrases import languages, phrases

FOLDER = Path(__file__).with_name("spoken_dates")
TAGS = {"en": "en-GB", "de": "de-DE", "cy": "cy-GB"}
TODAYS = st.dates(date(2026, 1, 1), date(2031, 12, 31))
SYMBOLS = {
    *("today", "tomorrow", "day_after_tomorrow", "yesterday", "day", "week", "month", "year"),
    *("next", "this", "last", "in", "before", "after", "at", "instead", "polite"),
}


def rows() -> list[tuple[str, str, str, str]]:
    """The tables in `spoken_dates/`: language, today, words, day."""
    found = []
    for language in TAGS:
        text = (FOLDER / f"{language}.yaml").read_text("utf-8")
        table = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
        for today, said in table.items():
            found += [(language, today, words, day) for words, day in said.items()]
    return found


@pytest.mark.parametrize(("language", "today", "words", "day"), rows())
def test_a_day_is_understood_as_it_is_said_or_asked_again(
    language: str, today: str, words: str, day: str
) -> None:
    found = dates.hear(words, date.fromisoformat(today), phrases(TAGS[language]))
    assert (found.isoformat() if found else "") == day


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_words_of_dates(language: str) -> None:
    own = phrases(language)
    assert {symbol for symbol, _ in own.words_by("dates")} >= SYMBOLS
    assert {feast for feast, _ in own.words_by("feasts")} <= FEASTS
    assert all(words for _, words in own.words_by("feasts"))


# --- whatever the day and however it is said ----------------------------------------------------
def phrasings(language: str, today: date, day: date) -> list[str]:
    """Ways to say `day`, as a person with a calendar would; empty where there is none here."""
    own = phrases(TAGS[language])
    ahead = (day - today).days
    weekday = format_date(day, "EEEE", locale=own.locale)
    said = [dates.say(day, today, own)] if day.year != today.year or ahead > 0 else []
    said += [f"{day:%d/%m/%Y}", day.isoformat()]
    ordinal = own.listed("ordinals")[day.day - 1]
    said += {
        "en": [
            f"{weekday} the {ordinal} of {day:%B} {day.year}",
            f"{day:%B} the {ordinal} {day.year}",
        ],
        "de": [
            f"{weekday}, der {ordinal} {format_date(day, 'MMMM', locale=own.locale)} {day.year}"
        ],
        "cy": [],
    }[language]
    relative = {
        0: {"en": "today", "de": "heute", "cy": "heddiw"},
        1: {"en": "tomorrow", "de": "morgen", "cy": "yfory"},
        2: {"en": "the day after tomorrow", "de": "übermorgen", "cy": "drennydd"},
        7: {"en": "a week today", "de": "heute in einer Woche", "cy": "wythnos i heddiw"},
        8: {"en": "a week tomorrow", "de": "morgen in einer Woche", "cy": "wythnos i fory"},
        14: {
            "en": "a fortnight today",
            "de": "heute in vierzehn Tagen",
            "cy": "pythefnos i heddiw",
        },
        15: {
            "en": "a fortnight tomorrow",
            "de": "morgen in vierzehn Tagen",
            "cy": "pythefnos i fory",
        },
    }
    if ahead in relative:
        said.append(relative[ahead][language])
    if 1 <= ahead <= 7:
        said.append(weekday)
    if 8 <= ahead <= 14:
        said += {
            "en": [f"a week on {weekday}", f"{weekday} week"],
            "de": [f"{weekday} in einer Woche"],
            "cy": [f"wythnos i {weekday}"],
        }[language]
    if 15 <= ahead <= 21:
        said += {
            "en": [f"a fortnight on {weekday}", f"two weeks on {weekday}"],
            "de": [f"{weekday} in zwei Wochen"],
            "cy": [f"pythefnos i {weekday}"],
        }[language]
    if ahead > 2:
        said += {
            "en": [f"in {ahead} days"],
            "de": [f"in {ahead} Tagen"],
            "cy": [f"mewn {ahead} diwrnod"],
        }[language]
    nth = (day.day - 1) // 7
    if nth < 5:
        month = format_date(day, "LLLL", locale=own.locale)
        first = own.listed("ordinals")[nth]
        said += {
            "en": [f"the {first} {weekday} in {month} {day.year}"],
            "de": [f"am {first}n {weekday} im {month} {day.year}"],
            "cy": [],
        }[language]
        if (day + timedelta(weeks=1)).month != day.month and language != "cy":
            last = {"en": "the last", "de": "am letzten"}[language]
            said.append(f"{last} {weekday} in {month} {day.year}")
    return said


AROUND = {
    "en": (
        "{}",
        "{} please",
        "it's {}, thanks",
        "I'd like {}",
        "um, {} in the morning",
        "{} at half past three",
    ),
    "de": ("{}", "{} bitte", "es ist {}, danke", "ich möchte {} kommen", "ähm, {} um halb drei"),
    "cy": ("{}", "{} plis", "hoffwn i ddod {}", "wel, {}, diolch"),
}
CORRECTIONS = {
    "en": ("{}, no sorry, {}", "{}, I mean {}", "not {}, {}", "not {} but {}"),
    "de": ("{}, nein, {}", "{}, ich meine {}", "nicht {}, sondern {}"),
    "cy": ("{}, na sori, {}", "nid {} ond {}"),
}
JOINED = {
    "en": (
        "{} or {}",
        "{} and {}",
        "{} to {}",
        "from {} to {}",
        "between {} and {}",
        "{} until {}",
    ),
    "de": ("{} oder {}", "{} und {}", "von {} bis {}", "zwischen {} und {}"),
    "cy": ("{} neu {}", "{} a {}", "o {} i {}", "rhwng {} a {}"),
}
STRANGE = {
    "en": ("wedding", "except", "unless", "until", "Sunday's", "every", "other", "school"),
    "de": ("Hochzeit", "außer", "bis", "jeden", "ab", "Schule"),
    "cy": ("priodas", "heblaw", "tan", "bob", "ysgol"),
}
LANGUAGES = st.sampled_from(sorted(TAGS))


@st.composite
def said_days(draw: st.DrawFn, count: int) -> tuple[str, date, list[tuple[str, date]]]:
    """A language, today, and `count` days as somebody might say them."""
    language, today = draw(LANGUAGES), draw(TODAYS)
    said = []
    for _ in range(count):
        day = today + timedelta(days=draw(st.integers(0, 30) | st.integers(31, 500)))
        said.append((draw(st.sampled_from(phrasings(language, today, day))), day))
    return language, today, said


@given(said_days(1), st.data())
def test_whatever_the_day_and_the_phrase_it_is_that_day_or_none(
    said: tuple[str, date, list[tuple[str, date]]], data: st.DataObject
) -> None:
    language, today, [(words, day)] = said
    around = data.draw(st.sampled_from(AROUND[language]))
    found = dates.hear(around.format(words), today, phrases(TAGS[language]))
    assert found in (day, None)


@given(said_days(2), st.data())
def test_a_correction_is_the_corrected_day_or_none(
    said: tuple[str, date, list[tuple[str, date]]], data: st.DataObject
) -> None:
    language, today, [(wrong, _), (right, day)] = said
    correction = data.draw(st.sampled_from(CORRECTIONS[language]))
    found = dates.hear(correction.format(wrong, right), today, phrases(TAGS[language]))
    assert found in (day, None)


@given(said_days(2), st.data())
def test_two_days_are_asked_again(
    said: tuple[str, date, list[tuple[str, date]]], data: st.DataObject
) -> None:
    language, today, [(one, first), (two, second)] = said
    joined = data.draw(st.sampled_from(JOINED[language]))
    found = dates.hear(joined.format(one, two), today, phrases(TAGS[language]))
    assert found is None or first == second


@given(said_days(1), st.data())
def test_a_word_that_may_change_the_day_is_asked_again(
    said: tuple[str, date, list[tuple[str, date]]], data: st.DataObject
) -> None:
    language, today, [(words, _)] = said
    parts = words.split()
    at = data.draw(st.integers(0, len(parts)))
    strange = data.draw(st.sampled_from(STRANGE[language]) | st.text("bcdfgkqxz", min_size=6))
    text = " ".join((*parts[:at], strange, *parts[at:]))
    found = dates.hear(text, today, phrases(TAGS[language]))
    assert found is None
