"""A client's inbox: Ian's and Maya's jobs at Rainbow Frost, and the agency's."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.delivery.plan import Channel
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import FollowUpTerms, Job, Opening, Owner, OwnerKind
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.web.console.pages import SESSION
from tests.accounts import keep_account
from tests.flow_files import EXAMPLES
from tests.web.console.calls.messages_left import leave
from tests.web.console.small_console import NOON, Console

PAGE = "/console/client"
CLIENT = "rainbow-frost"
IAN = Owner(OwnerKind.PERSON, "ian", "Ian Frost")
MAYA = Owner(OwnerKind.PERSON, "maya", "Maya Frost")
AGENCY = the_agency("the agency")
HOUR = timedelta(hours=1)


def with_examples(console: Console) -> None:
    """Give the console the example clients' files."""
    shutil.copytree(EXAMPLES, console.flows, dirs_exist_ok=True)
    console.library.refresh()


def account(console: Console, person: str | None = "ian", client: str = CLIENT) -> Account:
    """The account of one of a client's people, or of nobody in particular."""
    new = Account(
        id="", login=f"{person}-{client}", name="X", role=Role.CLIENT, client=client, person=person
    )
    return console.records.accounts.by_login(new.login) or keep_account(console.records, new, NOON)


def signed_in(console: Console, person: str | None = "ian", client: str = CLIENT) -> FlaskClient:
    """A browser in which they are signed in."""
    browser = console.app.test_client()
    with browser.session_transaction(path="/console/") as session:
        session[SESSION] = console.records.sessions.begin(account(console, person, client), NOON)
    return browser


def left(console: Console, owner: Owner, hours: float = 4, **changes: Any) -> Job:
    """A message that a caller has left, which `owner` has, due so many hours after noon."""
    number = len(console.records.messages.newest()) + 1
    opening = Opening(owner, NOON + hours * HOUR, FollowUpTerms(grace=600), "Ring the caller back")
    facts = {"client": CLIENT, "client_name": "Rainbow Frost", "kind": "message"}
    sids = {"recording_sid": f"RE{number:032}", "call_sid": f"CA{number:032}"}
    message = leave(console, **{**facts, **sids, "opening": opening, **changes})
    return of_message(console, message)


def of_message(console: Console, message: str) -> Job:
    job = console.records.jobs.of_message(message)
    assert job is not None
    return job


def now(console: Console, job: Job) -> Job:
    """The job as it is by now."""
    found = console.records.jobs.find(job.id)
    assert found is not None
    return found


def brought(
    console: Console, job: Job, to: str = "Ian Frost", channel: Channel = Channel.EMAIL
) -> Delivery:
    """Note that a job's message was sent to somebody."""
    book = console.records.deliveries
    parcel = DeliveryItem(
        promise=f"email-{job.message}-{to}",
        client=job.client,
        about="message",
        recipient=to,
        message=job.message,
    )
    begun = book.begin(parcel, channel, f"{to}@{channel}", NOON)
    assert begun is not None
    book.sent(begun, None, NOON)
    return replace(begun)


def send(browser: FlaskClient, job: Job, act: str, **form: Any) -> TestResponse:
    """Send one of a job's forms, as the page of the job holds it."""
    text = browser.get(f"{PAGE}/jobs/{job.id}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    data = {"csrf_token": token[1], "version": str(job.version), **form}
    return browser.post(f"{PAGE}/jobs/{job.id}/{act}", data=data)
