"""The health pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.metrics import MetricWrapperBase

from ivr import metrics
from ivr.errors import TangoError
from ivr.health import Check, health_routes
from ivr.records import migrate
from ivr.settings import Settings
from ivr.web import create_app
from tests.flow_files import write

ROOT = Path(__file__).parent.parent


def client_of(settings: Settings, **noted: Check) -> FlaskClient:
    app = Flask("health")
    app.register_blueprint(health_routes(settings, noted))
    return app.test_client()


@pytest.fixture
def ready(settings: Settings, redis: object) -> Settings:
    """Settings whose Redis and database both answer."""
    migrate(settings.database_url)
    return settings


def test_alive_even_when_nothing_else_is(settings: Settings) -> None:
    away = replace(settings, redis_url="redis://127.0.0.1:1")
    assert client_of(away).get("/healthz").status_code == 200


def test_ready_when_every_dependency_is(ready: Settings) -> None:
    answer = client_of(ready, flows=lambda: None).get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "checks": {"redis": {"ok": True}, "database": {"ok": True}, "flows": {"ok": True}},
    }


def test_not_ready_without_redis(ready: Settings) -> None:
    answer = client_of(replace(ready, redis_url="redis://127.0.0.1:1")).get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "checks": {"redis": {"ok": False}, "database": {"ok": True}},
    }


def test_not_ready_without_a_database(settings: Settings, redis: object, tmp_path: Path) -> None:
    nowhere = replace(settings, database_url=f"sqlite:///{tmp_path}/missing/records.sqlite3")
    answer = client_of(nowhere).get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["checks"] == {"redis": {"ok": True}, "database": {"ok": False}}


def test_what_is_noted_only_leaves_it_ready_and_the_cause_is_not_public(ready: Settings) -> None:
    def broken() -> None:
        raise TangoError("acme.yaml is broken")

    answer = client_of(ready, flows=broken).get("/readyz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["checks"]["flows"] == {"ok": False}
    assert "acme" not in answer.text


def test_a_broken_client_file_is_shown_while_the_others_are_answered(ready: Settings) -> None:
    ready.flows.mkdir()
    write(ready.flows, "start: nowhere\nnodes: {}\n")
    answer = create_app(ready).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["checks"]["flows"] == {"ok": False}


def test_metrics_are_in_prometheus_format(ready: Settings) -> None:
    answer = client_of(ready).get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert "# TYPE tango_outbox_waiting gauge" in answer.text


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    families = [
        family
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
        for family in metric.collect()
    ]
    assert families
    assert documented == {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }
