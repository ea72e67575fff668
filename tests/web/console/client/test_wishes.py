"""What the form of the client's page asks for, and what callers would hear then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.adapters.files.flows.load import load
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest, made
from ivr.core.call.engine import CallFlow
from ivr.core.nodes import KINDS
from ivr.errors import StatusError
from ivr.web.console.client.client_user import ClientUser, visitor_of
from ivr.web.console.client.wishes import Form, preview, speaks_for, wish_of
from tests.flow_files import EXAMPLES, good

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def flow() -> CallFlow:
    found = load(EXAMPLES / "rainbow-frost.yaml", KINDS).flow
    assert found is not None
    return found


def visitor(flow: CallFlow, person: str | None = "maya") -> ClientUser:
    account = Account(
        id="1", login="x", name="X", role=Role.CLIENT, client="rainbow-frost", person=person
    )
    return visitor_of(account, flow)


def wished(flow: CallFlow, person: str | None = "maya", **form: str) -> StatusRequest:
    return wish_of(Form(**form), visitor(flow, person), flow, TUESDAY)


@pytest.mark.parametrize(
    ("form", "starts", "ends"),
    [
        ({}, 0, None),
        ({"until": "3pm"}, 0, 3),
        ({"until": "Until  3PM"}, 0, 3),
        ({"until": "2h"}, 0, 2),
        ({"until": "for 90 minutes"}, 0, 1.5),
        ({"until": "tomorrow 9am"}, 0, 21),
        ({"begins": "2pm", "until": "4pm"}, 2, 4),
        ({"begins": "from tomorrow 9am"}, 21, None),
        ({"begins": "tomorrow 9am", "until": "10am"}, 21, 22),
        ({"begins": "tomorrow 9am", "until": "tomorrow 5pm"}, 21, 29),
        ({"begins": "6pm", "until": "tomorrow 9am"}, 6, 21),
        ({"begins": "3pm", "until": "2h"}, 3, 5),
    ],
)
def test_moments_are_written_as_people_write_them(
    form: dict[str, str], starts: float, ends: float | None, flow: CallFlow
) -> None:
    wish = wished(flow, **form)
    assert wish.starts == TUESDAY + starts * HOUR
    assert wish.ends == (None if ends is None else TUESDAY + ends * HOUR)
    assert (wish.kind, wish.by, wish.how) == (StatusKind.AWAY, "Maya Frost", How.PAGE)


@pytest.mark.parametrize("kind", StatusKind)
def test_each_kind_can_be_wished_for(kind: StatusKind, flow: CallFlow) -> None:
    assert wished(flow, kind=kind, until="3pm").kind is kind


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "back"},
        {"kind": ""},
        {"kind": "back away"},
        {"until": "3"},
        {"until": "9am"},
        {"until": "the cows come home"},
        {"begins": "3pm", "until": "2pm"},
        {"begins": "tomorrow 6pm", "until": "tomorrow 9am"},
        {"begins": "soon"},
        {"whose": "ian"},
        {"whose": "nobody"},
    ],
)
def test_what_is_not_clear_or_not_theirs_is_refused(form: dict[str, str], flow: CallFlow) -> None:
    with pytest.raises(StatusError):
        wished(flow, **form)


def test_people_speak_for_themselves_and_for_everybody_and_the_office_for_each(
    flow: CallFlow,
) -> None:
    assert list(speaks_for(visitor(flow), flow)) == ["maya", "everybody"]
    assert list(speaks_for(visitor(flow, None), flow)) == ["everybody", "ian", "maya"]
    assert wished(flow).person == "maya"
    assert wished(flow, whose="everybody").person is None
    assert wished(flow, None).person is None
    assert wished(flow, None, whose="ian").person == "ian"


def test_the_preview_says_for_whom_what_changes(flow: CallFlow) -> None:
    shown = preview(wished(flow, until="3pm"), (), flow, TUESDAY, "Larkfield")
    assert shown.says == "Maya Frost is away until 3 pm"
    assert shown.at == TUESDAY
    [leak] = shown.changed
    assert leak.who == "Those who press 2 (“leak”)"
    assert leak.now.startswith("are put through to Maya Frost")
    assert leak.then.startswith("wait for somebody at the agency, or else leave a message for Lark")


BY_DAY = """\
people: {maya: {name: Maya Frost, phone: "+44 7700 900123"}}
calendars: {day: {mon-fri: "09:00-17:00"}}
start: when
nodes:
  when: {hours: day, open: maya, closed: bye}
  maya: {dial: maya, answered: bye, nobody: bye}
  bye: {hangup: Bye.}
"""


def test_what_makes_no_difference_at_first_is_shown_for_when_it_does(tmp_path: Path) -> None:
    by_day, night = good(tmp_path, BY_DAY), TUESDAY + 10.5 * HOUR
    wish = wish_of(Form(until="Friday"), visitor(by_day), by_day, night)
    shown = preview(wish, (), by_day, night, "Larkfield")
    assert shown.at == TUESDAY + 21 * HOUR
    assert [way.then for way in shown.changed] == ["hear “Bye.”, and the call ends"]
    short = wish_of(Form(until="midnight"), visitor(by_day), by_day, night)
    assert preview(short, (), by_day, night, "Larkfield").changed == ()


def test_what_it_takes_the_place_of_is_said(flow: CallFlow) -> None:
    old = made(wished(flow, until="5pm"), "1", TUESDAY)
    other = made(wished(flow, None, whose="ian"), "2", TUESDAY)
    wish = wished(flow, kind="emergencies", until="3pm")
    shown = preview(wish, (old, other), flow, TUESDAY, "Larkfield")
    assert shown.instead_of == ("Maya Frost is away until 5 pm",)
