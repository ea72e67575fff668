"""`python -m ivr graph`: a client's flow as a picture."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.call.engine import CallFlow
    from ivr.settings import Settings
    from ivr.tools.picture.graph import GraphNode
    from ivr.tools.picture.look import Counts
    from ivr.tools.picture.svg import Link

FORMATS = {".svg": "svg", ".mmd": "mermaid", ".md": "mermaid"}
"""The format that a file's name asks for."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "graph",
        help="draw a client's flow, as SVG or Mermaid",
        description="Draw what callers of a client hear and where they may go: as Mermaid text, "
        "or as an SVG picture that any browser shows.",
    )
    parser.add_argument(
        "client", metavar="CLIENT", help="a client, or a draft such as drafts/acme.yaml"
    )
    parser.add_argument(
        "-f", "--format", choices=("svg", "mermaid"), help="by default as FILE ends, else mermaid"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="write to FILE, such as picture.svg"
    )
    parser.add_argument(
        "--counts", action="store_true", help="with how often callers took each way"
    )
    parser.add_argument(
        "--days", type=_days, default=30, help="days that the counts cover (%(default)s)"
    )
    parser.add_argument(
        "--version", metavar="VERSION", help="of an earlier version, as `history` shows it"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw. Raises `FlowError` where there is no such client or its file has errors, and where
    FILE cannot be written; `UnknownVersion`; `RecordsError` where the counts cannot be had."""
    from ivr.cli.diff import kept_version
    from ivr.settings import load_settings
    from ivr.tools.picture.graph import graph
    from ivr.tools.picture.mermaid import mermaid
    from ivr.tools.picture.svg import svg

    settings = load_settings()
    output: Path | None = args.output
    if args.version:
        drawn = graph(kept_version(settings, args.client, args.version))
    else:
        drawn = graph(_flow(settings, args.client))
    counts = _counts(settings, Path(args.client).stem, args.days) if args.counts else None
    if (args.format or _implied(output)) == "svg":
        text = svg(drawn, _link(output.parent if output else Path()), counts)
    else:
        text = mermaid(drawn, counts)
    if output:
        _write(output, text)
    else:
        print(text, end="")
    return 0


def _implied(output: Path | None) -> str:
    """The format that a file's name asks for. Raises `FlowError` where it asks for another."""
    from ivr.errors import FlowError

    if output is None or not output.suffix:
        return "mermaid"
    if output.suffix not in FORMATS:
        raise FlowError(
            f"{output} would be no {output.suffix} file: pictures are .svg, Mermaid text is .mmd "
            f"or .md. Name it {output.stem}.svg, which any browser shows."
        )
    return FORMATS[output.suffix]


def _flow(settings: Settings, client: str) -> CallFlow:
    from ivr.adapters.files.flows.folder import client_file
    from ivr.adapters.files.flows.load import load
    from ivr.cli._drafts import draft, is_draft
    from ivr.core.nodes import KINDS
    from ivr.errors import FlowError

    if is_draft(client):
        return draft(settings, client)[0]
    loaded = load(client_file(settings.flows, client), KINDS)
    if loaded.flow is None:
        raise FlowError("\n".join(map(str, loaded.findings)))
    return loaded.flow


def _counts(settings: Settings, client: str, days: int) -> Counts:
    from ivr.adapters.sql import open_records

    since = datetime.now(UTC) - timedelta(days=days)
    return open_records(settings.database_url).calls.ways_taken(client, since).counts


def _link(folder: Path) -> Link:
    """Links to the lines of the files, from a picture in `folder`."""

    def link(node: GraphNode) -> str | None:
        if node.built_in:
            return None
        return f"{Path(os.path.relpath(node.file, folder)).as_posix()}#L{node.line}"

    return link


def _write(output: Path, text: str) -> None:
    from ivr.atomic_files import write_text
    from ivr.errors import FlowError

    try:
        write_text(output, text)
    except OSError as error:
        raise FlowError(f"{output} cannot be written: {error.strerror}.") from error


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError("write a number of days from 1 to 3650")
    return int(text)
