"""`<Say>`, `<Play>`, `<Pause>`: what the caller hears.

https://www.twilio.com/docs/voice/twiml/say, …/play, …/pause
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import soundfile

from ivr.errors import TwimlRefused
from ivr.simulator.caller import Act
from ivr.simulator.twiml import Element

if TYPE_CHECKING:
    from ivr.simulator.call import Call

CHARACTERS_PER_SECOND = 15.0
SECONDS_OF_PLAY = 3.0  # of tones, and of audio whose length cannot be read


def say(call: Call, verb: Element) -> None:
    """Speak a text, once however often it is looped."""
    prompt(call, verb)


def play(call: Call, verb: Element) -> None:
    """Play an audio file of the server, or tones."""
    prompt(call, verb)


def pause(call: Call, verb: Element) -> None:
    """Say nothing for `length` seconds, 1 by default."""
    prompt(call, verb)


def prompt(call: Call, verb: Element, keys: bool = False, speech: bool = False) -> Act | None:
    """Let the caller hear a prompt; returns what they did meanwhile, if anything.

    `keys` and `speech` say what is listened for.
    """
    if verb.name == "Say":
        seconds = max(1.0, len(verb.text) / CHARACTERS_PER_SECOND)
        return call.hear(verb.text, seconds, keys, speech)
    if verb.name == "Pause":
        seconds = float(verb.number("length", 1))
        call.note("paused", f"{seconds:g} s")
        call.spend(seconds)
    elif verb.text:
        url = call.address(verb.text)
        call.note("played", url)
        call.spend(_seconds_of_audio(call, url))
    else:
        call.note("played", f"tones {verb.get('digits')}")
        call.spend(SECONDS_OF_PLAY)
    return None


def _seconds_of_audio(call: Call, url: str) -> float:
    if not url.startswith(call.exchange.options.public_url):
        call.note("note", f"not fetched, as it is not the server's: {url}")
        return SECONDS_OF_PLAY
    answer = call.wire.fetch_audio(url)
    if answer.status >= 400:
        raise TwimlRefused(f"<Play>{url}</Play> leads nowhere: {answer.status}.")
    if not answer.content_type.startswith("audio/") or not answer.body:
        raise TwimlRefused(
            f"<Play>{url}</Play> is {answer.content_type or 'nothing'} of {len(answer.body)} "
            "bytes; it must be audio."
        )
    try:
        return float(soundfile.info(io.BytesIO(answer.body)).duration)
    except soundfile.LibsndfileError:
        return SECONDS_OF_PLAY
