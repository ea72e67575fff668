"""The three calls of the demo, each played through the running server."""

from __future__ import annotations

import time
from pathlib import Path

from ivr.cli._demo.stage import Stage
from ivr.core.records.message import Message, MessageState
from ivr.errors import SimulatorError
from ivr.simulator import (
    Answers,
    Call,
    HangUp,
    Hears,
    Leave,
    NoAnswer,
    Press,
    Speak,
    Stay,
    WaitUntilConnected,
)
from ivr.simulator.caller import Step

SOLICITORS, DECORATOR, DENTIST = "+441632960480", "+441604529170", "+442079460321"
TOM_QUILL, ELEANOR_ASHBY, MAYA_FROST = "+447700900342", "+447700900341", "+447700900124"
SAM_THE_OPERATOR = "+447700900301"
TRANSCRIPT_SECONDS = 90.0
QUEUE_SECONDS = 20.0
LOOK_SECONDS = 0.1


def leaves_a_message(stage: Stage, recording: Path) -> Call:
    """A caller asks for the duty solicitor, who does not answer, and leaves a spoken message."""
    for number in (TOM_QUILL, ELEANOR_ASHBY):
        stage.carrier.telephones[number] = NoAnswer()
    steps: list[Step] = [
        Hears("Ashby and Quill"),
        Press("9"),
        Hears("duty solicitor"),
        Leave(recording),
    ]
    return stage.carrier.call(SOLICITORS, "+441632960001", steps)


def transcript_of(stage: Stage, call: Call) -> Message:
    """The message of `call`, once its words are written down or it is set aside."""
    until = time.monotonic() + TRANSCRIPT_SECONDS
    while time.monotonic() < until:
        for message in stage.records.messages.newest():
            if message.call_sid == call.sid and message.state is not MessageState.RECORDED:
                return message
        time.sleep(LOOK_SECONDS)
    raise SimulatorError(
        f"The message was not transcribed within {TRANSCRIPT_SECONDS:.0f} seconds; "
        f"see {stage.settings.data / 'serve.log'}."
    )


def speaks_to_an_operator(stage: Stage) -> tuple[Call, str, str]:
    """A caller has an emergency, nobody of the client answers, an operator takes the call.

    Returns the ended call, and what the operator saw: the queue, and the call they took.
    """
    stage.carrier.telephones[MAYA_FROST] = NoAnswer()
    stage.carrier.telephones[SAM_THE_OPERATOR] = Answers(after=3, talks_for=40)
    steps: list[Step] = [
        Hears("Rainbow Frost"),
        Speak("it is an emergency"),
        WaitUntilConnected(),
        Stay(),
    ]
    call = stage.carrier.place(DECORATOR, "+441632960002", steps)
    queue = _queue_with(stage, call)
    taken = stage.command("queue", "take", "--operator", "sam")
    return call.join(), queue, taken


def hangs_up_half_way(stage: Stage) -> Call:
    """A caller hangs up while they are still being greeted."""
    steps: list[Step] = [HangUp(while_hearing="Harbour Dental")]
    return stage.carrier.call(DENTIST, "+441632960003", steps)


def _queue_with(stage: Stage, call: Call) -> str:
    """What `queue` prints once the caller waits in it."""
    until = time.monotonic() + QUEUE_SECONDS
    while time.monotonic() < until and not call.failure:
        if call.sid in stage.command("queue", "--json"):
            return stage.command("queue")
        time.sleep(LOOK_SECONDS)
    raise call.failure or SimulatorError("The caller never came to the operator queue.")
