"""Headers as a strict reader finds them at the other end."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import strict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.mail.headers import MAIL, message_id

WORDS = st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=60)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


def raw(**headers: object) -> bytes:
    mail = EmailMessage(policy=MAIL)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello")
    return mail.as_bytes()


def read(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, EmailMessage, policy=strict)
    assert all(not header.defects for header in mail.values())
    return mail


def lines(data: bytes) -> list[bytes]:
    return data.partition(b"\r\n\r\n")[0].split(b"\r\n")


@given(LINES)
def test_any_subject_comes_through_as_it_is(text: str) -> None:
    data = raw(Subject=text)
    assert read(data)["Subject"] == text
    assert all(len(line) <= 78 for line in lines(data))
    assert re.match(rb"Subject: \S", data)


@given(LINES)
def test_any_name_comes_through_with_its_address(name: str) -> None:
    data = raw(To=Address(name, "ian", "acme.example"))
    [address] = read(data)["To"].addresses
    assert address.addr_spec == "ian@acme.example"
    shown = address.display_name
    if len(name.encode()) > 39:  # the reader here makes a space of a fold between encoded words
        name, shown = name.replace(" ", ""), shown.replace(" ", "")
    assert shown == name
    assert all(len(line) <= 78 for line in lines(data))


@pytest.mark.parametrize("domain", ["agency.example", "a" * 60 + "." + "b" * 60 + ".example"])
def test_a_message_id_is_never_folded_or_encoded(domain: str) -> None:
    ids = [message_id(f"message.{'a' * 32}", domain), message_id(f"caller.{'b' * 32}", domain)]
    data = raw(Message_ID=ids[0], In_Reply_To=ids[0], References=" ".join(ids))
    assert f"Message-ID: {ids[0]}\r\n".encode() in data
    assert f"In-Reply-To: {ids[0]}\r\n".encode() in data
    assert f"References: {ids[0]}\r\n {ids[1]}\r\n".encode() in data
    assert all(len(line) <= 998 for line in lines(data))


@given(st.text(), st.sampled_from(["agency.example", "büro.example"]))
def test_whatever_names_it_a_message_id_is_of_the_sender_s_domain(name: str, domain: str) -> None:
    made = message_id(name, domain)
    assert re.fullmatch(r"<[A-Za-z0-9.-]{1,72}@(agency|xn--bro-hoa)\.example>|<[\w.-]+@.+>", made)
    assert made.count("@") == 1
    assert made.isascii()
    assert message_id(name, domain) == made


def test_a_name_with_another_s_address_in_it_stays_one() -> None:
    id_ = message_id("notice-0a-3-ian@rainbowfrost.example", "agency.example")
    assert re.fullmatch(r"<notice\.[0-9a-f]{32}@agency\.example>", id_)
    assert id_ != message_id("notice-0a-4-ian@rainbowfrost.example", "agency.example")
