"""`python -m ivr purges`: what was deleted, when, and by which rule."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from ivr.cli._shown import local_time, printable

if TYPE_CHECKING:
    from ivr.core.records.purge import Purge


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "purges",
        help="show what was deleted when its time was over",
        description="Show the proofs of what was deleted because its time was over or somebody "
        "asked for it, the latest first.",
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the proofs. Raises `RecordsError`."""
    from ivr.adapters.sql import open_records
    from ivr.settings import load_settings

    proofs = open_records(load_settings().database_url).purges.proofs()
    if args.json:
        print(json.dumps([asdict(proof) for proof in proofs], default=str, indent=2))
    else:
        print("\n".join(map(_as_text, proofs)) or "Nothing was deleted yet.")
    return 0


def _as_text(proof: Purge) -> str:
    facts = [
        local_time(proof.at),
        f"{proof.client or '(no client)':16}",
        f"{proof.count:6} × {proof.kind:10}",
        f"from before {local_time(proof.until)}",
        f"{proof.rule} {proof.version}".strip(),
        f"by {proof.by}",
    ]
    return printable("  ".join(facts))
