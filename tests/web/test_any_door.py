"""Whichever way somebody comes in, an act has the same consequences: history, notices, audit trail,
open consoles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from redis import Redis
from redis.client import PubSub
from twilio.request_validator import RequestValidator

from ivr import keys
from ivr.__main__ import main
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.sql.tables import outbox
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.accounts.scopes import TokenScope
from ivr.core.availability.standing import StatusKind
from ivr.core.jobs.acts import Hand
from ivr.core.jobs.job import FollowUpTerms, Job, Opening, Owner, OwnerKind
from ivr.core.records.outbox import OutboxKind
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account, keep_token
from tests.job_changes import open_job
from tests.job_samples import new_job

NUMBER, PHONE = "+441604529170", "+447700900123"
URL, TOKEN = "https://tango.example", "0123456789abcdef0123456789abcdef"
IAN = Owner(OwnerKind.PERSON, "ian", "Ian Frost")
MAYA = Owner(OwnerKind.PERSON, "maya", "Maya Frost")
WHY = "on holiday"
FLOW = f"""\
schema: 1
client: {{name: Acme, numbers: ["{NUMBER}"], timezone: Europe/London}}
people:
  ian: {{name: Ian Frost, email: ian@acme.example, phone: "{PHONE}"}}
  maya: {{name: Maya Frost, email: maya@acme.example}}
start: bye
nodes:
  bye: {{hangup: "Thank you. Goodbye."}}
"""


@dataclass
class Installation:
    """A running installation, and somebody who listens as an open console does."""

    settings: Settings
    records: SqlRecords
    console: PubSub

    def __post_init__(self) -> None:
        self.app = create_app(self.settings)

    def browser(self, role: Role, **more: str) -> FlaskClient:
        """A browser in which somebody of this role is signed in."""
        now, browser = datetime.now(UTC), self.app.test_client()
        new = Account(id="", login=f"a-{role}", name="Sam Okafor", role=role, **more)  # type: ignore[arg-type]
        account = keep_account(self.records, new, now)
        with browser.session_transaction(path="/console/", base_url=URL) as session:
            session[SESSION] = self.records.sessions.begin(account, now)
        return browser

    def send(self, browser: FlaskClient, page: str, path: str, **form: str) -> None:
        """Send a form of a page."""
        text = browser.get(page, base_url=URL).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert token, text
        data, headers = {"csrf_token": token[1], **form}, {"Referer": f"{URL}{page}"}
        answer = browser.post(path, data=data, base_url=URL, headers=headers)
        assert answer.status_code == 303, answer.text

    def program(self, method: str, path: str, body: dict[str, str]) -> None:
        """A program of the agency asks the API for something."""
        everything = frozenset(TokenScope)
        _, key = keep_token(self.records, None, datetime.now(UTC), everything, "bridge")
        headers = {"Authorization": f"Bearer {key}"}
        http = self.app.test_client()
        answer = http.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text

    def text(self, words: str) -> None:
        """Ian sends a text to his own number at the agency."""
        form = {"MessageSid": "SM" + "1" * 32, "From": PHONE, "To": NUMBER, "Body": words}
        signature = RequestValidator(TOKEN).compute_signature(f"{URL}/twilio/sms", form)
        headers = {"X-Twilio-Signature": signature}
        answer = self.app.test_client().post("/twilio/sms", data=form, headers=headers)
        assert answer.status_code < 300

    def heard(self) -> list[bytes]:
        """What open consoles were told by now."""
        messages = iter(lambda: self.console.get_message(timeout=0.1), None)
        return [each["data"] for each in messages if each["type"] == "message"]

    def notices(self) -> list[tuple[str, str, str]]:
        """Who is to be told of jobs, of which, and in which words."""
        query = sa.select(outbox.c.payload).where(outbox.c.kind == OutboxKind.NOTICE)
        engine = sa.create_engine(self.settings.database_url)
        with engine.connect() as connection:
            found = [row.payload for row in connection.execute(query)]
        engine.dispose()
        return [(each["email"], each["subject"], each["short"]) for each in found]


@pytest.fixture
def here(
    settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    settings.flows.mkdir()
    (settings.flows / "acme.yaml").write_text(FLOW, encoding="utf-8")
    values = {
        "IVR_FLOWS": settings.flows,
        "IVR_DATA": settings.data,
        "IVR_DATABASE_URL": settings.database_url,
        "IVR_REDIS_URL": settings.redis_url,
        "IVR_PUBLIC_URL": URL,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, str(value))
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    console = redis.pubsub()  # type: ignore[no-untyped-call]  # the package has no types for it
    console.subscribe(keys.QUEUE_CHANGES)
    yield Installation(replace(settings, public_url=URL, auth_token=TOKEN), records, console)
    console.close()
    records.close()


def hand_on_a_page(here: Installation, job: Job) -> None:
    page = f"/console/jobs/{job.id}"
    form = {"to": MAYA.key, "reason": WHY, "version": str(job.version)}
    here.send(here.browser(Role.SUPERVISOR), page, f"{page}/hand", **form)


def hand_on_the_client_s_page(here: Installation, job: Job) -> None:
    page = f"/console/client/jobs/{job.id}"
    form = {"to": MAYA.key, "reason": WHY, "version": str(job.version)}
    browser = here.browser(Role.CLIENT, client="acme", person="ian")
    here.send(browser, page, f"{page}/hand", **form)


def hand_by_the_api(here: Installation, job: Job) -> None:
    body = {"act": "hand", "owner": MAYA.key, "reason": WHY}
    here.program("POST", f"/jobs/{job.id}/acts", body)


def hand_by_command(_: Installation, job: Job) -> None:
    assert main(["jobs", "assign", job.id, "--to", "maya", "--reason", WHY, "--by", "sam"]) == 0


@pytest.mark.parametrize(
    "hand", [hand_on_a_page, hand_on_the_client_s_page, hand_by_the_api, hand_by_command]
)
def test_a_job_is_handed_on_with_all_that_follows(
    here: Installation, hand: Callable[[Installation, Job], None]
) -> None:
    now = datetime.now(UTC)
    opening = Opening(IAN, now + timedelta(hours=4), FollowUpTerms(grace=600), "Ring them back")
    new = new_job(opening=opening, client="acme", caller="+441632960001")
    job = open_job(here.records, new, now)
    hand(here, job)
    acts = [entry.act for entry in here.records.jobs.history(job.id)]
    assert Hand(MAYA, WHY) in acts
    after = here.records.jobs.find(job.id)
    assert after is not None
    assert after.owner.is_same(MAYA)
    [(email, subject, short)] = here.notices()
    assert email == "maya@acme.example"
    assert "Acme" in subject
    assert "01632 960001" in short
    trail, _ = here.records.audit.page(act="acted on a job")
    [entry] = trail
    assert (entry.act, entry.client, entry.about) == (
        "acted on a job: assigned",
        "acme",
        f"job {job.id}",
    )
    assert b"jobs:acme" in here.heard()


def away_on_the_client_s_page(here: Installation) -> None:
    page = "/console/client"
    form = {"kind": "away", "whose": "ian", "starts": datetime.now(UTC).isoformat(), "ends": ""}
    browser = here.browser(Role.CLIENT, client="acme", person="ian")
    here.send(browser, f"{page}/status?kind=away&whose=ian", f"{page}/status", **form)


def away_by_the_api(here: Installation) -> None:
    here.program("POST", "/clients/acme/statuses", {"person": "ian", "kind": "away"})


def away_by_command(_: Installation) -> None:
    assert main(["status", "acme", "--person", "ian", "--say", "away"]) == 0


def away_by_text(here: Installation) -> None:
    here.text("Away")


@pytest.mark.parametrize(
    "say", [away_on_the_client_s_page, away_by_the_api, away_by_command, away_by_text]
)
def test_somebody_is_away_with_all_that_follows(
    here: Installation, say: Callable[[Installation], None]
) -> None:
    say(here)
    [status] = here.records.statuses.history("acme")
    assert (status.person, status.kind) == ("ian", StatusKind.AWAY)
    trail, _ = here.records.audit.page(act="set a status (away")
    [entry] = trail
    assert (entry.client, entry.about) == ("acme", f"ian {status.id}")
    assert b"jobs:acme" in here.heard()
