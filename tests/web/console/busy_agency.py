"""An agency on a busy day: something to see on every page of the console, for every role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.accounts.scopes import TokenScope
from ivr.core.jobs.acts import Close, Note
from ivr.core.jobs.job import Outcome
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.states import Presence
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.timeline import CallEvent, LegNote
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account, keep_token
from tests.adapters.sql.records_samples import snapshot
from tests.job_changes import act_on
from tests.web.console.calls.conversations_kept import record
from tests.web.console.client.client_inbox import AGENCY, CLIENT, IAN, MAYA, brought, left
from tests.web.console.jobs.test_job_pages import opened
from tests.web.console.operator.operator_room import RAINBOW, AtWork
from tests.web.console.small_console import NOON, Console

RICH = "CA-1"
"""The call of which there is most to see; it comes first by name."""

WHO: dict[Role, dict[str, Any]] = {
    Role.OPERATOR: {"name": "Sam Okafor", "operator": "sam"},
    Role.SUPERVISOR: {"name": "Grace Hill"},
    Role.EDITOR: {"name": "Edith Moss"},
    Role.ADMINISTRATOR: {"name": "Adam Root"},
    Role.CLIENT: {"name": "Ian Frost", "client": CLIENT, "person": "ian"},
}


def busy(work: AtWork) -> dict[Role, FlaskClient]:
    """Fill the console; returns a browser of each role in which somebody is signed in."""
    _jobs(work.console)
    _calls(work.console)
    _queue(work)
    keep_token(work.console.records, CLIENT, NOON, frozenset(TokenScope), "The till")
    return {role: _browser(work.console, role) for role in Role}


def _jobs(console: Console) -> None:
    late = left(console, IAN, -1, fields={"about": "the ceiling drips onto the stairs"})
    brought(console, late)
    console.records.messages.correct(late.message or "", "The tank", "misheard", "Sam Okafor", NOON)
    left(console, MAYA, 1, kind="emergency", caller="+447700900888")
    ours = left(console, AGENCY, 2, kind="booking", heard=None)
    act_on(console.records, ours.id, Note("Sounded upset"), "Sam Okafor", NOON)
    left(console, AGENCY, 0.5, caller=None)
    done = left(console, IAN)
    act_on(console.records, done.id, Close(Outcome.DONE, "rang"), "Ian Frost", NOON)
    fields = {"name": "Ann Lee", "number": "01604 529171", "about": "A quote"}
    opened(console, 3, client=CLIENT, fields=fields)
    for message in console.records.messages.newest():
        call = {"call_sid": message.call_sid, "from_": message.caller or WITHHELD}
        console.records.calls.note([snapshot(started_at=NOON, **call)])


def _calls(console: Console) -> None:
    path = ("greet", "open", "main", "urgent")
    about: dict[str, Any] = {"call_sid": RICH, "started_at": NOON}
    console.records.calls.note(
        [
            snapshot(path=path, **about),
            LegNote(key="1", role="operator", to="sam", how="completed", **about),
            LegNote(key="2", role="person", to="+447700900123", how="no-answer", **about),
            CallEvent(once="1", call_sid=RICH, at=NOON, what="put on hold", who="sam"),
        ]
    )
    console.records.calls.note([snapshot(call_sid="CA2", from_=WITHHELD, started_at=NOON)])
    record(console, client=CLIENT, call_sid=RICH, caller="+441632960001")


def _queue(work: AtWork) -> None:
    room = work.room
    for place, caller in enumerate(("+441632960001", "", "+33142685300")):
        at = NOON - timedelta(seconds=20 * place)
        terms = QueueEntry(f"CA-waiting{place}", CLIENT, caller, RAINBOW, place, (), at, 600)
        room.queue.wait(terms, NOON)
    room.operators.sign_on("joy", None, NOON)
    room.operators.wish("joy", Presence.AWAY, NOON, "lunch")


def _browser(console: Console, role: Role) -> FlaskClient:
    new = Account(id="", login=role.value, role=role, **WHO[role])
    account = keep_account(console.records, new, NOON)
    browser = console.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = console.records.sessions.begin(account, NOON)
    return browser
