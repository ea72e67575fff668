"""`python -m ivr console`: a link that signs you in to the console."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "console",
        help="print a link that signs you in to the console",
        description="Print a link to the console. It works once, for ten minutes; then you are "
        "signed in for twelve hours. Give it to nobody else.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the link. It goes nowhere else: it is a key."""
    from ivr.adapters.system.running import settings_here
    from ivr.web.console.accounts.sign_in import SignIn

    settings = settings_here()
    sign_in = SignIn(settings.secret_key, lambda: datetime.now(UTC))
    print(f"{settings.public_url}{sign_in.link()}")
    return 0
