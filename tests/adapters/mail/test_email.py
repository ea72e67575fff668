"""What the e-mail says, and that nothing a caller says can bend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.mail.email import LARGEST_ATTACHMENT, write
from ivr.core.delivery.letters import message_letter
from ivr.core.records.message import Message, MessageState, Recipient, Transcript
from ivr.core.records.message_words import readable_number
from ivr.errors import DeliveryError, DeliveryRefused

SENDER = "Tango <tango@agency.example>"
TAGS = {"html", "head", "meta", "title", "body", "p"}
WORDS = Transcript("the ceiling drips", (), "vosk", "small")


def message(**changes: Any) -> Message:
    usual = Message(
        id="a" * 32,
        recording_sid="RE1",
        call_sid="CA1",
        client="rainbow-frost",
        caller="+441632960001",
        kind="message",
        node="take_message",
        fields={},
        received_at=datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
        seconds=11.5,
        language="en-GB",
        timezone="Europe/London",
        client_name="Rainbow Frost",
        recipient=Recipient("Ian Frost", "ian@rainbowfrost.example"),
        recording_url=None,
        audio=None,
        state=MessageState.RECORDED,
        reason=None,
        transcript=None,
    )
    return replace(usual, **changes)


def compose(
    message: Message, audio: bytes | None, sender: str, link: str | None = None
) -> EmailMessage:
    """The e-mail for a message, as it is sent by itself."""
    return write(replace(message_letter(message), link=link), sender, message, audio)


def received(mail: EmailMessage) -> EmailMessage:
    """The e-mail as it is read at the other end."""
    return message_from_bytes(mail.as_bytes(), EmailMessage, policy=policy.default)


def body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    content: str = part.get_content()
    return content


def said(**changes: Any) -> str:
    """The plain text of the e-mail, with spaces for line breaks."""
    return " ".join(body(received(compose(message(**changes), None, SENDER)), "plain").split())


def test_it_names_client_caller_and_time() -> None:
    mail = received(compose(message(), None, SENDER))
    assert mail["Subject"] == "Message for Rainbow Frost from 01632 960001"
    assert mail["From"] == SENDER
    assert mail["To"] == "Ian Frost <ian@rainbowfrost.example>"
    assert mail["Date"].datetime == message().received_at
    assert (
        "01632 960001 left a message for Rainbow Frost on Wednesday 1 July 2026 at 13:00 BST "
        "(12 seconds)."
    ) in said()


def test_the_time_is_the_clients() -> None:
    assert "at 08:00 EDT" in said(timezone="America/New_York")


def test_an_unknown_time_zone_does_not_keep_the_email_back() -> None:
    assert "at 12:00 UTC" in said(timezone="Europe/Lundon")


def test_it_gives_the_words_and_what_was_collected() -> None:
    text = said(transcript=WORDS, state=MessageState.TRANSCRIBED, fields={"caller_name": "Jo"})
    assert "“the ceiling drips”" in text
    assert "Caller name: Jo" in text


def test_it_says_when_there_are_no_words_and_why() -> None:
    assert "not yet transcribed" in said()
    text = said(state=MessageState.SET_ASIDE, reason="the recording is not audio")
    assert "could not be transcribed: the recording is not audio" in text
    silent = replace(WORDS, text="")
    assert "Nobody spoke, or no words could be made out." in said(transcript=silent)


def test_a_message_without_words_says_so_in_its_subject() -> None:
    silent = Transcript("", (), "vosk", "small")
    mail = received(compose(message(transcript=silent), None, SENDER))
    assert mail["Subject"].startswith("Message without words for Rainbow Frost")


def test_another_number_than_the_calling_one_is_pointed_out() -> None:
    heard = replace(WORDS, difference="gave 01604 529170, rang from 07700 900123")
    assert "gave 01604 529170, rang from 07700 900123" in said(transcript=heard)


def test_the_audio_is_attached_byte_for_byte() -> None:
    audio = bytes(range(256)) * 40
    mail = received(compose(message(audio="rainbow-frost/RE1.wav"), audio, SENDER))
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == audio
    assert attachment.get_content_type() == "audio/wav"
    assert attachment.get_filename() == "message-2026-07-01-1200.wav"
    assert "The recording is attached." in body(mail, "plain")


def test_audio_that_is_too_large_is_left_out_and_that_is_said() -> None:
    stored = message(audio="rainbow-frost/RE1.wav")
    largest = received(compose(stored, b"x" * LARGEST_ATTACHMENT, SENDER))
    assert len(list(largest.iter_attachments())) == 1
    larger = received(compose(stored, b"x" * (LARGEST_ATTACHMENT + 1), SENDER))
    assert list(larger.iter_attachments()) == []
    assert "could not be attached" in body(larger, "plain")


def test_a_repeat_has_the_same_message_id_and_another_message_another() -> None:
    first, again = compose(message(), None, SENDER), compose(message(), b"audio", SENDER)
    other = compose(message(id="b" * 32), None, SENDER)
    assert first["Message-ID"] == again["Message-ID"] == f"<message.{'a' * 32}@agency.example>"
    assert other["Message-ID"] != first["Message-ID"]


def test_all_that_one_caller_leaves_one_client_is_one_thread() -> None:
    first, second = compose(message(), None, SENDER), compose(message(id="b" * 32), None, SENDER)
    assert first["References"] == second["References"] == first["In-Reply-To"]
    others = [
        compose(message(caller="+441632960002"), None, SENDER),
        compose(message(client="acme"), None, SENDER),
    ]
    assert len({mail["References"] for mail in (first, *others)}) == 3
    assert compose(message(caller=None), None, SENDER)["References"] is None


def test_a_link_asks_to_be_told_that_it_was_read_and_leads_to_what_is_too_large() -> None:
    link = "https://tango.example/console/read/abc"
    large = b"x" * (LARGEST_ATTACHMENT + 1)
    mail = received(compose(message(audio="a/RE1.wav"), large, SENDER, link))
    assert f"Please tell us that you have read this: {link}" in body(mail, "plain")
    assert f'<a href="{link}">' in body(mail, "html")
    assert "too large to be attached: you can hear it at the address below" in body(mail, "plain")


def test_it_asks_for_no_automatic_answers() -> None:
    assert compose(message(), None, SENDER)["Auto-Submitted"] == "auto-generated"


def test_hostile_words_are_text_in_the_html() -> None:
    hostile = "<script>alert(1)</script> & <img src=x onerror=alert(2)>"
    mail = received(
        compose(
            message(
                transcript=replace(WORDS, text=hostile),
                fields={"<b>": hostile},
                client_name=hostile,
                caller="sip:<script>@evil.example",
            ),
            None,
            SENDER,
        )
    )
    assert tags(body(mail, "html")) == TAGS
    assert hostile in body(mail, "plain").replace("\n", " ")


def tags(document: str) -> set[str]:
    found = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found.add(tag)

    Reader().feed(document)
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_names_with_line_breaks_add_no_headers(end: str) -> None:
    hostile = f"Frost{end}Bcc: everybody@evil.example{end}{end}<script>"
    mail = received(
        compose(
            message(
                client_name=hostile,
                caller=hostile,
                recipient=Recipient(hostile, "ian@rainbowfrost.example"),
            ),
            None,
            SENDER,
        )
    )
    assert mail["Bcc"] is None
    assert "Bcc: everybody@evil.example" in mail["Subject"]
    assert [a.addr_spec for a in mail["To"].addresses] == ["ian@rainbowfrost.example"]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_text_whatever_breaks_the_email(name: str, caller: str, words: str, field: str) -> None:
    mail = received(
        compose(
            message(
                client_name=name,
                caller=caller,
                transcript=replace(WORDS, text=words),
                fields={field: words},
                recipient=Recipient(name, "ian@rainbowfrost.example"),
            ),
            b"audio",
            SENDER,
        )
    )
    assert [a.addr_spec for a in mail["To"].addresses] == ["ian@rainbowfrost.example"]
    assert tags(body(mail, "html")) - {"a"} == TAGS
    assert set(mail.keys()) - {"References", "In-Reply-To"} == {
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }


ADDRESSES = ["", "ian", "ian@", "@x", "ian@x\nBcc: a@b", "a@b, c@d", "a@b>, <c@d", "<a@b>", "a b@c"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_recipient_without_a_usable_address_is_refused_with_the_mend(address: str) -> None:
    with pytest.raises(DeliveryRefused, match="Ian Frost has no usable e-mail address"):
        compose(message(recipient=Recipient("Ian Frost", address)), None, SENDER)


def test_a_recipient_without_an_address_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="Ian Frost"):
        compose(message(recipient=Recipient("Ian Frost", None)), None, SENDER)


def test_a_wrong_sender_is_an_error_of_the_settings_and_not_of_the_recipient() -> None:
    with pytest.raises(DeliveryError, match="IVR_MAIL_FROM") as caught:
        compose(message(), None, "nobody")
    assert not isinstance(caught.value, DeliveryRefused)


@pytest.mark.parametrize(
    ("caller", "language", "written"),
    [
        ("+441632960001", "en-GB", "01632 960001"),
        ("+441632960001", "de-DE", "+44 1632 960001"),
        ("+14155550100", "en-GB", "+1 415-555-0100"),
        ("+441632960001", "en", "01632 960001"),
        ("sip:jo@example.com", "en-GB", "sip:jo@example.com"),
        ("", "en-GB", "a withheld number"),
        (None, "en-GB", "a withheld number"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    caller: str | None, language: str, written: str
) -> None:
    assert readable_number(caller, language) == written


def test_a_withheld_number_begins_a_sentence_properly() -> None:
    assert "A withheld number left a message" in said(caller=None)
    later = message().received_at + timedelta(days=1)
    assert "Thursday 2 July" in said(received_at=later)


def test_the_mail_offers_the_number_that_the_caller_gave_and_the_other_beside_it() -> None:
    heard = replace(WORDS, number_given="+441604529170")
    text = said(transcript=heard)
    assert "01604 529170 (the number they gave)" in text
    assert text.index("(the number they gave)") < text.index("(the number they called from)")
