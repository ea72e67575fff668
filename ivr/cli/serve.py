"""`python -m ivr serve`: run everything that is not configured to run elsewhere."""

from __future__ import annotations

import argparse
import os

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "serve",
        help="run Tango: Redis, web server, relay and speech workers",
        description="Run everything that is not configured to run elsewhere, until Ctrl-C or "
        "SIGTERM. See docs/settings.md for the settings, docs/running.md for systemd and nginx.",
    )
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="port to listen on (%(default)s)"
    )
    parser.add_argument("--app", default="ivr:create_app()", help=argparse.SUPPRESS)  # for tests
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from ivr.adapters.files.heartbeats import PROCESS_VARIABLE
    from ivr.adapters.system.running import fleeting_folders, only_server
    from ivr.log import configure_logging
    from ivr.settings import load_settings

    settings = load_settings()
    configure_logging("supervisor", settings)
    with only_server(settings), fleeting_folders(settings) as folders:
        # prometheus_client reads its own when it is imported, so the supervisor comes after it.
        os.environ.update({**folders, PROCESS_VARIABLE: "supervisor"})
        from ivr.processes.listening import handed_over, listen, local_url
        from ivr.processes.supervisor import supervise

        with handed_over() or listen(args.host, args.port) as listener:
            settings = load_settings(public_url=local_url(listener))
            supervise(settings, listener, lambda line: print(line, flush=True), args.app)
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 (any free one) to 65535")
    return int(text)
