"""E-mails as they pass a mail server, looked at as a validator would."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import strict
from email.utils import parseaddr

from ivr.adapters.sql import outbox
from ivr.core.delivery.contact_points import ContactPoint, to_data
from ivr.core.records.outbox import OutboxKind
from tests.services.deliveries.test_delivery_ways import IAN, MINUTE, NOON, Post
from tests.services.deliveries.test_delivery_ways import database_url as database_url
from tests.services.deliveries.test_delivery_ways import post as post
from tests.services.deliveries.test_delivery_ways import postgres_records as postgres_records
from tests.services.deliveries.test_delivery_ways import postgres_server as postgres_server
from tests.services.deliveries.test_delivery_ways import system as system

LONG = "Grundstücksverwaltungsgesellschaft Müller-Lüdenscheidt & Söhne, “Haus am See” GmbH & Co. KG"


def raw(post: Post) -> list[bytes]:
    return [bytes(envelope.original_content or b"") for envelope in post.mailbox.envelopes]


def promise_notice(post: Post, job: str, key: str) -> None:
    note = {
        "client": "acme",
        "name": "Siân Ó Briain, Büro",
        "email": "a-long-name-for-a-person@a-long-name-for-a-client.example",
        "reach": to_data(ContactPoint("ian", IAN)),
        "subject": f"Reminder: {LONG} – {'x' * 90}",
        "text": "Hello Siân,\n\nRing 01632 960001 or write to jo@example.org\n\n"
        "http://tango.example/console/jobs/1",
        "short": "",
        "message": "",
        "at": NOON.isoformat(),
    }
    with post.records._engine.begin() as connection:
        outbox.add(connection, OutboxKind.NOTICE, job, NOON, note, key)


def test_every_kind_of_mail_is_well_formed(post: Post) -> None:
    post.settings = replace(post.settings, mail_from=f'"{LONG}" <tango@agency.example>')
    message = post.message(client_name=LONG)
    post.at(NOON)
    post.records.messages.correct(message, "It is the roof.", "misheard", "Sam", NOON + MINUTE)
    for key in ("job-1-ian@rainbowfrost.example", "job-2-ian@rainbowfrost.example"):
        promise_notice(post, "job", key)
    post.message("RE2", digest=480)
    post.mailbox.on_recipient = "550 no such user"
    post.message("RE3", email="gone@acme.example")
    post.at(NOON - timedelta(days=1))
    post.mailbox.on_recipient = "250 OK"
    post.at(NOON + MINUTE)
    post.at(NOON + timedelta(hours=20))
    mails = [message_from_bytes(each, EmailMessage, policy=strict) for each in raw(post)]
    assert len(mails) >= 5
    ids = [str(mail["Message-ID"]) for mail in mails]
    assert len(set(ids)) == len(ids)
    for mail, content in zip(mails, raw(post), strict=True):
        assert not any(header.defects for header in mail.values())
        assert not any(part.defects for part in mail.walk())
        head, _, body = content.partition(b"\r\n\r\n")
        assert all(len(line) <= 78 for line in head.split(b"\r\n"))
        assert all(len(line) <= 78 for line in body.split(b"\r\n"))
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert re.fullmatch(r"<[\w.-]+@agency\.example>", str(mail["Message-ID"]))
        assert str(mail["Subject"])[:1].strip()
        assert mail["Date"].datetime.utcoffset() is not None
        assert mail["Auto-Submitted"] == "auto-generated"
        assert parseaddr(str(mail["From"]))[1] == "tango@agency.example"
        assert {part.get_content_charset() for part in mail.walk() if not part.is_multipart()} <= {
            "utf-8",
            None,
        }
    by_subject = {str(mail["Subject"]): mail for mail in mails}
    first = by_subject[f"Message for {LONG} from a withheld number"]
    corrected = by_subject[f"Correction: Message for {LONG} from a withheld number"]
    assert corrected["In-Reply-To"] == first["Message-ID"]
    assert str(first["Message-ID"]) in str(corrected["References"]).split()
    notice = by_subject[f"Reminder: {LONG} – {'x' * 90}"]
    assert notice["To"].addresses[0].display_name == "Siân Ó Briain, Büro"
    html = notice.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<a href="tel:+441632960001">01632 960001</a>' in html
    assert '<a href="mailto:jo@example.org">' in html
    assert '<a href="http://tango.example/console/jobs/1">' in html


def test_a_repeat_has_the_same_id_and_date(post: Post) -> None:
    post.mailbox.on_data = "451 not now"
    post.message()
    promise_notice(post, "job", "job-1-ian@rainbowfrost.example")
    refused: list[str] = []

    async def remember(server: object, session: object, envelope: object) -> str:
        content = bytes(envelope.original_content or b"")  # type: ignore[attr-defined]
        mail = message_from_bytes(content, policy=strict)
        refused.append(f"{mail['Message-ID']} {mail['Date']}")
        return "451 not now" if len(refused) <= 2 else "250 OK"

    post.mailbox.handle_DATA = remember  # type: ignore[method-assign]
    post.at(NOON)
    post.at(NOON + 2 * MINUTE)
    assert len(refused) == 4
    assert sorted(refused[:2]) == sorted(refused[2:])
