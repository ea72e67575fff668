"""Whatever flow `check` accepts, and whatever happens, no caller is left without a way on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ivr.adapters.files.flows.load import load
from ivr.core.call.engine import MAX_PATH, CallFlow
from ivr.core.call.events import Event, Pressed, Spoke
from ivr.core.call.instructions import Listen, Verb
from ivr.core.nodes import KINDS
from tests.core.call.call_rules import EVENTS, assert_valid, on_hold, silence
from tests.core.call.kind_strategies import STRATEGIES, Ways
from tests.played_call import CALLER, PlayedCall

Files = dict[str, dict[str, Any]]
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
RINGING = st.sampled_from([CALLER, None, "+12025550123", "sip:ann@acme.example"])
TYPES = {"visits": "number", "known": "yes_no", "day": "date", "at": "time", "sum": "money"}
TYPED = {name: {"type": kind} for name, kind in TYPES.items()}
VARIABLES = {"word": {}, **TYPED}
LONG = settings(
    max_examples=200,
    suppress_health_check=list(HealthCheck),
)
TURNS_A_NODE = 14


def test_every_kind_of_node_has_a_strategy() -> None:
    assert set(STRATEGIES) == set(KINDS)


def _nodes(draw: st.DrawFn, count: int, end: str, *, in_template: bool) -> dict[str, Any]:
    names = [f"n{n}" for n in range(count)]
    nodes = {}
    for index, name in enumerate(names):
        ways = Ways(draw, [*names[index + 1 :], end], [*names, end], in_template)
        nodes[name] = STRATEGIES[draw(st.sampled_from(sorted(STRATEGIES)))](ways)
    return nodes


@st.composite
def defaults(draw: st.DrawFn, end: str) -> dict[str, Any]:
    """What counts where a node does not say it itself; nothing of it need be said."""
    retry = st.sampled_from([None, {"say": "Again."}, {"next": end}, end])
    found = {
        "retries": draw(st.sampled_from([None, "0", "3"])),
        "give_up": draw(st.sampled_from([None, end])),
        "error": draw(st.sampled_from([None, end])),
        "no_input": draw(retry),
        "no_match": draw(retry),
    }
    return {key: value for key, value in found.items() if value is not None}


@st.composite
def random_files(draw: st.DrawFn) -> Files:
    """A client's file and a template, of all kinds of node."""
    client = {
        "schema": "1",
        "client": {"name": "Random", "numbers": "+44 1632 960001",
                   "language": draw(st.sampled_from(["en-GB", "de-DE", "cy-GB", "fr-FR"]))},
        "people": {"ian": {"name": "Ian", "phone": "+44 7700 900123"}},
        "calendars": {"office": {"mon-fri": "09:00-17:30", "sat": "22:00-03:00"}},
        "rotas": {"oncall": {"default": draw(st.sampled_from([[], ["ian"], ["ian", "ian"]]))}},
        "callers": {"vip": CALLER, "known": "+1 202 555 0123"},
        "vars": VARIABLES,
        "use": "part.yaml",
        "defaults": draw(defaults("end")),
        "start": "n0",
        "nodes": {**_nodes(draw, draw(st.integers(1, 7)), "end", in_template=False),
                  "end": draw(st.sampled_from([{"hangup": "Goodbye."}, {"hangup": "{word}"}]))},
    }  # fmt: skip
    part = {
        "schema": "1",
        "template": "part",
        "inputs": {"word": {}, "way": {"type": "node", "default": "return"}},
        "vars": TYPED,
        "defaults": draw(defaults("return")),
        "start": "n0",
        "nodes": {**_nodes(draw, draw(st.integers(1, 3)), "way", in_template=True)},
    }
    return {"random.yaml": client, "part.yaml": part}


def accepted(files: Files) -> CallFlow | None:
    """The flow, if `check` accepts the files."""
    with TemporaryDirectory() as name:
        for file, content in files.items():
            text = json.dumps(content).replace(": null", ": ")  # 'null' is a word like any other
            (Path(name) / file).write_text(text, encoding="utf-8")
        found = load(Path(name) / "random.yaml", KINDS)
    strange = [f for f in found.findings if f.code in ("schema", "unknown-key", "no-verb", "yaml")]
    assert not strange, "the strategies write files of the right form: " + str(strange[0])
    return found.flow


def mumble(verbs: tuple[Verb, ...], waited: int) -> Event:
    """What happens next to a caller who says what nobody understands."""
    if isinstance(verbs[-1], Listen) and not on_hold(verbs[-1]):
        return Spoke("hm hm", 0.1) if verbs[-1].speech else Pressed("")
    return silence(verbs, waited)


def comes_to_an_end(
    played: PlayedCall, answer: Callable[[tuple[Verb, ...], int], Event], turns: int
) -> None:
    """However long a caller goes on in this way, the call ends within so many turns."""
    waited = 0
    for _ in range(turns):
        if played.state.ended_at is not None:
            return
        waited = waited + 1 if on_hold(played.verbs[-1]) else 0
        played.then(answer(played.verbs, waited))
        assert_valid(played.flow, played.turn)
    raise AssertionError(f"a call without an end: {played.state.path[-20:]}")


@LONG
@given(random_files(), RINGING, MOMENTS, st.lists(st.sampled_from(EVENTS), max_size=25))
def test_no_sequence_of_events_strands_a_caller_in_a_flow_that_check_accepts(
    files: Files, caller: str | None, moment: datetime, events: list[Event]
) -> None:
    flow = accepted(files)
    assume(flow is not None)
    assert flow is not None
    played = PlayedCall(flow, caller, moment)
    assert_valid(flow, played.turn)
    for event in events:
        played.then(event)
        assert_valid(flow, played.turn)
    comes_to_an_end(played, silence, TURNS_A_NODE * len(flow.places))


@LONG
@given(random_files(), RINGING, MOMENTS)
def test_a_caller_who_is_never_understood_comes_to_an_end(
    files: Files, caller: str | None, moment: datetime
) -> None:
    flow = accepted(files)
    assume(flow is not None)
    assert flow is not None
    played = PlayedCall(flow, caller, moment)
    comes_to_an_end(played, mumble, 5 * (MAX_PATH + TURNS_A_NODE * len(flow.places)))
