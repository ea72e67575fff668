"""What people really type: found where it stands, with what to type instead."""

from __future__ import annotations

import pytest

from ivr.core.flow import odd_spaces, slips
from ivr.core.flow.findings import Finding
from ivr.core.flow.source import Source, read_source
from ivr.core.flow.tree import Refused
from ivr.core.flow.types import Text, names_in
from ivr.core.nodes import KINDS


def found(text: str) -> list[Finding]:
    """What is found in a document."""
    try:
        return list(read_source("a.yaml", text).findings)
    except Refused as refused:
        return [refused.finding]


def read(text: str) -> Source:
    return read_source("a.yaml", text)


BROKEN = [
    ("a:\n  say:Hello\n  next: b", (2, 3), "write say: Hello"),
    ('a:\n  say: "Hello\n  next: b\nc: {say: "Bye"}\n', (2, 8), "closing quote is missing"),
    ('a: "x\n  y"\nb: "foo\nc: "d"', (3, 4), "closing quote is missing"),
    ("a:\n  say: “Hello: you”\n", (2, 8), "type straight quotes"),
    ("a:\n  say: Hello\n    next: b\n", (3, 5), "'next' is indented further than 'say'"),
    ("a: {key: *, next: b}", (1, 10), '"*"'),
    ("a: {key: #, next: b}\n", (1, 10), 'write key: "#"'),
    ("a: @acme\n", (1, 4), '"@acme"'),
    ("a:\n  - b\n\u00a0 - c: d\n", (3, 1), "no-break space (U+00A0)"),
    ("a:\n  - b\n \u200b - c\n", (3, 2), "zero-width space (U+200B)"),
    ('a: "He said "hi" to me"\n', (1, 13), "single ones"),
    ("a: 'It's fine'\n", (1, 7), '"double quotes"'),
    ("a:\n\tb: c\n", (2, 1), "tab; use spaces"),
    ("a: {name}, hello\nb: c", (1, 4), 'write "{name}, hello"'),
    ("a: {say: Note: it: b}", (1, 14), 'write say: "Note: it: b"'),
    ('a: {say: "Hello" next: b}', (1, 16), "a comma is missing before 'next'"),
    ("a: [b, c\nd: e\n", (1, 4), "has no ]"),
    ("a: {b: c}}\n", (1, 10), "has no {"),
    ('start "a"\nnodes: {}\n', (1, 6), "a colon is missing after 'start'"),
    ("a:\n  next:\u00a0b\n  c: d\n", (2, 8), "no-break space"),
    ('a:\n  say: "Hi"\n   next: b\n', (3, 4), "with 2 spaces it lines up with 'say'"),
    ('a:\n  say: "Hi"\n next: b\n', (3, 2), "with 2 spaces it lines up with 'say'"),
    ('c:\n  - {key: "1"}\n  -{key: "2"}\n', (3, 3), 'write - {key: "2"}'),
    ("a:\n  say: Hi\n  next = b\nc: d\n", (3, 3), "write next: b"),
    ("a: b\nstart - greet\nc: d\n", (2, 7), "write start: greet"),
    ("a: b\nstart -> greet\nc: d\n", (2, 7), "write start: greet"),
    ("a: b\nstart => greet\nc: d\n", (2, 7), "write start: greet"),
    ("// hello\na: b\n", (1, 1), "a comment begins with #"),
    ("a: {words: [b, next: c}\n", (1, 12), "the [ that stands here has no ]"),
    ("a: {hangup:}\n", (1, 5), "a value is missing after 'hangup:'"),
    ("a:\n  - b\n  * +44 1\n", (3, 3), "write - +44 1"),
    ("a:\n  • b\n  • c: d\n", (3, 3), "write - c: d"),
    ("a:\n  b\n    c: d\n", (2, 4), "a colon is missing after 'b'"),
    ("start：greet\na: b\n", (1, 6), "write start: greet"),
    ("start; greet\na: b\n", (1, 6), "write start: greet"),
    ("a:\n  b: c\n  next； d\n", (3, 7), "write next: d"),
    ("```yaml\na: b\n```\n", (1, 1), "delete the line"),
    ("a: b\n```\n", (2, 1), "delete the line"),
    ("a: b\n...\nc: d\n", (3, 1), "nothing may follow"),
    ("a:\n  b;\n    c: d\n", (2, 4), "a colon is missing after 'b'"),
    ("a:\n  b：\n    c: d\n", (2, 4), "a colon is missing after 'b'"),
    ("a:\n  b: {c: d}\n  bad\n", (3, 6), "a colon is missing after 'bad'"),
    ("a:\n  say: > hello there\n", (2, 8), 'write say: "> hello there"'),
    ("a:\n  say: ? what\n", (2, 8), 'write say: "? what"'),
    ("a:\n  say: - hello\n", (2, 8), 'write say: "- hello"'),
    ("a:\n  say: [pause] hello\n", (2, 8), 'write say: "[pause] hello"'),
    ("a:\n  say: Good day,\n  this is Acme.\n  next: b\n", (3, 3), "are indented further"),
    ("a: {b: [c] d: e}\n", (1, 10), "a comma is missing before 'd'"),
    ("a: {b: c; d: e}\n", (1, 9), "a comma stands between names"),
    ('a:\n  done: hangup: "Bye."\n', (2, 9), "write done: {hangup: … }"),
    ('a: (b: "c")\n', (1, 4), "{curly braces}"),
    ('a: "C:\\Users"\n', (1, 9), "write \\ twice"),
    ("a:\n  - b: c\n  d: e\n", (3, 3), "begin with '- ' and this does not"),
]


@pytest.mark.parametrize(("text", "place", "mend"), BROKEN)
def test_what_is_no_yaml_is_explained_where_it_went_wrong(
    text: str, place: tuple[int, int], mend: str
) -> None:
    [finding] = found(text)
    assert (finding.line, finding.column) == place, str(finding)
    assert finding.code == "yaml"
    assert mend in finding.message


SLIPS = [
    ("a: {say: Thank you, bye., next: b}", "cut-text", (1, 21), 'say: "Thank you, bye."'),
    ("a: {say: One, two, three, next: b}", "cut-text", (1, 15), 'say: "One, two, three"'),
    ("a: {say: “One, two”, next: b}", "cut-text", (1, 16), 'say: "One, two"'),
    ("a: {say: One, press 1: two}", "cut-text", (1, 15), 'say: "One, press 1: two"'),
    ("a: {words: one, two, next: b}", "cut-text", (1, 17), "words: [one, two]"),
    ("a: {say: One, next}", "cut-text", (1, 15), "or give 'next' a value"),
    ("say: Press # now\n", "cut-text", (1, 6), 'say: "Press # now"'),
    ("name: Acme #1\n", "cut-text", (1, 7), 'name: "Acme #1"'),
    ("phone: 01632 960500 #12\n", "cut-text", (1, 8), 'phone: "01632 960500 #12"'),
    ("set: {why: a leak # now\n}", "cut-text", (1, 12), 'why: "a leak # now"'),
    ("notes:\n  - Ask for # of it\n", "cut-text", (2, 5), '"Ask for # of it"'),
    ("colour: #ff0000\nb: c", "cut-text", (1, 9), 'colour: "#ff0000"'),
    ("a: {next:b, c: d}", "missing-space", (1, 5), "write next: b"),
    ('a: {say:"Hi", c: d}', "missing-space", (1, 5), 'write say: "Hi"'),
    ("a:\n  say:Hi\nb: c", "missing-space", (2, 3), "write say: Hi"),
    ("a:\n  - hears:Hi\n", "missing-space", (2, 5), "write hears: Hi"),
    ('say: Press 1. Or hold."\n', "quotes", (1, 6), 'write "Press 1. Or hold."'),
    ("say: Press 1. Or hold.'\n", "quotes", (1, 6), 'write "Press 1. Or hold."'),
    ("say: “Hello”\n", "quotes", (1, 6), '"Hello"'),
    ("say: ‘Hello’\n", "quotes", (1, 6), '"Hello"'),
    ("say: {client.name}\n", "quotes", (1, 6), 'write "{client.name}"'),
    ("ne\u200bxt: b\n", "odd-space", (1, 3), "zero-width space (U+200B)"),
    ("next: b\u00a0\n", "odd-space", (1, 8), "no-break space (U+00A0)"),
    ("say: |\n  Hello\n  you\u00a0there\n", "odd-space", (3, 6), "after 'you'"),
]


@pytest.mark.parametrize(("text", "code", "place", "mend"), SLIPS)
def test_what_is_yaml_and_was_not_meant_is_found(
    text: str, code: str, place: tuple[int, int], mend: str
) -> None:
    [finding] = found(text)
    assert (finding.code, finding.line, finding.column) == (code, *place), str(finding)
    assert mend in finding.message


def test_what_was_plainly_meant_is_read() -> None:
    assert read("key: “1”").data == {"key": "1"}
    assert read("n\u200bext: do\u00a0").data == {"next": "do"}
    assert read("phone: +44\u00a07700\u00a0900501").data == {"phone": "+44 7700 900501"}
    assert read("a: {next:b, c: d}").data == {"a": {"next": "b", "c": "d"}}
    assert read('say: Or hold."').data == {"say": "Or hold."}


@pytest.mark.parametrize(
    "text",
    [
        "say: Good day.  # the greeting",
        "say: Good day  # the greeting",
        "due: 4h # agreed with Ian",
        "next: done #then",
        "phone: 01632 960500 # the office",
        "say: ’Twas the night",
        "say: “Acme” is what we are called",
        'say: We are "open"',
        "say: Don't ask for the boys' room",
        "url: https://acme.example/x",
        "at: 2026-12-01T10:00",
        'say: "Bonjour\u00a0! Ça va\u202f?"',
        'say: "👨\u200d👩\u200d👧"',
        "a: {b: &c d, e: *c}",
        "a: {b: {c: d}, e: }",
        "words: [yes, no]",
    ],
)
def test_what_may_stand_so_is_let_be(text: str) -> None:
    assert found(text) == []


def test_every_setting_for_words_is_known_as_one() -> None:
    """Otherwise a comment that cuts its words would not be noticed."""
    examples = (kind.model_validate(data) for kind in KINDS.values() for data in _examples(kind))
    paths = [path for node in examples for path, name in names_in(node) if type(name) is Text]
    keys = {next(step for step in reversed(path) if isinstance(step, str)) for path in paths}
    assert keys <= slips.WORDS


def _examples(kind: type) -> list[object]:
    return list(read_source("a.yaml", kind.example).data.values())  # type: ignore[attr-defined]


def test_an_odd_space_is_called_by_its_name() -> None:
    assert odd_spaces.name("\u00a0") == "no-break space (U+00A0)"
    assert odd_spaces.name("\u200b") == "zero-width space (U+200B)"


def test_words_that_begin_with_an_ampersand_are_not_cut_off_in_silence() -> None:
    (finding,) = found("a: &Acme Boilers\n")
    assert finding.code == "cut-text"
    assert '"&Acme Boilers"' in finding.message
    assert not found("a: &shared Boilers\nb: *shared\n")


@pytest.mark.parametrize(
    ("typed", "at"), [('"C:\\Path\\new"', 8), ('"Good\\bye"', 10), ('"D:\\text"', 8)]
)
def test_a_backslash_that_became_another_character_is_found(typed: str, at: int) -> None:
    [finding] = found(f"say: {typed}\n")
    assert (finding.code, finding.line) == ("quotes", 1)
    assert finding.column == at + 1
    assert "write \\\\" in finding.message


@pytest.mark.parametrize(
    "typed", ['"one\\ntwo"', '"Plan B:\\nring us"', '"C:\\\\Path"', "'C:\\Path'", '"\\u00e9"']
)
def test_a_backslash_that_was_meant_is_none(typed: str) -> None:
    assert found(f"say: {typed}\n") == []
