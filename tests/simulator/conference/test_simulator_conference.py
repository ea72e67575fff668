"""Conferences, queues, and the REST calls that bring people together in them."""

from collections.abc import Callable

import pytest
from twilio.rest import Client

from ivr.errors import SimulatorError
from ivr.simulator import (
    Answers,
    Carrier,
    HangUp,
    Hears,
    Press,
    Stay,
    Talk,
    WaitUntilConnected,
    WaitUntilHears,
)
from ivr.simulator.call import Call
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, PUBLIC_URL, TO, Server

NewCarrier = Callable[..., Carrier]
OPERATOR = "+447700900200"
CALLERS_ROOM = (
    "<Conference endConferenceOnExit='true' startConferenceOnEnter='{start}'>room</Conference>"
)


@pytest.fixture
def client(carrier: Carrier) -> Client:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    client.api.base_url = carrier.api_url
    return client


@pytest.fixture(autouse=True)
def a_hold_loop_and_a_room(server: Server) -> None:
    server.says("/twilio/voice", "<Redirect>/hold</Redirect>")
    server.says("/hold", "<Say>Please hold.</Say><Pause length='5'/><Redirect>/hold</Redirect>")
    room = CALLERS_ROOM.format(start="true")
    server.says("/room", f"<Dial action='/after'>{room}</Dial>")
    server.says("/operator", f"<Say>Rainbow Frost.</Say><Dial>{room}</Dial>")
    server.says("/after", "<Say>Goodbye.</Say>")


def bring_together(client: Client, call: Call) -> None:
    """As an operator console does: ring the operator, and send the caller to the room."""
    while call.status != "in-progress":
        call.wait(0.01)
    client.calls.create(to=OPERATOR, from_=TO, url=f"{PUBLIC_URL}/operator")
    client.calls(call.sid).update(url=f"{PUBLIC_URL}/room", method="POST")


def test_a_caller_on_hold_is_redirected_and_meets_the_operator(
    carrier: Carrier, server: Server, client: Client
) -> None:
    carrier.telephones[OPERATOR] = Answers(talks_for=90)
    call = carrier.place(TO, FROM, [WaitUntilConnected(), Hears("Goodbye")])
    bring_together(client, call)
    call.join()

    operator = carrier.calls[1]
    form = server.at("/after")[0]
    assert (form["DialCallStatus"], form["DialBridged"]) == ("answered", "true")
    assert "DialCallSid" not in form
    assert operator.wait()
    assert operator.heard == "Rainbow Frost."
    assert operator.direction == "outbound-api"
    assert call.transcript.of("left")[0].at - call.transcript.of("connected")[0].at == 90
    carrier.check()


def test_the_caller_hangs_up_in_the_conference_and_the_operator_is_free(
    carrier: Carrier, server: Server, client: Client
) -> None:
    carrier.telephones[OPERATOR] = Answers(talks_for=None)
    call = carrier.place(TO, FROM, [WaitUntilConnected(), Talk(20), HangUp()])
    bring_together(client, call)
    call.join()

    assert carrier.calls[1].wait()
    assert carrier.calls[1].status == "completed"
    assert server.at("/after")[0]["CallStatus"] == "completed"


def test_a_redirect_in_the_middle_of_a_conference_takes_the_caller_out(
    carrier: Carrier, server: Server, client: Client
) -> None:
    carrier.telephones[OPERATOR] = Answers(talks_for=None)
    server.says("/transfer", "<Say>One moment.</Say>")
    call = carrier.place(TO, FROM, [WaitUntilConnected(), Stay(), WaitUntilHears("One moment")])
    bring_together(client, call)
    while not call.connections:
        call.wait(0.01)
    client.calls(call.sid).update(url=f"{PUBLIC_URL}/transfer")
    call.join()
    assert server.at("/after") == []


def test_a_caller_alone_hears_the_wait_document_again_and_again(
    carrier: Carrier, server: Server
) -> None:
    conference = "<Conference waitUrl='/music'>room</Conference>"
    server.says("/twilio/voice", f"<Dial action='/after'>{conference}</Dial>")
    server.says("/music", "<Say>La la la.</Say>")
    call = carrier.call(TO, FROM, [WaitUntilHears("la la la. la la la"), HangUp()])
    assert call.ended_by == "caller"
    assert len(server.at("/music")) == 2
    assert server.at("/after")[0]["CallStatus"] == "completed"


def test_a_caller_whom_nobody_joins_is_a_fault(new_carrier: NewCarrier, server: Server) -> None:
    carrier = new_carrier(patience_seconds=0.1)
    server.says("/twilio/voice", "<Dial><Conference>room</Conference></Dial>")
    with pytest.raises(SimulatorError, match="Nobody else came to 'room'"):
        carrier.call(TO, FROM, [WaitUntilConnected()])


def test_a_conference_starts_with_the_one_who_may_start_it(
    carrier: Carrier, server: Server
) -> None:
    waits = CALLERS_ROOM.format(start="false")
    starts = CALLERS_ROOM.format(start="true")
    server.says(
        "/twilio/voice",
        lambda form: f"<Dial>{starts if form['From'] == OPERATOR else waits}</Dial>",
    )
    first = carrier.place(TO, FROM, [WaitUntilConnected(), Talk(10), HangUp()])
    second = carrier.place(TO, "+441632960002", [WaitUntilConnected()])
    assert not first.wait(0.2)
    third = carrier.place(TO, OPERATOR, [])
    for call in (first, second, third):
        call.join()
    assert [call.connections for call in (first, second, third)] == [1, 1, 1]


def test_of_several_in_a_conference_the_one_who_stays_shortest_leaves_first(
    carrier: Carrier, server: Server
) -> None:
    waits = "<Dial><Conference startConferenceOnEnter='false'>room</Conference></Dial>"
    starts = "<Dial><Conference>room</Conference></Dial>"
    server.says("/twilio/voice", lambda form: starts if form["From"] == OPERATOR else waits)
    calls = [
        carrier.place(TO, from_, [WaitUntilConnected(), Talk(seconds), HangUp()])
        for from_, seconds in ((FROM, 30), ("+441632960002", 10))
    ]
    while len(room := carrier.calls[0].room.calls if carrier.calls[0].room else []) < 2:
        calls[0].wait(0.01)
    calls.append(carrier.place(TO, OPERATOR, [WaitUntilConnected(), Talk(20), HangUp()]))
    for call in calls:
        call.join()

    def stayed(call: Call) -> float:
        return call.transcript.of("left")[0].at - call.transcript.of("connected")[0].at

    assert len(room) == 2
    assert [stayed(call) for call in calls] == [20, 10, 20]


def test_a_full_conference_takes_nobody_more(carrier: Carrier, server: Server) -> None:
    server.says("/twilio/voice", "<Dial><Conference maxParticipants='2'>room</Conference></Dial>")
    pair = [carrier.place(TO, FROM, [WaitUntilConnected(), Stay()]) for _ in range(2)]
    while sum(call.connections for call in pair) < 2:
        pair[0].wait(0.01)
    with pytest.raises(SimulatorError, match=r"is full \(2\)"):
        carrier.call(TO, FROM, [])


def test_the_conference_tells_its_events(carrier: Carrier, server: Server, client: Client) -> None:
    events = "statusCallback='/events' statusCallbackEvent='start end join leave'"
    room = f"<Conference endConferenceOnExit='true' {events}>room</Conference>"
    server.says("/room", f"<Dial>{room}</Dial>")
    server.says("/operator", f"<Dial>{room}</Dial>")
    server.says("/events", "")
    carrier.telephones[OPERATOR] = Answers(talks_for=30)
    call = carrier.place(TO, FROM, [WaitUntilConnected()])
    bring_together(client, call)
    call.join()
    carrier.calls[1].join()

    told = [form["StatusCallbackEvent"] for form in server.at("/events")]
    assert sorted(told) == sorted(
        ["participant-join"] * 2
        + ["conference-start", "conference-end"]
        + ["participant-leave"] * 2
    )
    assert {form["FriendlyName"] for form in server.at("/events")} == {"room"}


class TestQueue:
    """The carrier's own queues."""

    @pytest.fixture(autouse=True)
    def a_queue(self, server: Server) -> None:
        server.says(
            "/twilio/voice",
            lambda form: (
                "<Dial><Queue url='/greeting'>q</Queue></Dial>"
                if form["From"] == OPERATOR
                else "<Enqueue action='/after' waitUrl='/wait'>q</Enqueue>"
            ),
        )
        server.says("/wait", "<Say>You are waiting.</Say><Pause length='10'/>")
        server.says("/greeting", "<Say>You are being connected.</Say>")

    def test_the_first_in_the_queue_is_served_and_hears_the_greeting(
        self, carrier: Carrier, server: Server
    ) -> None:
        first = carrier.place(TO, FROM, [WaitUntilConnected(), Hears("Goodbye")])
        while not server.at("/wait"):
            first.wait(0.01)
        second = carrier.place(TO, "+441632960002", [WaitUntilConnected()])
        while not [form for form in server.at("/wait") if form["QueuePosition"] == "2"]:
            second.wait(0.01)
        operator = carrier.call(TO, OPERATOR, [Talk(15), HangUp()])
        first.join()

        assert "You are being connected" in first.heard
        assert server.at("/after")[0] | {"QueueResult": "bridged"} == server.at("/after")[0]
        assert operator.connections == 1
        assert not second.done.is_set()

    def test_a_key_takes_the_caller_out_of_the_queue(
        self, carrier: Carrier, server: Server
    ) -> None:
        server.says("/wait", "<Gather numDigits='1' action='/leave'/>")
        server.says("/leave", "<Leave/>")
        carrier.call(TO, FROM, [Press("1"), Hears("Goodbye")])
        assert server.at("/after")[0]["QueueResult"] == "leave"

    def test_hanging_up_in_the_queue_is_told(self, carrier: Carrier, server: Server) -> None:
        call = carrier.call(TO, FROM, [WaitUntilHears("waiting"), HangUp()])
        assert server.at("/after")[0]["QueueResult"] == "hangup"
        assert call.ended_by == "caller"

    def test_a_full_queue_is_told(self, carrier: Carrier, server: Server) -> None:
        server.says(
            "/twilio/voice", "<Enqueue action='/after' maxQueueSize='1' waitUrl='/wait'>q</Enqueue>"
        )
        first = carrier.place(TO, FROM, [WaitUntilConnected()])
        while not server.at("/wait"):
            first.wait(0.01)
        carrier.call(TO, FROM, [Hears("Goodbye")])
        assert server.at("/after")[0]["QueueResult"] == "queue-full"

    def test_a_redirect_out_of_the_queue_is_told(
        self, carrier: Carrier, server: Server, client: Client
    ) -> None:
        call = carrier.place(TO, FROM, [WaitUntilHears("Please hold")])
        while not server.at("/wait"):
            call.wait(0.01)
        client.calls(call.sid).update(url=f"{PUBLIC_URL}/hold")
        call.join()
        assert server.at("/after")[0]["QueueResult"] == "redirected"
