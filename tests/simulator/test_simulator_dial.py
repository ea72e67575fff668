"""`<Dial>` rings telephones, lets people hear the whisper, and bridges the legs."""

from collections.abc import Callable

import pytest

from ivr.errors import SimulatorError, TwimlRefused
from ivr.simulator import (
    Answers,
    Busy,
    Carrier,
    HangUp,
    Hears,
    Moment,
    NoAnswer,
    Press,
    Talk,
    Unobtainable,
    WaitUntilConnected,
)
from ivr.simulator.caller import Step
from tests.simulator.throwaway_server import FROM, TO, Form, Server

IAN = "+447700900123"
ANN = "+447700900124"


@pytest.fixture(autouse=True)
def goes_on_after_the_dial(server: Server) -> None:
    server.says("/after", "<Say>Back again.</Say>")


def dials(server: Server, nouns: str = f"<Number>{IAN}</Number>", attributes: str = "") -> None:
    server.says("/twilio/voice", f"<Dial action='/after' {attributes}>{nouns}</Dial>")


def test_somebody_answers_talks_and_hangs_up(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(after=6, talks_for=60)
    dials(server, attributes=f"callerId='{TO}'")
    call = carrier.call(TO, FROM, [WaitUntilConnected(), Hears("Back again")])

    form = server.at("/after")[0]
    assert form == form | {
        "CallSid": call.sid,
        "DialCallStatus": "completed",
        "DialCallSid": call.children[0].sid,
        "DialCallDuration": "60",
        "DialBridged": "true",
    }
    assert carrier.telephones.rung == [(IAN, TO)]
    assert call.transcript.of("left")[0].at == 66


@pytest.mark.parametrize(
    ("telephone", "status", "seconds"),
    [
        (Busy(), "busy", 2),
        (NoAnswer(), "no-answer", 25),
        (Answers(after=26), "no-answer", 25),
        (Unobtainable(), "failed", 2),
    ],
)
def test_nobody_answers(
    carrier: Carrier, server: Server, telephone: Busy | NoAnswer, status: str, seconds: int
) -> None:
    carrier.telephones[IAN] = telephone
    dials(server, attributes="timeout='25'")
    call = carrier.call(TO, FROM, [Hears("Back again")])

    assert server.at("/after")[0]["DialCallStatus"] == status
    assert server.at("/after")[0]["DialBridged"] == "false"
    assert "DialCallDuration" not in server.at("/after")[0]
    assert call.transcript.of("heard")[0].at == seconds


def test_without_an_action_the_call_goes_on_with_the_next_verb(
    carrier: Carrier, server: Server
) -> None:
    carrier.telephones[IAN] = Busy()
    server.says("/twilio/voice", f"<Dial>{IAN}</Dial><Say>They are busy.</Say>")
    carrier.call(TO, FROM, [Hears("They are busy")])


def test_all_telephones_ring_and_the_first_to_answer_is_connected(
    carrier: Carrier, server: Server
) -> None:
    carrier.telephones.update({IAN: Answers(after=9), ANN: Answers(after=3)})
    dials(server, f"<Number>{IAN}</Number><Number>{ANN}</Number>")
    call = carrier.call(TO, FROM, [])

    legs = {leg.to: leg for leg in call.children}
    assert server.at("/after")[0]["DialCallSid"] == legs[ANN].sid
    assert (legs[IAN].status, legs[ANN].status) == ("canceled", "completed")


def test_telephones_can_ring_one_after_the_other(carrier: Carrier, server: Server) -> None:
    carrier.telephones.update({IAN: NoAnswer(), ANN: Answers(after=3)})
    numbers = f"<Number>{IAN}</Number><Number>{ANN}</Number>"
    dials(server, numbers, "sequential='true' timeout='20'")
    call = carrier.call(TO, FROM, [])
    assert call.transcript.of("connected")[0].at == 23


class TestWhisper:
    """What the person who answers hears before they are connected."""

    @pytest.fixture(autouse=True)
    def whispers(self, carrier: Carrier, server: Server) -> None:
        def accept(form: Form) -> str:
            return "<Say>Connecting.</Say>" if form["Digits"] == "1" else "<Hangup/>"

        dials(server, f"<Number url='/whisper'>{IAN}</Number>", f"callerId='{TO}'")
        ask = "<Gather numDigits='1' action='/accept'><Say>Press 1.</Say></Gather><Hangup/>"
        server.says("/whisper", ask)
        server.says("/accept", accept)

    def test_the_callee_accepts_with_a_key_and_is_connected(
        self, carrier: Carrier, server: Server
    ) -> None:
        carrier.telephones[IAN] = Answers(keys="1", talks_for=20)
        call = carrier.call(TO, FROM, [WaitUntilConnected(), Hears("Back again")])

        assert server.at("/after")[0]["DialBridged"] == "true"
        leg = call.children[0]
        assert leg.transcript.texts("heard") == ["Press 1.", "Connecting."]
        assert "Press 1" not in call.heard
        form = server.at("/whisper")[0]
        assert form == form | {
            "CallSid": leg.sid,
            "ParentCallSid": call.sid,
            "Direction": "outbound-dial",
            "From": TO,
            "To": IAN,
            "CallStatus": "in-progress",
        }

    @pytest.mark.parametrize("keys", ["2", ""])
    def test_a_callee_who_declines_was_answered_but_never_bridged(
        self, carrier: Carrier, server: Server, keys: str
    ) -> None:
        carrier.telephones[IAN] = Answers(keys=keys)
        call = carrier.call(TO, FROM, [Hears("Back again")])

        form = server.at("/after")[0]
        assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "false")
        assert call.connections == 0

    def test_a_verb_that_has_no_place_in_a_whisper_fails_the_call(
        self, carrier: Carrier, server: Server
    ) -> None:
        carrier.telephones[IAN] = Answers()
        server.says("/whisper", f"<Dial>{ANN}</Dial>")
        with pytest.raises(TwimlRefused, match="may not stand in a whisper"):
            carrier.call(TO, FROM, [])

    def test_a_failing_whisper_fails_the_call(self, carrier: Carrier, server: Server) -> None:
        carrier.telephones[IAN] = Answers()
        del server.replies["/whisper"]
        with pytest.raises(TwimlRefused, match="/whisper leads nowhere"):
            carrier.call(TO, FROM, [])


def test_the_callees_leg_tells_its_own_progress(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(talks_for=10)
    events = "statusCallbackEvent='initiated ringing answered completed'"
    dials(server, f"<Number statusCallback='/leg' {events}>{IAN}</Number>")
    server.says("/leg", "")
    carrier.call(TO, FROM, [])

    progress = [(form["SequenceNumber"], form["CallStatus"]) for form in server.at("/leg")]
    assert progress == [
        ("0", "initiated"),
        ("1", "ringing"),
        ("2", "in-progress"),
        ("3", "completed"),
    ]
    assert server.at("/leg")[-1]["CallDuration"] == "10"


def test_a_caller_on_a_leg_answered_on_bridge_is_not_answered_before(
    carrier: Carrier, server: Server
) -> None:
    carrier.telephones[IAN] = Answers(after=8, talks_for=30)
    dials(server, attributes="answerOnBridge='true'")
    carrier.call(TO, FROM, [WaitUntilConnected(), Talk(12), HangUp()])
    assert server.at("/twilio/status")[0]["CallDuration"] == "12"


def test_the_caller_hangs_up_first_if_they_talk_for_less(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(talks_for=60)
    dials(server)
    call = carrier.call(TO, FROM, [WaitUntilConnected(), Talk(10), HangUp()])

    form = server.at("/after")[0]
    assert form["DialCallDuration"] == "10"
    assert form["CallStatus"] == "completed"
    assert call.ended_by == "caller"
    assert "Back again" not in call.heard


def test_the_caller_can_hang_up_while_it_rings(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers()
    dials(server)
    call = carrier.call(TO, FROM, [HangUp()])

    assert server.at("/after")[0]["DialCallStatus"] == "no-answer"
    assert server.at("/after")[0]["CallStatus"] == "completed"
    assert call.children == []


def test_a_star_takes_the_caller_out_where_that_is_set(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(talks_for=None)
    dials(server, attributes="hangupOnStar='true'")
    steps: list[Step] = [WaitUntilConnected(), Talk(5), Press("*"), Hears("Back again")]
    call = carrier.call(TO, FROM, steps)
    assert call.ended_by == "server"


def test_the_person_who_answers_may_be_a_script(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(does=[Talk(5), HangUp()])
    dials(server)
    carrier.call(TO, FROM, [])
    assert server.at("/after")[0]["DialCallDuration"] == "5"


def test_two_who_wait_for_each_other_to_hang_up_are_a_fault(
    new_carrier: Callable[..., Carrier], server: Server
) -> None:
    carrier = new_carrier(patience_seconds=0.2)
    carrier.telephones[IAN] = Answers(talks_for=None)
    dials(server)
    with pytest.raises(SimulatorError, match="everybody waited"):
        carrier.call(TO, FROM, [])


def test_a_caller_can_be_a_function(carrier: Carrier, server: Server) -> None:
    carrier.telephones[IAN] = Answers(talks_for=60)
    dials(server)
    seen: list[str] = []

    def caller(moment: Moment) -> Talk | HangUp | None:
        seen.append(moment.kind)
        if moment.kind != "connected":
            return None
        return HangUp() if seen.count("connected") == 2 else Talk(3)

    carrier.call(TO, FROM, caller)
    assert seen == ["ringing", "connected", "connected"]
