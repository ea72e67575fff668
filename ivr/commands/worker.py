"""`python -m ivr worker`: one speech worker, here or on another machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "worker",
        help="run one speech worker, for instance on a second machine",
        description="Turn recordings into words until SIGTERM. `serve` runs its own workers; one "
        "on another machine needs the server's IVR_REDIS_URL, IVR_DATABASE_URL and carrier "
        "account, its folder of recordings, and speech models. It says which of these is missing.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop. Raises `ProcessError` where it does not belong to the server."""
    from ivr.log import configure_logging
    from ivr.processes.parent import end_with_supervisor
    from ivr.settings import load_settings

    supervised = end_with_supervisor()
    settings = load_settings()
    configure_logging("worker", settings)
    from ivr.speech.worker import run_worker

    if not supervised:
        _join(settings)
    run_worker(settings)
    return 0


def _join(settings: Settings) -> None:
    from ivr.processes.redis import connect
    from ivr.records import open_records
    from ivr.speech.home import join

    records = open_records(settings.database_url)
    with connect(settings) as redis:
        join(settings, redis, records)
    records.close()
