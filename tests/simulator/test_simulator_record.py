"""`<Record>` keeps a message as Twilio does: the audio comes later than the action."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from ivr.errors import SimulatorError
from ivr.simulator import (
    HANG_UP,
    Carrier,
    HangUp,
    Hears,
    Leave,
    Misbehaviour,
    Moment,
    Press,
    Speak,
    Stay,
)
from ivr.simulator.caller import Act
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, TO, Server

NewCarrier = Callable[..., Carrier]
RECORD = (
    "<Say>Speak after the tone.</Say>"
    "<Record action='/recorded' maxLength='120' recordingStatusCallback='/recording'/>"
    "<Say>I heard nothing.</Say>"
)


@pytest.fixture(autouse=True)
def asks_for_a_message(server: Server) -> None:
    server.says("/twilio/voice", RECORD)
    server.says("/recorded", "<Say>Thank you. Goodbye.</Say>")
    server.says("/recording", "")


def fetch(url: str, auth: tuple[str, str] | None = (ACCOUNT_SID, AUTH_TOKEN)) -> requests.Response:
    return requests.get(url, auth=auth, timeout=60)


def test_a_message_is_told_to_the_action_and_then_to_the_callback(
    carrier: Carrier, server: Server, message: Path
) -> None:
    call = carrier.call(TO, FROM, [Hears("the tone"), Leave(message), Hears("Thank you")])

    action, callback = server.at("/recorded")[0], server.at("/recording")[0]
    assert server.paths().index("/recorded") < server.paths().index("/recording")
    assert action["RecordingDuration"] == callback["RecordingDuration"] == "3"
    assert "Digits" not in action
    assert callback == {
        "AccountSid": ACCOUNT_SID,
        "CallSid": call.sid,
        "RecordingSid": call.recordings[0].sid,
        "RecordingUrl": action["RecordingUrl"],
        "RecordingStatus": "completed",
        "RecordingDuration": "3",
        "RecordingChannels": "1",
        "RecordingStartTime": callback["RecordingStartTime"],
        "RecordingSource": "RecordVerb",
        "ErrorCode": "0",
    }


def test_the_audio_is_not_there_when_the_action_is_called_but_at_the_callback(
    carrier: Carrier, server: Server, message: Path
) -> None:
    seen: list[int] = []

    def look(form: dict[str, str]) -> str:
        seen.append(fetch(form["RecordingUrl"] + ".wav").status_code)
        return "<Say>Thank you.</Say>"

    server.says("/recorded", look)
    server.says("/recording", look)
    carrier.call(TO, FROM, [Leave(message)])
    assert seen == [404, 200]


def test_the_audio_is_the_callers_file_byte_for_byte_and_wants_authentication(
    carrier: Carrier, server: Server, message: Path
) -> None:
    carrier.call(TO, FROM, [Leave(message)])
    url = server.at("/recording")[0]["RecordingUrl"]

    assert fetch(url + ".wav").content == message.read_bytes()
    assert fetch(url).headers["Content-Type"] == "audio/x-wav"
    assert fetch(url + ".wav", auth=None).status_code == 401
    assert fetch(url + ".wav", auth=(ACCOUNT_SID, "wrong")).status_code == 401
    assert fetch(url + ".json").json()["duration"] == "3"


def test_what_is_not_audio_can_be_left_all_the_same(
    carrier: Carrier, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "page.wav"
    path.write_bytes(b"<html>not audio</html>" * 1000)
    carrier.call(TO, FROM, [Leave(path)])
    assert fetch(server.at("/recording")[0]["RecordingUrl"]).content == path.read_bytes()
    assert server.at("/recording")[0]["RecordingDuration"] == "3"


@pytest.mark.parametrize("step", [Stay(), Press("#")])
def test_an_empty_recording_falls_through_without_an_action(
    carrier: Carrier, server: Server, step: Stay | Press
) -> None:
    carrier.call(TO, FROM, [step, Hears("I heard nothing")])
    assert server.at("/recorded") == server.at("/recording") == []


def test_an_empty_recording_is_told_to_a_callback_that_wants_to_know(
    carrier: Carrier, server: Server
) -> None:
    events = "recordingStatusCallbackEvent='completed absent'"
    server.says("/twilio/voice", f"<Record {events} recordingStatusCallback='/recording'/>")
    carrier.call(TO, FROM, [Stay()])
    assert server.at("/recording")[0]["RecordingStatus"] == "absent"


def test_a_key_ends_the_recording_and_is_told(
    carrier: Carrier, server: Server, message: Path
) -> None:
    carrier.call(TO, FROM, [Leave(message, then="#")])
    assert server.at("/recorded")[0]["Digits"] == "#"


def test_a_recording_is_no_longer_than_its_limit(
    carrier: Carrier, server: Server, message: Path
) -> None:
    carrier.call(TO, FROM, [Leave(message, seconds=500)])
    assert server.at("/recorded")[0]["RecordingDuration"] == "120"


def test_hanging_up_while_recording_is_told_to_the_action_of_an_ended_call(
    carrier: Carrier, server: Server, message: Path
) -> None:
    call = carrier.call(TO, FROM, [Leave(message, then=HANG_UP)])

    assert server.at("/recorded")[0]["Digits"] == "hangup"
    assert server.at("/recorded")[0]["CallStatus"] == "completed"
    assert len(server.at("/recording")) == 1
    assert server.paths()[-1] == "/recording" or server.paths()[-1] == "/twilio/status"
    assert call.ended_by == "caller"
    assert "Goodbye" not in call.heard


def test_hanging_up_before_a_word_leaves_no_recording(carrier: Carrier, server: Server) -> None:
    carrier.call(TO, FROM, [HangUp()])
    assert server.paths() == ["/twilio/voice", "/twilio/status"]
    assert len(carrier.recordings) == 0


def test_words_cannot_be_recorded(carrier: Carrier) -> None:
    with pytest.raises(SimulatorError, match="being recorded; use Leave"):
        carrier.call(TO, FROM, [Speak("Hello")])


def test_the_callback_can_come_before_the_action(
    new_carrier: NewCarrier, server: Server, message: Path
) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(recording_callback="before"))
    carrier.call(TO, FROM, [Leave(message)])
    assert server.paths().index("/recording") < server.paths().index("/recorded")


def test_the_callback_can_be_lost(new_carrier: NewCarrier, server: Server, message: Path) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(recording_callback="lost"))
    carrier.call(TO, FROM, [Leave(message)])
    assert server.at("/recording") == []
    assert fetch(server.at("/recorded")[0]["RecordingUrl"]).status_code == 200


def test_the_callback_can_come_late(new_carrier: NewCarrier, server: Server, message: Path) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(recording_delay_seconds=0.2))
    carrier.call(TO, FROM, [Leave(message), Hears("Thank you")])
    assert server.paths()[-2:] == ["/twilio/status", "/recording"]


def test_the_action_can_be_lost(new_carrier: NewCarrier, server: Server, message: Path) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(drop_record_action=True))
    carrier.call(TO, FROM, [Leave(message)])
    assert server.at("/recorded") == []
    assert len(server.at("/recording")) == len(server.at("/twilio/status")) == 1


def test_the_end_of_the_call_can_be_told_before_the_action(
    new_carrier: NewCarrier, server: Server, message: Path
) -> None:
    carrier = new_carrier(misbehaviour=Misbehaviour(status_out_of_order=True))
    carrier.call(TO, FROM, [Leave(message, then=HANG_UP)])
    assert server.paths().index("/twilio/status") < server.paths().index("/recorded")
    assert len(server.at("/twilio/status")) == 1


@dataclass
class IsFetched:
    """Somebody who is asked elsewhere, or cut off, while they leave a message."""

    message: Path
    change: dict[str, str]
    carrier: Carrier

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind != "record":
            return None
        [call] = self.carrier.calls
        url = f"{self.carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{call.sid}.json"
        answer = requests.post(url, self.change, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=60)
        assert answer.status_code == 200
        return Leave(self.message)

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


class TestWhoIsInterrupted:
    @pytest.fixture
    def elsewhere(self, server: Server) -> dict[str, str]:
        server.says("/elsewhere", "<Say>Hello.</Say>")
        return {"Url": "https://tango.example/elsewhere"}

    def test_leaves_what_they_have_said_so_far(
        self, carrier: Carrier, server: Server, message: Path, elsewhere: dict[str, str]
    ) -> None:
        call = carrier.place(TO, FROM, IsFetched(message, elsewhere, carrier)).join()
        assert "Hello" in call.heard
        assert server.at("/recorded") == [], "they are elsewhere by then"
        [told] = server.at("/recording")
        assert (told["RecordingStatus"], told["RecordingDuration"]) == ("completed", "3")
        assert fetch(told["RecordingUrl"]).content == message.read_bytes()

    def test_leaves_it_too_where_a_request_ends_the_call(
        self, carrier: Carrier, server: Server, message: Path
    ) -> None:
        carrier.place(TO, FROM, IsFetched(message, {"Status": "completed"}, carrier)).join()
        assert server.at("/recorded") == []
        assert len(server.at("/recording")) == 1

    def test_may_leave_it_where_only_a_list_tells_of_it(
        self,
        new_carrier: NewCarrier,
        server: Server,
        message: Path,
        elsewhere: dict[str, str],
    ) -> None:
        carrier = new_carrier(misbehaviour=Misbehaviour(interrupted_recording="listed"))
        call = carrier.place(TO, FROM, IsFetched(message, elsewhere, carrier)).join()
        assert server.at("/recorded") == server.at("/recording") == []
        url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings.json"
        [listed] = fetch(f"{url}?CallSid={call.sid}").json()["recordings"]
        assert (listed["sid"], listed["status"]) == (call.recordings[0].sid, "completed")

    def test_who_hangs_up_meanwhile_is_told_to_the_action(
        self, new_carrier: NewCarrier, server: Server, message: Path
    ) -> None:
        carrier = new_carrier(speed=100.0)
        call = carrier.place(TO, FROM, [Leave(message, seconds=110)])
        while not any(each.status == "in-progress" for each in carrier.recordings.newest()):
            call.wait(0.01)
        call.wait(0.1)
        call.hang_up()
        call.join()
        assert server.at("/recorded")[0]["Digits"] == "hangup"
        assert 1 <= int(server.at("/recorded")[0]["RecordingDuration"]) < 110
        assert len(server.at("/recording")) == 1
