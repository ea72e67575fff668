"""Pages for administrators: the accounts of those who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.account import Account
from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.people import check_operator, check_person
from ivr.core.accounts.roles import Permission, Role
from ivr.core.agency import Agency
from ivr.errors import AccountError
from ivr.services.accounts import AccountService
from ivr.web.console.access import answer, current_account, needs
from ivr.web.console.accounts.password_links import PasswordLinks
from ivr.web.console.clients import Clients
from ivr.web.console.pages import notice


@dataclass(frozen=True, slots=True)
class AccountPages:
    """What the pages need; `public_url` begins the links that they show, `agency` is the
    agency as it is now."""

    records: SqlRecords
    accounts: AccountService
    links: PasswordLinks
    clock: Callable[[], datetime]
    public_url: str
    clients: Clients
    agency: Callable[[], Agency]

    def list(self, *, link: str = "", problem: str = "", status: int = 200) -> Response:
        """The page of all accounts, with a link to set a password where one was just made."""
        text = render_template(
            "console/accounts.html",
            accounts=self.records.accounts.all(),
            sessions=self.records.sessions.open_by_account(self.clock()),
            roles=list(Role),
            operators=self.agency().operator_names,
            clients=self.clients.names(),
            whose=self.whose,
            link=link,
            problem=problem,
            form=request.form,
        )
        return make_response(text, status)

    def whose(self, account: Account) -> tuple[str, ...]:
        """Which operator an account is, or which client's and whose there, by name."""
        flow = self.clients.flow(account.client or "")
        client = flow.client.name if flow else account.client
        person = flow.people.get(account.person or "") if flow else None
        operator = self.agency().operator_names.get(account.operator or "", account.operator)
        names = (
            f"operator {operator}" if operator else None,
            client,
            person.name if person else account.person,
        )
        return tuple(name for name in names if name)

    def with_link(self, account: Account) -> Response:
        """The page with a new link for `account`, which is shown this once."""
        return self.list(link=f"{self.public_url}{self.links.link(account)}")

    def whole(self, account: Account) -> Account:
        """The account. Raises `AccountError` where its client has no such person, or the agency
        no such operator."""
        check_person(account, self.clients.flow(account.client or ""))
        check_operator(account, self.agency())
        return account

    def changed(self, old: Account, act: str, **new: object) -> AnyResponse:
        """Keep a change and show the page again."""
        try:
            changed = replace(old, **new)  # type: ignore[arg-type]
            self.accounts.change(changed, act, signed_in(current_account()), self.clock())
        except AccountError as error:
            return self.list(problem=str(error), status=422)
        answer(f"{old.login}: {act}, and signed out everywhere.")
        return redirect(url_for("console.accounts"), 303)


def account_routes(console: Blueprint, pages: AccountPages) -> None:
    """Add the addresses."""
    _add_list(console, pages)
    _add_acts(console, pages)


def _add_list(console: Blueprint, pages: AccountPages) -> None:
    @console.get("/accounts/")
    @needs(Permission.KEEP_ACCOUNTS)
    def accounts() -> Response:
        return pages.list()

    @console.post("/accounts/")
    @needs(Permission.KEEP_ACCOUNTS)
    def add_account() -> Response:
        try:
            wanted = pages.whole(_wanted())
            account = pages.accounts.add(wanted, signed_in(current_account()), pages.clock())
        except AccountError as error:
            return pages.list(problem=str(error), status=422)
        return pages.with_link(account)


def _add_acts(console: Blueprint, pages: AccountPages) -> None:
    """What can be done to one account, each by a form of its own."""

    def role(account: Account) -> AnyResponse:
        new = _role()
        operator = _field("operator") if new is Role.OPERATOR else None
        client = _field("client") if new is Role.CLIENT else None
        person = _field("person") if new is Role.CLIENT else None
        pages.whole(replace(account, operator=operator, client=client, person=person))
        act = f"changed the role from {account.role} to {new}"
        whose = {"operator": operator, "client": client, "person": person}
        return pages.changed(account, act, role=new, **whose)

    def end_sessions(account: Account) -> AnyResponse:
        actor = signed_in(current_account())
        pages.accounts.end_sessions(account, "ended all sessions", actor, pages.clock())
        answer(f"{account.login} is signed out everywhere.")
        return redirect(url_for("console.accounts"), 303)

    def password(account: Account) -> AnyResponse:
        pages.accounts.note_password_link(account, signed_in(current_account()), pages.clock())
        return pages.with_link(account)

    acts: dict[str, Callable[[Account], AnyResponse]] = {
        "role": role,
        "disable": lambda account: pages.changed(account, "disabled", disabled=True),
        "enable": lambda account: pages.changed(account, "enabled", disabled=False),
        "end-sessions": end_sessions,
        "password": password,
    }

    @console.post("/accounts/<account_id>/<act>")
    @needs(Permission.KEEP_ACCOUNTS)
    def change_account(account_id: str, act: str) -> AnyResponse:
        account = pages.records.accounts.by_id(account_id)
        if account is None or act not in acts:
            return notice("No such account", "This account is not there any more.", 404)
        try:
            return acts[act](account)
        except AccountError as error:
            return pages.list(problem=str(error), status=422)


def _wanted() -> Account:
    role = _role()
    return Account(
        id="",
        login=_field("login") or "",
        name=_field("name") or "",
        role=role,
        email=_field("email"),
        operator=_field("operator"),
        client=_field("client"),
        person=_field("person"),
    )


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise AccountError(f"A role is one of {', '.join(Role)}.") from error


def _field(name: str) -> str | None:
    return request.form.get(name, "").strip() or None
