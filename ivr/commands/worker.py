"""`python -m ivr worker`: one speech worker, here or on another machine."""

from __future__ import annotations

import argparse


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "worker",
        help="run one speech worker, for instance on a second machine",
        description="Turn recordings into words until SIGTERM. `serve` runs its own workers; a "
        "worker on another machine needs IVR_REDIS_URL, IVR_DATABASE_URL and the recordings "
        "folder in common with it.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    from ivr.log import configure_logging
    from ivr.processes.parent import end_with_supervisor
    from ivr.settings import load_settings

    end_with_supervisor()
    settings = load_settings()
    configure_logging("worker", settings)
    from ivr.speech.worker import run_worker

    run_worker(settings)
    return 0
