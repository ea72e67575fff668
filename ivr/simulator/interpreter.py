"""Runs TwiML: document after document, until one of them leads nowhere further."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.errors import SimulatorError, TwimlRefused
from ivr.simulator import twiml
from ivr.simulator.grammar import NOT_SIMULATED
from ivr.simulator.interrupts import CallOver, Redirected
from ivr.simulator.targets import Target
from ivr.simulator.twiml import Element
from ivr.simulator.verbs import dial, enqueue, gather, prompts, record, routing, streaming
from ivr.simulator.webhooks import HTTP_RETRIEVAL_FAILURE, Unfetchable

if TYPE_CHECKING:
    from ivr.simulator.call import Call

DOCUMENT_PARSE_FAILURE = 12100
APPLICATION_ERROR = "We're sorry, an application error has occurred. Goodbye."

Verb = Callable[["Call", Element], Target | None]
RUN: Mapping[str, Verb] = {
    "Say": prompts.say,
    "Play": prompts.play,
    "Pause": prompts.pause,
    "Gather": gather.gather,
    "Record": record.record,
    "Dial": dial.dial,
    "Enqueue": enqueue.enqueue,
    "Start": streaming.start,
    "Leave": enqueue.leave,
    "Hangup": routing.hangup,
    "Redirect": routing.redirect,
    "Reject": routing.reject,
}


def run(
    call: Call,
    target: Target | None,
    context: str = "call",
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Run a document and all that it leads to, in a context of `grammar.CONTEXTS`.

    Returns when a document has been run to its end, or when `until` is true of the next one.
    Raises `CallOver` when the call ends, and `Redirected` when somebody redirects it in a context
    other than `call`.
    """
    while target is not None and not until():
        current = target
        try:
            target = _execute(call, _fetch(call, current, context))
        except Redirected as redirected:
            if context != "call":
                raise
            target = redirected.target
        except (Unfetchable, TwimlRefused) as trouble:
            target = _recover(call, trouble, current, context)


def _fetch(call: Call, target: Target, context: str) -> tuple[Element, ...]:
    call.interrupts.check()
    if target.document is not None:
        call.document = twiml.parse(target.document.encode(), "text/xml", context)
        return call.document
    answer = call.wire.request(target)
    if answer.status in (404, 405):
        raise TwimlRefused(f"{target.method} {target.url} leads nowhere: {answer.status}.")
    if answer.status >= 400:
        raise Unfetchable(HTTP_RETRIEVAL_FAILURE, target.url, f"status {answer.status}")
    call.document_url = answer.url
    call.document = twiml.parse(answer.body, answer.content_type, context)
    return call.document


def _execute(call: Call, verbs: tuple[Element, ...]) -> Target | None:
    for verb in verbs:
        call.interrupts.check()
        if verb.name != "Reject" and not verb.flag("answerOnBridge"):
            call.answer()
        _note_what_is_not_simulated(call, verb)
        target = RUN[verb.name](call, verb)
        if target is not None:
            return target
    return None


def _recover(
    call: Call, trouble: Unfetchable | TwimlRefused, target: Target, context: str
) -> Target | None:
    """Where the call goes when a document failed: the fallback, or an end that callers hate."""
    call.note("note", str(trouble))
    if isinstance(trouble, TwimlRefused):
        call.fail(trouble)
    if context != "call":
        call.fail(SimulatorError(f"A {context} document could not be run: {trouble}"))
        if context == "whisper":
            raise CallOver("failure")
        return None
    if call.fallback_url is None or "ErrorUrl" in target.form:
        call.fail(SimulatorError(f"The caller heard an application error: {trouble}"))
        call.hear(APPLICATION_ERROR, 5)
        raise CallOver("failure")
    code = trouble.code if isinstance(trouble, Unfetchable) else DOCUMENT_PARSE_FAILURE
    return Target(call.fallback_url, form={"ErrorCode": str(code), "ErrorUrl": target.url})


def _note_what_is_not_simulated(call: Call, verb: Element) -> None:
    for element in (verb, *verb.children):
        for name in sorted(NOT_SIMULATED[element.name] & element.attributes.keys()):
            call.note("note", f"not simulated: {name} of {element}")
