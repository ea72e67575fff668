"""Who gets in at the API, and who does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.adapters.redis.sign_in_attempts import PER_ADDRESS
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.accounts.scopes import TokenScope
from ivr.web.api.app import operations_of
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account, keep_token
from tests.web.api.programs import ALL, NOON, Place, Program


def test_nobody_gets_in_without_a_token(place: Place) -> None:
    for key in ("", "tango_", "tango_wrong", "x" * 5000):
        answer = Program(place.app.test_client(), key).get("/jobs")
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json
        assert answer.json["mend"]


def test_without_a_token_nobody_learns_which_addresses_there_are(place: Place) -> None:
    nobody = place.app.test_client()
    asked = [nobody.get("/api/v1/jobs"), nobody.get("/api/v1/nothing"), nobody.put("/api/v1/jobs")]
    assert {answer.status_code for answer in asked} == {401}


def test_a_session_of_the_console_is_no_token(place: Place) -> None:
    account = Account(id="", login="maya", name="Maya", role=Role.ADMINISTRATOR)
    browser = place.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = place.records.sessions.begin(
            keep_account(place.records, account, NOON), NOON
        )
    assert browser.get("/console/jobs/").status_code == 200
    assert browser.get("/api/v1/jobs").status_code == 401


def test_a_token_that_has_lapsed_or_was_revoked_lets_nobody_in(place: Place) -> None:
    token, key = keep_token(place.records, "acme", NOON, ALL, "crm", NOON + timedelta(days=1))
    program = Program(place.app.test_client(), key)
    assert program.get("/jobs").status_code == 200
    place.now[0] = NOON + timedelta(days=1)
    assert program.get("/jobs").status_code == 401
    place.now[0] = NOON
    place.records.tokens.revoke(token.id, NOON)
    assert program.get("/jobs").status_code == 401


def test_an_address_that_guesses_is_told_to_wait_and_a_right_token_beside_it_works(
    place: Place,
) -> None:
    guesser = Program(place.app.test_client(), "tango_guess")
    for _ in range(PER_ADDRESS):
        assert guesser.get("/jobs").status_code == 401
    assert guesser.get("/jobs").status_code == 429
    assert place.program().get("/jobs").status_code == 200


@pytest.fixture
def paths(place: Place) -> dict[str, str]:
    return {
        "call": "CAa",
        "message": place.acme.message,
        "job": place.acme.job,
        "webhook": "x",
        "client": "acme",
        "status": "x",
    }


def test_each_operation_asks_for_its_scope(place: Place, paths: dict[str, str]) -> None:
    for operation in operations_of(None):  # type: ignore[arg-type]
        path = operation.path.format(**paths)
        without = place.program(scopes=ALL - {operation.scope}).ask(operation.method, path)
        assert without.status_code == 403, operation.name
        assert without.json
        assert operation.scope in without.json["detail"]
        just_it = place.program(scopes=frozenset({operation.scope})).ask(operation.method, path)
        assert just_it.status_code != 403, operation.name


def test_what_programs_do_stands_in_the_trail_and_what_they_read_once_in_a_while(
    place: Place,
) -> None:
    program = place.program()
    for _ in range(3):
        assert program.get(f"/jobs/{place.acme.job}").status_code == 200
        assert program.act(place.acme.job, "note", text="hello").status_code == 200
    acts, _ = place.records.audit.page(who="token acme's program")
    assert sorted(act.act for act in acts) == ["acted on a job: noted"] * 3 + ["read a job"]
    assert {(act.client, act.about) for act in acts} == {("acme", f"job {place.acme.job}")}


def test_keys_are_nowhere_but_with_their_owner(place: Place) -> None:
    program = place.program()
    program.get("/jobs")
    found = place.records.tokens.all()
    assert program.key not in str(found)
    database = Path(place.settings.database_url.removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):  # the journal, too
        assert program.key.encode() not in file.read_bytes()


def test_an_unfit_body_is_refused_before_it_is_read_whole(place: Place) -> None:
    path = f"/jobs/{place.acme.job}/acts"
    program = place.program()
    large = program.ask("POST", path, data=b"x" * 70_000, content_type="application/json")
    assert large.status_code == 413
    form = program.ask("POST", path, data={"act": "return"})
    assert form.status_code == 415
    broken = program.ask("POST", path, data=b"{", content_type="application/json")
    assert broken.status_code == 400
    assert all(answer.content_type == "application/problem+json" for answer in (large, form))


def test_requests_are_counted_by_operation_and_status(place: Place) -> None:
    place.program().get("/jobs")
    place.app.test_client().get("/api/v1/nothing")
    said = place.app.test_client().get("/metrics").text
    assert 'tango_api_requests_total{operation="list_jobs",status="200"}' in said
    assert 'tango_api_requests_total{operation="none",status="401"}' in said


def test_each_scope_is_good_for_something_that_the_document_names(place: Place) -> None:
    answer = place.app.test_client().get("/api/v1/openapi.json")
    assert answer.json
    named = {
        each["security"][0]["token"][0]
        for path in answer.json["paths"].values()
        for each in path.values()
    }
    assert named == {str(scope) for scope in TokenScope}
