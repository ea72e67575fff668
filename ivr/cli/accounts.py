"""`python -m ivr accounts`: who may sign in to the console."""

from __future__ import annotations

import argparse
import contextlib
import getpass
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.core.accounts.roles import Role

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords
    from ivr.core.accounts.account import Account
    from ivr.services.accounts import AccountService
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "accounts",
        help="who may sign in to the console",
        description="Make, list and change the accounts of the console. See docs/accounts.md.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    adding = acts.add_parser("add", help="make an account and set its password")
    adding.add_argument("login", metavar="NAME", help="what they sign in with")
    adding.add_argument("--full-name", default="", help="what they are called")
    adding.add_argument("--email", help="address that single sign-on knows them by")
    _role_arguments(adding)
    _link_argument(adding)
    adding.set_defaults(run=_add)
    acts.add_parser("list", help="list the accounts").set_defaults(run=_list)
    for name, act, words in (
        ("disable", _disable, "sign somebody out and let them in no more"),
        ("enable", _enable, "let somebody in again"),
        ("end-sessions", _end_sessions, "sign somebody out everywhere"),
        ("password", _password, "set somebody's password"),
        ("role", _role, "give somebody another role"),
    ):
        one = acts.add_parser(name, help=words)
        one.add_argument("login", metavar="NAME")
        one.set_defaults(run=act)
        if act is _password:
            _link_argument(one)
        if act is _role:
            _role_arguments(one)


def _role_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--operator", help="short name in agency.yaml, for an operator")
    parser.add_argument("--client", help="short name of the client, for a client")
    parser.add_argument("--person", help="which of the client's people, as its file names them")


def _link_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--link", action="store_true", help="print a link to set the password, and ask for none"
    )


@dataclass(frozen=True, slots=True)
class _AccountContext:
    """What the acts work with."""

    settings: Settings
    records: SqlRecords
    now: datetime

    @property
    def service(self) -> AccountService:
        from ivr.services.accounts import AccountService

        return AccountService(self.records)

    def account(self, login: str) -> Account:
        from ivr.errors import AccountError

        found = self.records.accounts.by_login(login)
        if found is None:
            raise AccountError(f"There is no account “{login}”; see `python -m ivr accounts list`.")
        return found

    def whole(self, account: Account) -> Account:
        """The account. Raises `AccountError` where its client has no such person, or the agency
        no such operator; `FlowError` where the agency's file is broken."""
        from ivr.adapters.files.agency import load_agency
        from ivr.adapters.files.flows.library import FolderLibrary
        from ivr.core.accounts.people import check_operator, check_person
        from ivr.core.nodes import KINDS

        if account.person:
            flows = {flow.client_id: flow for flow in FolderLibrary(self.settings.flows, KINDS)}
            check_person(account, flows.get(account.client or ""))
        if account.operator:
            check_operator(account, load_agency(self.settings.flows))
        return account

    def link(self, account: Account) -> str:
        from ivr.web.console.accounts.password_links import PasswordLinks

        links = PasswordLinks(self.settings.secret_key, self.records.accounts, lambda: self.now)
        return f"{self.settings.public_url}{links.link(account)}"


@contextlib.contextmanager
def _context() -> Iterator[_AccountContext]:
    from ivr.adapters.sql import migrate, open_records
    from ivr.adapters.system.running import settings_here

    settings = settings_here()
    migrate(settings.database_url)  # the first account may be made before the first start
    records = open_records(settings.database_url)
    try:
        yield _AccountContext(settings, records, datetime.now(UTC))
    finally:
        records.close()


def _add(args: argparse.Namespace) -> int:
    from ivr.core.accounts.account import Account
    from ivr.core.accounts.actor import at_server

    wanted = Account(
        id="",
        login=args.login,
        name=args.full_name,
        role=Role(args.role),
        email=args.email,
        operator=args.operator,
        client=args.client,
        person=args.person,
    )
    with _context() as context:
        password = None if args.link else _asked()
        account = context.service.add(context.whole(wanted), at_server(), context.now)
        _let_in(context, account, password)
    return 0


def _list(args: argparse.Namespace) -> int:
    with _context() as context:
        accounts = context.records.accounts.all()
        sessions = context.records.sessions.open_by_account(context.now)
    for account in accounts:
        whose = account.operator or " ".join(filter(None, (account.client, account.person)))
        role = f"{account.role} {whose}" if whose else account.role
        state = "disabled" if account.disabled else f"signed in: {sessions.get(account.id, 0)}"
        print(f"{account.login:20}  {role:30}  {state:13}  {account.name}")
    if not accounts:
        print("No account yet: python -m ivr accounts add NAME --role administrator")
    return 0


def _disable(args: argparse.Namespace) -> int:
    return _change(args.login, "disabled", disabled=True)


def _enable(args: argparse.Namespace) -> int:
    return _change(args.login, "enabled", disabled=False)


def _role(args: argparse.Namespace) -> int:
    return _change(
        args.login,
        f"changed the role to {args.role}",
        role=Role(args.role),
        operator=args.operator,
        client=args.client,
        person=args.person,
    )


def _change(login: str, act: str, **new: object) -> int:
    from ivr.core.accounts.actor import at_server

    with _context() as context:
        account = context.account(login)
        changed = replace(account, **new)  # type: ignore[arg-type]
        whole = context.whole(changed) if "person" in new else changed
        context.service.change(whole, act, at_server(), context.now)
    print(f"{account.login}: {act}, and signed out everywhere.")
    return 0


def _end_sessions(args: argparse.Namespace) -> int:
    from ivr.core.accounts.actor import at_server

    with _context() as context:
        account = context.account(args.login)
        context.service.end_sessions(account, "ended all sessions", at_server(), context.now)
    print(f"{account.login} is signed out everywhere.")
    return 0


def _password(args: argparse.Namespace) -> int:
    with _context() as context:
        account = context.account(args.login)
        _let_in(context, account, None if args.link else _asked())
    return 0


def _let_in(context: _AccountContext, account: Account, password_hash: str | None) -> None:
    """Set the password, or print the link with which the account's owner does so."""
    from ivr.core.accounts.actor import at_server

    if password_hash is None:
        context.service.note_password_link(account, at_server(), context.now)
        print("Give this link to nobody but its owner. It works once, for a day:")
        print(context.link(account))
        return
    act = "set the password"
    context.service.set_password(account, password_hash, act, at_server(), context.now)
    print(f"{account.login} signs in at {context.settings.public_url}/console/")


def _asked() -> str:
    """The hash of a password that is typed twice, unseen. Raises `AccountError`."""
    from ivr.core.accounts.passwords import hashed
    from ivr.errors import AccountError

    password = getpass.getpass("Password (12 characters or more): ")
    password_hash = hashed(password)
    if getpass.getpass("The same again: ") != password:
        raise AccountError("The two passwords are not the same; nothing was changed.")
    return password_hash
