"""Verbs → TwiML. https://www.twilio.com/docs/voice/twiml"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.carrier.links import After, Links
from ivr.carrier.xml import DECLARATION, Attributes, element, text
from ivr.instructions import (
    Conference,
    Continue,
    Dial,
    Hangup,
    Listen,
    Pause,
    Play,
    Prompt,
    Record,
    Say,
    Verb,
)

MAX_SAY = 3000
"""Characters of one `<Say>` with a Polly voice."""

MAX_HINTS, MAX_HINT = 500, 100
"""Number of hints of a `<Gather>`, and characters of one."""

ACCEPT_SECONDS = 8
TIME_LIMIT = 4 * 3600
HANGUP = element("Hangup", {})


def render(verbs: Iterable[Verb], links: Links) -> str:
    """One TwiML document in which `verbs` follow one another.

    Only `<Reject>` as the first verb of a call ends it unanswered and unbilled.
    https://www.twilio.com/docs/voice/twiml/reject
    """
    match tuple(verbs):
        case (Hangup(str(reason)),) if links.first:
            return response(element("Reject", {"reason": reason}))
        case given:
            return response(*(_verb(verb, links) for verb in given))


def response(*verbs: str) -> str:
    """A document of verbs that are TwiML already."""
    return DECLARATION + element("Response", {}, *verbs)


def spoken(words: str, voice: str, language: str) -> str:
    """A document that says `words` and ends the call."""
    return response(_prompt(Say(words, voice, language)), HANGUP)


def whisper(dial: Dial, accept_url: str) -> str:
    """What the person hears who is rung, on their own leg, before they are connected.

    With an accept key the leg ends unless it is pressed, so that an answering machine never
    takes a call; without one they are connected when the whisper ends.
    """
    words = _prompt(Say(dial.whisper or "", dial.voice, dial.language))
    if dial.accept_key is None:
        return response(words)
    attributes: Attributes = {
        "input": "dtmf",
        "action": accept_url,
        "actionOnEmptyResult": True,
        "numDigits": 1,
        "finishOnKey": "",
        "timeout": ACCEPT_SECONDS,
    }
    return response(element("Gather", attributes, words))


def join(room: str, first: Say) -> str:
    """An operator's leg: some words, then the conference `room`."""
    dial = element("Dial", {"timeLimit": TIME_LIMIT}, _conference(room))
    return response(_prompt(first), dial)


def _verb(verb: Verb, links: Links) -> str:
    match verb:
        case Listen():
            return _stream(verb, links) + _listen(verb, links)
        case Record():
            return _record(verb, links)
        case Dial():
            return _dial(verb, links)
        case Conference(room):
            attributes: Attributes = {"action": links.next_turn(), "timeLimit": TIME_LIMIT}
            return element("Dial", attributes, _conference(room))
        case Continue():
            return element("Redirect", {}, text(links.next_turn()))
        case Hangup():
            return HANGUP
        case _:
            return _prompt(verb)


def _prompt(prompt: Prompt) -> str:
    match prompt:
        case Say(words, voice, language):
            attributes: Attributes = {"voice": voice or None, "language": language}
            return "".join(element("Say", attributes, text(part)) for part in _parts(words))
        case Play(url):
            return element("Play", {}, text(url))
        case Pause(seconds):
            return element("Pause", {"length": seconds})


def _stream(listen: Listen, links: Links) -> str:
    """A copy of what the caller says for us, which runs beside the `<Gather>`.

    It ends when we close its WebSocket. https://www.twilio.com/docs/voice/twiml/stream
    """
    if not listen.live or links.stream is None:
        return ""
    attributes: Attributes = {"url": links.stream, "track": "inbound_track"}
    return element("Start", {}, element("Stream", attributes))


def _listen(listen: Listen, links: Links) -> str:
    """`actionOnEmptyResult` makes silence a turn too, instead of falling through."""
    speech = listen.speech
    attributes: Attributes = {
        "input": "dtmf speech" if speech else "dtmf",
        "action": links.next_turn(After.LISTEN),
        "actionOnEmptyResult": True,
        "numDigits": listen.digits,
        "finishOnKey": listen.finish_on_key,
        "timeout": listen.timeout,
        "speechTimeout": "auto" if speech else None,
        "language": listen.language if speech else None,
        "hints": _hints(listen.hints) if speech and listen.hints else None,
    }
    return element("Gather", attributes, *map(_prompt, listen.prompts))


def _record(record: Record, links: Links) -> str:
    """An empty recording asks for no action and falls through, so the redirect brings it back.

    https://www.twilio.com/docs/voice/twiml/record
    """
    attributes: Attributes = {
        "action": links.next_turn(),
        "maxLength": record.max_seconds,
        "timeout": record.silence,
        "finishOnKey": record.finish_on_key,
        "playBeep": True,
        "recordingStatusCallback": links.recording(record.kind),
        "recordingStatusCallbackEvent": "completed",
    }
    empty = element("Redirect", {}, text(links.next_turn(After.EMPTY_RECORDING)))
    return element("Record", attributes) + empty


def _dial(dial: Dial, links: Links) -> str:
    after = After.SCREENED_DIAL if dial.accept_key else None
    attributes: Attributes = {
        "action": links.next_turn(after),
        "timeout": dial.ring_seconds,
        "timeLimit": TIME_LIMIT,
    }
    whisper_url = links.whisper if dial.whisper else None
    return element("Dial", attributes, element("Number", {"url": whisper_url}, text(dial.number)))


def _conference(room: str) -> str:
    """A room in which each side's leaving ends the conversation."""
    attributes: Attributes = {
        "beep": False,
        "startConferenceOnEnter": True,
        "endConferenceOnExit": True,
    }
    return element("Conference", attributes, text(room))


def _hints(words: tuple[str, ...]) -> str:
    return ", ".join(word[:MAX_HINT] for word in words[:MAX_HINTS])


def _parts(words: str) -> Iterator[str]:
    """`words` in pieces that a voice accepts, cut between words."""
    while len(words) > MAX_SAY:
        cut = words.rfind(" ", 0, MAX_SAY)
        cut = cut if cut > 0 else MAX_SAY
        yield words[:cut]
        words = words[cut:].lstrip()
    if words:
        yield words
