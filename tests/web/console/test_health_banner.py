"""Who keeps Tango running sees on every page that something does not work."""

from __future__ import annotations

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.readiness import PartState, Readiness, judge
from tests.web.console.small_console import Console, as_role

PARTS = ("redis", "database", "relay", "relay/journal", "relay/delivery")


class Told:
    """A readiness that the test says: the parts that are down, and why."""

    def __init__(self, **down: str) -> None:
        self.down = {name.replace("__", "/"): why for name, why in down.items()}

    def soon(self, seconds: float) -> Readiness:
        return judge(PartState(name, self.down.get(name, "")) for name in PARTS)


def page(console: Console, role: Role, told: Told) -> str:
    console.app.extensions["readiness"] = told
    whose = {"operator": "sam"} if role is Role.OPERATOR else {}
    return as_role(console, role, **whose).get("/console/account").text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR])
def test_supervisors_see_what_is_down(console: Console, role: Role) -> None:
    told = Told(database="locked", relay__journal="fails", relay__delivery="fails")
    text = "Callers are answered, but not everything works: database (locked), relay (fails)."
    assert text in page(console, role, told)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR])
def test_others_can_do_nothing_about_it(console: Console, role: Role) -> None:
    assert "everything works" not in page(console, role, Told(database="locked"))


def test_what_is_not_bridged_is_said_as_it_is(console: Console) -> None:
    told = Told(redis="away", database="away")
    text = page(console, Role.SUPERVISOR, told)
    assert "Tango cannot do its work: redis (away), database (away)." in text


def test_a_relay_that_is_silent_is_no_reason_to_fear_for_messages(console: Console) -> None:
    text = page(console, Role.SUPERVISOR, Told(relay="silent"))
    assert "Callers are answered, but nothing is passed on: relay (silent)." in text


def test_all_is_well(console: Console) -> None:
    assert '<p class="bad" role="alert">' not in page(console, Role.ADMINISTRATOR, Told())
