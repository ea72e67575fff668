"""The state of a call is the same after it has been stored."""

from __future__ import annotations

from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.call.state import CallState
from ivr.instructions import WaitTerms

WORDS = st.text(max_size=20)
VALUES = WORDS | st.integers() | st.booleans() | st.floats(allow_nan=False)
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
    again = CallState.from_json(state.to_json())
    assert again == state
    assert again.to_json() == state.to_json()
    for name, value in state.variables.items():
        assert type(again.variables[name]) is type(value)


@given(STATES)
def test_it_comes_back_from_bytes_too(state: CallState) -> None:
    assert CallState.from_json(state.to_json().encode()) == state
