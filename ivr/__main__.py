"""`python -m ivr COMMAND`, or `tango COMMAND` once installed: runs one of `ivr/cli`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ivr import cli as commands
from ivr.errors import TangoError


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands, in alphabetical order."""
    parser = argparse.ArgumentParser(
        prog="tango" if Path(sys.argv[0]).stem == "tango" else "python -m ivr",
        description="Tango: a call-answering engine for telephone-answering agencies.",
        epilog="Exit codes: 0 good, 1 findings, 2 wrong usage or an error that is explained.",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{commands.__name__}.{module.name}").add_parser(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. `arguments` default to the command line's."""
    args = build_parser().parse_args(arguments)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except TangoError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 128 + 2
    except BrokenPipeError:
        # Nobody reads on (`… | head`). Python would complain when it flushes at the end:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
