"""The console of a small agency, on real parts, with a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from ivr.adapters.files.agency import LatestAgency
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import SqlRecords
from ivr.bootstrap import Services
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.agency import Agency
from ivr.core.nodes.base import Kind
from ivr.settings import Settings
from ivr.web.console.accounts.sign_in import SignIn
from ivr.web.console.conversations import Conversations
from ivr.web.console.pages import SESSION
from ivr.web.console.routes import console_routes
from tests.accounts import keep_account

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

FLOW = """\
use: templates/nights.yaml
start: greet
nodes:
  greet: {say: "Good {daypart}.", next: night}
  night: {call: nights, next: done}
  done: {hangup: "Bye <b>all</b>."}
"""

TEMPLATE = """\
schema: 1
template: nights
start: ask
nodes:
  ask: {menu: "Press 1.", choices: [{key: "1", next: return}]}
"""


@dataclass(frozen=True)
class _Services(Services):
    """Services of an agency without a file."""

    given: Agency = field(kw_only=True)
    talks: Conversations | None = None

    @cached_property
    def agency(self) -> Agency:
        return self.given

    @cached_property
    def latest_agency(self) -> LatestAgency:
        return LatestAgency(self.settings.flows, self.given)

    @cached_property
    def conversations(self) -> Conversations:  # type: ignore[override]
        return self.talks or super().conversations

    @cached_property
    def operator_calls(self) -> None:  # type: ignore[override]
        """Nobody is rung."""


@dataclass
class Console:
    """The console of a small agency, and a browser without a session."""

    settings: Settings
    records: SqlRecords
    library: FolderLibrary[Kind]
    redis: Redis
    now: list[datetime] = field(default_factory=lambda: [NOON])
    agency: Agency = field(default_factory=lambda: Agency.model_validate({}))
    conversations: Conversations | None = None

    def __post_init__(self) -> None:
        self.services = _Services(
            self.settings,
            self.redis,
            self.records,
            lambda: self.library,
            lambda: self.now[0],
            given=self.agency,
            talks=self.conversations,
        )
        self.app = Flask("console", static_folder=None)
        self.app.register_blueprint(console_routes(self.services))
        self.browser = self.app.test_client()

    @property
    def flows(self) -> Path:
        """The folder of client files."""
        return self.settings.flows

    def link(self) -> str:
        """A new sign-in link's path."""
        return SignIn(self.settings.secret_key, lambda: self.now[0]).link()

    def signed_in(self) -> FlaskClient:
        """The browser, signed in."""
        assert self.browser.get(self.link()).status_code == 303
        return self.browser


def as_role(console: Console, role: Role, **whose: Any) -> FlaskClient:
    """A browser in which somebody of this role is signed in."""
    new = Account(id="", login=role.value, name="X", role=role, **whose)
    account = keep_account(console.records, new, NOON)
    browser = console.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = console.records.sessions.begin(account, NOON)
    return browser
