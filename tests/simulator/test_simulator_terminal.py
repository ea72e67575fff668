"""A person at a terminal can be the caller."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from ivr.simulator import Carrier
from ivr.simulator.terminal import run_terminal_call
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, TO, Server


@pytest.fixture
def call_with(carrier: Carrier) -> Callable[..., list[str]]:
    """Places a call in which the person types the lines; returns what they saw."""

    def place(*lines: str | type[BaseException]) -> list[str]:
        seen: list[str] = []
        typed = iter(lines)

        def read(prompt: str) -> str:
            line = next(typed, EOFError)
            if isinstance(line, str):
                return line
            raise line

        run_terminal_call(carrier, TO, FROM, read, seen.append)
        return seen

    return place


@pytest.fixture(autouse=True)
def a_menu_and_a_message(server: Server) -> None:
    server.says(
        "/twilio/voice",
        "<Gather action='/menu' numDigits='1' input='dtmf speech'><Say>Press 1.</Say></Gather>"
        "<Say>I heard nothing.</Say>",
    )
    server.says("/menu", "<Say>After the tone.</Say><Record action='/recorded'/>")
    server.says("/recorded", "<Say>Thank you.</Say>")


def test_digits_are_keys_and_a_file_is_the_message(
    call_with: Callable[..., list[str]], server: Server, message: Path
) -> None:
    seen = call_with("1", f"/wav {message}")
    assert server.at("/menu")[0]["Digits"] == "1"
    assert [line for line in seen if line.startswith("Tango")] == [
        "Tango: Press 1.",
        "Tango: After the tone.",
        "Tango: Thank you.",
    ]
    assert seen[-1] == "(hung up, ended by: server)"


def test_other_text_is_speech(call_with: Callable[..., list[str]], server: Server) -> None:
    call_with("a booking, please", "/hang")
    assert server.at("/menu")[0]["SpeechResult"] == "a booking, please"


def test_an_empty_line_is_silence(call_with: Callable[..., list[str]]) -> None:
    assert "Tango: I heard nothing." in call_with("")


@pytest.mark.parametrize("end", ["/hang", EOFError, KeyboardInterrupt])
def test_the_caller_hangs_up_by_command_end_of_input_or_interrupt(
    call_with: Callable[..., list[str]], server: Server, end: str | type[BaseException]
) -> None:
    assert call_with(end)[-1] == "(hung up, ended by: caller)"
    assert server.paths() == ["/twilio/voice", "/twilio/status"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/wav", "Nothing is being recorded now"),
        ("/dance", "/dance is not a command"),
    ],
)
def test_what_cannot_be_done_at_a_menu_is_explained_and_asked_again(
    call_with: Callable[..., list[str]], line: str, answer: str
) -> None:
    seen = call_with(line, "")
    assert any(answer in shown for shown in seen)
    assert "Tango: I heard nothing." in seen


def test_what_cannot_be_recorded_is_explained_and_asked_again(
    call_with: Callable[..., list[str]], message: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no espeak-ng
    seen = call_with("1", "please ring me", "/wav /no/such/file", f"/wav {message}")
    assert any("Leave an audio file" in shown for shown in seen)
    assert any("There is no file /no/such/file" in shown for shown in seen)
    assert "Tango: Thank you." in seen


def test_texts_that_the_server_sends_are_shown(carrier: Carrier) -> None:
    seen: list[str] = []

    def read(prompt: str) -> str:
        url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
        form = {"To": FROM, "From": TO, "Body": "Thank you."}
        requests.post(url, data=form, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60)
        return "/hang"

    run_terminal_call(carrier, TO, FROM, read, seen.append)
    assert f"(text to {FROM}: Thank you.)" in seen
