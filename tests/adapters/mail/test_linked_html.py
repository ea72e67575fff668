"""Addresses and numbers in the HTML of an e-mail can be pressed, and nothing else is changed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.mail.linked_html import linked_html


class Reader(HTMLParser):
    """What a mail program shows, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", list[str](), set[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Ring 01632 960001 now", ["tel:+441632960001"]),
        ("Ring 07700 900123, or +44 1604 529170.", ["tel:+447700900123", "tel:+441604529170"]),
        ("Her direct line: 01604 529170 ext. 12", ["tel:+441604529170;ext=12"]),
        ("+49 30 901820", ["tel:+4930901820"]),
        ("See https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]),
        ("(https://a.example/b_(c)), and", ["https://a.example/b_(c)"]),
        ("https://tango.example/console/jobs/0163296000101632960001", [
            "https://tango.example/console/jobs/0163296000101632960001"
        ]),
        ("“jo.o'neil+x@mail.example.org”", ["mailto:neil%2Bx@mail.example.org"]),
        ("Write to jo@example.org.", ["mailto:jo@example.org"]),
        ("Order 12345678901234567890, on 23/11/2026 at 13:00, £1,000", []),
        ("javascript:alert(1) http:// @ a@b", []),
        ("<a href='https://a.example'>", ["https://a.example'"]),
    ],
)  # fmt: skip
def test_where_links_lead(text: str, links: list[str]) -> None:
    read = Reader(linked_html(text, "GB"))
    assert [link.rstrip("'") for link in read.links] == [link.rstrip("'") for link in links]
    assert read.text == text


def test_a_number_without_a_country_code_is_one_of_the_client_s_country() -> None:
    assert Reader(linked_html("030 901820", "DE")).links == ["tel:+4930901820"]


@given(st.text() | st.text("<>&\"'/:@.hpst0123456789+ a", max_size=60))
def test_whatever_somebody_says_is_shown_as_it_is(text: str) -> None:
    text = text.replace("\r", "").replace("\0", "")
    read = Reader(linked_html(text, "GB"))
    assert read.text == text
    assert read.tags <= {"a"}
    assert all(
        link.startswith(("http", "HTTP", "mailto:", "tel:"))
        for link in map(str, read.links)
        if not link.lower().startswith("http")
    )
