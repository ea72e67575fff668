"""`text`: the caller, or a person, is sent a text, and the call goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.call.instructions import SendText
from ivr.core.flow.check_texts import MAX_BODY
from tests.flow_files import PEOPLE, good
from tests.played_call import PlayedCall

FLOW = """\
vars: {word: {default: "a leak"}}
start: write
nodes:
  write: {text: SETTINGS, next: doneFAILED}
  done: {hangup: Goodbye.}
  sorry: {hangup: I cannot text you.}
"""
MOBILE = "+447400123456"


def call(folder: Path, settings: str, caller: str | None = MOBILE) -> PlayedCall:
    flow = PEOPLE + FLOW.replace("SETTINGS", settings).replace("FAILED", ", failed: sorry")
    return PlayedCall(good(folder, flow), caller)


def test_the_caller_is_texted_and_the_call_goes_on(tmp_path: Path) -> None:
    played = call(tmp_path, '"{client.name}: {word}, from {caller.number}"')
    assert played.effects == (SendText(MOBILE, f"Acme: a leak, from {MOBILE}", "write"),)
    assert played.said == "Goodbye."


@pytest.mark.parametrize(
    ("to", "number"),
    [("caller", MOBILE), ("ian", "+447700900123"), ('"07400 999999"', "+447400999999")],
)
def test_a_text_goes_to_whom_the_file_says(tmp_path: Path, to: str, number: str) -> None:
    (effect,) = call(tmp_path, f"{{say: Hello, to: {to}}}").effects
    assert isinstance(effect, SendText)
    assert effect.to == number


@pytest.mark.parametrize("caller", [None, "+442079460321", "+448001111111", "sip:ann@acme.example"])
def test_who_cannot_be_texted_goes_another_way(tmp_path: Path, caller: str | None) -> None:
    played = call(tmp_path, "Hello", caller)
    assert played.said == "I cannot text you."
    assert played.effects == ()


def test_without_another_way_the_call_just_goes_on(tmp_path: Path) -> None:
    flow = FLOW.replace("SETTINGS", "Hello").replace("FAILED", "")
    assert PlayedCall(good(tmp_path, flow), None).said == "Goodbye."


def test_a_long_text_is_cut_to_what_the_carrier_takes(tmp_path: Path) -> None:
    (effect,) = call(tmp_path, "x" * 1900).effects
    assert isinstance(effect, SendText)
    assert len(effect.body) == MAX_BODY
