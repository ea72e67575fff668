"""Verbs → TwiML. https://www.twilio.com/docs/voice/twiml"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.adapters.twilio.xml import DECLARATION, Attributes, element, text
from ivr.core.call.instructions import (
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
from ivr.core.conversation.steps import CALLER
from ivr.core.nodes.http import MOMENT_MUSIC
from ivr.core.queue.entry import reservation_of_room
from ivr.services.calls.links import RETRY, After, Links
from ivr.services.conversations.links import MUSIC, RoomLinks

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
    said = Say(dial.whisper or "", dial.voice, dial.language)
    if dial.accept_key is None:
        return response(_prompt(said))
    return ask_for_key(said, accept_url, ACCEPT_SECONDS)


def join(room: str, label: str, recorded: bool, *first: Prompt, action: str | None = None) -> str:
    """Some words, then the conference `room` as the participant `label`.

    `action` is where the call goes afterwards; without one it ends.
    """
    attributes: Attributes = {"action": action, "timeLimit": TIME_LIMIT}
    dial = element("Dial", attributes, _conference(room, label, recorded))
    return response(*map(_prompt, first), dial)


def then(words: Prompt, url: str) -> str:
    """Some words, and then the document at `url`."""
    return response(_prompt(words), element("Redirect", {}, text(url)))


def ask_for_key(words: Prompt, action: str, seconds: int) -> str:
    """Words during which, and for some seconds after which, one key may be pressed."""
    attributes: Attributes = {
        "input": "dtmf",
        "action": action,
        "actionOnEmptyResult": True,
        "numDigits": 1,
        "finishOnKey": "",
        "timeout": seconds,
    }
    return response(element("Gather", attributes, _prompt(words)))


def music(url: str) -> str:
    """Music that goes on and on."""
    return response(element("Play", {"loop": 0}, text(f"{url}{RETRY}")))


def moment(then: str) -> str:
    """A moment's music, and then the document at `then`."""
    return response(element("Play", {}, text(MOMENT_MUSIC)), element("Redirect", {}, text(then)))


def _verb(verb: Verb, links: Links) -> str:
    match verb:
        case Listen():
            return _stream(verb, links) + _listen(verb, links)
        case Record():
            return _record(verb, links)
        case Dial():
            return _dial(verb, links)
        case Conference(room, recorded):
            action = links.next_turn(After.ROOM)
            attributes: Attributes = {"action": action, "timeLimit": TIME_LIMIT}
            return element("Dial", attributes, _conference(room, CALLER, recorded))
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
        "recordingStatusCallbackEvent": "completed absent",
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


def _conference(room: str, label: str, recorded: bool) -> str:
    """A room that ends when the caller leaves; whoever is alone in it hears music.

    What is told of it, and whether it is recorded, counts as the first participant has it, so
    everybody's document says the same.
    https://www.twilio.com/docs/voice/twiml/conference#attributes-status-callback
    """
    links = RoomLinks(reservation_of_room(room))
    attributes: Attributes = {
        "participantLabel": label,
        "beep": False,
        "startConferenceOnEnter": True,
        "endConferenceOnExit": label == CALLER,
        "waitUrl": MUSIC,
        "waitMethod": "POST",
        "statusCallback": links.events,
        "statusCallbackEvent": "start end join leave",
        "record": "record-from-start" if recorded else None,
        "recordingStatusCallback": links.recording if recorded else None,
        "recordingStatusCallbackEvent": "completed absent" if recorded else None,
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
