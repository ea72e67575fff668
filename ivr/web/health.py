"""The health pages: `/healthz` (alive), `/readyz` (what each part can do now), `/metrics`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Blueprint, Response, jsonify
from flask.blueprints import BlueprintSetupState
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)

from ivr.adapters.files import probe as files
from ivr.adapters.files.heartbeats import Heartbeats
from ivr.adapters.prometheus import gauges
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis import probe as redis_probe
from ivr.adapters.redis.server import connect
from ivr.adapters.sql import open_records
from ivr.core.readiness import PartState
from ivr.metrics import DISK_USED_RATIO, FLOW_ERRORS
from ivr.services.readiness import Check, ReadinessService
from ivr.settings import Settings


def health_routes(
    settings: Settings,
    noted: Mapping[str, Check] | None = None,
    flow_errors: Callable[[], int] = lambda: 0,
) -> Blueprint:
    """The health pages. `noted` adds parts by name that `/readyz` shows; `flow_errors` counts those
    of the client files. How everything is, `app.extensions["readiness"]` knows too."""
    redis, records = connect(settings), open_records(settings.database_url)
    folders, recordings = {"data": settings.data}, settings.recordings
    if isinstance(recordings, Path):
        folders["recordings"] = recordings
    heartbeats = Heartbeats.here()
    checks: dict[str, Check] = {
        "redis": partial(redis_probe.probe, redis),
        "database": records.probe,
        "disk": partial(files.probe, folders.values()),
    }
    if not isinstance(recordings, Path):
        checks["recordings"] = open_storage(recordings).probe
    readiness = ReadinessService({**checks, **(noted or {})}, heartbeats)

    def of_files() -> gauges.Families:
        used = {name: files.used(folder) for name, folder in folders.items()}
        return [DISK_USED_RATIO.being(used), FLOW_ERRORS.being(flow_errors())]

    measured = gauges.Gauges(
        {
            "records": lambda: gauges.of_records(records, datetime.now(UTC)),
            "redis": lambda: gauges.of_redis(redis, datetime.now(UTC)),
            "parts": lambda: gauges.of_parts(readiness.now()),
            "signs": lambda: gauges.of_signs(heartbeats),
            "files": of_files,
        }
    )
    routes = Blueprint("health", __name__)

    @routes.record_once
    def offer(state: BlueprintSetupState) -> None:
        state.app.extensions["readiness"] = readiness

    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        now = readiness.now()
        body = jsonify(
            ready=now.ready,
            degraded=now.degraded,
            checks={each.name: _shown(each) for each in now.parts},
        )
        return body, 200 if now.ready else 503

    @routes.get("/metrics")
    def metrics() -> Response:
        page = generate_latest(_counted()) + generate_latest(_alone(measured))
        return Response(page, content_type=CONTENT_TYPE_LATEST)

    return routes


def _shown(part: PartState) -> dict[str, object]:
    """What the page says of a part, in a word or two; the cause is for the log."""
    return {"ok": False, "why": part.why} if part.why else {"ok": True}


def _counted() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _alone(measured: gauges.Gauges) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(measured)
    return registry
