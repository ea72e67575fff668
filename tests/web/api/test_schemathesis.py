"""The API does what its document says, whatever is sent: schemathesis makes that up.

The longer form: `API_EXAMPLES=1000 python -m pytest tests/web/api/test_schemathesis.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, cast
from zlib import crc32

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from redis import Redis
from schemathesis.config import SchemathesisConfig

from ivr.adapters.sql.database import connect
from ivr.adapters.sql.tables import job_acts, jobs, messages, subscriptions, tokens
from ivr.bootstrap import Services
from ivr.core.accounts.token import hashed, new_key
from ivr.web.api.app import operations_of
from ivr.web.api.asking import ID
from ivr.web.api.document import document
from ivr.web.api.types import EXAMPLE_ID
from tests.web.api.programs import NOON, Place, Program

EXAMPLES = int(os.environ.get("API_EXAMPLES", "15"))
"""Requests that are made up for each operation, besides those at the limits of each field."""

# It leaves the files of answers open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CONFIG = {
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "416", "422", "429"]
        }
    }
}
"""What is well formed may still be refused by the rules (422), such as to reopen an open job, or
ask for a part that a recording does not have (416)."""

# The operations are only described here, so that there is a test for each; nobody carries them out.
schema = schemathesis.openapi.from_dict(
    document(operations_of(cast(Services, None))), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.config.update(base_url="http://localhost/api/v1")
KEY = new_key()
REAL = {
    "client": "acme",
    "call": "CA0f1e2d3c",
    "message": EXAMPLE_ID,
    "job": EXAMPLE_ID,
    "webhook": EXAMPLE_ID,
}
"""The ids of the document's examples, of which there are things in these tests."""


@schema.hook
def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Two of three requests that name an id are about things that there are."""
    return path_parameters and {
        name: REAL.get(name, value)
        if ID.fullmatch(str(value)) and crc32(str(value).encode()) % 3
        else value
        for name, value in path_parameters.items()
    }


@schema.auth()
class Key:
    """Shows a key that holds."""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        return KEY

    def set(
        self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext
    ) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@pytest.fixture(scope="module")
def program(lasting_place: Place) -> Program:
    """A program with the key and the things that the requests are about."""
    left = lasting_place.leave("acme", "0f1e2d3c")
    program = lasting_place.program()
    with connect(lasting_place.settings.database_url).begin() as connection:
        for table, id_ in ((messages, left.message), (jobs, left.job)):
            named = sa.update(table).where(table.c.id == id_)
            connection.execute(named.values(id=EXAMPLE_ID))
        hook = {"id": EXAMPLE_ID, "token": "x", "client": "acme", "url": "https://x.example/"}
        made = {"events": ["job.opened"], "made_at": NOON, "failures": 0}
        connection.execute(sa.insert(subscriptions).values({**hook, **made}))
        acts = sa.update(job_acts).where(job_acts.c.job == left.job)
        connection.execute(acts.values(job=EXAMPLE_ID))
        mine = sa.update(tokens).where(tokens.c.key == hashed(program.key))
        connection.execute(mine.values(key=hashed(KEY)))
    return Program(program.http, KEY)


@pytest.fixture(scope="module")
def forget(redis_server: str) -> Iterator[Callable[[], object]]:
    """Forgets how often it was tried to get in without a key: schemathesis does so each time."""
    with Redis.from_url(redis_server) as redis:
        yield redis.flushall


def test_the_document_is_the_one_that_is_served(program: Program) -> None:
    assert program.get("/openapi.json").json == schema.raw_schema


@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_as_documented(
    case: schemathesis.Case[Any],
    program: Program,
    lasting_place: Place,
    forget: Callable[[], object],
) -> None:
    forget()
    case.operation.app = case.operation.schema.app = lasting_place.app
    case.call_and_validate()
