"""The page on which somebody says that they have read a message, without signing in."""

from __future__ import annotations

import re

import pytest

from ivr.core.accounts.roles import Role
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.services.deliveries.read_links import LINK_LASTS, ReadLinks
from tests.web.console.calls.messages_left import leave
from tests.web.console.small_console import NOON, Console, as_role

WORDS = "Please ring 01632 960001."


@pytest.fixture
def message(console: Console) -> str:
    return leave(console)


@pytest.fixture
def sent(console: Console, message: str) -> Delivery:
    """A message that went to Ian at noon."""
    deliveries = console.records.deliveries
    parcel = DeliveryItem(
        promise=f"email-{message}",
        client="acme",
        about="message",
        recipient="Ian <b>Frost</b>",
        message=message,
    )
    begun = deliveries.begin(parcel, Channel.EMAIL, "ian@acme.example", NOON)
    assert begun is not None
    deliveries.sent(begun, None, NOON)
    return begun


def path(console: Console, sent: Delivery) -> str:
    settings = console.settings
    link = ReadLinks(settings.secret_key, settings.public_url).link(sent.id, NOON)
    return link.removeprefix(settings.public_url)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def state(console: Console, sent: Delivery) -> DeliveryState:
    found = console.records.deliveries.find(sent.id)
    assert found is not None
    return found.state


def test_looking_at_it_changes_nothing_and_shows_nothing_that_was_said(
    console: Console, sent: Delivery, message: str
) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    for method in (visitor.get, visitor.head, visitor.options):
        assert method(page).status_code == 200
    text = visitor.get(page).text
    assert "For Ian &lt;b&gt;Frost&lt;/b&gt;" in text
    assert "I have read it" in text
    assert WORDS not in text
    assert visitor.get(f"{page}/audio/{message}").status_code == 404
    assert state(console, sent) is DeliveryState.SENT


def test_the_button_says_that_it_was_read_and_shows_the_message(
    console: Console, sent: Delivery, message: str
) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    token = token_in(visitor.get(page).text)
    answer = visitor.post(page, data={"csrf_token": token}, follow_redirects=True)
    assert state(console, sent) is DeliveryState.ACKNOWLEDGED
    assert "Read Tue 24 Nov 12:00 by Ian &lt;b&gt;Frost&lt;/b&gt;" in answer.text
    assert WORDS in answer.text
    assert visitor.get(f"{page}/audio/{message}", buffered=True).data[:4] == b"RIFF"
    assert console.app.test_client().get(f"{page}/audio/{message}").status_code == 404
    shown = console.signed_in().get(f"/console/messages/{message}").text
    assert "read Tue 24 Nov 12:00 by Ian &lt;b&gt;Frost&lt;/b&gt;" in shown


def test_it_leads_to_the_inbox_where_somebody_has_an_account(
    console: Console, sent: Delivery
) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    visitor.post(page, data={"csrf_token": token_in(visitor.get(page).text)})
    assert "the inbox" not in visitor.get(page).text
    as_role(console, Role.CLIENT, client="acme")
    assert "the inbox" in visitor.get(page).text
    assert "the inbox" not in console.app.test_client().get(page).text


def test_a_form_of_another_site_says_nothing(console: Console, sent: Delivery) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    assert visitor.post(page).status_code == 400
    assert state(console, sent) is DeliveryState.SENT


def test_a_link_that_is_spoilt_or_too_old_leads_nowhere(console: Console, sent: Delivery) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    assert visitor.get(f"{page}x").status_code == 404
    console.now[0] = NOON + LINK_LASTS
    assert "This link has lapsed" in visitor.get(page).text


def test_a_delivered_message_is_corrected_by_a_form_and_says_so(
    console: Console, sent: Delivery, message: str
) -> None:
    editor, page = console.signed_in(), f"/console/messages/{message}"
    form = {"csrf_token": token_in(editor.get(page).text), "text": "Ring <i>Ann</i>."}
    refused = editor.post(f"{page}/correction", data={**form, "why": " "})
    assert refused.status_code == 422
    assert "Say what is right, and why it was wrong." in refused.text
    kept = editor.post(
        f"{page}/correction", data={**form, "why": "misheard"}, follow_redirects=True
    )
    assert "“Ring &lt;i&gt;Ann&lt;/i&gt;.” (misheard)" in kept.text
    assert console.records.outbox.waiting("correction").count == 1


def test_why_a_server_did_not_take_it_is_told_to_those_who_work_on_it_alone(
    console: Console, message: str
) -> None:
    deliveries = console.records.deliveries
    parcel = DeliveryItem(
        promise="p", client="acme", about="message", recipient="Ian", message=message
    )
    begun = deliveries.begin(parcel, Channel.SMS, "x y", NOON)
    assert begun is not None
    deliveries.failed(begun, "account AC1 is broken", NOON)
    page, line = f"/console/messages/{message}", "Text to Ian: not through after one try"
    shown = console.signed_in().get(page).text
    assert f"{line}, will be tried again (account AC1 is broken)" in shown
    shown = as_role(console, Role.CLIENT, client="acme").get(page).text
    assert f"{line}, will be tried again</p>" in shown
    assert "AC1" not in shown


def heard(console: Console) -> list[tuple[str, str | None]]:
    acts, _ = console.records.audit.page(act="heard a message")
    return [(act.who, act.about) for act in acts]


def test_who_plays_it_by_the_link_heard_it_and_the_page_alone_is_no_hearing(
    console: Console, sent: Delivery, message: str
) -> None:
    visitor, page = console.app.test_client(), path(console, sent)
    audio = f"{page}/audio/{message}"
    scanner = console.app.test_client()
    for address in (page, audio):
        scanner.get(address)
    visitor.post(page, data={"csrf_token": token_in(visitor.get(page).text)})
    visitor.get(page)
    visitor.head(audio, buffered=True)
    assert heard(console) == []
    for _ in range(2):
        visitor.get(audio, headers={"Range": "bytes=0-"}, buffered=True)
    about = f"message {message}, by the link of delivery {sent.id}"
    assert heard(console) == [("Ian <b>Frost</b>", about)]
