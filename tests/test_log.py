"""Logging: one JSON object per line, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog

from ivr.core.bucket import Bucket
from ivr.log import MASK, configure_logging
from ivr.settings import Settings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def lines(settings: Settings) -> Callable[[], list[dict[str, Any]]]:
    """What was logged since the beginning of the test."""
    stream = io.StringIO()
    configure_logging("web", settings, stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger().info("call answered", call_sid="CA1", client="acme")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "call answered",
        "level": "info",
        "process": "web",
        "call_sid": "CA1",
        "client": "acme",
    }


def test_what_is_bound_once_is_on_every_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with structlog.contextvars.bound_contextvars(call_sid="CA1"):
        structlog.get_logger().info("one")
        logging.getLogger("library").warning("two")
    structlog.get_logger().info("three")
    assert [line.get("call_sid") for line in lines()] == ["CA1", "CA1", None]


def test_libraries_and_warnings_take_the_same_way(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("library").warning("has %s", "spoken")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", UserWarning, stacklevel=1)
    first, second = lines()
    assert (first["event"], first["process"]) == ("has spoken", "web")
    assert "UserWarning: old" in second["event"]


def test_a_traceback_has_no_local_variables(lines: Callable[[], list[dict[str, Any]]]) -> None:
    def fail() -> None:
        callers_words = "private words"
        raise ValueError(len(callers_words))

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines()
    assert "ValueError: 13" in line["exception"]
    assert "private words" not in line["exception"]


@pytest.mark.parametrize("stream_type", [io.StringIO, Terminal])
def test_no_secret_is_ever_written(settings: Settings, stream_type: type[io.StringIO]) -> None:
    settings = replace(
        settings,
        auth_token="tok-1234",
        secret_key="key-1234",
        smtp_url="smtp://me:mail%40pass@mail.example",
        redis_url="redis://:redis-pass@redis.example",
        database_url="postgresql://me:db-pass@db.example/tango",
        recordings=Bucket("b", secret_access_key="s3-pass", session_token="s3-session"),
    )
    stream = stream_type()
    configure_logging("web", settings, stream)
    log = structlog.get_logger()
    log.info("settings", settings=settings)
    log.info("decoded", password="mail@pass")
    log.info("object store", key="s3-pass", session="s3-session")
    logging.getLogger("library").error("connecting to %s", settings.redis_url)
    try:
        raise ConnectionError(settings.database_url)
    except ConnectionError:
        log.exception("failed with tok-1234")
    written = stream.getvalue()
    for secret in (
        "tok-1234",
        "key-1234",
        "mail%40pass",
        "mail@pass",
        "redis-pass",
        "db-pass",
        "s3-",
    ):
        assert secret not in written
    assert written.count(MASK) >= 8


def test_a_terminal_gets_readable_lines(settings: Settings) -> None:
    stream = Terminal()
    configure_logging("web", settings, stream)
    structlog.get_logger().info("call answered", client="acme")
    assert "call answered" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_libraries_that_write_telephone_numbers_are_quiet(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("twilio.http_client").info("To: +441632960001")
    assert lines() == []
