"""Letters that make a text message longer, and markup in words."""

from __future__ import annotations

import pytest

from ivr.core.flow.check_texts import length, longer, markup, too_long


def test_the_letter_that_makes_a_text_longer_is_named_with_its_like() -> None:
    said = longer("We’ll ring you back today. " * 3, {})
    assert "’" in said
    assert "2 segments instead of 1" in said
    assert "type '" in said


def test_a_client_s_name_counts_too() -> None:
    assert longer("{client.name} " + "rings. " * 10, {"client.name": "Café – Bar"})
    assert longer("{client.name} " + "rings. " * 10, {"client.name": "Café - Bar"}) == ""


def test_a_short_text_may_have_any_letter() -> None:
    assert longer("We’ll ring 👍", {}) == ""


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("One <break time='1s'/> two", "full stop or a comma"),
        ("<speak>One</speak>", "write the words alone"),
        ("<prosody rate='slow'>One</prosody>", "write the words alone"),
        ("Marks &amp; Sons", "write &"),
        ("One&nbsp;two", "an ordinary space"),
        ("Call **now**", "write the words alone"),
        ("welcome.mp3", "write {audio: welcome.mp3}"),
        ("Good {{daypart}}.", "write {daypart}"),
        ("Good [daypart].", "write {daypart}"),
        ("Here is <Client Name>.", "write {client.name}"),
        ("Here is %client.name%.", "write {client.name}"),
        ("Good ${client.name}.", "write {client.name}"),
        ("[Here](https://acme.example)", "write the words alone"),
    ],
)
def test_markup_is_told_with_what_to_type(text: str, mend: str) -> None:
    assert mend in markup(text)


@pytest.mark.parametrize("text", ["a < b and b > c", "Marks & Sons", "5 * 3 * 2", "Q&A; yes"])
def test_signs_are_no_markup(text: str) -> None:
    assert markup(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thank you.", "one segment, 10 of 160 letters"),
        ("Thank you, {guest}.", "one segment, about 22 of 160 letters"),
        ("Thank you from {client.name}.", "one segment, 20 of 160 letters"),
        ("x" * 200, "2 segments, each of which is paid for: 200 letters, 153 to a segment"),
        ("Thanks 👍", "one segment, 9 of 70 letters, as '👍' is not among those"),
        ("ŵ" * 80, "2 segments, each of which is paid for: 80 letters, 67 to a segment"),
    ],
)
def test_the_segments_of_any_text_are_told(text: str, said: str) -> None:
    assert said in length(text, {"client.name": "Acme"})


def test_a_text_of_which_the_end_would_not_be_sent_is_told() -> None:
    assert "only the first 1600 of these 1601 letters are sent" in too_long("x" * 1601)
    assert too_long("x" * 1600) == ""
