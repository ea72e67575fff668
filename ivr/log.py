"""Logging: one JSON object per line, or readable lines at a terminal; never a secret.

Modules write with `structlog.get_logger()`; libraries' own records take the same way out.
Each process calls `configure_logging` once.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ivr.core.bucket import Bucket
from ivr.core.card_numbers import without_card_numbers
from ivr.settings import Settings

MASK = "[secret]"

# At their information level these write telephone numbers, or each migration step.
_TALKATIVE = ("twilio", "alembic")


def configure_logging(process: str, settings: Settings, stream: TextIO | None = None) -> None:
    """Log from now on as `process` to `stream` (default: standard error).

    Whatever is logged, no secret of `settings` is written.
    """
    stream = stream or sys.stderr

    def name_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"process": process, **event}

    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_MaskingFormatter(steps, stream.isatty(), _secrets(settings)))
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a line, tracebacks without local variables, and masks every known secret."""

    def __init__(self, steps: list[Processor], readable: bool, secrets: frozenset[str]) -> None:
        plain = structlog.dev.plain_traceback
        render: list[Processor] = (
            [_no_cards, structlog.dev.ConsoleRenderer(exception_formatter=plain)]
            if readable
            else [
                structlog.processors.format_exc_info,
                _no_cards,
                structlog.processors.JSONRenderer(),
            ]
        )
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            foreign_pre_chain=steps,
        )
        self._secrets = sorted(secrets, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line


def _no_cards(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Errors quote what they could not read."""
    return {
        name: without_card_numbers(value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def _secrets(settings: Settings) -> frozenset[str]:
    """The secrets themselves, and the passwords inside URLs, as written and decoded."""
    found = {settings.auth_token, settings.secret_key}
    if isinstance(settings.recordings, Bucket):
        bucket = settings.recordings
        found |= {each for each in (bucket.secret_access_key, bucket.session_token) if each}
    for url in (settings.redis_url, settings.database_url, settings.smtp_url):
        password = urlsplit(url).password if url else None
        if password:
            found |= {password, unquote(password)}
    return frozenset(found)
