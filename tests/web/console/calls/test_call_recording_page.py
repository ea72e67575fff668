"""What was said in a conversation, on the page of its call."""

from __future__ import annotations

import re

import pytest

from ivr.core.accounts.roles import Role
from tests.recordings_folder import recordings_folder
from tests.web.console.calls.calls_kept import came_in
from tests.web.console.calls.conversations_kept import record
from tests.web.console.small_console import NOON, Console, as_role

PAGE = "/console/calls/CA1"


def test_each_speaker_has_their_lines_with_times_and_doubtful_words(console: Console) -> None:
    came_in(console)
    id_ = record(console)
    text = console.signed_in().get(PAGE).text
    assert re.findall(r'class="at">([\d:]+)</span> <strong>(\w+):', text) == [
        ("0:00", "Caller"),
        ("1:02", "Operator"),
    ]
    buttons = re.findall(r'<button type="button"( class="doubtful")? data-start="([\d.]+)"', text)
    assert buttons == [("", "0.50"), (' class="doubtful"', "1.00"), ("", "62.00")]
    assert f'src="{PAGE}/recordings/{id_}"' in text
    assert "vosk-model-en-us-0.22, version 0.3.45" in text
    told = re.findall(r"<div><p>(.*?)</p>", text)
    assert "The recording was fetched, 65 seconds." in told


def test_a_call_without_a_recording_shows_none(console: Console) -> None:
    came_in(console)
    text = console.signed_in().get(PAGE).text
    assert "<audio" not in text
    assert "message.js" not in text


def test_two_conversations_of_a_call_are_told_apart(console: Console) -> None:
    came_in(console)
    record(console)
    record(console, recording_sid="RE8", conversation="next")
    text = console.signed_in().get(PAGE).text
    assert text.count('<section class="panel recorded"') == 2
    assert "The conversation 2</h2>" in text


def test_why_there_are_no_words_is_said(console: Console) -> None:
    came_in(console)
    id_ = record(console, None)
    browser = console.signed_in()
    assert "Transcribing" in browser.get(PAGE).text
    console.records.recordings.set_aside(id_, "It is <b>no</b> audio.", NOON)
    assert "Needs review: It is &lt;b&gt;no&lt;/b&gt; audio." in browser.get(PAGE).text


def test_a_client_without_words_is_told_so(console: Console) -> None:
    came_in(console)
    record(console, None, transcribe=False)
    assert "are not transcribed" in console.signed_in().get(PAGE).text


def test_the_player_gets_the_part_that_it_asks_for_and_nobody_keeps_it(console: Console) -> None:
    came_in(console)
    id_ = record(console)
    whole = (recordings_folder(console.settings) / f"acme/{id_}.wav").read_bytes()
    part = console.signed_in().get(
        f"{PAGE}/recordings/{id_}", headers={"Range": "bytes=100-199"}, buffered=True
    )
    assert (part.status_code, part.data, part.mimetype) == (206, whole[100:200], "audio/wav")
    assert part.headers["Cache-Control"] == "no-store"


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
def test_who_may_hear_a_conversation(
    role: Role, whose: dict[str, str], status: int, console: Console
) -> None:
    came_in(console)
    id_ = record(console)
    browser = as_role(console, role, **whose)
    answer = browser.get(f"{PAGE}/recordings/{id_}", buffered=True)
    assert (answer.status_code, b"RIFF" in answer.data) == (status, status == 200)


def test_a_recording_is_had_at_its_own_call_only(console: Console) -> None:
    came_in(console)
    id_ = record(console)
    browser = console.signed_in()
    assert browser.get(f"/console/calls/CA2/recordings/{id_}").status_code == 404
    assert browser.get(f"{PAGE}/recordings/nothing").status_code == 404
    (recordings_folder(console.settings) / f"acme/{id_}.wav").unlink()
    assert browser.get(f"{PAGE}/recordings/{id_}").status_code == 404


def test_listening_is_in_the_trail_once(console: Console) -> None:
    came_in(console)
    id_ = record(console)
    browser = as_role(console, Role.SUPERVISOR)
    for _ in range(3):
        browser.get(f"{PAGE}/recordings/{id_}", buffered=True)
    acts, _ = console.records.audit.page(client="acme")
    [heard] = [act for act in acts if act.act == "heard a conversation"]
    assert heard.about == f"call CA1, recording {id_}"


def test_a_search_leads_from_the_words_to_the_call(console: Console) -> None:
    came_in(console)
    record(console)
    text = console.signed_in().get("/console/search?q=boil").text
    assert f'<a href="{PAGE}">Conversation for' in text
    assert "My boiler." in text
    assert (
        "Nothing was found"
        in as_role(console, Role.CLIENT, client="other").get("/console/search?q=boil").text
    )
