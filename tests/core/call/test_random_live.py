"""Live words are a value beside the others: they change nothing in what a call does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.core.call.engine import live_at
from ivr.core.call.events import Event
from ivr.core.call.instructions import Listen, Verb
from tests.core.call.call_rules import EVENTS
from tests.core.call.test_random_flows import LONG, MOMENTS, Files, accepted, random_files
from tests.played_call import CALLER, PlayedCall


def _deaf(files: Files) -> Files:
    """The same files, without live words."""
    return {name: _without(content) for name, content in files.items()}


def _without(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without(value) for key, value in content.items() if key != "listen"}
    return [_without(value) for value in content] if isinstance(content, list) else content


def _plain(verbs: tuple[Verb, ...]) -> tuple[Verb, ...]:
    """`verbs` without what live words add: a menu of keys alone listens for words too."""
    return tuple(
        replace(verb, live=False, speech=False) if isinstance(verb, Listen) else verb
        for verb in verbs
    )


@LONG
@given(random_files(), MOMENTS, st.lists(st.sampled_from(EVENTS), max_size=25))
def test_a_call_goes_the_same_way_with_live_words_and_without(
    files: Files, moment: datetime, events: list[Event]
) -> None:
    flow, deaf = accepted(files), accepted(_deaf(files))
    assume(flow is not None)
    assert flow is not None
    assert deaf is not None
    played, other = PlayedCall(flow, CALLER, moment), PlayedCall(deaf, CALLER, moment)
    for event in events:
        played.then(event)
        other.then(event)
        assert _plain(played.verbs) == _plain(other.verbs)
        assert played.state.path == other.state.path


@LONG
@given(random_files(), MOMENTS, st.lists(st.sampled_from(EVENTS), max_size=25))
def test_whoever_is_to_be_listened_to_live_can_be(
    files: Files, moment: datetime, events: list[Event]
) -> None:
    """And what is then listened for are words."""
    flow = accepted(files)
    assume(flow is not None)
    assert flow is not None
    played = PlayedCall(flow, CALLER, moment)
    for event in events:
        played.then(event)
        listen = played.verbs[-1] if played.verbs else None
        if isinstance(listen, Listen) and listen.live:
            live = live_at(flow, played.state, moment)
            assert live is not None
            assert live.phrases
            assert listen.speech
            assert not live.accepts("hm hm")
