"""The state of a call is the same after it has been stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.redis.seal import Seal
from ivr.core.call.instructions import WaitTerms
from ivr.core.call.state import CallState
from ivr.core.secret_value import SecretValue, revealed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = st.text(max_size=20)
PLAIN = WORDS | st.integers() | st.booleans() | st.floats(allow_nan=False)
VALUES = PLAIN | PLAIN.map(SecretValue)
OFFSETS = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(timezones=OFFSETS)
STATES = st.builds(
    CallState,
    call_sid=WORDS,
    client=WORDS,
    flow_version=WORDS,
    caller=st.none() | WORDS,
    called=WORDS,
    started_at=TIMES,
    node=WORDS,
    turn=st.integers(-1, 9999),
    attempt=st.integers(0, 99),
    variables=st.dictionaries(WORDS, VALUES),
    memory=st.dictionaries(WORDS, VALUES),
    path=st.lists(WORDS).map(tuple),
    waiting=st.none()
    | st.builds(
        WaitTerms,
        priority=st.integers(0, 10),
        skills=st.lists(WORDS).map(tuple),
        max_wait=st.integers(10, 3600),
    ),
    waiting_since=st.none() | TIMES,
    ended_at=st.none() | TIMES,
    outcome=st.none() | WORDS,
)


@given(STATES)
def test_a_state_comes_back_from_its_text_exactly(state: CallState) -> None:
    again = CallState.from_json(state.to_json(json.dumps), json.loads)
    assert again == state
    assert again.to_json(json.dumps) == state.to_json(json.dumps)
    for name, value in state.variables.items():
        assert type(again.variables[name]) is type(value)
        assert revealed(again.variables[name]) == revealed(value)


@given(STATES)
def test_it_comes_back_from_bytes_too(state: CallState) -> None:
    assert CallState.from_json(state.to_json(json.dumps).encode(), json.loads) == state


def test_a_secret_is_sealed_at_rest_and_its_own_key_alone_opens_it() -> None:
    state = CallState(
        "CA1", "acme", "1", None, "", NOON, "pin", variables={"pin": SecretValue(7394)}
    )
    ours, other = Seal("ours"), Seal("other")
    text = state.to_json(ours.sealed)
    assert "7394" not in text
    assert revealed(CallState.from_json(text, ours.opened).variables["pin"]) == 7394
    assert CallState.from_json(text, other.opened).variables == {}
