"""Random callers in the example flows and in random flows: no dead end, no fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.files.flows.load import load
from ivr.core.call.engine import CallFlow, advance
from ivr.core.call.events import Event, Spoke
from ivr.core.call.instructions import Record
from ivr.core.nodes import KINDS
from ivr.core.nodes.menu import Menu
from tests.core.call.call_rules import EVENTS, assert_valid, on_hold, silence
from tests.flow_files import EXAMPLES
from tests.played_call import CALLER, LONDON, PlayedCall

FLOWS = {flow.client_id: flow for flow in FolderLibrary(EXAMPLES, KINDS)}
CLIENTS = st.sampled_from(sorted(FLOWS))
LONG = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def words_of(flow: CallFlow) -> list[Event]:
    """What a caller might say to the menus of a flow."""
    menus = [place.node for place in flow.places.values() if isinstance(place.node, Menu)]
    return [Spoke(word) for menu in menus for choice in menu.choices for word in choice.words]


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda m: NEW_YEAR + timedelta(minutes=m))
CALLERS = st.sampled_from([CALLER, None, "+12025550123", "sip:ann@acme.example"])


def play(flow: CallFlow, caller: str | None, moment: datetime, events: list[Event]) -> None:
    """Play a call, hold every turn to the rules, and let the caller fall silent at the end."""
    played = PlayedCall(flow, caller, moment)
    assert_valid(flow, played.turn)
    for event in events:
        played.then(event)
        assert_valid(flow, played.turn)
        played.now += timedelta(seconds=7)
    fall_silent(played)


def fall_silent(played: PlayedCall) -> None:
    """A caller who does nothing more soon comes to a message, or to the end of the call."""
    waited = 0
    for _ in range(12 * len(played.flow.places)):
        if played.state.ended_at is not None or isinstance(played.verbs[-1], Record):
            return
        waited = waited + 1 if on_hold(played.verbs[-1]) else 0
        played.then(silence(played.verbs, waited))
        assert_valid(played.flow, played.turn)
    raise AssertionError(f"{played.flow.client_id} keeps a silent caller: {played.state.path}")


@settings(LONG, max_examples=1500)
@given(st.data(), CLIENTS, CALLERS, MOMENTS)
def test_a_random_caller_in_an_example_flow_always_hears_something_or_is_done(
    data: st.DataObject, client: str, caller: str | None, moment: datetime
) -> None:
    flow = FLOWS[client]
    pool = st.sampled_from([*EVENTS[:-1], *words_of(flow)]) | st.sampled_from(EVENTS)
    play(flow, caller, moment, data.draw(st.lists(pool, max_size=20)))


NAMES = [f"n{n}" for n in range(6)]


@st.composite
def random_files(draw: st.DrawFn) -> dict[str, Any]:
    """A small client file. Ways that need nobody lead on; ways by a person lead anywhere."""
    count = draw(st.integers(1, len(NAMES)))
    nodes = {NAMES[n]: _node(draw, NAMES[n + 1 : count], NAMES[:count]) for n in range(count)}
    nodes["end"] = {"hangup": draw(st.sampled_from(["Goodbye.", "{word}"]))}
    retry = st.none() | st.sampled_from([{"say": "Again."}, {"next": "end"}, "end"])
    defaults = {
        "retries": str(draw(st.integers(0, 3))),
        "give_up": "end",
        "no_input": draw(retry),
        "no_match": draw(retry),
    }
    return {
        "schema": "1",
        "client": {"name": "Random", "numbers": "+44 1632 960001"},
        "people": {"ian": {"name": "Ian", "phone": "+44 7700 900123"}},
        "calendars": {"office": {"mon-fri": "09:00-17:30"}},
        "rotas": {"oncall": {"default": ["ian"]}},
        "callers": {"vip": CALLER, "known": "+1 202 555 0123"},
        "vars": {"word": {}, "visits": {"type": "number"}, "known": {"type": "yes_no"}},
        "defaults": {key: value for key, value in defaults.items() if value is not None},
        "start": NAMES[0],
        "nodes": nodes,
    }


def _node(draw: st.DrawFn, later: list[str], everywhere: list[str]) -> dict[str, Any]:
    def on() -> str:
        return draw(st.sampled_from([*later, "end"]))

    def anywhere() -> str:
        return draw(st.sampled_from([*everywhere, "end"]))

    match draw(st.sampled_from(sorted(set(KINDS) - {"call", "hangup"}))):
        case "say":
            return {"say": "Well, {word}.", "next": on()}
        case "menu":
            keys = draw(st.lists(st.sampled_from("0123456789*#"), min_size=1, unique=True))
            choices = [
                {"key": key, "words": [f"word {key}1"], "set": {"word": key}, "next": anywhere()}
                for key in keys
            ]
            return {"menu": "Which?", "choices": choices, **_own_retry(draw, on)}
        case "collect":
            kind, into = draw(
                st.sampled_from(
                    [("digits", "word"), ("digits", "visits"), ("phone", "word"),
                     ("yes_no", "known"), ("speech", "word")]
                )
            )  # fmt: skip
            confirm = draw(st.sampled_from(["yes", "no"]))
            settings = {"type": kind, "into": into, "confirm": confirm, "next": anywhere()}
            return {"collect": "What?", **settings, **_own_retry(draw, on)}
        case "hours":
            return {"hours": "office", "open": on(), "closed": on()}
        case "branch":
            tests = ["known", 'word == "1"', "visits > 3", "caller.withheld", 'word in ["2"]']
            cases = draw(st.lists(st.sampled_from(tests), min_size=1, max_size=3))
            return {"branch": [{"if": test, "next": on()} for test in cases], "else": on()}
        case "set":
            values = [{"word": "{caller.number}"}, {"visits": "{visits}"}, {"known": "yes"}]
            return {"set": draw(st.sampled_from(values)), "next": on()}
        case "message":
            return {"message": {"record": "60s"}, "next": on()}
        case "callers":
            return {"callers": "", "vip": on(), "withheld": on(), "other": on()}
        case "escalate":
            rung = {"rota": "oncall", "rounds": "2"}
            return {"escalate": rung, "accepted": anywhere(), "nobody": on()}
        case "appointment":
            return {"appointment": {"calendar": "office"}, "booked": anywhere(), "none": on()}
        case "rsvp":
            return {"rsvp": {"event": "Fair"}, "yes": anywhere(), "none": on()}
        case "http":
            ask = {
                "get": "https://acme.example/{word}?{visits}",
                "reply": {"word": "word", "visits": "visits", "known": "known"},
            }
            ways = {name: on() for name in ("not_found", "failed") if draw(st.booleans())}
            return {"http": ask, "next": on(), **ways}
        case "text":
            return {
                "text": draw(st.sampled_from(["{word}", {"say": "Hm", "to": "ian"}])),
                "next": on(),
            }
        case "queue":
            return {"queue": {}, "answered": anywhere(), "nobody": on()}
        case _:
            return {"dial": "ian", "answered": anywhere(), "nobody": on()}


def _own_retry(draw: st.DrawFn, on: Callable[[], str]) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for key in ("no_input", "no_match"):
        if draw(st.booleans()):
            own[key] = draw(
                st.sampled_from([{"say": "Again."}, on(), {"say": "Now.", "next": on()}])
            )
    if draw(st.booleans()):
        own["retries"] = str(draw(st.integers(0, 3)))
    return own


@settings(LONG, max_examples=500)
@given(random_files(), CALLERS, MOMENTS, st.lists(st.sampled_from(EVENTS), max_size=25))
def test_a_random_caller_in_a_random_flow_always_hears_something_or_is_done(
    file: dict[str, Any], caller: str | None, moment: datetime, events: list[Event]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.yaml"
        path.write_text(json.dumps(file))
        found = load(path, KINDS)
    assert found.flow is not None, "\n".join(map(str, found.findings))
    play(found.flow, caller, moment, events)


@settings(LONG, max_examples=100)
@given(CLIENTS, CALLERS, MOMENTS)
def test_a_caller_who_never_does_anything_is_looked_after(
    client: str, caller: str | None, moment: datetime
) -> None:
    fall_silent(PlayedCall(FLOWS[client], caller, moment))


def test_the_random_callers_come_to_every_node_of_the_examples() -> None:
    """From the start, by events alone, every node can be reached: the walks are not idle."""
    for flow in FLOWS.values():
        reached = _reachable_by_events(flow)
        assert reached >= set(flow.places) - {"tango.message", "tango.goodbye"}, flow.client_id


def _reachable_by_events(flow: CallFlow) -> set[str]:
    reached: set[str] = set()
    for moment in (
        datetime(2026, 11, 23, 10, tzinfo=LONDON),
        datetime(2026, 11, 22, 3, tzinfo=LONDON),
    ):
        ahead = [PlayedCall(flow, CALLER, moment).state]
        seen = set()
        while ahead:
            state = ahead.pop()
            reached.update(state.path)
            key = (state.node, json.dumps(dict(state.variables)), state.attempt, len(state.memory))
            if state.ended_at is not None or key in seen:
                continue
            seen.add(key)
            ahead.extend(advance(flow, state, event, moment).state for event in EVENTS)
    return reached
