"""Messages in the console: who may see and hear which, and what is said of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.records.message import Transcript
from tests.recordings_folder import recordings_folder
from tests.web.console.calls.messages_left import HEARD, leave
from tests.web.console.small_console import NOON, Console, as_role

PAGE = "/console/messages/"
SILENT = Transcript("", (), "vosk", "m")


def test_the_list_has_the_newest_first_and_says_how_each_stands(console: Console) -> None:
    leave(console, recording_sid="RE1")
    leave(console, SILENT, recording_sid="RE2", received_at=NOON.replace(hour=13))
    aside = leave(console, None, recording_sid="RE3", received_at=NOON.replace(hour=14))
    console.records.recordings.set_aside(aside, "It is <b>noise</b>.", NOON)
    leave(console, None, recording_sid="RE4", received_at=NOON.replace(hour=15))
    text = console.signed_in().get(PAGE).text
    shown = [
        "Transcribing",
        "Needs review: It is &lt;b&gt;noise&lt;/b&gt;.",
        "No words",
        "Please ring 01632 960001.",
    ]
    places = [text.index(each) for each in shown]
    assert places == sorted(places)
    assert text.count('class="aside"') == 1


def test_the_list_is_narrowed_by_client_and_state(console: Console) -> None:
    leave(console, recording_sid="RE1")
    other = leave(console, None, recording_sid="RE2", client="other", client_name="Other")
    console.records.recordings.set_aside(other, "noise", NOON)
    browser = console.signed_in()

    def shown(query: str) -> list[str]:
        return re.findall(r"<h2><a [^>]+>(\w+),", browser.get(PAGE + query).text)

    assert sorted(shown("")) == ["Acme", "Other"]
    assert shown("?client=acme") == ["Acme"]
    assert shown("?state=set_aside") == ["Other"]
    assert shown("?client=acme&state=set_aside") == shown("?page=2") == []
    assert sorted(shown("?page=x&state=y")) == ["Acme", "Other"]


def test_more_than_a_page_are_led_to(console: Console) -> None:
    for number in range(51):
        leave(console, None, recording_sid=f"RE{number}")
    browser = console.signed_in()
    first, second = browser.get(PAGE).text, browser.get(PAGE + "?page=2").text
    assert (first.count("<h2>"), second.count("<h2>")) == (50, 1)
    assert ">Next<" in first
    assert ">Previous<" in second


def test_a_message_is_shown_with_all_that_is_known_of_it(console: Console) -> None:
    id_ = leave(console, replace(HEARD, text="Earlier.", recogniser="whisper"))
    console.records.recordings.transcribed(id_, HEARD, NOON)
    text = console.signed_in().get(PAGE + id_).text
    assert "The caller gave 01632 960001, rang from 01632 960009." in text
    for fact in ("a leak", "Ian Frost", "vosk-model-en-us-0.22", "version 0.3.45", "0:04"):
        assert fact in text
    assert "whisper" in text
    assert "Earlier." in text
    buttons = re.findall(r'<button type="button"( class="doubtful")? data-start="([\d.]+)"', text)
    assert buttons == [("", "0.50"), (' class="doubtful"', "1.00"), ("", "2.00")]
    assert "Mon 23 Nov 2026, 12:00" in text
    assert "Times are London time." in text


def test_a_text_from_before_stretches_were_kept_can_be_played_word_by_word(
    console: Console,
) -> None:
    id_ = leave(console, replace(HEARD, stretches=()))
    assert console.signed_in().get(PAGE + id_).text.count("data-start=") == 4


def test_each_speaker_of_a_recording_has_their_lines(console: Console) -> None:
    words = [replace(word, speaker="caller") for word in HEARD.words]
    words[0] = replace(words[0], speaker="agency")
    id_ = leave(console, replace(HEARD, words=tuple(words)))
    text = console.signed_in().get(PAGE + id_).text
    assert re.findall(r"<strong>(\w+):</strong>", text) == ["Agency", "Caller"]


def test_a_message_without_a_recording_says_so(console: Console) -> None:
    id_ = leave(console, None)
    (recordings_folder(console.settings) / f"acme/{id_}.wav").unlink()
    browser = console.signed_in()
    assert browser.get(f"{PAGE}{id_}/audio").status_code == 404
    assert "Transcribing" in browser.get(PAGE + id_).text


def test_the_player_gets_the_part_that_it_asks_for_and_nobody_keeps_it(console: Console) -> None:
    id_ = leave(console)
    whole = (recordings_folder(console.settings) / f"acme/{id_}.wav").read_bytes()
    browser = console.signed_in()
    answer = browser.get(f"{PAGE}{id_}/audio", buffered=True)
    assert (answer.data, answer.mimetype) == (whole, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    part = browser.get(f"{PAGE}{id_}/audio", headers={"Range": "bytes=100-199"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert part.headers["Cache-Control"] == "no-store"
    beyond = browser.get(f"{PAGE}{id_}/audio", headers={"Range": "bytes=999999-"}, buffered=True)
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    ("role", "whose", "status"),
    [
        (Role.OPERATOR, {"operator": "sam"}, 200),
        (Role.SUPERVISOR, {}, 200),
        (Role.EDITOR, {}, 403),
        (Role.CLIENT, {"client": "acme"}, 200),
        (Role.CLIENT, {"client": "other"}, 404),
    ],
)
def test_who_may_see_and_hear_a_message(
    role: Role, whose: dict[str, str], status: int, console: Console
) -> None:
    id_ = leave(console)
    browser = as_role(console, role, **whose)
    for path in (id_, f"{id_}/audio"):
        answer = browser.get(PAGE + path, buffered=True)
        assert answer.status_code == status
        assert (b"01632" in answer.data or b"RIFF" in answer.data) == (status == 200)


def test_a_client_s_list_holds_their_own_whatever_they_ask_for(console: Console) -> None:
    leave(console)
    browser = as_role(console, Role.CLIENT, client="other")
    for query in ("", "?client=acme", "?client=", "?state=transcribed"):
        text = browser.get(PAGE + query).text
        assert "There is no message" in text
        assert "Acme" not in text


def test_of_another_client_s_message_nobody_learns_that_it_exists(console: Console) -> None:
    id_ = leave(console)
    browser = as_role(console, Role.CLIENT, client="other")
    for path in ("", "/audio"):
        there, nowhere = browser.get(PAGE + id_ + path), browser.get(PAGE + "nowhere" + path)
        assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)


def test_who_saw_and_heard_it_is_in_the_trail_once_for_each_time_of_listening(
    console: Console,
) -> None:
    id_ = leave(console)
    browser = as_role(console, Role.CLIENT, client="acme")
    browser.get(PAGE)
    browser.get(PAGE + id_)
    for minute in (0, 1, 14, 15):
        console.now[0] = NOON.replace(minute=minute)
        browser.get(f"{PAGE}{id_}/audio", headers={"Range": "bytes=5-"}, buffered=True)
    acts, _ = console.records.audit.page(client="acme")
    assert [(act.who, act.act, act.about) for act in acts] == [
        ("client", "heard a message", f"message {id_}"),
        ("client", "heard a message", f"message {id_}"),
        ("client", "saw a message", f"message {id_}"),
        ("client", "saw the list of messages", None),
    ]
