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
        "on another machine needs the server's IVR_REDIS_URL and a speech model. See "
        "docs/speech.md.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop. Raises `ProcessError` where this machine's clock is wrong."""
    from ivr.log import configure_logging
    from ivr.processes.parent import end_with_supervisor
    from ivr.settings import load_settings

    supervised = end_with_supervisor()
    settings = load_settings()
    configure_logging("worker", settings)
    from ivr.speech.worker import run_worker

    if supervised:
        run_worker(settings, hears=settings.speech_workers > 0)
    else:
        run_worker(settings, away=_is_away(settings))
    return 0


def _is_away(settings: Settings) -> bool:
    import structlog

    from ivr.processes.redis import PATIENT_SECONDS, connect
    from ivr.speech.elsewhere.home import check_clock, why_away

    seconds = PATIENT_SECONDS
    with connect(settings, connect_seconds=seconds, reply_seconds=seconds) as redis:
        why = why_away(settings, redis)
        check_clock(redis)
    if why:
        structlog.get_logger().info("worker away from home: it hears what the server asks", why=why)
    return why is not None
