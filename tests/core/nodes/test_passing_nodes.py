"""Where a call does not wait: `say`, `set`, `hours`, `branch`, `call`, `hangup`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ivr.core.call.events import Pressed
from ivr.core.call.instructions import Hangup, Say
from tests.flow_files import good
from tests.played_call import LONDON, PlayedCall

BYE = "  bye: {hangup: Bye.}\n"


def test_say_speaks_in_the_client_s_voice_and_language(tmp_path: Path) -> None:
    text = (
        "start: a\nnodes: {a: {say: 'Hello from {client.say_as}.', next: bye}, bye: {hangup: Bye.}}"
    )
    played = PlayedCall(good(tmp_path, text))
    assert played.verbs == (
        Say("Hello from Acme Plumbing.", "Polly.Amy", "en-GB"),
        Say("Bye.", "Polly.Amy", "en-GB"),
        Hangup(),
    )


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_part_of_the_day_is_the_client_s(tmp_path: Path, hour: int, said: str) -> None:
    text = "start: a\nnodes: {a: {hangup: 'Good {daypart}.'}}"
    moment = datetime(2026, 7, 1, hour, tzinfo=LONDON)
    assert PlayedCall(good(tmp_path, text), now=moment).said == f"Good {said}."


@pytest.mark.parametrize("settings", ["{hangup: }", "{hangup}", "{hangup: ~}".replace("~", "")])
def test_hangup_may_say_nothing(tmp_path: Path, settings: str) -> None:
    played = PlayedCall(good(tmp_path, f"start: a\nnodes:\n  a: {settings}\n"))
    assert played.verbs == (Hangup(),)
    assert played.state.outcome == "completed"


SET = """\
vars: {number: {}, copy: {}, visits: {type: number, default: "3"}, more: {type: number},
  known: {type: yes_no}, too: {type: yes_no}}
start: a
nodes:
  a: {set: {number: "{caller.number}", visits: "4", known: yes}, next: b}
  b:
    set: {copy: "{number}; {visits}; {known}; {client.name}", more: "{visits}", too: "{known}"}
    next: c
  c: {set: {number: ""}, next: bye}
"""


def test_set_gives_variables_values_of_their_type(tmp_path: Path) -> None:
    variables = PlayedCall(good(tmp_path, SET + BYE)).state.variables
    assert variables == {
        "number": "",
        "copy": "+441632960123; 4; yes; Acme",
        "visits": 4,
        "more": 4,
        "known": True,
        "too": True,
    }


def test_a_withheld_number_is_set_as_nothing(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, SET + BYE), caller=None)
    assert played.variable("copy") == "; 4; yes; Acme"


HOURS = """\
calendars: {office: {mon-fri: "09:00-17:30", holidays: GB-ENG}}
start: a
nodes: {a: {hours: office, open: in, closed: out}, in: {hangup: Open.}, out: {hangup: Closed.}}
"""


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-24T10:00", "Open."),
        ("2026-11-28T10:00", "Open."),
        ("2026-11-29T10:00", "Closed."),
    ],
)
def test_one_of_several_calendars_is_enough(tmp_path: Path, moment: str, said: str) -> None:
    text = (
        'calendars: {office: {mon-fri: "09:00-17:00"}, extra: {sat: "09:00-12:00"}}\nstart: a\n'
        "nodes: {a: {hours: [office, extra], open: in, closed: out}, in: {hangup: Open.}, "
        "out: {hangup: Closed.}}\n"
    )
    now = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    assert PlayedCall(good(tmp_path, text), now=now).said == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23T09:00:00+00:00", "Open."),
        ("2026-07-01T08:00:00+00:00", "Open."),
        ("2026-07-01T16:30:00+00:00", "Closed."),
        ("2026-11-23T04:00:00-05:00", "Open."),
        ("2026-12-25T10:00:00+00:00", "Closed."),
    ],
)
def test_hours_asks_the_clock_on_the_client_s_wall(tmp_path: Path, moment: str, said: str) -> None:
    played = PlayedCall(good(tmp_path, HOURS), now=datetime.fromisoformat(moment))
    assert played.said == said


BRANCH = """\
vars: {reason: {default: leak}}
start: a
nodes:
  a:
    branch:
      - {if: caller.withheld, next: withheld}
      - {if: 'caller.number == "+441632960123" and reason == "leak"', next: leak}
      - {if: 'reason == "leak"', next: other}
    else: bye
  withheld: {hangup: Withheld.}
  leak: {hangup: Leak.}
  other: {hangup: Other.}
"""


@pytest.mark.parametrize(
    ("caller", "said"),
    [(None, "Withheld."), ("+441632960123", "Leak."), ("+441632960124", "Other.")],
)
def test_branch_takes_the_first_case_that_holds(
    tmp_path: Path, caller: str | None, said: str
) -> None:
    text = BRANCH + BYE.replace("Bye", "Else")
    assert PlayedCall(good(tmp_path, text), caller).said == said


def test_branch_takes_else_where_no_case_holds(tmp_path: Path) -> None:
    text = BRANCH.replace("default: leak", "default: none") + BYE
    assert PlayedCall(good(tmp_path, text)).said == "Bye."


TEMPLATE = """\
schema: 1
template: ask
inputs: {word: {}, visits: {type: number, default: "1"}, way: {type: node}}
vars: {choice: {}}
start: question
nodes:
  question:
    menu: "About {word}, {visits}?"
    choices: [{key: 1, set: {choice: "{word}"}, next: way}, {key: 2, next: return}]
"""
TWICE = """\
use: ask.yaml
vars: {first: {default: water}}
start: a
nodes:
  a: {call: ask, with: {word: "{first}", way: b}, next: bye}
  b: {call: ask, with: {word: fire, visits: "2", way: c}, next: bye}
  c: {hangup: Done.}
"""


def test_a_template_runs_with_inputs_and_variables_of_its_own(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, TWICE + BYE, {"ask.yaml": TEMPLATE}))
    assert played.said == "About water, 1?"
    assert played.then(Pressed("1")).said == "About fire, 2?"
    assert played.then(Pressed("1")).said == "Done."
    assert (played.variable("a/choice"), played.variable("b/choice")) == ("water", "fire")
    assert played.state.path == ("a", "a/question", "b", "b/question", "c")


def test_return_hands_the_call_back(tmp_path: Path) -> None:
    played = PlayedCall(good(tmp_path, TWICE + BYE, {"ask.yaml": TEMPLATE}))
    assert played.then(Pressed("2")).node == "bye"
