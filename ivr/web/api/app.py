"""The API as an application of its own, below `/api/v1` of the whole: no session, no cookie."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import cast

import structlog
from flask import Flask, Response, g, request
from pydantic import TypeAdapter
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from ivr.bootstrap import Services
from ivr.core.accounts.actor import program
from ivr.core.accounts.token import Token
from ivr.errors import AnsweredBefore, ApiError, RecordsUnavailable, StateUnavailable
from ivr.metrics import API_REQUESTS
from ivr.web.api.asking import body_of, path_of, query_of
from ivr.web.api.calls import call_operations
from ivr.web.api.clients import client_operations
from ivr.web.api.document import document
from ivr.web.api.entry import Entry
from ivr.web.api.idempotency import IdempotentWrite, checked_key, hash_of
from ivr.web.api.job_acts import act_operations
from ivr.web.api.jobs import job_operations
from ivr.web.api.messages import message_operations
from ivr.web.api.operation import Answer, ApiRequest, Operation, kept_by_nobody
from ivr.web.api.problems import KINDS, kind_of, told
from ivr.web.api.statuses import status_operations
from ivr.web.api.webhooks import webhook_operations

PREFIX = "/api/v1"
LARGEST_BODY = 64 * 1024
"""Bytes."""

LONGEST_ADDRESS = 8000
"""Characters of path and query: what RFC 9110 (4.1) asks every server to take."""

DOCUMENT = "openapi"
READ_AGAIN = timedelta(minutes=15)
"""A program asks again and again; within this time that is one act of reading."""

log = structlog.get_logger()


def mount(app: Flask, services: Services) -> None:
    """Let the API answer below `PREFIX` of `app`."""
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PREFIX: api_app(services)})  # type: ignore[method-assign]


def operations_of(services: Services) -> list[Operation]:
    """Every operation of the API."""
    return [
        *client_operations(services),
        *call_operations(services),
        *message_operations(services),
        *job_operations(services),
        *act_operations(services),
        *status_operations(services),
        *webhook_operations(services),
    ]


def api_app(services: Services) -> Flask:
    """The application whose addresses are below `PREFIX`."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False
    operations = operations_of(services)
    for operation in operations:
        body = TypeAdapter(operation.body) if operation.body is not None else None
        app.add_url_rule(
            operation.path.replace("{", "<").replace("}", ">"),
            operation.name,
            partial(_answer, services, operation, body),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    _add_document(app, json.dumps(document(operations)))
    _add_door(app, Entry(services))
    _explain_errors(app)
    return app


def _add_document(app: Flask, text: str) -> None:
    """The description of the API, which is the same for everybody and open to all."""

    @app.get("/openapi.json", endpoint=DOCUMENT, provide_automatic_options=False)
    def openapi() -> Response:
        return Response(text, content_type="application/json")


def _add_door(app: Flask, entry: Entry) -> None:
    @app.before_request
    def only_with_token() -> None:
        if len(request.full_path) > LONGEST_ADDRESS:
            raise ApiError("too-long", f"It has more than {LONGEST_ADDRESS} characters.")
        if request.endpoint != DOCUMENT:
            g.token = entry.token()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        API_REQUESTS.labels(request.endpoint or "none", response.status_code).inc()
        return response


def _explain_errors(app: Flask) -> None:
    app.register_error_handler(ApiError, told)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        kind = kind_of(error.code or 500)
        answer = told(ApiError(kind, f"{KINDS[kind].title}."))
        for name, value in error.get_headers():
            if name in ("Allow", "Content-Range"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(RecordsUnavailable)
    @app.errorhandler(StateUnavailable)
    def not_just_now(error: Exception) -> Response:
        log.warning("api.unavailable", error=str(error))
        return told(ApiError("unavailable", "Tango cannot do this at the moment."))

    @app.errorhandler(Exception)
    def broke(error: Exception) -> Response:
        log.exception("api.broke", operation=request.endpoint)
        return told(ApiError("internal", "Something in Tango went wrong."))


def _answer(
    services: Services, operation: Operation, body: TypeAdapter[object] | None, **path: str
) -> Response:
    """Carry out an operation for the present request. Raises `ApiError`."""
    token, now = cast(Token, g.token), services.clock()
    asked = ApiRequest(token, now, path_of(path))
    asked.needs(operation.scope)
    query, content = query_of(operation), body_of(body)
    once = _once(services, operation, token) if operation.once else None
    if once and (earlier := once.earlier()):
        return earlier
    keep = once.keep if once else kept_by_nobody
    try:
        answer = operation.do(ApiRequest(token, now, asked.path, query, content, keep))
    except AnsweredBefore:  # by another process, while we were at it
        earlier = once.earlier() if once else None
        if earlier is None:
            raise
        return earlier
    _note(services, operation, asked, answer)
    return _response(operation, answer)


def _once(services: Services, operation: Operation, token: Token) -> IdempotentWrite | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    what = hash_of(operation.method, request.path, request.get_data())
    key = checked_key(given)
    records, now = services.records, services.clock()
    return IdempotentWrite(records, token.id, key, what, operation.status, now)


def _note(services: Services, operation: Operation, asked: ApiRequest, answer: Answer) -> None:
    """Keep in the audit log; what is only read, once in a while. Who asks only whether
    something is there gets nothing of it."""
    if request.method == "HEAD" or operation.noted is None:
        return
    act = program(asked.token).entry(operation.noted, asked.now, answer.client, answer.about)
    services.records.audit.add_once(act, asked.now - READ_AGAIN)


def _response(operation: Operation, answer: Answer) -> Response:
    if isinstance(answer.content, Response):
        return answer.content
    if answer.content is None:
        return Response(status=operation.status)
    text = answer.content.model_dump_json(by_alias=True)
    return Response(text, operation.status, content_type="application/json")
