"""`python -m ivr demo`: real calls through a real server, and what everybody would see."""

from __future__ import annotations

import argparse
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.cli._demo.stage import Stage
    from ivr.core.records.message import Message
    from ivr.simulator import Call

SAMPLES = Path(".cache/speech")
MAIL_SECONDS = 20.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "demo",
        help="play three calls through a server of their own and show what everybody sees",
        description="Start a server of its own in a temporary folder, place three calls to it "
        "through a simulated carrier, and print what caller, operator and client would see.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the demo."""
    from ivr.adapters.speech.samples import fetch_samples
    from ivr.cli._demo.recogniser import prepare_recogniser
    from ivr.cli._demo.stage import stage
    from ivr.settings import load_settings

    settings = load_settings()
    prepare_recogniser(settings, _say)
    samples = fetch_samples(SAMPLES, _say)
    recording = SAMPLES / samples[0].file
    models = {"IVR_SPEECH_MODELS": str(settings.speech_models)}
    _say("Starting Tango: Redis, records, web server, relay, speech worker …")
    with (
        tempfile.TemporaryDirectory(prefix="tango-demo-") as folder,
        stage(Path(folder), _still_starting, models) as set_,
    ):
        _say(f"Tango answers on {set_.server.url}")
        _first_call(set_, recording, samples[0].text)
        _second_call(set_)
        _third_call(set_)
        _afterwards(set_)
        set_.carrier.check()
    _say("\nThat was the demo. `make serve` keeps the system running.")
    return 0


def _first_call(stage: Stage, recording: Path, spoken: str) -> None:
    from ivr.cli._demo.scenes import leaves_a_message, transcript_of

    _title("1. A caller leaves a message for Ashby & Quill Solicitors")
    call = leaves_a_message(stage, recording)
    _heard(call)
    _say("Writing down what the caller said …")
    message = transcript_of(stage, call)
    _say(f"  really said:  {spoken}")
    _say(f"  written down: {_words(message)}")
    _say(f"  by:           {_recogniser(message)}")


def _second_call(stage: Stage) -> None:
    from ivr.cli._demo.scenes import speaks_to_an_operator

    _title("2. A caller of Rainbow Frost has an emergency; an operator takes the call")
    call, queue, taken = speaks_to_an_operator(stage)
    _heard(call)
    _command("queue", queue)
    _command("queue take --operator sam", taken)


def _third_call(stage: Stage) -> None:
    from ivr.cli._demo.scenes import hangs_up_half_way

    _title("3. A caller of Harbour Dental hangs up half-way")
    _heard(hangs_up_half_way(stage))


def _afterwards(stage: Stage) -> None:
    _title("What the client receives")
    if not stage.mailbox.wait(1, MAIL_SECONDS):
        _say("No e-mail has arrived; see the log.")
    for mail in stage.mailbox.mails:
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        attached = ", ".join(str(part.get_filename()) for part in mail.iter_attachments())
        _indented(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{text}\n[attached: {attached}]")
    _title("What the agency sees")
    for command in ("calls", "messages", "queue"):
        _command(command, stage.command(command))


def _recogniser(message: Message) -> str:
    heard = message.transcript
    if heard is None:
        return "nobody"
    if heard.recogniser == "vosk":
        return f"Vosk, model {heard.model}"
    return (
        f"{heard.recogniser}, model {heard.model}, standing in for Vosk, because no English Vosk "
        "model is installed\n                (python -m ivr models install en-gb --size small)"
    )


def _words(message: Message) -> str:
    if message.transcript is None:
        return f"(needs review: {message.reason})"
    return message.transcript.text


def _heard(call: Call) -> None:
    """What the caller noticed, without the webhooks and the rounds of hold music."""
    noticed = [entry for entry in call.transcript if entry.kind not in ("requested", "played")]
    _indented("\n".join(str(entry) for entry in noticed))


def _command(command: str, printed: str) -> None:
    _say(f"$ python -m ivr {command}")
    _indented(printed)


def _title(text: str) -> None:
    _say(f"\n{text}\n{'─' * len(text)}")


def _indented(text: str) -> None:
    _say(textwrap.indent(text.rstrip(), "  "))


def _still_starting(seconds: float) -> None:
    if seconds > 2 and seconds % 2 < 0.1:
        _say(f"  still starting ({seconds:.0f} s) …")


def _say(text: str) -> None:
    print(text, flush=True)
