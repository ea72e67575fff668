"""A rehearsed call: the caller of the client's own tests, on the machine of real calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.adapters.files.flows.load import load
from ivr.core.call.engine import CallFlow
from ivr.core.conversation.machine import possible
from ivr.core.conversation.state import Phase
from ivr.core.flow.client import RecordingSettings
from ivr.core.nodes import KINDS
from ivr.errors import ConversationError
from ivr.web.console.operator.keys import in_words, keys_for
from ivr.web.console.operator.made_up import MadeUp, conversation, made_up_state
from tests.flow_files import EXAMPLES

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def flow() -> CallFlow:
    found = load(EXAMPLES / "rainbow-frost.yaml", KINDS).flow
    assert found is not None
    return found


def line(flow: CallFlow, *acts: str) -> str:
    """How the line stands after these acts."""
    call = MadeUp.read(".".join(("1764072000", *acts)))
    assert call is not None
    return in_words(conversation(flow, call, "+441632960001"))


def test_the_caller_comes_from_a_test_that_meets_an_operator(flow: CallFlow) -> None:
    state, why = made_up_state(flow, NOW)
    assert (state.path, state.variables["reason"]) == (
        ("greet", "open", "main", "operators"),
        "booking",
    )
    assert why == "a booking reaches an operator"


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        ((), "Your telephone is ringing"),
        (("answer",), "Talking"),
        (("answer", "hold"), "The caller is on hold"),
        (("answer", "hold", "hold"), "Talking"),
        (("answer", "mute"), "Talking, you are muted"),
        (("answer", "consult~ian"), "Talking with Ian Frost; the caller is on hold"),
        (("answer", "consult~ian", "join"), "Three-way with Ian Frost"),
        (("answer", "consult~ian", "end-consult"), "Talking"),
        (("answer", "consult~ian", "complete"), "The call is over"),
        (("answer", "transfer~07700900124"), "The call is over"),
        (("answer", "hang-up"), "The call is over"),
    ],
)
def test_every_key_does_what_it_does_on_a_call(
    flow: CallFlow, acts: tuple[str, ...], words: str
) -> None:
    assert line(flow, *acts) == words


@pytest.mark.parametrize("acts", [("hold",), ("answer", "consult~nobody"), ("answer", "sing")])
def test_what_cannot_be_done_is_refused(flow: CallFlow, acts: tuple[str, ...]) -> None:
    with pytest.raises((ConversationError, ValueError)):
        line(flow, *acts)


def test_the_same_keys_are_there_all_the_time(flow: CallFlow) -> None:
    for acts in ((), ("answer",), ("answer", "consult~ian"), ("answer", "hold")):
        call = MadeUp.read(".".join(("1", *acts)))
        assert call is not None
        found = conversation(flow, call, None)
        keys = keys_for(found, possible(found))
        assert [key.key for key in keys] == ["F2", "F4", "F6", "F8", "F9", "F10", "Shift+F2"]
        assert found.phase is not Phase.OVER


def test_who_is_recorded_can_pause_it_by_key(flow: CallFlow) -> None:
    client = flow.client.model_copy(update={"recording": RecordingSettings(calls=True)})
    call = MadeUp.read("1.answer")
    assert call is not None
    found = conversation(replace(flow, client=client), call, None)
    assert "F7" in [key.key for key in keys_for(found, possible(found)) if key.possible]


@example("00")
@example("0.answer~")
@given(st.text(max_size=40))
def test_an_odd_name_is_of_no_rehearsal(text: str) -> None:
    call = MadeUp.read(text)
    assert call is None or call.name == text
