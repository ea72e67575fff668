"""Tokens, and answers that are kept for a day, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.database import connect, reading, writing
from ivr.adapters.sql.programs.answer_repository import KEPT_FOR
from ivr.adapters.sql.tables import tokens
from ivr.core.accounts.actor import at_server
from ivr.core.accounts.scopes import TokenScope
from ivr.core.records.kept_answer import KeptAnswer
from ivr.errors import AccountError, AnsweredBefore
from ivr.services.tokens import TokenService
from tests.accounts import keep_token
from tests.adapters.sql.records_samples import NOON

ALL = frozenset(TokenScope)
MINUTE = timedelta(minutes=1)
ANSWER = KeptAnswer("t1", "k1", "hash", 200, "{}")


def test_a_token_holds_for_its_key_until_it_lapses(records: SqlRecords) -> None:
    token, key = keep_token(records, "acme", NOON, ALL, "crm", NOON + MINUTE)
    assert records.tokens.holder(key, NOON) == token
    assert records.tokens.holder(key + "x", NOON) is None
    assert records.tokens.holder(key, NOON + MINUTE) is None


def test_a_revoked_token_stays_revoked_and_visible(records: SqlRecords) -> None:
    token, key = keep_token(records, None, NOON, ALL, "crm")
    records.tokens.revoke(token.id, NOON)
    records.tokens.revoke(token.id, NOON + MINUTE)
    assert records.tokens.holder(key, NOON) is None
    [found] = records.tokens.all()
    assert found.revoked_at == NOON


def test_it_is_known_to_the_minute_when_a_token_was_last_used(records: SqlRecords) -> None:
    token, key = keep_token(records, None, NOON, ALL, "crm")
    for seconds in (0, 59, 61):
        records.tokens.holder(key, NOON + timedelta(seconds=seconds))
    found = records.tokens.find(token.id)
    assert found
    assert found.seen_at == NOON + timedelta(seconds=61)


def test_of_a_key_only_a_hash_is_kept(records: SqlRecords, records_url: str) -> None:
    _, key = keep_token(records, None, NOON, ALL, "crm")
    engine = connect(records_url)
    with reading(engine) as connection:
        row = connection.execute(sa.select(tokens)).one()
    engine.dispose()
    assert key not in str(row)


def test_a_scope_of_another_version_of_tango_is_none(records: SqlRecords, records_url: str) -> None:
    _, key = keep_token(records, None, NOON, frozenset({TokenScope.JOBS_READ}), "crm")
    engine = connect(records_url)
    with writing(engine) as connection:
        connection.execute(sa.update(tokens).values(scopes=["jobs:read", "moon:write"]))
    engine.dispose()
    token = records.tokens.holder(key, NOON)
    assert token
    assert token.scopes == {TokenScope.JOBS_READ}


@pytest.mark.parametrize(
    ("name", "scopes", "life"),
    [(" ", ALL, MINUTE), ("x" * 101, ALL, MINUTE), ("x", frozenset(), MINUTE), ("x", ALL, -MINUTE)],
)
def test_a_token_of_no_use_is_refused(
    name: str, scopes: frozenset[TokenScope], life: timedelta, records: SqlRecords
) -> None:
    with pytest.raises(AccountError):
        TokenService(records).make(name, None, scopes, at_server(), NOON, NOON + life)
    assert records.tokens.all() == []


def test_an_answer_is_kept_with_what_it_answers_or_not_at_all(records: SqlRecords) -> None:
    with pytest.raises(ZeroDivisionError), records.unit_of_work() as work:
        work.answers.keep(ANSWER, NOON)
        raise ZeroDivisionError
    assert records.answers.find("t1", "k1", NOON) is None
    records.answers.keep(ANSWER, NOON)
    assert records.answers.find("t1", "k1", NOON) == ANSWER
    with pytest.raises(AnsweredBefore):
        records.answers.keep(ANSWER, NOON)
    assert records.answers.find("t2", "k1", NOON) is None


def test_an_answer_that_has_lapsed_makes_room(records: SqlRecords) -> None:
    later = NOON + KEPT_FOR
    records.answers.keep(ANSWER, NOON)
    assert records.answers.find("t1", "k1", later) is None
    records.answers.keep(ANSWER, later)
    assert records.answers.find("t1", "k1", later) == ANSWER
    assert records.answers.forget(later) == 0
    assert records.answers.forget(later + KEPT_FOR) == 1
