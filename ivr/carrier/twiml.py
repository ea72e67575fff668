"""Verbs → TwiML. https://www.twilio.com/docs/voice/twiml"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twilio.twiml.voice_response import Gather, VoiceResponse

from ivr.carrier.links import After, Links
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

RELAY_DIGIT_SECONDS = 8
TIME_LIMIT = 4 * 3600


def render(verbs: Iterable[Verb], links: Links) -> str:
    """One TwiML document in which `verbs` follow one another."""
    response = VoiceResponse()
    for verb in verbs:
        _add(response, verb, links)
    return str(response)


def spoken(text: str, voice: str, language: str, *, hangup: bool = True) -> str:
    """A document that says `text`, and by default ends the call."""
    response = VoiceResponse()
    _prompt(response, Say(text, voice, language))
    if hangup:
        response.hangup()
    return str(response)


def whisper(dial: Dial, accept_url: str) -> str:
    """What the person hears who is rung, on their own leg, before they are connected.

    With an accept key the leg ends unless it is pressed, so that an answering machine never
    takes a call; without one they are connected when the whisper ends.
    """
    response = VoiceResponse()
    say = Say(dial.whisper or "", dial.voice, dial.language)
    if dial.accept_key is None:
        _prompt(response, say)
        return str(response)
    gather = Gather(
        action=accept_url,
        num_digits=1,
        timeout=RELAY_DIGIT_SECONDS,
        finish_on_key="",
        input="dtmf",
        action_on_empty_result=True,
    )
    _prompt(gather, say)
    response.append(gather)
    return str(response)


def join(room: str, first: Iterable[Say] = ()) -> str:
    """An operator's leg: some words, then the conference `room`."""
    response = VoiceResponse()
    for say in first:
        _prompt(response, say)
    _conference(response.dial(time_limit=TIME_LIMIT), room)
    return str(response)


def _add(response: VoiceResponse, verb: Verb, links: Links) -> None:
    match verb:
        case Say() | Play() | Pause():
            _prompt(response, verb)
        case Listen():
            _listen(response, verb, links)
        case Record():
            _record(response, verb, links)
        case Dial():
            action = links.next_turn(After.SCREENED_DIAL if verb.accept_key else None)
            dial = response.dial(action=action, timeout=verb.ring_seconds, time_limit=TIME_LIMIT)
            dial.number(verb.number, url=links.whisper if verb.whisper else None)
        case Conference(room):
            _conference(response.dial(action=links.next_turn(), time_limit=TIME_LIMIT), room)
        case Continue():
            response.redirect(links.next_turn())
        case Hangup():
            response.hangup()


def _prompt(parent: VoiceResponse | Gather, prompt: Prompt) -> None:
    match prompt:
        case Say(text, voice, language):
            for part in _parts(text):
                parent.say(part, voice=voice or None, language=language)
        case Play(url):
            parent.play(url)
        case Pause(seconds):
            parent.pause(length=seconds)


def _listen(response: VoiceResponse, listen: Listen, links: Links) -> None:
    """`actionOnEmptyResult` makes silence a turn too, instead of falling through."""
    gather = Gather(
        input="dtmf speech" if listen.speech else "dtmf",
        action=links.next_turn(After.LISTEN),
        action_on_empty_result=True,
        num_digits=listen.digits,
        finish_on_key=listen.finish_on_key,
        timeout=listen.timeout,
        speech_timeout="auto" if listen.speech else None,
        language=listen.language if listen.speech else None,
        hints=_hints(listen.hints) if listen.speech and listen.hints else None,
    )
    for prompt in listen.prompts:
        _prompt(gather, prompt)
    response.append(gather)


def _record(response: VoiceResponse, record: Record, links: Links) -> None:
    """An empty recording asks for no action and falls through, so the redirect brings it back.

    https://www.twilio.com/docs/voice/twiml/record
    """
    response.record(
        action=links.next_turn(),
        max_length=record.max_seconds,
        timeout=record.silence,
        finish_on_key=record.finish_on_key,
        play_beep=True,
        recording_status_callback=links.recording(record.kind),
        recording_status_callback_event="completed",
    )
    response.redirect(links.next_turn(After.EMPTY_RECORDING))


def _conference(dial: VoiceResponse, room: str) -> None:
    """A room in which each side's leaving ends the conversation."""
    dial.conference(room, beep=False, start_conference_on_enter=True, end_conference_on_exit=True)


def _hints(words: tuple[str, ...]) -> str:
    return ", ".join(word[:MAX_HINT] for word in words[:MAX_HINTS])


def _parts(text: str) -> Iterator[str]:
    """`text` in pieces that a voice accepts, cut between words."""
    while len(text) > MAX_SAY:
        cut = text.rfind(" ", 0, MAX_SAY)
        cut = cut if cut > 0 else MAX_SAY
        yield text[:cut]
        text = text[cut:].lstrip()
    if text:
        yield text
