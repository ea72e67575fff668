"""`python -m ivr settings`: every setting, its default and its effect."""

from __future__ import annotations

import argparse


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    text = "print the reference of all settings (Markdown)"
    parser = subparsers.add_parser("settings", help=text, description=text.capitalize() + ".")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the page."""
    from ivr.settings import settings_page

    print(settings_page(), end="")
    return 0
