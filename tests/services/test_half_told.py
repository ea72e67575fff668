"""Messages of which the carrier told only half: the recording, and not the call's own turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

from ivr.simulator import HANG_UP, Leave, Press
from tests.services.conftest import CALLER, NUMBER

Open = Callable[..., Any]


@pytest.mark.parametrize("become", ["completed", "failed"])
def test_what_was_keyed_before_the_message_is_with_it_and_with_its_job(
    open_world: Open, tmp_path: Path, become: str
) -> None:
    words = tmp_path / "message.wav"
    soundfile.write(words, [0.0] * 16000, 8000, subtype="PCM_16")
    with open_world(drop_record_action=True, recordings_become=become) as world:
        script = [Press("1"), Press("1234#"), Leave(words, then=HANG_UP)]
        call = world.carrier.call(NUMBER, CALLER, script)
        call.wait(5)
        [kept] = world.records.messages.newest()
        assert (kept.kind, kept.caller, kept.fields) == ("order", CALLER, {"number": "1234"})
        job = world.records.jobs.of_message(kept.id)
        assert (job.kind, job.caller, job.fields) == ("order", CALLER, {"number": "1234"})
