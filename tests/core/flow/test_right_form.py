"""A value of another form: what the form is, and what to type."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ivr.core.flow.people import Person
from ivr.core.flow.right_form import advice, language


@pytest.mark.parametrize(
    ("setting", "value", "mend"),
    [
        ("language", "English", "en-GB"),
        ("language", "british english", "en-GB"),
        ("language", "US English", "en-US"),
        ("language", "en_GB", "en-GB"),
        ("language", "EN", "en-GB"),
        ("language", "en-UK", "en-GB"),
        ("language", "German", "de-DE"),
        ("language", "Deutsch", "de-DE"),
        ("language", "Cymraeg", "cy"),
        ("language", "Polish", "pl"),
        ("language", "gibberish", "en-GB, de-DE or cy"),
        ("colour", "red", '"#ff0000"'),
        ("colour", "#abc", '"#aabbcc"'),
        ("colour", "1e6bb8", '"#1e6bb8"'),
        ("colour", "purple-ish", '"#1e6bb8"'),
        ("email", "ann at acme.example", "ann@acme.example"),
        ("email", "Ann Acme <ann@acme.example>", "ann@acme.example"),
        ("email", "ann@acme.example, bob@acme.example", "ann@acme.example"),
        ("email", "ann", "ann@acme.example"),
        ("email", "mailto:ann@acme.example", "ann@acme.example"),
        ("email", "ann@acme,example", "ann@acme.example"),
        ("email", "ann@acme.example.", "write ann@acme.example"),
        ("accept", "one", '"1"'),
        ("key", "star", '"*"'),
        ("key", "10", '"1"'),
        ("press", "1, 2", '"12#"'),
        ("secret", "CRM key", "crm_key"),
    ],
)
def test_the_right_form_is_shown(setting: str, value: str, mend: str) -> None:
    said = advice(setting, value)
    assert said is not None
    assert mend in said


@pytest.mark.parametrize("tag", ["en-GB", "en", "cy", "de-DE", "fr-FR", "pt-BR", "yue"])
def test_a_language_there_is_may_be_named(tag: str) -> None:
    assert language(tag) == tag


@pytest.mark.parametrize("tag", ["en-UK", "en-XX", "xx"])
def test_a_language_of_nowhere_may_not(tag: str) -> None:
    with pytest.raises(ValueError, match="is not a language tag"):
        language(tag)


@pytest.mark.parametrize("email", ["mailto:a@b.example", "a@b.example.", "a@b..example", "a@.b"])
def test_an_address_that_no_mail_reaches_is_none(email: str) -> None:
    with pytest.raises(ValidationError):
        Person(name="Ann Acme", email=email)
