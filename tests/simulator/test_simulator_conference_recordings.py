"""Recordings of simulated conferences: what is said aloud is in the speaker's own channel."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import requests
import soundfile
from twilio.rest import Client

from ivr.errors import SimulatorError
from ivr.simulator import Answers, Carrier, HangUp, Speak, Talk
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, Server

TO, FROM, OPERATOR = "+441604529170", "+441632960001", "+441632960302"
ROOM = (
    "<Dial><Conference participantLabel='caller' record='record-from-start'"
    " recordingStatusCallback='/recorded'>room</Conference></Dial>"
)


def spoken(folder: Path, level: int, seconds: float, rate: int = 8000) -> Path:
    path = folder / f"{level}.wav"
    soundfile.write(path, np.full(round(rate * seconds), level, dtype=np.int16), rate)
    return path


def converse(carrier: Carrier, server: Server, asks: Path, answers: Path) -> str:
    """A caller and an operator say one thing each; returns where their recording is."""
    server.says("/twilio/voice", ROOM)
    server.says("/recorded", "")
    carrier.telephones[OPERATOR] = Answers(
        does=[Speak("I see.", aloud=answers), Talk(30), HangUp()]
    )
    call = carrier.place(TO, FROM, [Speak("Hello.", aloud=asks), Talk(2), HangUp()])
    while not (carrier.conferences and carrier.conferences[-1].members):
        call.wait(0.01)
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    client.conferences("room").participants.create(to=OPERATOR, from_=TO, label="operator")
    call.join()
    while not server.at("/recorded"):
        call.wait(0.01)
    return server.at("/recorded")[0]["RecordingUrl"]


def had(url: str, **query: str) -> requests.Response:
    return requests.get(url, params=query, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60)


def samples(answer: requests.Response) -> np.ndarray:
    sound, rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    assert rate == 8000
    return np.asarray(sound)


def test_each_side_is_in_a_channel_of_its_own_if_both_are_asked_for(
    carrier: Carrier, server: Server, tmp_path: Path
) -> None:
    url = converse(carrier, server, spoken(tmp_path, 1000, 1), spoken(tmp_path, 2000, 0.5))
    both = samples(had(url, RequestedChannels="2"))
    assert both.shape == (16_000, 2)
    assert np.count_nonzero(both[:, 0] == 1000) == 8000
    assert np.count_nonzero(both[:, 1] == 2000) == 4000
    assert not np.logical_and(both[:, 0], both[:, 1]).any()
    assert server.at("/recorded")[0]["RecordingChannels"] == "2"
    mixed = samples(had(url))
    assert mixed.shape == (16_000,)
    assert set(mixed) == {0, 1000, 2000}


def test_a_carrier_with_one_channel_refuses_two(
    new_carrier: Callable[..., Carrier], server: Server, tmp_path: Path
) -> None:
    carrier = new_carrier(conference_channels=1)
    url = converse(carrier, server, spoken(tmp_path, 1000, 1), spoken(tmp_path, 2000, 0.5))
    refused = had(url, RequestedChannels="2")
    assert (refused.status_code, refused.json()["code"]) == (400, 16113)
    assert samples(had(url)).shape == (16_000,)


def test_what_is_no_telephone_audio_is_a_fault_of_the_test(
    carrier: Carrier, server: Server, tmp_path: Path
) -> None:
    wide = spoken(tmp_path, 1000, 1, rate=16_000)
    with pytest.raises(SimulatorError, match="one channel at 8000 Hz"):
        converse(carrier, server, wide, spoken(tmp_path, 2000, 0.5))
    carrier.faults.clear()
