"""The health pages: `/healthz` (alive), `/readyz` (each dependency's state), `/metrics`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import structlog
from flask import Blueprint, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)
from redis import RedisError

from ivr.errors import StateUnavailable, TangoError
from ivr.processes.redis import connect
from ivr.records import open_records
from ivr.settings import Settings

log = structlog.get_logger()

Check = Callable[[], object]
"""Returns where all is well; raises `TangoError`, with the cause and the mend, where not."""


def health_routes(settings: Settings, noted: Mapping[str, Check] | None = None) -> Blueprint:
    """The health pages. `noted` adds checks by name that `/readyz` shows, and without which calls
    are answered all the same."""
    redis = connect(settings)
    records = open_records(settings.database_url)

    def check_redis() -> None:
        try:
            redis.ping()
        except RedisError as error:
            raise StateUnavailable(f"Redis does not answer ({error}).") from error

    checks: dict[str, Check] = {
        "redis": check_redis,
        "database": lambda: records.waiting("email"),
    }
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        states = {name: _state(name, check) for name, check in checks.items()}
        ready = all(state["ok"] for state in states.values())
        states |= {name: _state(name, check) for name, check in (noted or {}).items()}
        return jsonify(ready=ready, checks=states), 200 if ready else 503

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)

    return routes


def _state(name: str, check: Check) -> dict[str, object]:
    """What the page says of one dependency; the cause is for the log, which is not public."""
    try:
        check()
    except TangoError as error:
        log.warning("not ready", check=name, error=str(error))
        return {"ok": False}
    return {"ok": True}


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
