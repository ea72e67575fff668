"""`<Gather>` listens as Twilio does."""

import pytest

from ivr.errors import SimulatorError
from ivr.simulator import Carrier, HangUp, Hears, Leave, Press, Speak, Stay, WaitUntilHears
from tests.simulator.throwaway_server import FROM, TO, Server


def menu(server: Server, attributes: str, prompt: str = "<Say>Press one.</Say>") -> None:
    server.says(
        "/twilio/voice",
        f"<Gather action='/menu' {attributes}>{prompt}</Gather><Say>I heard nothing.</Say>",
    )
    server.says("/menu", "<Say>Thank you.</Say>")


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "finished_on"),
    [
        ("numDigits='1'", "1", "1", ""),
        ("numDigits='1'", "123", "1", ""),
        ("", "123#", "123", "#"),
        ("", "12#34", "12", "#"),
        ("finishOnKey='*'", "1#2*", "1#2", "*"),
        ("finishOnKey=''", "12#", "12#", ""),
        ("", "12", "12", ""),
        ("input='dtmf speech'", "5", "5", ""),
    ],
)
def test_keys_end_with_the_last_digit_or_the_finishing_key(
    carrier: Carrier,
    server: Server,
    attributes: str,
    pressed: str,
    digits: str,
    finished_on: str,
) -> None:
    menu(server, attributes)
    carrier.call(TO, FROM, [Hears("Press one"), Press(pressed), Hears("Thank you")])
    form = server.at("/menu")[0]
    assert (form["Digits"], form["FinishedOnKey"]) == (digits, finished_on)
    assert form["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    ("attributes", "step"),
    [
        ("", Stay()),
        ("", Press("#")),
        ("input='speech'", Press("1")),
        ("input='dtmf'", Speak("booking")),
    ],
)
def test_without_input_it_falls_through(
    carrier: Carrier, server: Server, attributes: str, step: Stay | Press | Speak
) -> None:
    menu(server, attributes)
    carrier.call(TO, FROM, [step, Hears("I heard nothing")])
    assert server.at("/menu") == []


def test_without_input_the_action_is_asked_if_it_is_wanted(
    carrier: Carrier, server: Server
) -> None:
    server.says("/twilio/voice", "<Gather action='/menu' actionOnEmptyResult='true'/>")
    server.says("/menu", "<Say>Thank you.</Say>")
    carrier.call(TO, FROM, [Stay(), Hears("Thank you")])
    assert server.at("/menu")[0]["Digits"] == ""


def test_silence_takes_the_timeout_of_the_calls_clock(carrier: Carrier, server: Server) -> None:
    menu(server, "timeout='7'", prompt="")
    call = carrier.call(TO, FROM, [Stay()])
    assert [entry.at for entry in call.transcript.of("heard")] == [7]


def test_speech_comes_with_its_confidence(carrier: Carrier, server: Server) -> None:
    menu(server, "input='speech' hints='booking, leak'")
    carrier.call(TO, FROM, [Speak("a booking, please", confidence=0.75), Hears("Thank you")])
    form = server.at("/menu")[0]
    assert form["SpeechResult"] == "a booking, please"
    assert float(form["Confidence"]) == 0.75
    assert "Digits" not in form


def test_speech_may_come_without_confidence(carrier: Carrier, server: Server) -> None:
    menu(server, "input='dtmf speech'")
    carrier.call(TO, FROM, [Speak("booking", confidence=None)])
    assert "Confidence" not in server.at("/menu")[0]


def test_a_key_stops_the_prompt_and_those_after_it(carrier: Carrier, server: Server) -> None:
    menu(server, "numDigits='1'", "<Say>Press one to book.</Say><Say>Press two to pay.</Say>")
    call = carrier.call(TO, FROM, [Press("1", interrupting="to book"), Hears("Thank you")])
    assert call.transcript.texts("heard") == ["Press one to book.", "Thank you."]


def test_a_key_outside_a_gather_is_lost(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Say>Welcome to us.</Say><Redirect>/next</Redirect>")
    server.says("/next", "<Gather action='/menu' numDigits='1'/>")
    server.says("/menu", "<Say>Thank you.</Say>")
    step = Press("1", interrupting="Welcome")
    call = carrier.call(TO, FROM, [step])
    assert [entry.kind for entry in call.transcript][-3:] == ["heard", "hung up", "requested"]


def test_without_an_action_the_same_document_is_asked_for(carrier: Carrier, server: Server) -> None:
    server.says(
        "/twilio/voice",
        lambda form: "<Say>Done.</Say>" if "Digits" in form else "<Gather numDigits='1'/>",
    )
    carrier.call(TO, FROM, [Press("1"), Hears("Done")])


@pytest.mark.parametrize("keys", ["", "12a", "w"])
def test_keys_that_no_telephone_has_are_a_fault_of_the_script(
    carrier: Carrier, server: Server, keys: str
) -> None:
    menu(server, "")
    with pytest.raises(SimulatorError, match="Press takes keys"):
        carrier.call(TO, FROM, [Press(keys)])


def test_an_expectation_that_fails_shows_what_was_heard(carrier: Carrier, server: Server) -> None:
    menu(server, "")
    with pytest.raises(SimulatorError) as caught:
        carrier.call(TO, FROM, [Hears("Rainbow Frost"), Press("1")])
    assert "expected to hear 'Rainbow Frost', but heard 'Press one.'" in str(caught.value)
    assert "00:00 requested POST /twilio/voice → 200" in str(caught.value)


def test_an_expectation_that_is_left_at_the_end_is_checked_too(
    carrier: Carrier, server: Server
) -> None:
    menu(server, "numDigits='1'")
    with pytest.raises(SimulatorError, match="expected to hear 'Goodbye'"):
        carrier.call(TO, FROM, [Press("1"), Hears("Goodbye")])


def test_steps_that_never_had_their_moment_are_a_failure(carrier: Carrier, server: Server) -> None:
    menu(server, "numDigits='1'")
    with pytest.raises(SimulatorError, match="ended before the caller could do Press"):
        carrier.call(TO, FROM, [Press("1"), Press("2")])


def test_a_message_cannot_be_left_where_keys_are_asked_for(
    carrier: Carrier, server: Server, message: object
) -> None:
    menu(server, "")
    with pytest.raises(SimulatorError, match=r"wants to leave message\.wav, but is asked"):
        carrier.call(TO, FROM, [Leave(message)])  # type: ignore[arg-type]


def test_a_caller_can_wait_until_something_is_heard(carrier: Carrier, server: Server) -> None:
    turns = iter(["one", "two", "three"])
    server.says(
        "/twilio/voice",
        lambda form: (
            f"<Gather numDigits='1' action='/menu'><Say>Turn {next(turns)}.</Say></Gather>"
            "<Redirect>/twilio/voice</Redirect>"
        ),
    )
    server.says("/menu", "<Say>Thank you.</Say>")
    carrier.call(TO, FROM, [WaitUntilHears("turn three"), Press("1"), Hears("Thank you")])


@pytest.mark.parametrize("where", ["while hearing", "at the input"])
def test_a_caller_can_hang_up(carrier: Carrier, server: Server, where: str) -> None:
    menu(server, "", "<Say>Press one.</Say><Say>Press two.</Say>")
    step = HangUp(while_hearing="press one") if where == "while hearing" else HangUp()
    call = carrier.call(TO, FROM, [step])
    heard = ["Press one."] if where == "while hearing" else ["Press one.", "Press two."]
    assert call.transcript.texts("heard") == heard
    assert call.ended_by == "caller"
    assert server.paths() == ["/twilio/voice", "/twilio/status"]
