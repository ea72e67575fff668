"""A client's token sees what is that client's and nothing else, at every address."""

from __future__ import annotations

from ivr.web.api.app import operations_of
from tests.web.api.programs import MARK, Place, Program


def bodies(operation: str) -> list[dict[str, object]]:
    if operation == "act_on_job":
        return [
            {"act": "take", "owner": "person:maya"},
            {"act": "hand", "owner": "agency:agency", "reason": "x"},
            {"act": "note", "text": "x"},
            {"act": "close", "outcome": "done", "reason": "x"},
        ]
    if operation == "set_status":
        return [{"kind": "away"}]
    if operation == "change_webhook":
        return [{"active": False}, {"active": True}]
    return [{"url": "https://acme.example/", "events": ["job.opened"]}]


def ids(place: Place) -> dict[str, str]:
    """What there is of the other client."""
    body = {"url": f"https://{MARK}.example/", "events": ["job.opened"]}
    made = place.program("bramble").ask("POST", "/webhooks", json=body).json
    assert made
    path = "/clients/bramble/statuses"
    status = place.program("bramble").ask("POST", path, json={"kind": "away"}).json
    assert status
    theirs = place.bramble
    return {
        "client": "bramble",
        "status": status["id"],
        "call": theirs.call,
        "message": theirs.message,
        "job": theirs.job,
        "webhook": made["id"],
    }


def test_no_address_shows_or_changes_what_is_anothers(place: Place) -> None:
    program = place.program("acme")
    theirs = ids(place)
    before = place.records.jobs.find(place.bramble.job)
    hook = place.records.subscriptions.find(theirs["webhook"])
    for operation in operations_of(None):  # type: ignore[arg-type]
        path = operation.path.format(**theirs)
        for body in bodies(operation.name) if operation.body else [None]:
            answer = program.ask(operation.method, path, **({"json": body} if body else {}))
            assert MARK not in answer.text, operation.name
            assert MARK not in str(answer.headers)
            if "{" in operation.path:
                assert answer.status_code == 404, operation.name
    assert place.records.jobs.find(place.bramble.job) == before
    assert hook
    assert place.records.subscriptions.find(hook.id) == hook


def test_the_marker_is_there_for_whom_it_is(place: Place) -> None:
    program, theirs = place.program("bramble"), ids(place)
    for operation in operations_of(None):  # type: ignore[arg-type]
        # A webhook's secret is for the very token that made it.
        if operation.method == "GET" and operation.name != "read_webhook_secret":
            answer = program.get(operation.path.format(**theirs))
            assert answer.status_code == 200
            if operation.name not in ("list_deliveries", "list_statuses"):
                assert MARK in answer.text, operation.name


def test_what_is_anothers_and_what_is_not_there_look_the_same(place: Place) -> None:
    program = place.program("acme")
    for part, own in (("calls", "CAb"), ("messages", place.bramble.message)):
        theirs, nobodys = program.get(f"/{part}/{own}"), program.get(f"/{part}/{'0' * len(own)}")
        assert (theirs.status_code, theirs.json) == (nobodys.status_code, nobodys.json)


def test_asking_for_another_client_finds_nothing(place: Place) -> None:
    program = place.program("acme")
    for part in ("calls", "messages", "jobs"):
        assert program.get(f"/{part}", client="bramble").json == {"items": [], "next": None}
        own = program.get(f"/{part}", client="acme").json
        assert own
        assert len(own["items"]) == 1


def test_the_agencys_token_sees_everybodys(place: Place) -> None:
    program = place.program(None)
    for part in ("clients", "calls", "messages", "jobs"):
        found = program.get(f"/{part}").json
        assert found
        assert {each.get("client", each["id"]) for each in found["items"]} == {"acme", "bramble"}


def test_the_same_key_of_two_tokens_is_two_keys(place: Place) -> None:
    key = "0d4a4a0e-5b0e-4f0e-9a57-3c1f4a1b7f10"
    ours = place.program("acme").act(place.acme.job, "note", key, text="ours")
    theirs = place.program("bramble").act(place.bramble.job, "note", key, text="theirs")
    assert ours.status_code == theirs.status_code == 200
    assert ours.json
    assert theirs.json
    assert (ours.json["client"], theirs.json["client"]) == ("acme", "bramble")


def test_a_clients_program_hands_to_its_people_and_the_agency_and_to_no_operator(
    place: Place,
) -> None:
    job = place.acme.job
    program: Program = place.program("acme")
    refused = program.act(job, "hand", owner="operator:sam")
    assert refused.status_code == 422
    assert program.act(job, "hand", owner="agency:agency").status_code == 200
    assert place.program(None).act(job, "hand", owner="operator:sam").status_code == 200


def test_a_webhooks_secret_is_for_the_token_that_made_it_alone(place: Place) -> None:
    """Another one of that client, and the agency's, may see the webhook, and not sign as us."""
    ours = place.program("acme")
    made = ours.ask(
        "POST", "/webhooks", json={"url": "https://a.example/", "events": ["job.opened"]}
    )
    assert made.json
    path = f"/webhooks/{made.json['id']}"
    assert ours.get(f"{path}/secret").status_code == 200
    for other in (place.program("acme"), place.program(None)):
        assert other.get(path).status_code == 200
        secret = other.get(f"{path}/secret")
        assert (secret.status_code, secret.content_type) == (404, "application/problem+json")
        assert secret.json == other.get("/webhooks/nothing/secret").json
