"""`<Gather>`: keys and words. https://www.twilio.com/docs/voice/twiml/gather"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import SimulatorError
from ivr.simulator.caller import Act, Press, Speak
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs.prompts import prompt

if TYPE_CHECKING:
    from ivr.simulator.call import Call

DEFAULT_TIMEOUT = 5
SECONDS_PER_KEY = 0.5
WORDS_PER_SECOND = 2.5
CARRIER_HEARS_AFTER = 1.0
"""Seconds of silence after which the carrier's own recogniser says what it has heard."""


def gather(call: Call, verb: Element) -> Target | None:
    """Play the nested prompts and listen.

    Without input it falls through, unless `actionOnEmptyResult` is true.
    """
    inputs = verb.get("input", "dtmf").split()
    act = _listen(call, verb, keys="dtmf" in inputs, speech="speech" in inputs)
    if isinstance(act, Speak) and act.aloud:
        form = _aloud(call, verb, act, act.aloud, heard="speech" in inputs)
    elif isinstance(act, Speak) and "speech" in inputs:
        form = _speech(call, act)
    elif isinstance(act, Press) and "dtmf" in inputs:
        form = _keys(call, verb, act.keys)
    else:
        form = _silence(call, verb, act)
    if form:
        return _action(call, verb, form)
    if not verb.flag("actionOnEmptyResult"):
        return None
    call.pass_silent_turn()
    return _action(call, verb, {"Digits": ""} if "dtmf" in inputs else {"SpeechResult": ""})


def _listen(call: Call, verb: Element, keys: bool, speech: bool) -> Act | None:
    for nested in verb.children:
        act = prompt(call, nested, keys, speech)
        if act is not None:  # a key or a word stops the prompt, and those after it
            return act
    hints = tuple(hint.strip() for hint in verb.get("hints").split(",") if hint.strip())
    return call.ask("gather", keys=keys, speech=speech, hints=hints)


def _keys(call: Call, verb: Element, pressed: str) -> dict[str, str]:
    """Collect keys up to `numDigits` or `finishOnKey`; those after it are lost."""
    if not pressed or set(pressed) - set("0123456789*#"):
        raise SimulatorError(f"Press takes keys out of 0-9, * and #, not {pressed!r}.")
    finish = verb.get("finishOnKey", "#")
    most = verb.number("numDigits", 0)
    digits, finished_on = "", ""
    for key in pressed:
        call.spend(SECONDS_PER_KEY)
        if finish and key in finish:
            finished_on = key
            break
        digits += key
        if len(digits) == most:
            break
    else:
        call.spend(verb.number("timeout", DEFAULT_TIMEOUT))
    lost = pressed[len(digits) + len(finished_on) :]
    call.note("pressed", pressed + (f" ({lost} lost)" if lost else ""), digits=digits)
    return {"Digits": digits, "FinishedOnKey": finished_on} if digits else {}


def _aloud(call: Call, verb: Element, spoken: Speak, path: Path, heard: bool) -> dict[str, str]:
    """What is said goes out on the streams; whoever listens there may redirect the call."""
    call.note("spoke", f"{path.name}, aloud")
    seconds = call.streams.say(path)
    heard = heard and bool(spoken.words)
    seconds += CARRIER_HEARS_AFTER if heard else verb.number("timeout", DEFAULT_TIMEOUT)
    pace = call.exchange.options.speed or 1.0
    call.interrupts.wait(lambda: not call.streams.any_open, seconds / pace)
    return _speech(call, spoken) if heard else _silence(call, verb, None)


def _speech(call: Call, spoken: Speak) -> dict[str, str]:
    if not spoken.words.strip():
        raise SimulatorError("Speak needs words; use Stay for silence.")
    call.spend(max(1.0, len(spoken.words.split()) / WORDS_PER_SECOND))
    call.note("spoke", spoken.words)
    form = {"SpeechResult": spoken.words}
    if spoken.confidence is not None:
        form["Confidence"] = f"{spoken.confidence:.8f}"
    return form


def _silence(call: Call, verb: Element, act: Act | None) -> dict[str, str]:
    seconds = verb.number("timeout", DEFAULT_TIMEOUT)
    call.note("silent", f"{seconds} s" if act is None else f"{act} was not listened for")
    call.spend(seconds)
    return {}


def _action(call: Call, verb: Element, form: dict[str, str]) -> Target:
    """Without an action, Twilio asks for the same document again."""
    url = call.address(verb.get("action") or call.document_url)
    return Target(url, verb.get("method", "POST"), {**form, "msg": "Gather End"})
