"""`python -m ivr tokens`: what programs may use the API with."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.core.accounts.scopes import ALLOWS, TokenScope

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "tokens",
        help="what programs may use the API with",
        description="Make, list and revoke tokens for the API. See docs/api.md.",
        epilog="Scopes: " + "; ".join(f"{scope}, to {words}" for scope, words in ALLOWS.items()),
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    making = acts.add_parser("make", help="make a token, and print it this once")
    making.add_argument("name", metavar="NAME", help="which program it is for")
    making.add_argument("--client", help="short name of the client that alone it sees")
    making.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=[scope.value for scope in TokenScope],
        help="what it may be used for; may be repeated",
    )
    making.add_argument("--days", type=int, help="after how many days it expires; default: never")
    making.set_defaults(run=_make)
    acts.add_parser("list", help="list the tokens").set_defaults(run=_list)
    revoking = acts.add_parser("revoke", help="let a token in no more, at once")
    revoking.add_argument("id", metavar="ID", help="its id, or how that begins")
    revoking.set_defaults(run=_revoke)


def _records() -> SqlRecords:
    from ivr.adapters.sql import migrate, open_records
    from ivr.adapters.system.running import settings_here

    settings = settings_here()
    migrate(settings.database_url)
    return open_records(settings.database_url)


def _make(args: argparse.Namespace) -> int:
    from ivr.core.accounts.actor import at_server
    from ivr.errors import AccountError
    from ivr.services.tokens import TokenService

    if args.days is not None and not 1 <= args.days <= 3660:
        raise AccountError("A token expires after 1 to 3660 days.")
    now = datetime.now(UTC)
    until = now + timedelta(days=args.days) if args.days else None
    scopes = frozenset(map(TokenScope, args.scope))
    records = _records()
    try:
        service, actor = TokenService(records), at_server()
        _, key = service.make(args.name, args.client, scopes, actor, now, until)
    finally:
        records.close()
    print("Keep it where the program keeps its secrets; it is not shown again:")
    print(key)
    return 0


def _list(args: argparse.Namespace) -> int:
    records, now = _records(), datetime.now(UTC)
    try:
        tokens = records.tokens.all()
    finally:
        records.close()
    for token in tokens:
        state = "active" if token.holds(now) else "revoked" if token.revoked_at else "expired"
        seen = f"used {token.seen_at:%Y-%m-%d %H:%M}" if token.seen_at else "never used"
        whose = token.client or "all clients"
        scopes = " ".join(sorted(token.scopes))
        print(f"{token.id[:8]}  {state:7}  {seen:21}  {whose:20}  {token.name}: {scopes}")
    if not tokens:
        print("No token yet: python -m ivr tokens make NAME --scope jobs:read")
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from ivr.core.accounts.actor import at_server
    from ivr.errors import AccountError
    from ivr.services.tokens import TokenService

    records, now = _records(), datetime.now(UTC)
    try:
        found = [each for each in records.tokens.all() if each.id.startswith(args.id)]
        if len(found) != 1:
            raise AccountError(
                f"{len(found) or 'No'} tokens have an id that begins with “{args.id}”; "
                "see `python -m ivr tokens list`."
            )
        TokenService(records).revoke(found[0], at_server(), now)
    finally:
        records.close()
    print(f"{found[0].name}: revoked.")
    return 0
