"""`python -m ivr diff CLIENT`: in words, how a file differs from what callers hear now."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.call.engine import CallFlow
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "diff",
        help="say in words what a file changes",
        description="Say in words how a client's file, or a draft, differs from the version that "
        "is live, or how one version differs from another.",
    )
    parser.add_argument("client", metavar="CLIENT", help="a client, such as rainbow-frost")
    parser.add_argument(
        "new", metavar="NEW", nargs="?", help="a file or a version (default: the client's file)"
    )
    parser.add_argument(
        "old", metavar="OLD", nargs="?", help="a version to compare with (default: the live one)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the differences. Raises `FlowError`, `UnknownClient`, `UnknownVersion`."""
    from ivr.core.flow.differences import differences
    from ivr.settings import load_settings

    settings = load_settings()
    new = _flow(settings, args.client, args.new)
    old = kept_version(settings, args.client, args.old)
    found = list(differences(old, new))
    for line in found or ["Nothing changes."]:
        print(line)
    return 0


def _flow(settings: Settings, client: str, new: str | None) -> CallFlow:
    """The flow of a file, or a version."""
    from ivr.adapters.files.flows.folder import client_file
    from ivr.adapters.files.flows.load import load
    from ivr.core.nodes import KINDS
    from ivr.errors import FlowError

    if new is not None and not Path(new).is_file():
        return kept_version(settings, client, new)
    path = Path(new) if new else client_file(settings.flows, client)
    loaded = load(path, KINDS, folder=settings.flows)
    if loaded.flow is None:
        raise FlowError("\n".join(str(finding) for finding in loaded.findings))
    return loaded.flow


def kept_version(settings: Settings, client: str, version: str | None) -> CallFlow:
    """A version from the records, by default the live one. Raises `UnknownVersion`."""
    from ivr.adapters.files.flows.load import rebuild
    from ivr.adapters.sql import open_records
    from ivr.core.nodes import KINDS
    from ivr.errors import UnknownVersion

    records = open_records(settings.database_url)
    wanted = version or records.versions.live(datetime.now(UTC)).get(client)
    texts = records.versions.texts(client, wanted) if wanted else None
    if wanted is None or texts is None:
        what = f"version '{version}'" if version else "live version"
        raise UnknownVersion(f"'{client}' has no {what}; see `history {client}`.")
    flow = rebuild(client, wanted, texts, settings.flows, KINDS)
    if flow is None:
        raise UnknownVersion(
            f"Version '{wanted}' of '{client}' cannot take calls any more: a file that it plays is "
            "gone, or Tango has changed. Put the file back, or choose another version."
        )
    return flow
