"""`python -m ivr worker`: one speech worker, here or on another machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ivr.errors import ProcessError

if TYPE_CHECKING:
    from ivr.adapters.speech.remote_worker import Local
    from ivr.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "worker",
        help="run one speech worker, for instance on a second machine",
        description="Turn recordings into words until SIGTERM. `serve` runs its own workers; one "
        "on another machine needs the server's IVR_REDIS_URL and a speech model. See "
        "docs/speech.md.",
    )
    parser.add_argument(
        "--fetch",
        action="store_true",
        help="on the server: fetch recordings and keep what workers elsewhere hand in, no more; "
        "`serve` runs one",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop. Raises `ProcessError` where this machine's clock is wrong."""
    from ivr.adapters.system.parent import end_with_supervisor
    from ivr.log import configure_logging
    from ivr.settings import load_settings

    supervised = end_with_supervisor()
    settings = load_settings()
    configure_logging("worker", settings)
    from ivr.processes.speech.worker import run_worker

    local = None if supervised else _local(settings)
    if local and args.fetch:
        raise ProcessError("Only a worker that has the server's database and storage can fetch.")
    run_worker(settings, local=local, hears=not args.fetch)
    return 0


def _local(settings: Settings) -> Local | None:
    """How a remote worker comes by recordings; None where it is one of the server's own."""
    import structlog

    from ivr.adapters.redis.server import PATIENT_SECONDS, connect
    from ivr.adapters.speech.server_facts import (
        check_clock,
        public_url_of_server,
        recordings_here,
        why_remote,
    )
    from ivr.settings import load_settings

    seconds = PATIENT_SECONDS
    with connect(settings, connect_seconds=seconds, reply_seconds=seconds) as redis:
        why = why_remote(settings, redis)
        check_clock(redis)
        if why is None:
            return None
        there = load_settings(public_url=public_url_of_server(redis))
        structlog.get_logger().info("worker.is_remote", why=why, server=there.public_url)
        return recordings_here(there, redis)
