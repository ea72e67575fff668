"""The health pages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.metrics import MetricWrapperBase
from redis import Redis

from ivr import metrics
from ivr.adapters.files.heartbeats import FOLDER_VARIABLE, Heartbeats
from ivr.adapters.sql import migrate
from ivr.errors import TangoError
from ivr.metrics import Scraped
from ivr.services.readiness import Check
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.health import health_routes
from tests.flow_files import write
from tests.s3_server import ObjectStore

ROOT = Path(__file__).parents[2]

OK = {"ok": True}
ALL_WELL = {"redis": OK, "database": OK, "disk": OK}


def client_of(settings: Settings, **noted: Check) -> FlaskClient:
    app = Flask("health")
    app.register_blueprint(health_routes(settings, noted))
    return app.test_client()


@pytest.fixture
def ready(settings: Settings, redis: object) -> Settings:
    """Settings whose Redis and database both answer."""
    migrate(settings.database_url)
    return settings


@pytest.fixture
def refusing(redis: Redis) -> Iterator[None]:
    """Redis answers, and takes no writes: a replica that it was told to have is missing."""
    redis.config_set("min-replicas-to-write", 1)
    yield
    redis.config_set("min-replicas-to-write", 0)


def test_alive_even_when_nothing_else_is(settings: Settings) -> None:
    away = replace(settings, redis_url="redis://127.0.0.1:1")
    assert client_of(away).get("/healthz").status_code == 200


def test_ready_when_every_part_is(ready: Settings) -> None:
    answer = client_of(ready, flows=lambda: None).get("/readyz")
    assert answer.status_code == 200
    checks = {**ALL_WELL, "flows": OK}
    assert answer.json == {"ready": True, "degraded": False, "checks": checks}


def test_without_redis_callers_still_leave_messages(ready: Settings) -> None:
    answer = client_of(replace(ready, redis_url="redis://127.0.0.1:1")).get("/readyz")
    assert answer.status_code == 200
    checks = {**ALL_WELL, "redis": {"ok": False, "why": "away"}}
    assert answer.json == {"ready": True, "degraded": True, "checks": checks}


def test_a_redis_that_answers_but_takes_no_writes_is_seen(ready: Settings, refusing: None) -> None:
    answer = client_of(ready).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["redis"] == {"ok": False, "why": "refuses writes"}
    assert (answer.status_code, answer.json["degraded"]) == (200, True)


def test_a_redis_whose_memory_is_full_is_seen(ready: Settings, redis: Redis) -> None:
    redis.config_set("maxmemory", 1)
    try:
        answer = client_of(ready).get("/readyz")
    finally:
        redis.config_set("maxmemory", 0)
    assert answer.json
    assert answer.json["checks"]["redis"] == {"ok": False, "why": "refuses writes"}


def test_without_the_database_calls_are_journalled(settings: Settings, redis: object) -> None:
    nowhere = replace(settings, database_url="sqlite:////proc/nowhere/records.sqlite3")
    answer = client_of(nowhere).get("/readyz")
    assert answer.status_code == 200
    checks = {**ALL_WELL, "database": {"ok": False, "why": "away"}}
    assert answer.json == {"ready": True, "degraded": True, "checks": checks}


def test_a_database_that_another_process_has_locked_is_seen_in_time(ready: Settings) -> None:
    with sqlite3.connect(ready.database_url.removeprefix("sqlite:///")) as other:
        other.execute("BEGIN IMMEDIATE")
        client = client_of(ready)
        answer = client.get("/readyz")
        assert answer.json
        assert answer.json["checks"]["database"]["ok"] is False
        assert (answer.status_code, answer.json["degraded"]) == (200, True)
        other.rollback()
    other.close()


def test_a_database_that_cannot_be_written_is_seen(ready: Settings) -> None:
    read_only = replace(ready, database_url=_read_only(ready.database_url))
    answer = client_of(read_only).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["database"] == {"ok": False, "why": "read-only"}


def test_a_database_without_tables_is_seen(settings: Settings, redis: object) -> None:
    answer = client_of(settings).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["database"] == {"ok": False, "why": "not set up"}


def _read_only(url: str) -> str:
    path = url.removeprefix("sqlite:///")
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def test_without_either_nothing_can_be_kept(ready: Settings) -> None:
    neither = replace(
        ready, redis_url="redis://127.0.0.1:1", database_url="sqlite:////proc/no/records.sqlite3"
    )
    answer = client_of(neither).get("/readyz")
    assert answer.json
    assert (answer.status_code, answer.json["ready"]) == (503, False)


def test_a_folder_that_cannot_be_written_is_seen(ready: Settings) -> None:
    answer = client_of(replace(ready, recordings=Path("/proc/recordings"))).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["disk"]["ok"] is False
    assert (answer.status_code, answer.json["degraded"]) == (200, True)


def test_a_bucket_that_takes_no_recordings_is_seen(
    ready: Settings, object_store: ObjectStore
) -> None:
    bucket = object_store.bucket()
    answer = client_of(replace(ready, recordings=bucket)).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["recordings"] == OK
    nowhere = replace(ready, recordings=replace(bucket, name="nobody-has-it"))
    answer = client_of(nowhere).get("/readyz")
    assert answer.status_code == 200  # the carrier keeps what is not fetched yet
    assert answer.json
    assert answer.json["degraded"]
    assert answer.json["checks"]["recordings"] == {"ok": False, "why": "not there"}


def test_the_probes_leave_nothing_behind(ready: Settings) -> None:
    ready.data.mkdir(exist_ok=True)
    before = sorted(ready.data.rglob("*"))
    assert client_of(ready).get("/readyz").status_code == 200
    assert sorted(ready.data.rglob("*")) == before


def test_a_relay_that_is_silent_is_named_and_not_bridged(
    ready: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = tmp_path / "signs"
    signs.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(signs))
    Heartbeats.here().pulse(process="worker-1").beat(-1.0)
    Heartbeats.here().pulse(process="fetcher").beat(3600.0)
    answer = client_of(ready).get("/readyz")
    assert answer.json
    assert answer.status_code == 200
    assert answer.json["checks"]["worker-1"] == {"ok": False, "why": "silent"}
    assert answer.json["checks"]["fetcher"] == OK
    Heartbeats.here().pulse("journal", process="relay").beat(-1.0)
    answer = client_of(ready).get("/readyz")
    assert answer.json
    assert answer.status_code == 503
    assert answer.json["checks"]["relay/journal"] == {"ok": False, "why": "silent"}


def test_a_redis_of_our_own_that_lives_but_takes_no_writes_is_seen(
    ready: Settings, refusing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = tmp_path / "signs"
    signs.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(signs))
    Heartbeats.here().pulse(process="redis").beat(3600.0)
    answer = client_of(ready).get("/readyz")
    assert answer.json
    assert answer.json["checks"]["redis"] == {"ok": False, "why": "refuses writes"}


def test_what_is_noted_only_leaves_it_ready_and_the_cause_is_not_public(ready: Settings) -> None:
    def broken() -> None:
        raise TangoError("acme.yaml is broken")

    answer = client_of(ready, flows=broken).get("/readyz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["checks"]["flows"] == {"ok": False, "why": "fails"}
    assert "acme" not in answer.text


def test_a_broken_client_file_is_shown_while_the_others_are_answered(ready: Settings) -> None:
    ready.flows.mkdir()
    write(ready.flows, "start: nowhere\nnodes: {}\n")
    client = create_app(ready).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["checks"]["flows"] == {"ok": False, "why": "fails"}
    assert "tango_flow_errors 1.0" in client.get("/metrics").text


def test_metrics_are_in_prometheus_format(ready: Settings) -> None:
    answer = client_of(ready).get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert "# TYPE tango_outbox_waiting gauge" in answer.text
    assert 'tango_part_up{part="database"} 1.0' in answer.text
    assert 'tango_disk_used_ratio{folder="recordings"} 0.' in answer.text


def test_metrics_answer_while_everything_else_is_away(settings: Settings) -> None:
    away = replace(
        settings, redis_url="redis://127.0.0.1:1", database_url="sqlite:////proc/no/x.sqlite3"
    )
    answer = client_of(away).get("/metrics")
    assert answer.status_code == 200
    assert 'tango_part_up{part="database"} 0.0' in answer.text
    assert 'tango_part_up{part="redis"} 0.0' in answer.text


def known() -> set[str]:
    """The names of all metrics."""
    families = [
        family
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
        for family in metric.collect()
    ]
    assert families
    written = {f"{f.name}_total" if f.type == "counter" else f.name for f in families}
    return written | {each.name for each in vars(metrics).values() if isinstance(each, Scraped)}


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == known()


def test_alarms_and_everything_else_in_the_documentation_name_metrics_that_exist() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        named = set(re.findall(r"\btango_[a-z_]+", page.read_text(encoding="utf-8")))
        assert named <= known(), page


def test_nothing_that_an_alarm_watches_is_written_by_what_may_hang() -> None:
    """A gauge that a process writes stays as it was when that process hangs."""
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    alarms = set(re.findall(r"`(tango_[a-z_]+)", page.split("## Watch it")[1].split("\n## ")[0]))
    scraped = {each.name for each in vars(metrics).values() if isinstance(each, Scraped)}
    assert alarms
    assert {name for name in alarms if not name.endswith("_total")} <= scraped
