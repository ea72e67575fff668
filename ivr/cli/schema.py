"""`python -m ivr schema`: what may stand in a file, for editors and for people."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "schema",
        help="print what may stand in a client file, for editors",
        description="Print the JSON Schema of client files, by which editors complete, explain "
        "and check what is typed.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--template", action="store_true", help="of templates instead")
    which.add_argument("--agency", action="store_true", help="of agency.yaml instead")
    which.add_argument(
        "--reference", action="store_true", help="the language's reference for people instead"
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="write to a file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print, or write, what was asked for. Raises `FlowError` where it cannot be written."""
    text = _text(args)
    if args.output:
        _write(args.output, text)
    else:
        print(text, end="")
    return 0


def _write(output: Path, text: str) -> None:
    from ivr.atomic_files import write_text
    from ivr.errors import FlowError

    try:
        write_text(output, text)
    except OSError as error:
        raise FlowError(f"{output} cannot be written: {error.strerror}.") from error


def _text(args: argparse.Namespace) -> str:
    if args.reference:
        from ivr.core.flow.reference import reference
        from ivr.core.nodes import KINDS

        return reference(KINDS)
    which = "template" if args.template else "agency" if args.agency else "client"
    return schema_text(which)


def schema_text(which: str) -> str:
    """The schema of a `client` file, a `template` or the `agency` file, as it is committed."""
    from ivr.core.agency import AgencyFile
    from ivr.core.flow.document import ClientFile, TemplateFile
    from ivr.core.flow.json_schema import document_schema
    from ivr.core.nodes import KINDS

    match which:
        case "template":
            schema = document_schema(TemplateFile, "A template of Tango", KINDS)
        case "agency":
            schema = document_schema(AgencyFile, "The agency's file of Tango")
        case _:
            schema = document_schema(ClientFile, "A client file of Tango", KINDS)
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
