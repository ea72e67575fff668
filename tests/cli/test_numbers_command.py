"""`python -m ivr numbers`, against the simulated carrier."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.simulator import Carrier
from ivr.simulator.numbers import Number
from tests.flow_files import EXAMPLES

PUBLIC_URL = "https://tango.example"
NUMBER = "+441604529170"
ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "a token"


@pytest.fixture
def carrier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Carrier]:
    """An account, and an agency with one client."""
    shutil.copytree(EXAMPLES, tmp_path / "flows", ignore=shutil.ignore_patterns("[ah]*.yaml"))
    shutil.copytree(EXAMPLES / "templates", tmp_path / "flows/templates", dirs_exist_ok=True)
    with Carrier("http://127.0.0.1:9", PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN) as carrier:
        for name, value in {
            "IVR_FLOWS": tmp_path / "flows",
            "IVR_DATA": tmp_path / "var",
            "IVR_PUBLIC_URL": PUBLIC_URL,
            "IVR_TWILIO_API_URL": carrier.api_url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        }.items():
            monkeypatch.setenv(name, str(value))
        yield carrier


def test_a_number_is_shown_set_and_shown_again(
    carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    held = carrier.hold(Number(NUMBER))
    held.change({"VoiceUrl": "https://old.example/answer"})
    assert main(["numbers"]) == 1
    wanted = "https://tango.example/twilio/voice#rc=2&rp=all"
    change = f"A call comes in: https://old.example/answer -> {wanted}"
    assert change in capsys.readouterr().out
    assert held.settings["VoiceUrl"] == "https://old.example/answer"
    assert main(["numbers", "point", "rainbow-frost"]) == 0
    assert change in capsys.readouterr().out
    assert held.settings["VoiceUrl"] == wanted
    assert main(["numbers"]) == 0
    assert capsys.readouterr().out.split() == [NUMBER, "rainbow-frost", "reaches", "Tango"]


def test_a_number_of_another_account_cannot_be_set(
    carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["numbers", "point", "--all"]) == 1
    assert "is not in this account at the carrier" in capsys.readouterr().out


def test_programs_get_json(carrier: Carrier, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["numbers", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"number": NUMBER, "client": "rainbow-frost", "standing": "not_held", "differences": []}
    ]


@pytest.mark.parametrize("words", [["point"], ["point", "rainbow-frost", "--all"]])
def test_whose_numbers_are_set_must_be_said(
    carrier: Carrier, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    held = carrier.hold(Number(NUMBER))
    assert main(["numbers", *words]) == 2
    assert "or say --all" in capsys.readouterr().err
    assert held.settings["VoiceUrl"] == ""


def test_a_client_that_is_not_there_is_an_error(
    carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["numbers", "point", "nobody"]) == 2
    assert "There is no client nobody" in capsys.readouterr().err


def test_an_address_that_the_carrier_cannot_reach_safely_is_refused(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_PUBLIC_URL", "http://tango.example")
    assert main(["numbers"]) == 2
    assert "set IVR_PUBLIC_URL to the https://" in capsys.readouterr().err
